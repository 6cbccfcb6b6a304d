import type { FleetReport, ProductReport } from '../checklist/fleet-report.ts';
import {
  advisoryWords,
  buyersOf,
  type FleetReporter,
  fleetTallyWords,
  fleetTitle,
  fleetWays,
  hasResults,
  productMark,
  productName,
  sellersOf,
  sortedProducts,
  whyWords,
} from './fleet-words.ts';
import { factsTable, headline, inert, runFacts, stepsTable } from './markdown.ts';

/** For a ticket: the verdict, a table of all products, the worst first, and each step of those that have not passed. */
export const fleetMarkdown: FleetReporter = (report) => {
  const products = sortedProducts(report.products);
  const advisory = advisoryWords(report);
  return [
    `${headline(report)} ${inert(fleetTitle(report))}: ${fleetTallyWords(report)}`,
    ...factsTable([['Seller accounts', sellersOf(report).join('\n')], ...runFacts(report, fleetWays(report))]),
    ...(advisory === null ? [] : ['', inert(`${advisory}.`)]),
    '',
    '| Verdict | Product | ID | Owner | Account | Why |',
    '|---|---|---|---|---|---|',
    ...products.map((product) => productRow(product, report)),
    ...products.flatMap((product) => (product.verdict === 'pass' || !hasResults(product) ? [] : productPart(product))),
    '',
  ].join('\n');
};

function productRow(product: ProductReport, report: FleetReport): string {
  const { target, owner, account } = product;
  const { symbol, word } = productMark(product);
  const cells = [
    `${symbol} ${word}`,
    ...[productName(product), target.product?.id ?? '', owner ?? '', account ?? ''].map(inert),
    whyWords(product, report).map(inert).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function productPart(product: ProductReport): readonly string[] {
  const { symbol, word } = productMark(product);
  const buyers = buyersOf(product);
  return [
    '',
    `## ${symbol} ${word}: ${inert(productName(product))}`,
    '',
    inert([product.id, ...buyers.map((buyer) => `buyer ${buyer}`)].join('; ')),
    ...product.checklists.flatMap(({ title, steps }) => ['', inert(title), ...stepsTable(steps)]),
  ];
}
