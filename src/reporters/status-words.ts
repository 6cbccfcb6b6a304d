import { type Confirmation, type LeftOut, nextCommand } from '../checklist/confirmations.ts';
import type { FleetStatus, NotCounted, ProductStatus } from '../checklist/fleet-status.ts';
import { safe, shellWord } from '../text/safe.ts';
import { type Mark, stateMarks } from '../text/styles.ts';
import { ago, roughly } from '../text/times.ts';

/** What people are shown of a fleet. */
export interface ShownFleet extends FleetStatus {
  readonly notCounted: readonly NotCounted[];
  readonly leftOut: readonly LeftOut[];
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
  /** Runs that a process has in use, or had when it was killed. */
  readonly inUse: readonly string[];
  /** The oldest result that counts, in ms. */
  readonly maxAge: number;
  readonly now: Date;
}

/** The mark of a use case. The word says that a run of one that has no result is not finished. */
export function useCaseMark({ state, unfinished }: Confirmation): Mark {
  return state === 'missing' && unfinished !== null
    ? { ...stateMarks.missing, word: 'not finished' }
    : stateMarks[state];
}

/** `3 days`; empty without a result. */
export function ageWords({ confirmedAt }: Confirmation, now: Date): string {
  return confirmedAt === null ? '' : ago(now, confirmedAt).replace(/ ago$/, '');
}

/**
 * Returns what to call each product: its title, unless another product would look the same. `shortened` cuts names to what
 * there is room for.
 */
export function productNames(
  products: readonly ProductStatus[],
  shortened = (name: string) => name,
): (product: ProductStatus) => string {
  const titles = products.flatMap(({ title }) => (title === null ? [] : shortened(title)));
  const count = new Map<string, number>();
  for (const title of titles) count.set(title, (count.get(title) ?? 0) + 1);
  return ({ title, productId }) => {
    const fitting = title === null ? null : shortened(title);
    return fitting !== null && count.get(fitting) === 1 ? fitting : shortened(productId);
  };
}

/** `2 fail, 3 incomplete, 1 waived, 294 pass` */
export function statusTally({ tally }: FleetStatus): string {
  const { fail, incomplete, waived, pass } = tally;
  return Object.entries({ fail, incomplete, waived, pass })
    .flatMap(([word, count]) => (count > 0 ? `${count} ${word}` : []))
    .join(', ');
}

/** Says that some results are too old; null if none is. */
export function ageLimit({ products, maxAge }: ShownFleet): string | null {
  const isOld = products.some(({ useCases }) => useCases.some(({ state }) => state === 'too-old'));
  return isOld ? `Results older than ${roughly(maxAge)} do not count.` : null;
}

/** Returns products and runs that do not count, by reason. */
export function notCountedByReason({ notCounted, leftOut }: ShownFleet): ReadonlyMap<string, readonly string[]> {
  return byReason([
    ...notCounted.map(({ title, productId, accountId, reason }) => {
      return { reason, name: `${title} ${productId} (account ${accountId})` };
    }),
    ...leftOut.map(({ run, reason }) => ({ reason, name: run })),
  ]);
}

/** Names everything once that has the same reason. */
export function byReason(
  all: readonly { readonly reason: string; readonly name: string }[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const { reason, name } of all) {
    const names = groups.get(reason) ?? new Set();
    groups.set(reason, names.add(name));
  }
  return new Map([...groups].map(([reason, names]) => [reason, [...names]]));
}

/** Says that the result of these runs may change. */
export function inUseWords(inUse: readonly string[]): string {
  return `In use, or stopped without an end: ${inUse.join(', ')}. What passed there counts when it ends. If no one uses it anymore, resume it.`;
}

/** How many names are shown with a reason. */
export const mostNames = 5;

/** Products to do something about, the worst first, each with the command that does. */
export function nextSteps({ products }: ShownFleet) {
  return products
    .filter(({ verdict, waived }) => verdict !== 'pass' && !waived)
    .map((product) => ({ product, command: commandFor(product) }));
}

/** For a failure first, then for a run that is not finished, then for what is missing. */
function commandFor({ useCases, listedAs }: ProductStatus): string {
  const open = useCases.filter(({ state }) => state !== 'pass');
  const worst =
    open.find(({ state }) => state === 'fail') ?? open.find(({ unfinished }) => unfinished !== null) ?? open[0];
  return (worst && nextCommand(worst, safe(shellWord(listedAs)))) ?? '';
}
