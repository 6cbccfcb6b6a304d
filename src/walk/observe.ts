import { makesPurchase } from '../checklist/buyers.ts';
import { currentResults } from '../checklist/current-results.ts';
import type { Check, EntitlementRow } from '../checklist/model.ts';
import type { CheckContext, Observation } from '../checks/check-kind.ts';
import { kindOf, type Place, quit, type StepOutcome, type WalkContext } from './context.ts';
import { type Observe, observeOnce, observeTwice, poll, type Waiting } from './poll.ts';
import { askAboutFinding, askFirst, pageOrAsk } from './questions.ts';
import { waitText } from './screen.ts';

/**
 * Returns how to run a check at this step: with one observation, or two if a pass must be confirmed. A rehearsal has
 * only one node.
 */
export function observer(check: Check, place: Place, context: WalkContext): Observe {
  const kind = kindOf(check);
  const { clock, signal } = context.host;
  const look = () => kind.observe(check.fields, checkContext(place, context));
  return kind.confirms && context.rehearsal === null
    ? (confirming) => observeTwice(look, clock, signal, confirming)
    : look;
}

/** Returns what a check may know at this step of the run. */
function checkContext({ planned: { checklist, buyer } }: Place, context: WalkContext): CheckContext {
  const { marketplace, buyerMarketplace, web, settings, target, page, confirmations, host, entries } = context;
  const { current } = currentResults(checklist, entries);
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
    ...{ marketplace, buyerMarketplace, web, settings, target, page, confirmations },
    ...{ signal: host.signal, now: host.clock.now, buyer, baseline, granted },
    beforePurchase: makesPurchase(checklist),
  };
}

/** Runs a check, once or until its deadline. On a terminal the operator decides what the program cannot. */
export async function observe(check: Check, place: Place, context: WalkContext): Promise<Observation | StepOutcome> {
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
    const looking = observer(check, place, asking);
    const look = () =>
      looking((now) => {
        confirming = now;
      });
    const text = () => waitText(terminal.styles(), place, confirming ? 'confirming' : waiting, host.clock.now());
    const progress = terminal.progress(text, stop);
    try {
      const looked =
        within === null
          ? observeOnce(look).then((each) => ({ ...each, late: false }))
          : poll(look, within, host.clock, AbortSignal.any([host.signal, quitting.signal]), (state) => {
              waiting = state;
            });
      // An operator who quits does not wait for a slow observation.
      const found = await Promise.race([looked, quitted]);
      progress.stop();
      if (found === null) return quit;
      if (!terminal.interactive) return found;
      const answer = await askAboutFinding(found, text, place, context);
      if (answer !== null) return answer;
    } finally {
      progress.stop();
    }
  }
}
