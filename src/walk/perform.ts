import { type Answer, answerTo } from '../checklist/answers.ts';
import type { Attempt, Step } from '../checklist/model.ts';
import { askPerson, type Claim } from './ask-person.ts';
import type { Place, WalkContext } from './context.ts';
import { type FilledStep, fillStep } from './filled-step.ts';
import { judge } from './judge.ts';
import { observe } from './observe.ts';

/** A step is finished, or waits for a person, or the operator wants to stop. */
export type Performed = Attempt | 'pending' | 'quit';

/** One execution of a step: a person's part, the program's part, or both. */
export async function perform(raw: Step, place: Place, context: WalkContext): Promise<Performed> {
  const { clock } = context.host;
  const step = await fillStep(raw, place, context);
  const started = clock.now();
  const answer = answerTo(context.answers, place.planned.checklist.id, step.id);
  const claim = step.do.length === 0 ? null : await claimFor(step, answer, place, context);
  if (claim === 'pending' || claim === 'quit') return claim;

  const look = step.check !== null && claim?.status !== 'skip';
  // Looking once is enough to set a person's "fail" beside what AWS says: nothing is waited for.
  const check = step.check && { ...step.check, within: claim?.status === 'fail' ? null : step.check.within };
  const observed = look && check ? await observe(step, check, place, context) : null;
  if (observed === 'quit') return 'quit';

  return {
    type: 'attempt',
    checklist: place.planned.checklist.id,
    step: step.id,
    ...judge(claim, observed),
    operator: claim === null ? null : (answer?.by ?? context.operator),
    note: answer?.note ?? null,
    startedAt: started.toISOString(),
    durationMs: clock.now().getTime() - started.getTime(),
  };
}

async function claimFor(
  step: FilledStep,
  answer: Answer | null,
  place: Place,
  context: WalkContext,
): Promise<(Claim & { readonly by: 'operator' | 'answers' }) | 'pending' | 'quit'> {
  if (answer) {
    const reason = answer.verdict === 'pass' ? null : (answer.note ?? `The answers file says ${answer.verdict}.`);
    return { status: answer.verdict, reason, by: 'answers' };
  }
  if (!context.terminal.interactive) return 'pending';
  const claim = await askPerson(step, place, context);
  return claim === 'quit' ? 'quit' : { ...claim, by: 'operator' };
}
