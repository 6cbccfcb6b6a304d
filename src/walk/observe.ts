import { currentAttempt } from '../checklist/attempts.ts';
import type { Check, EntitlementRow, Result, Step } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { CheckKind, LookContext } from '../steps/check-kind.ts';
import { checks } from '../steps/index.ts';
import type { Place, WalkContext } from './context.ts';
import { lookOnce, poll, type Waiting } from './poll.ts';
import { waitText } from './wait-text.ts';

/** Lets the program look: once, or until the deadline. On a terminal the operator may move the deadline. */
export async function observe(step: Step, check: Check, place: Place, context: WalkContext): Promise<Result | 'quit'> {
  const kind: CheckKind | undefined = Object.entries(checks).find(([name]) => name === check.kind)?.[1];
  if (!kind) throw new Error(`the checklist was read with a check that is not there: ${check.kind}`);
  const { terminal, host } = context;
  const look = () => kind.look(check.fields, lookContext(place, context));
  const within = check.within === null ? null : (context.maxWait ?? check.within);

  for (;;) {
    let waiting: Waiting | null = null;
    const progress = terminal.progress(() => waitText(terminal.look(), step, place, waiting, host.clock.now()));
    try {
      if (within === null) return plain(await lookOnce(look));
      const { late, ...result } = await poll(look, within, host.clock, host.signal, (state) => {
        waiting = state;
      });
      if (!late || !terminal.interactive) return result;
      progress.stop();
      terminal.write(waitText(terminal.look(), step, place, waiting, host.clock.now()));
      const key = await terminal.key({
        keys: { w: 'wait longer', f: result.status === 'error' ? 'give up' : 'fail', q: 'quit' },
      });
      if (key === 'f') return result;
      if (key === 'q') return 'quit';
    } finally {
      progress.stop();
    }
  }
}

function plain({ final: _, ...result }: Awaited<ReturnType<typeof lookOnce>>): Result {
  return result;
}

function lookContext({ planned }: Place, context: WalkContext): LookContext {
  const { buyer } = planned;
  return {
    marketplace: context.marketplace,
    get buyer() {
      if (buyer === null) throw new CouldNotTell('no-buyer', 'This check needs a buyer.', 'Name one with --buyer ID.');
      return buyer;
    },
    baseline: baselineOf(planned, context),
    now: context.host.clock.now,
    target: context.target,
    page: context.page,
  };
}

function baselineOf({ checklist }: Place['planned'], { entries }: WalkContext): readonly EntitlementRow[] | null {
  const step = checklist.steps.find(({ check }) => check?.kind === 'baseline');
  const output = step && currentAttempt(checklist.id, step.id, entries)?.output;
  return output?.kind === 'entitlements' ? output.entitlements : null;
}
