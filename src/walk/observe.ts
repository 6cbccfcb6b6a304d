import type { Check, Step } from '../checklist/model.ts';
import type { Look } from '../checks/check-kind.ts';
import { askAboutLook } from './ask-about-look.ts';
import { askFirst } from './ask-first.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { kindOf } from './kind-of.ts';
import { lookContext } from './look-context.ts';
import { type Looking, lookOnce, lookTwice, poll, type Waiting } from './poll.ts';
import { waitText } from './wait-text.ts';

/** One look of a check, from this place of the walk; where a pass needs it, two. In a rehearsal there is one node only. */
export function looker(check: Check, place: Place, context: WalkContext): Looking {
  const kind = kindOf(check);
  const { clock, signal } = context.host;
  const look = () => kind.look(check.fields, lookContext(place, context));
  return kind.confirms && context.rehearsal === null
    ? (confirming) => lookTwice(look, clock, signal, confirming)
    : look;
}

/** Lets the program look: once, or until the deadline. On a terminal the operator decides what a program can't. */
export async function observe(
  step: Step,
  check: Check,
  place: Place,
  context: WalkContext,
): Promise<Look | 'anew' | Leave> {
  const { terminal, host } = context;
  const within = check.within === null ? null : (context.maxWait ?? check.within);
  const allowed = await askFirst(step, check, place, context);
  if (allowed !== 'go') return allowed;
  for (;;) {
    const looking = looker(check, place, context);
    let waiting: Waiting | null = null;
    const quitting = new AbortController();
    const quit = new Promise<'quit'>((resolve) => {
      quitting.signal.addEventListener('abort', () => resolve('quit'));
    });
    let confirming = false;
    const look = () =>
      looking((now) => {
        confirming = now;
      });
    const text = () => waitText(terminal.styles(), step, place, confirming ? 'confirming' : waiting, host.clock.now());
    const progress = terminal.progress(text, () => quitting.abort(new Error('the operator quits')));
    try {
      const looked =
        within === null
          ? lookOnce(look).then((each) => ({ ...each, late: false }))
          : poll(look, within, host.clock, AbortSignal.any([host.signal, quitting.signal]), (state) => {
              waiting = state;
            });
      // A look under way may last: whoever quits does not wait for it.
      const found = await Promise.race([looked, quit]);
      progress.stop();
      if (found === 'quit') return found;
      if (!terminal.interactive) return found;
      const answer = await askAboutLook(found, text, step.id, place, context);
      if (answer !== 'again') return answer;
    } finally {
      progress.stop();
    }
  }
}
