import type { FleetProduct } from '../checklist/entries.ts';
import { type ProductReport, tallyOf } from '../checklist/fleet-report.ts';
import type { Clock, Terminal } from '../ports/host.ts';
import { productRows } from '../reporters/fleet-summary.ts';
import { fleetTallyWords, productMark, productName, sortedProducts, stepsOfProduct } from '../reporters/fleet-words.ts';
import { stepLine } from '../reporters/summary.ts';
import { block } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import type { Styles } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import type { FleetPlan } from './plan-fleet.ts';

/** Shows how a fleet run gets on. */
interface FleetScreen {
  begins(product: FleetProduct): void;
  ends(product: ProductReport): void;
  close(): void;
}

/** Shows a table that changes on a terminal, otherwise a line for each product as it ends. */
export function openScreen(
  { entries, options, fleet }: Pick<FleetPlan, 'entries' | 'options' | 'fleet'>,
  run: string,
  terminal: Terminal,
  clock: Clock,
): FleetScreen {
  if (options.quiet) return { begins: () => undefined, ends: () => undefined, close: () => undefined };
  const count = entries.length;
  const body = `${run}: checking ${countWords(count, 'product')} of ${fleet.inUse}`;
  terminal.write(block(terminal.styles(), { body, style: 'dim' }));
  const ended: ProductReport[] = [];
  const checking = new Set<string>();
  const since = clock.now().getTime();
  const text = () =>
    progressTable({ ended, checking: [...checking], count, ms: clock.now().getTime() - since }, terminal.styles());
  const progress = terminal.interactive ? terminal.progress(text) : null;
  return {
    begins: ({ product }) => void checking.add(product),
    ends(product) {
      ended.push(product);
      checking.delete(product.listedAs);
      if (progress === null) terminal.write(productLine(product, `${ended.length}/${count}`, terminal.styles()));
    },
    close: () => progress?.stop(),
  };
}

/** How far a fleet run is. */
interface FleetProgress {
  readonly ended: readonly ProductReport[];
  /** What mp-verify.yaml names the products that are being checked. */
  readonly checking: readonly string[];
  /** How many products the run checks. */
  readonly count: number;
  /** Since its beginning. */
  readonly ms: number;
}

/** Returns how far the run is, and what has not passed so far, the worst first: as much as the screen has room for. */
export function progressTable({ ended, checking, count, ms }: FleetProgress, styles: Styles): string {
  const open = sortedProducts(ended.filter(({ verdict }) => verdict !== 'pass'));
  const head = block(styles, {
    lead: '… ',
    leadStyle: 'accent',
    body: [
      `${ended.length} of ${count} checked`,
      // The first products say little about the others, and the last ones wait for AWS, however fast the others were.
      ended.length * 10 < count || ended.length + checking.length === count
        ? ''
        : `, about ${roughly((ms / ended.length) * (count - ended.length))} left`,
      ended.length === 0 ? '' : `: ${fleetTallyWords({ tally: tallyOf(ended), products: ended })}`,
    ].join(''),
  });
  const now = checking.length === 0 ? '' : checkingLine(checking, styles);
  // The cursor stands below the last line, and the first line of the terminal may be the prompt's.
  const room = (styles.rows ?? 24) - 2 - linesOf(head) - linesOf(now);
  const rows = productRows(open, styles);
  const total = rows.reduce((sum, row) => sum + linesOf(row), 0);
  const shown: string[] = [];
  let free = total <= room ? room : room - linesOf(moreLine(rows.length, styles));
  for (const row of rows) {
    free -= linesOf(row);
    if (free < 0) break;
    shown.push(row);
  }
  const hidden = rows.length - shown.length;
  const more = hidden === 0 ? '' : moreLine(hidden, styles);
  return [head, ...shown, more, now].join('');
}

function moreLine(hidden: number, styles: Styles): string {
  return block(styles, { lead: '  ', body: `and ${hidden} more that ${hidden === 1 ? 'has' : 'have'} not passed` });
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

/** `checking  Acme Notes, Acme Mail and 48 more`, on one line. */
function checkingLine(names: readonly string[], styles: Styles): string {
  const words = (shown: number) => {
    const more = names.length - shown;
    const named = names.slice(0, shown).join(', ');
    return more === 0 ? named : [named, `${more} more`].filter(Boolean).join(' and ');
  };
  const line = (body: string) => block(styles, { lead: '  checking  ', leadStyle: 'dim', body, style: 'dim' });
  const most = Math.min(names.length, 8);
  const lines = Array.from({ length: most }, (_, i) => line(words(most - i)));
  return lines.find((text) => linesOf(text) === 1) ?? line(words(0));
}

/** `✗ FAIL  17/300  Acme Notes  prod-lp5dq7gziiuyi`, and why it has not passed. */
function productLine(product: ProductReport, position: string, styles: Styles): string {
  const { symbol, word, style } = productMark(product);
  const id = product.target.product?.id;
  return [
    block(styles, {
      lead: `${symbol} ${word.padEnd(4)}  `,
      leadStyle: style,
      body: [position, productName(product), id].filter(Boolean).join('  '),
      right: product.owner ?? '',
    }),
    product.reason === null ? '' : block(styles, { lead: '      ', body: product.reason }),
    ...stepsOfProduct(product).map((each) => stepLine(each, styles, '      ')),
  ].join('');
}
