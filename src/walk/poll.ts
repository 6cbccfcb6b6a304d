import { reasonOfTrouble, withRemark } from '../checklist/reasons.ts';
import type { Observation } from '../checks/check-kind.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Clock } from '../ports/host.ts';
import { block } from '../text/block.ts';
import { agreementWords } from '../text/step-lines.ts';
import type { Styles } from '../text/styles.ts';
import { clockTime } from '../text/times.ts';

/** First pause, growth and longest pause between observations, and the pause before one that confirms another. */
const pauses = { firstMs: 2_000, growth: 1.5, longestMs: 30_000, confirmingMs: 1_000 } as const;

export interface Waiting {
  readonly since: Date;
  readonly until: Date;
  readonly looks: number;
  readonly next: Date;
  /** What was missing at the last observation. */
  readonly missing: string;
}

/** Makes one observation. Calls `confirming` when it starts and stops confirming what it saw. */
export type Observe = (confirming?: (now: boolean) => void) => Promise<Observation>;

/** Observes once. If AWS does not answer, the status is `error`, which is not a failure of the integration. */
export async function observeOnce(look: () => Promise<Observation>): Promise<Observation> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    return { status: 'error', ...reasonOfTrouble(error), final: !error.transient };
  }
}

/** Observes again after a pass, which counts only if the second observation passes too. */
export async function observeTwice(
  look: () => Promise<Observation>,
  clock: Clock,
  signal: AbortSignal,
  confirming: (now: boolean) => void = () => undefined,
): Promise<Observation> {
  const first = await observeOnce(look);
  if (first.status !== 'pass') return first;
  confirming(true);
  try {
    await clock.sleep(pauses.confirmingMs, signal);
    const second = await observeOnce(look);
    if (second.status === 'pass') return second;
    const remark = 'It passed one second earlier. Do all nodes of the system return the same result?';
    return { ...second, ...withRemark(second, remark, { passedBefore: true }) };
  } finally {
    confirming(false);
  }
}

/**
 * Observes until the check passes, waiting cannot help, or `within` (ms) is over; observes once more then. Transient
 * errors are waited out like failures.
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
    const result = await observeOnce(look);
    const now = clock.now().getTime();
    const settled = result.final || (result.status !== 'fail' && result.status !== 'error');
    if (settled || began >= until.getTime()) return { ...result, late: !settled };
    const nap = Math.max(0, Math.min(pause, until.getTime() - now));
    waiting({ since, until, looks, next: new Date(now + nap), missing: result.reason ?? '' });
    await clock.sleep(nap, signal);
    pause = Math.min(pause * pauses.growth, pauses.longestMs);
  }
}

/** Observes in the background while a question is open. */
export interface Watch {
  /** Returns what the check currently sees, as a line above the keys. */
  status(styles: Styles): string;
  /** Stops observing. Returns the last observation if it settles the check. */
  stop(): Observation | null;
}

export function watch(look: Observe, who: string, clock: Clock, signal: AbortSignal): Watch {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  let last: Observation | null = null;
  let since: Date | null = null;
  let confirming = false;
  let bug: unknown = null;

  const looking = async () => {
    for (
      let pause: number = pauses.firstMs;
      !either.aborted;
      pause = Math.min(pause * pauses.growth, pauses.longestMs)
    ) {
      const found = await observeOnce(() =>
        look((now) => {
          confirming = now;
        }),
      );
      if (either.aborted) return;
      last = found;
      if (found.status === 'pass') since = clock.now();
      if (found.status === 'pass' || found.status === 'not-applicable' || found.final) return;
      await clock.sleep(pause, either);
    }
  };
  looking().catch((error: unknown) => {
    if (!either.aborted) bug = error;
  });

  return {
    status(styles) {
      const row = (body: string) => block(styles, { lead: `  ${who.padEnd(8)}`, leadStyle: 'dim', body });
      if (confirming) return row('… confirming with a second check');
      if (last === null) return row('… checking');
      if (last.status === 'not-applicable') return '';
      const seen =
        last.output?.kind === 'agreements' ? last.output.agreements.map(agreementWords).join('; ') : last.reason;
      return row(`${since ? `✓ sees it since ${clockTime(since)}:` : '… not yet:'} ${seen ?? ''}`.trimEnd());
    },
    stop() {
      stopped.abort(new Error('the watch is over'));
      if (bug !== null) throw bug;
      return last?.status === 'pass' || last?.status === 'not-applicable' ? last : null;
    },
  };
}
