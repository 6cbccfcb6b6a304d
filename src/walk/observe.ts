import { makesPurchase } from '../checklist/buyers.ts';
import type { Check } from '../checklist/model.ts';
import { agreementWords, type EntitlementRow } from '../checklist/outputs.ts';
import { reasonOfTrouble, withRemark } from '../checklist/reasons.ts';
import type { CheckContext, Observation } from '../checks/check-kind.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Clock } from '../ports/host.ts';
import { block } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';
import { clockTime } from '../text/times.ts';
import { kindOf, type Place, quit, type StepOutcome, type WalkContext } from './context.ts';
import { askAboutFinding, askFirst, pageOrAsk } from './questions.ts';
import { type Waiting, waitText } from './screen.ts';

/**
 * Returns how to run a check at this step: with one observation, or two if a pass must be confirmed. A rehearsal has
 * only one node.
 */
export function observerOf(check: Check, place: Place, context: WalkContext): Observer {
  const kind = kindOf(check);
  const { clock, signal } = context.host;
  const once = () => kind.observe(check.fields, checkContext(place, context));
  return kind.confirms && context.rehearsal === null
    ? (confirming) => observeTwice(once, clock, signal, confirming)
    : once;
}

/** Returns what a check may know at this step of the run. */
function checkContext({ planned: { checklist, buyer } }: Place, context: WalkContext): CheckContext {
  const { marketplace, buyerMarketplace, web, settings, target, page, confirmations, expiresWithin, host, run } =
    context;
  const { current } = run.results(checklist.id);
  let baseline: CheckContext['baseline'] = null;
  let granted: readonly EntitlementRow[] | null = null;
  for (const { id, check } of checklist.steps) {
    const output = current.get(id)?.output;
    if (output?.kind !== 'entitlements') continue;
    const { entitlements, agreements = null } = output;
    if (check?.baseline) baseline = { entitlements, agreements };
    if (check?.findsGrants) granted = entitlements;
  }
  return {
    ...{ marketplace, buyerMarketplace, web, settings, target, page, confirmations, expiresWithin },
    ...{ signal: host.signal, now: host.clock.now, buyer, baseline, granted },
    beforePurchase: makesPurchase(checklist),
  };
}

/** Runs a check, once or until its deadline. On a terminal the operator decides what the program cannot. */
export async function runCheck(check: Check, place: Place, context: WalkContext): Promise<Observation | StepOutcome> {
  const { terminal, host } = context;
  const within = check.within === null ? null : (context.maxWait ?? check.within);
  const refused = await askFirst(check, place, context);
  if (refused !== null) return refused;
  for (;;) {
    let waiting: Waiting | null = null;
    let confirming = false;
    const quitting = new AbortController();
    const quitted = new Promise<null>((resolve) => {
      quitting.signal.addEventListener('abort', () => resolve(null));
    });
    const stop = () => quitting.abort(new Error('the operator quits'));
    const asking: WalkContext = {
      ...context,
      async page() {
        const found = await pageOrAsk(context);
        if (found === null) stop();
        return found ?? context.page();
      },
    };
    const observer = observerOf(check, place, asking);
    const once = () =>
      observer((now) => {
        confirming = now;
      });
    const text = () => {
      const state = confirming ? 'confirming' : waiting;
      return waitText(terminal.styles(), place, state, host.clock.now(), terminal.interactive);
    };
    const since = host.clock.now().getTime();
    const progress = terminal.progress(text, stop);
    try {
      const checked =
        within === null
          ? observeOnce(once).then((each) => ({ ...each, late: false }))
          : poll(once, within, host.clock, AbortSignal.any([host.signal, quitting.signal]), (state) => {
              waiting = state;
            });
      // An operator who quits does not wait for a slow observation.
      const found = await Promise.race([checked, quitted]);
      progress.stop();
      if (found === null) return quit;
      if (within !== null && host.clock.now().getTime() - since > longWaitMs) terminal.bell();
      if (!terminal.interactive) return found;
      const answer = await askAboutFinding(found, text, place, context);
      if (answer !== null) return answer;
    } finally {
      progress.stop();
    }
  }
}

/** After a longer wait, the operator may have turned to something else: the bell calls them back. */
const longWaitMs = 30_000;

/** First pause, growth and longest pause between observations, and the pause before one that confirms another. */
const pauses = { firstMs: 2_000, growth: 1.5, longestMs: 30_000, confirmingMs: 1_000 } as const;

/** Makes one observation. Calls `confirming` when it starts and stops confirming what it saw. */
export type Observer = (confirming?: (now: boolean) => void) => Promise<Observation>;

/** Observes once. If AWS does not answer, the status is `error`, which is not a failure of the integration. */
export async function observeOnce(once: () => Promise<Observation>): Promise<Observation> {
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    return { status: 'error', ...reasonOfTrouble(error), final: !error.transient };
  }
}

/** Observes again after a pass, which counts only if the second observation passes too. */
async function observeTwice(
  once: () => Promise<Observation>,
  clock: Clock,
  signal: AbortSignal,
  confirming: (now: boolean) => void = () => undefined,
): Promise<Observation> {
  const first = await observeOnce(once);
  if (first.status !== 'pass') return first;
  confirming(true);
  try {
    await clock.sleep(pauses.confirmingMs, signal);
    const second = await observeOnce(once);
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
async function poll(
  once: () => Promise<Observation>,
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
    const result = await observeOnce(once);
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
export interface BackgroundCheck {
  /** Returns what the check currently sees, as a line above the keys. */
  status(styles: Styles): string;
  /** Stops observing. Returns the last observation if it settles the check. */
  stop(): Observation | null;
}

export function checkInBackground(observer: Observer, who: string, clock: Clock, signal: AbortSignal): BackgroundCheck {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  let last: Observation | null = null;
  let since: Date | null = null;
  let confirming = false;
  let bug: unknown = null;

  const repeat = async () => {
    for (
      let pause: number = pauses.firstMs;
      !either.aborted;
      pause = Math.min(pause * pauses.growth, pauses.longestMs)
    ) {
      const found = await observeOnce(() =>
        observer((now) => {
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
  repeat().catch((error: unknown) => {
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
      stopped.abort(new Error('the question has ended'));
      if (bug !== null) throw bug;
      return last?.status === 'pass' || last?.status === 'not-applicable' ? last : null;
    },
  };
}
