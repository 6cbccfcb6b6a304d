import { withRemark } from '../checklist/reasons.ts';
import type { Observation } from '../checks/check-kind.ts';
import { CouldNotTell, reasonOfTrouble } from '../errors.ts';
import type { Clock } from '../ports/host.ts';

/** First pause, growth, longest pause between two looks; and the pause before a look that confirms another. */
export const pauses = { firstMs: 2_000, growth: 1.5, longestMs: 30_000, confirmingMs: 1_000 } as const;

export interface Waiting {
  readonly since: Date;
  readonly until: Date;
  readonly looks: number;
  readonly next: Date;
  /** What the last look found missing. */
  readonly missing: string;
}

/** Looks once, and says when it begins and ends to confirm what it saw. */
export type Looking = (confirming?: (now: boolean) => void) => Promise<Observation>;

/** A look that AWS did not answer is `error`, never a failure of the integration. */
export async function lookOnce(look: () => Promise<Observation>): Promise<Observation> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CouldNotTell)) throw error;
    return { status: 'error', ...reasonOfTrouble(error), final: !error.transient };
  }
}

/** A pass, and the look after it, which must pass too. That it passed before is said where it does not. */
export async function lookTwice(
  look: () => Promise<Observation>,
  clock: Clock,
  signal: AbortSignal,
  confirming: (now: boolean) => void = () => undefined,
): Promise<Observation> {
  const first = await lookOnce(look);
  if (first.status !== 'pass') return first;
  confirming(true);
  try {
    await clock.sleep(pauses.confirmingMs, signal);
    const second = await lookOnce(look);
    if (second.status === 'pass') return second;
    const remark = 'A look one second before saw what was expected: do all nodes of the system answer the same?';
    return { ...second, ...withRemark(second, remark, { passedBefore: true }) };
  } finally {
    confirming(false);
  }
}

/**
 * Looks until it passes, until waiting can't help, or until the deadline, at which it looks once more. Trouble that may
 * pass is waited out like a failure.
 */
export async function poll(
  look: () => Promise<Observation>,
  within: number,
  clock: Clock,
  signal: AbortSignal,
  waiting: (state: Waiting) => void,
): Promise<Observation & { readonly late: boolean }> {
  const since = clock.now();
  const until = new Date(since.getTime() + within);
  let pause: number = pauses.firstMs;
  for (let looks = 1; ; looks++) {
    const began = clock.now().getTime();
    const result = await lookOnce(look);
    const now = clock.now().getTime();
    const settled = result.final || (result.status !== 'fail' && result.status !== 'error');
    if (settled || began >= until.getTime()) return { ...result, late: !settled };
    const nap = Math.max(0, Math.min(pause, until.getTime() - now));
    waiting({ since, until, looks, next: new Date(now + nap), missing: result.reason ?? '' });
    await clock.sleep(nap, signal);
    pause = Math.min(pause * pauses.growth, pauses.longestMs);
  }
}
