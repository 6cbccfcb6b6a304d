import stringWidth from 'fast-string-width';
import type { Confirmation } from '../checklist/confirmations.ts';
import type { ProductStatus } from '../checklist/fleet-status.ts';
import { block, type Cell, shorten, table } from '../text/block.ts';
import { countWords, someOf } from '../text/counts.ts';
import { type Styles, verdictMarks } from '../text/styles.ts';
import { verdictMark, waiverWords } from './fleet-words.ts';
import {
  ageLimit,
  ageWords,
  byReason,
  mostNames,
  nextSteps,
  notCountedByReason,
  productNames,
  type ShownFleet,
  statusTally,
  useCaseMark,
} from './status-words.ts';

/** A line for each product, the worst first; then what is unusual, what to do next, and the counts. */
export function fleetStatusText(styles: Styles, fleet: ShownFleet): string {
  const nameOf = productNames(fleet.products);
  return [
    productLines(styles, fleet),
    waivers(styles, fleet, nameOf),
    notCounted(styles, fleet),
    next(styles, fleet, nameOf),
    counts(styles, fleet),
  ]
    .filter(Boolean)
    .join('\n');
}

type NameOf = (product: ProductStatus) => string;

/** With fewer columns, names could not be told apart. */
const leastName = 16;

function productLines(styles: Styles, { products, now }: ShownFleet): string {
  const ids = products[0]?.useCases.map(({ checklist }) => checklist) ?? [];
  const cells = products.map(({ useCases }) => useCases.map((each) => useCaseCell(each, now)));
  const fixed = ids.map((id, i) => widest([id, ...cells.map((row) => row[i]?.text ?? '')]));
  const room = fixed.reduce((rest, width) => rest - width - 2, styles.columns - '✓  '.length);
  const hasOwner = products.some(({ owner }) => owner !== null);
  const owners = products.map(({ owner }) => shorten(owner ?? '', Math.floor(room * 0.4)));
  const nameRoom = hasOwner ? room - widest(['owner', ...owners]) - 2 : room;
  if (nameRoom < leastName) {
    const nameOf = productNames(products);
    return products.map((each, i) => narrowProduct(styles, each, nameOf(each), cells[i] ?? [])).join('');
  }
  const nameOf = productNames(products, (name) => shorten(name, nameRoom));
  const columns = ['', 'product', ...(hasOwner ? ['owner'] : []), ...ids].map((title) => ({ title }));
  const rows = products.map((product, i): readonly Cell[] => {
    const { symbol, style } = verdictMark(product);
    const owner = hasOwner ? [owners[i] ?? ''] : [];
    return [{ text: symbol, style }, nameOf(product), ...owner, ...(cells[i] ?? [])];
  });
  return table(styles, columns, rows);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

type StyledText = Exclude<Cell, string>;

/** `✓ 3 days` */
function useCaseCell(useCase: Confirmation, now: Date): StyledText {
  const { symbol, word, style } = useCaseMark(useCase);
  const age = ageWords(useCase, now);
  const words = { pass: age, fail: `${word} ${age}`, missing: word, 'too-old': word }[useCase.state];
  return { text: `${symbol} ${words}`, style };
}

function narrowProduct(styles: Styles, product: ProductStatus, name: string, cells: readonly StyledText[]): string {
  const { symbol, style: leadStyle } = verdictMark(product);
  const width = widest(product.useCases.map(({ checklist }) => checklist));
  const lines = product.useCases.map(({ checklist }, i) => {
    const { text: body, style } = cells[i] ?? { text: '', style: 'plain' };
    return block(styles, { lead: `  ${checklist.padEnd(width)}  `, leadStyle: 'dim', body, style });
  });
  const head = block(styles, { lead: `${symbol} `, leadStyle, body: name, style: 'bold', right: product.owner ?? '' });
  return head + lines.join('');
}

/** Products with the same waiver stand together. */
function waivers(styles: Styles, { products }: ShownFleet, nameOf: NameOf): string {
  const lines = (hasEnded: boolean, lead: string) => {
    const some = products.filter(({ waiver }) => waiver?.ended === hasEnded);
    const words = byReason(some.map((each) => ({ reason: waiverWords(each) ?? '', name: nameOf(each) })));
    return [...words].map(([reason, names]) =>
      block(styles, { lead, leadStyle: 'warn', body: `${someOf(names, mostNames)}: ${reason}` }),
    );
  };
  return [...lines(true, '! '), ...lines(false, '– ')].join('');
}

function notCounted(styles: Styles, fleet: ShownFleet): string {
  const reasons = [...notCountedByReason(fleet)];
  if (reasons.length === 0) return '';
  const lines = reasons.map(([reason, names]) =>
    block(styles, { lead: '  ', body: `${someOf(names, mostNames)}: ${reason}`, style: 'dim' }),
  );
  return block(styles, { body: 'Not counted:' }) + lines.join('');
}

/** How many products are shown with their next command. */
const mostCommands = 5;

function next(styles: Styles, fleet: ShownFleet, nameOf: NameOf): string {
  const steps = nextSteps(fleet);
  if (steps.length === 0) return '';
  const lines = steps.slice(0, mostCommands).map(({ product, command }) => {
    const [name, id] = [nameOf(product), product.productId];
    const body = name === id ? id : `${name} (${id})`;
    // Stays on one line, so that it can be copied.
    return `${block(styles, { lead: '  ', body })}    ${styles.paint.accent(command)}\n`;
  });
  const more = steps.length - mostCommands;
  return [
    block(styles, { body: 'Next:' }),
    ...lines,
    more > 0 ? block(styles, { lead: '  ', body: `and ${more} more`, style: 'dim' }) : '',
  ].join('');
}

function counts(styles: Styles, fleet: ShownFleet): string {
  const { symbol, word, style } = verdictMarks[fleet.verdict];
  const many = countWords(fleet.products.length, 'product');
  const old = ageLimit(fleet);
  return [
    block(styles, { lead: `${symbol} ${word}  `, leadStyle: style, body: `${many}: ${statusTally(fleet)}` }),
    old === null ? '' : block(styles, { lead: '  ', body: old, style: 'dim' }),
  ].join('');
}
