import type { FleetReport, ProductReport } from '../checklist/fleet-report.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { markOf } from '../text/styles.ts';
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
  remarksOf,
  sellersOf,
  sortedProducts,
  stepsOfProduct,
} from './fleet-words.ts';
import { nextPart, reportPage } from './html.ts';
import { html, type Markup, mark } from './html-markup.ts';
import { checklistSection, stepId } from './html-steps.ts';
import { endWords, type ReportMaterial } from './report-words.ts';

/** A page: the verdict and a table of all products, the worst first; below it every step of each, folded if it passed. */
export const fleetHtml: FleetReporter = (report, material) => {
  const products = sortedProducts(report.products);
  const callers = [...new Set(products.flatMap(({ target }) => target.arn ?? []))];
  const advisory = advisoryWords(report);
  return reportPage(report, material, {
    title: fleetTitle(report),
    kind: `AWS Marketplace integrations: ${fleetTitle(report)}`,
    sentence: `${[fleetTallyWords(report), endWords(report)].filter(Boolean).join('; ')}.`,
    facts: [
      ['AWS accounts', sellersOf(report).join(', ')],
      ['Signed in as', callers.join(', ')],
    ],
    main: html`
${nextPart(fleetWays(report))}
<section class="part" aria-labelledby="products"><h2 id="products">Products</h2>
${advisory === null ? '' : html`<p class="soft">${advisory}</p>`}
<table class="products" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Product</th><th scope="col" role="columnheader">Owner, account</th></tr></thead>
<tbody role="rowgroup">${products.map((product, place) => row(product, place, report))}</tbody></table></section>
${products.map((product, place) => section(product, place, report, material))}
`,
    ownStyle,
  });
};

/** A narrow screen has the table as a list. */
const ownStyle = `
.products { break-inside: auto; }
.products tr { break-inside: avoid; }
.products th[scope="row"] { color: inherit; font-weight: 400; }
.products td:last-child { min-width: 9rem; max-width: 12rem; }
.product { margin-top: 1rem; padding: .75rem 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.product[open] { padding-bottom: 1.25rem; }
.product > summary { width: auto; color: inherit; font-weight: 600; }
.product > p { margin-top: .25rem; font-size: .9375rem; }
.product .checklist { margin-top: 1rem; }
.product .checklist > h2 { font-size: 1.125rem; }
@media (max-width: 36rem) {
  .products, .products tbody { display: block; }
  .products thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .products tr { display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem; padding: .75rem 0; border-bottom: 1px solid var(--line); }
  .products tr:last-child { border-bottom: 0; }
  .products td, .products th { padding: 0; border: 0; }
  .products th { grid-column: 1 / -1; order: 1; }
  .products td:last-child { min-width: 0; max-width: none; text-align: right; }
  .product { padding-inline: 1rem; }
}
`;

/** The id of a product in the page. `place` counts from 0. */
function productId(place: number): string {
  return `p${place + 1}`;
}

/** The number of a checklist in the page: each product has all of them. */
function numberOf(product: ProductReport, place: number, checklist: number): number {
  return place * product.checklists.length + checklist;
}

/** With the roles of a table, because a narrow screen lays it out as a list. */
function row(product: ProductReport, place: number, report: FleetReport): Markup {
  const { target, owner, account, reason, checklists } = product;
  const steps = stepsOfProduct(product).map(({ checklist, step, number, several }) => {
    const id = stepId(numberOf(product, place, checklists.indexOf(checklist)), number - 1);
    return html`<br><span aria-hidden="true">${markOf(step).symbol}</span> <a href="#${id}">${several ? `${checklist.id} ` : ''}${number} ${step.id}</a>: ${step.reason ?? step.title}`;
  });
  return html`
<tr role="row"><td role="cell">${mark(productMark(product))}</td><th scope="row" role="rowheader"><a href="#${productId(place)}">${productName(product)}</a> <span class="soft">${target.product?.id ?? ''}</span>${
    reason === null ? '' : html`<br>${reason}`
  }${steps}${remarksOf(product, report).map((words) => html`<br><span class="warn">${words}</span>`)}</th><td role="cell">${owner ?? ''}${
    account === null ? '' : html` <span class="soft">${account}</span>`
  }</td></tr>`;
}

function section(product: ProductReport, place: number, report: FleetReport, material: ReportMaterial): Markup {
  const { target, owner, account, verdict, endedAt, reason, checklists } = product;
  const buyers = buyersOf(product);
  const words = [
    [target.product?.id, target.product?.visibility].filter(Boolean).join(', '),
    target.accountId === null ? '' : `AWS account ${target.accountId}`,
    account === null ? '' : `account ${account}`,
    owner === null ? '' : `owner ${owner}`,
    buyers.length === 0 ? '' : `test buyer ${buyers.join(', ')}`,
    endedAt === null ? '' : `checked ${utcMinute(endedAt)}`,
    ...remarksOf(product, report),
  ];
  // Without any result, each step would only repeat the reason.
  const steps = hasResults(product)
    ? checklists.map((checklist, index) =>
        checklistSection(checklist, numberOf(product, place, index), material, false),
      )
    : '';
  return html`
<details class="product" id="${productId(place)}"${verdict === 'pass' ? '' : html` open`}><summary>${mark(productMark(product))} <span class="name">${productName(product)}</span></summary>
<p class="soft">${words.filter(Boolean).join(' · ')}</p>${reason === null ? '' : html`<p>${reason}</p>`}${steps}
</details>`;
}
