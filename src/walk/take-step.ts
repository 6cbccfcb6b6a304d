import { type Attempt, answerTo, type Step } from '../checklist/model.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import { standing } from '../checklist/standing.ts';
import { outputInSandbox } from '../text/sandbox-address.ts';
import { askKey } from './ask-key.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { keptClaim } from './kept-claim.ts';
import { Left } from './left.ts';
import { type Performed, perform } from './perform.ts';
import { reopenLater } from './reopen-later.ts';
import { resultLines } from './result-lines.ts';
import { sandboxHints } from './sandbox-hints.ts';
import { sandboxOf } from './values.ts';

/** Until the step has a result that the walk can go on from, or stops at. Every result is kept before the next question. */
export async function takeStep(
  step: Step,
  place: Place,
  context: WalkContext,
): Promise<'next' | 'keep' | 'stop' | 'pending' | Leave> {
  for (;;) {
    const claimed = keptClaim(step, place, context);
    const performed = await performedOrLeft(step, place, context);
    if (performed === 'anew') return 'next';
    const kept = performed === 'keep' ? standing(place.planned.checklist, context.entries).current.get(step.id) : null;
    if (kept && stops(step, kept)) {
      // To keep a failure is to be asked what becomes of it.
      const choice = await afterFailure(step, kept, place, context);
      if (choice !== 'again') return choice;
      continue;
    }
    if (typeof performed === 'string') return performed;
    if (step.do.length > 0 || step.required) await reopenLater(step, place, context);
    await context.record(performed);
    const answered = answerTo(context.answers, place.planned.checklist.id, step.id) !== null;
    const said = answered ? 'answers' : claimed ? 'before' : 'now';
    const { title, ifItFails } = await fillStep(step, place, context, 'known');
    const { output } = performed;
    const shown = output ? { ...performed, output: outputInSandbox(output, sandboxOf(context)) } : performed;
    context.terminal.write(resultLines(context.terminal.look(), { ...step, title, ifItFails }, shown, place, said));
    context.terminal.write(await sandboxHints(step, performed, place, context));
    if (performed.status === 'skip' && step.required && !performed.advisory && !context.terminal.interactive)
      return 'stop';
    if (!stops(step, performed)) return 'next';
    if (!context.terminal.interactive) return 'stop';
    const choice = await afterFailure(step, performed, place, context);
    if (choice !== 'again') return choice;
    // The operator may have signed in again meanwhile, or mended the product.
    await context.marketplace.renew();
  }
}

async function performedOrLeft(step: Step, place: Place, context: WalkContext): Promise<Performed> {
  try {
    // What is shown of it is what is kept.
    return redactAll(await perform(step, place, context), secretsIn(context.settings.contractApi?.headers ?? {}));
  } catch (error) {
    if (error instanceof Left) return error.leave;
    throw error;
  }
}

function stops(step: Step, { status, advisory }: Attempt): boolean {
  return step.required && !advisory && (status === 'fail' || status === 'error');
}

async function afterFailure(
  step: Step,
  { by }: Attempt,
  place: Place,
  context: WalkContext,
): Promise<'again' | 'stop' | 'next' | Leave> {
  // What an answers file says does not change by looking again.
  const again = by === 'answers' ? {} : { r: 'look again' };
  const back = place.before === null ? {} : { b: 'back' };
  const finish = place.later.length === 0 ? 'finish' : 'go on to the next use case';
  const keys = { ...again, n: 'note', ...back, k: `keep the failure and ${finish}`, g: 'go on anyway' };
  const key = await askKey(keys, step.id, place, context);
  if (key === 'quit' || key === 'back') return key;
  if (key === 'r') return 'again';
  return key === 'k' ? 'stop' : 'next';
}
