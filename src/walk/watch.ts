import type { Look } from '../checks/check-kind.ts';
import type { Clock } from '../ports/host.ts';
import { block } from '../text/block.ts';
import { agreementWords } from '../text/step-lines.ts';
import type { Styles as Screen } from '../text/styles.ts';
import { clockTime } from '../text/times.ts';
import { type Looking, lookOnce, pauses } from './poll.ts';

/** Looks in the background while a person is asked. */
export interface Watch {
  /** What is seen now, in a line for the prompt. */
  status(screen: Screen): string;
  /** Ends the looking; the last look, if it is one to go by. */
  stop(): Look | null;
}

export function watch(look: Looking, who: string, clock: Clock, signal: AbortSignal): Watch {
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  let last: Look | null = null;
  let since: Date | null = null;
  let confirming = false;
  let bug: unknown = null;

  const looking = async () => {
    for (
      let pause: number = pauses.firstMs;
      !either.aborted;
      pause = Math.min(pause * pauses.growth, pauses.longestMs)
    ) {
      const found = await lookOnce(() =>
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
    status(screen) {
      const row = (body: string) => block(screen, { lead: `  ${who.padEnd(8)}`, leadStyle: 'dim', body });
      if (confirming) return row('… confirming with a second look');
      if (last === null) return row('… looking');
      if (last.status === 'not-applicable') return '';
      const seen =
        last.output?.kind === 'agreements' ? last.output.agreements.map(agreementWords).join('; ') : last.reason;
      return row(`${since ? `✓ sees it since ${clockTime(since)}:` : '… not yet.'} ${seen ?? ''}`.trimEnd());
    },
    stop() {
      stopped.abort(new Error('the watch is over'));
      if (bug !== null) throw bug;
      return last?.status === 'pass' || last?.status === 'not-applicable' ? last : null;
    },
  };
}
