import type { Confirmation } from '../checklist/confirmations.ts';
import type { ProductStatus } from '../checklist/fleet-status.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { countWords, someOf } from '../text/counts.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago, roughly } from '../text/times.ts';
import { verdictMark, waiverWords } from './fleet-words.ts';
import { html, type Markup, mark } from './html-markup.ts';
import { htmlPage } from './html-page.ts';
import {
  inUseWords,
  mostNames,
  nextSteps,
  notCountedByReason,
  type ShownFleet,
  statusTally,
  useCaseMark,
} from './status-words.ts';

/** A page: the counts on the first screen, then a row for each product, the worst first. */
export function statusPage(fleet: ShownFleet, file: string, version: string): string {
  const { verdict, products, maxAge, now } = fleet;
  const { symbol, word } = verdictMarks[verdict];
  const many = countWords(products.length, 'product');
  const facts: readonly (readonly [string, string])[] = [
    ['Products', `${many}, from ${file}`],
    ['Made', utcMinute(now.toISOString())],
    ['Oldest result that counts', roughly(maxAge)],
  ];
  return htmlPage(
    `${word}: status of ${many}`,
    verdict,
    html`<header>
<p class="kind">AWS Marketplace integration: where the use cases stand</p>
<h1><span class="verdict ${verdict}"><span aria-hidden="true">${symbol}</span> ${word}<span class="colon">:</span></span> <span class="sentence">${many}: ${statusTally(fleet)}.</span></h1>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<main>
${trouble(fleet)}
${productTable(fleet)}
${notCounted(fleet)}
</main>
<footer>mp-verify ${version}. This file loads nothing and runs no script. It holds account IDs and names: share it as such.</footer>`,
    ownStyle,
  );
}

/** Runs that may say something else than the page. */
function trouble({ unreadable, inUse }: ShownFleet): Markup | '' {
  const items = [...unreadable.map(({ reason }) => reason), ...(inUse.length > 0 ? [inUseWords(inUse)] : [])];
  return items.length === 0 ? '' : part('trouble', 'Runs that are not whole', items);
}

function notCounted(fleet: ShownFleet): Markup | '' {
  const items = [...notCountedByReason(fleet)].map(([reason, names]) => `${someOf(names, mostNames)}: ${reason}`);
  return items.length === 0 ? '' : part('left-out', 'What does not count', items);
}

function part(id: string, heading: string, items: readonly string[]): Markup {
  return html`<section class="part" aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
<ul class="names">${items.map(
    (item) => html`
<li>${item}</li>`,
  )}</ul></section>`;
}

function productTable(fleet: ShownFleet): Markup {
  const { products, now } = fleet;
  const titles = products[0]?.useCases.map(({ title }) => title) ?? [];
  const commands = new Map(nextSteps(fleet).map(({ product, command }) => [product, command]));
  return html`<section class="part" aria-labelledby="products"><h2 id="products">Products</h2>
<table class="status"><caption class="unseen">The use cases of each product, the worst first</caption>
<thead><tr><th scope="col">Product</th>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${products.map(
    (product) => html`
<tr><th scope="row">${productCell(product, commands.get(product) ?? null)}</th>${product.useCases.map(
      (each) => html`
<td>${useCaseCell(each, now)}</td>`,
    )}</tr>`,
  )}</tbody></table></section>`;
}

function productCell(product: ProductStatus, command: string | null): Markup {
  const { title, productId, account, accountId, owner } = product;
  // With its name in mp-verify.yaml.
  const place = [accountId, accountId === null || account === null ? account : `(${account})`]
    .filter(Boolean)
    .join(' ');
  const details = [
    title === null ? null : productId,
    place && `account ${place}`,
    owner === null ? null : `owner ${owner}`,
  ];
  const waiver = waiverWords(product);
  return html`<span class="name">${title ?? productId}</span> ${mark(verdictMark(product))}
<span class="line soft">${details.filter(Boolean).join(', ')}</span>${
    waiver === null
      ? ''
      : html`
<span class="line warn">${waiver}</span>`
  }${
    command === null
      ? ''
      : html`
<code>${command}</code>`
  }`;
}

function useCaseCell(useCase: Confirmation, now: Date): Markup {
  const { title, confirmedAt, operator, run, unfinished } = useCase;
  const lines = [
    ...(confirmedAt === null ? [] : [ago(now, confirmedAt), utcMinute(confirmedAt)]),
    [operator, run].filter(Boolean).join(', '),
    unfinished === null
      ? ''
      : `${run === null ? '' : 'A newer run, '}${unfinished}${run === null ? '' : ','} is not finished`,
  ];
  return html`<span class="label">${title} </span>${mark(useCaseMark(useCase))}${lines.map((line) =>
    line === ''
      ? ''
      : html`
<span class="line soft">${line}</span>`,
  )}`;
}

/** On a narrow screen, a product is a block, and each use case has its title beside it. */
const ownStyle = `
.status { break-inside: auto; table-layout: fixed; }
.status tr { break-inside: avoid; }
.status thead th:first-child { width: 40%; }
.status tbody th { color: inherit; }
.status .name { font-weight: 600; }
.status .line { display: block; font-size: .8125rem; font-weight: 400; }
.status code { margin-top: .25rem; font-size: .8125rem; font-weight: 400; }
.status .label { display: none; }
@media screen and (max-width: 48rem) {
  .status thead { display: none; }
  .status, .status tbody, .status tr, .status tbody th, .status td { display: block; }
  .status tr + tr { margin-top: 1rem; padding-top: 1rem; border-top: .125rem solid var(--line); }
  .status tbody th, .status td { border: 0; padding-right: 0; }
  .status .label { display: block; color: var(--soft); font-size: .8125rem; }
}
`;
