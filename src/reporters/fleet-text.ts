import { fleetSummary, productHeading } from './fleet-summary.ts';
import { buyersOf, type FleetReporter, fleetTitle, hasResults, sellersOf, sortedProducts } from './fleet-words.ts';
import { checklistsText, headingText } from './text.ts';

/** A plain-text report to pass on: what was run, each step of the products that have not passed, the summary. */
export const fleetText: FleetReporter = (report, { styles }) =>
  [
    headingText(fleetTitle(report), report, styles, [
      ['seller', sellersOf(report).join(', ') || 'unknown'],
      ['endpoint', report.run.endpoint],
    ]),
    ...sortedProducts(report.products)
      .filter((product) => product.verdict !== 'pass' && hasResults(product))
      .flatMap((product) => [
        productHeading(
          product,
          styles,
          buyersOf(product)
            .map((buyer) => `buyer ${buyer}`)
            .join(', '),
        ),
        checklistsText(product.checklists, product.startedAt ?? report.run.startedAt, styles),
      ]),
    fleetSummary(report, styles),
  ].join('');
