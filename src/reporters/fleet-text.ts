import type { FleetReport, ProductReport } from '../checklist/fleet-report.ts';
import type { ChecklistReport } from '../checklist/report-document.ts';
import { block } from '../text/block.ts';
import { fleetSummary } from './fleet-summary.ts';
import { type FleetReporter, fleetTitle, productMark, productName, sortedProducts } from './fleet-words.ts';
import { checklistsText, headingText } from './text.ts';

/** A plain-text report to pass on: what was run, each step of the products that have not passed, the summary. */
export const fleetText: FleetReporter = (report, { styles }) =>
  [
    headingText(fleetTitle(report), report, styles, [
      ['sellers', sellers(report)],
      ['endpoint', report.run.endpoint],
    ]),
    ...sortedProducts(report.products)
      .filter(({ verdict, checklists }) => verdict !== 'pass' && checklists.some(hasResults))
      .flatMap((product) => [
        '\n',
        block(styles, {
          lead: `${productMark(product).symbol} `,
          leadStyle: productMark(product).style,
          body: [productName(product), product.target.product?.id].filter(Boolean).join('  '),
          style: 'bold',
          right: buyers(product),
        }),
        checklistsText(product.checklists, product.startedAt ?? report.run.startedAt, styles),
      ]),
    fleetSummary(report, styles),
  ].join('');

/** `111122223333 (main), 444455556666 (emea)`: the accounts that AWS named, with their names in mp-verify.yaml. */
function sellers({ products }: FleetReport): string {
  const found = products.flatMap(({ target: { accountId }, account }) =>
    accountId === null ? [] : [account === null ? accountId : `${accountId} (${account})`],
  );
  return [...new Set(found)].join(', ') || 'unknown';
}

function hasResults({ steps }: ChecklistReport): boolean {
  return steps.some(({ by }) => by !== null);
}

function buyers({ checklists }: ProductReport): string {
  const found = [...new Set(checklists.flatMap(({ buyer }) => buyer ?? []))];
  return found.length === 0 ? '' : `buyer ${found.join(', ')}`;
}
