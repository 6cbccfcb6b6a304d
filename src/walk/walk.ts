import { answerTo } from '../checklist/answers.ts';
import { currentAttempt } from '../checklist/attempts.ts';
import type { Attempt, Step } from '../checklist/model.ts';
import { notReached, type PlannedChecklist, type Unreached } from '../checklist/report.ts';
import { takeNote } from './ask-person.ts';
import type { Place, WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { checklistHeader, type HeaderFacts } from './header.ts';
import { perform } from './perform.ts';
import { pendingLines, resultLines } from './result-lines.ts';

/** Why steps were not reached, by checklist: filled while walking, so that it holds however the walk ends. */
export type UnreachedSteps = Map<string, Unreached>;

/** Walks checklists in order. Unattended, one that stops does not keep the next from starting. */
export async function walk(
  planned: readonly PlannedChecklist[],
  context: WalkContext,
  facts: HeaderFacts,
  unreached: UnreachedSteps,
): Promise<void> {
  for (const [index, each] of planned.entries()) {
    context.terminal.write(checklistHeader(context.terminal.look(), each, index === 0 ? facts : null));
    const ended = await walkChecklist(each, context);
    unreached.set(each.checklist.id, ended);
    if (!ended.quit) continue;
    for (const later of planned.slice(index + 1))
      unreached.set(later.checklist.id, { reasons: new Map(), rest: ended.rest });
    return;
  }
}

async function walkChecklist(
  planned: PlannedChecklist,
  context: WalkContext,
): Promise<Unreached & { readonly quit: boolean }> {
  const reasons = new Map<string, string>();
  for (const [index, step] of planned.checklist.steps.entries()) {
    const place = { planned, number: index + 1 };
    const name = `step ${place.number} (${step.title})`;
    const outcome = await takeStep(step, place, context);
    if (outcome === 'next') continue;
    if (outcome === 'quit') return { reasons, rest: `The operator ended the run at ${name}.`, quit: true };
    if (outcome === 'pending') {
      const reason = 'This step needs a person. Run it on a terminal, or answer it with --answers FILE.';
      reasons.set(step.id, reason);
      context.terminal.write(
        pendingLines(context.terminal.look(), await fillStep(step, place, context), reason, place),
      );
      if (!step.required) continue;
    }
    const status = currentAttempt(planned.checklist.id, step.id, context.entries)?.status ?? 'pending';
    return { reasons, rest: `${notReached} ${name} ${endings[status]}.`, quit: false };
  }
  return { reasons, rest: null, quit: false };
}

const endings = {
  pass: 'passed',
  fail: 'failed',
  error: 'could not be checked',
  skip: 'was skipped',
  pending: 'is pending',
  'not-applicable': 'does not apply',
} as const;

/** Until the step has a result that the walk can go on from, or stops at. */
async function takeStep(step: Step, place: Place, context: WalkContext): Promise<'next' | 'stop' | 'pending' | 'quit'> {
  for (;;) {
    const performed = await perform(step, place, context);
    if (performed === 'pending' || performed === 'quit') return performed;
    context.entries.push(performed);
    const answered = answerTo(context.answers, place.planned.checklist.id, step.id) !== null;
    const { title, ifItFails } = await fillStep(step, place, context);
    context.terminal.write(
      resultLines(context.terminal.look(), { ...step, title, ifItFails }, performed, place, answered),
    );
    if (!step.required || performed.advisory || performed.status === 'pass' || performed.status === 'not-applicable')
      return 'next';
    if (!context.terminal.interactive) return 'stop';
    if (performed.status === 'skip') return 'next';
    const choice = await afterFailure(step, performed, place, context);
    if (choice !== 'again') return choice;
    // The operator may have signed in again meanwhile, or mended the product.
    await context.marketplace.renew();
  }
}

async function afterFailure(
  step: Step,
  { by }: Attempt,
  place: Place,
  context: WalkContext,
): Promise<'again' | 'stop' | 'next' | 'quit'> {
  // What an answers file says does not change by looking again.
  const again = by === 'answers' ? {} : { r: 'look again' };
  const keys = { ...again, n: 'note', k: 'keep the failure and finish', g: 'go on anyway', q: 'quit' };
  for (;;) {
    const key = await context.terminal.key({ keys });
    if (key === 'r') return 'again';
    if (key === 'k') return 'stop';
    if (key === 'g') return 'next';
    if (key === 'q') return 'quit';
    if (key === 'n') await takeNote(step.id, place, context);
  }
}
