import { resultNow } from '../checklist/current-results.ts';
import type { Attempt, CheckedAgain, Decided, Entry, Revisited } from '../checklist/entries.ts';
import { answerTo, type Checklist, type PlannedChecklist } from '../checklist/model.ts';
import { type EarlyEnd, type NextStep, nextStep, type Position } from '../checklist/next-step.ts';
import { because } from '../checklist/walk-reasons.ts';
import { outputInSandbox } from '../text/sandbox-address.ts';
import { attempt } from './attempt.ts';
import { carriedOver, checkAgain } from './check-again.ts';
import { outcome, type Place, type StepOutcome, sandboxOf, type WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { askKey, stepAt } from './questions.ts';
import { checklistHeader, pendingLines, resultLines, sandboxHints } from './screen.ts';

/**
 * Walks the checklists in order, until nothing is left to do (null) or the operator quits. Unattended, it continues
 * with the next checklist after one has stopped. Rejects with `Interrupted`. `unreachedReasons` explains the steps
 * without a result.
 */
export async function walk(context: WalkContext): Promise<EarlyEnd | null> {
  const { planned, run } = context;
  let shown: number | null = null;
  for (let next = nextStep(planned(), run); next; next = nextStep(planned(), run)) {
    const { checklist, step, failure } = next;
    if (shown !== checklist || step === null) {
      const isFirstTime = startChecklist(next, shown, context);
      if (context.header?.resumed) await checkCarriedOver(next, isFirstTime, context);
      shown = checklist;
      continue;
    }
    const place: Place = {
      ...placeOf({ checklist, step }, context),
      before: () => answeredBefore({ checklist, step }, context),
    };
    const made = failure
      ? await decide(failure, place, context)
      : ((await attempt(place, context)) ?? passOver(place, context));
    for (const entry of made.entries) await context.record(entry);
    await show(made.entries, place, context);
    if (made.stop) return { quitAt: { checklist, step } };
  }
  return null;
}

/** Returns the entry for going back from the summary; null if no step was answered by hand. */
export function backFromSummary(context: WalkContext): Revisited | null {
  const to = answeredBefore({ checklist: context.planned().length, step: 0 }, context);
  return to && { type: 'revisited', ...stepAt(to, context), from: null, at: context.host.clock.now().toISOString() };
}

/** Returns the place of a step that cannot be gone back from. */
function placeOf(position: Position, context: WalkContext): Place {
  const all = context.planned();
  const planned = all[position.checklist];
  const step = planned?.checklist.steps[position.step];
  if (!planned || !step) throw new Error('the step is in another list of checklists');
  return {
    planned,
    step,
    number: position.step + 1,
    later: all.slice(position.checklist + 1),
    before: () => null,
  };
}

function placesIn({ id, steps }: Checklist, context: WalkContext): readonly Place[] {
  const checklist = context.planned().findIndex((each) => each.checklist.id === id);
  return steps.map((_, step) => placeOf({ checklist, step }, context));
}

/** Finds the nearest step before a position that a person answered, not an answers file; null if there is none. */
function answeredBefore(
  { checklist: last, step: limit }: Position,
  { planned, run, answers }: WalkContext,
): Position | null {
  for (const [checklist, each] of [...planned().entries()].slice(0, last + 1).reverse()) {
    const { current } = run.results(each.checklist.id);
    const step = each.checklist.steps.findLastIndex(
      ({ id, do: does }, index) =>
        (checklist < last || index < limit) &&
        does.length > 0 &&
        current.has(id) &&
        answerTo(answers, each.checklist.id, id) === null,
    );
    if (step >= 0) return { checklist, step };
  }
  return null;
}

/** Shows the header of a checklist. Returns whether the checklist is shown for the first time in this sitting. */
function startChecklist({ checklist }: NextStep, shown: number | null, context: WalkContext): boolean {
  const { terminal, run, header } = context;
  const planned = plannedAt(checklist, context);
  const { id } = planned.checklist;
  terminal.write(checklistHeader(terminal.styles(), planned, header && { ...header, follows: shown !== null }));
  const isFirstTime = !run.sitting.opened.has(id);
  run.sitting.opened.add(id);
  return isFirstTime;
}

/** Shows the results that a resumed run keeps. Repeats those checks first, once per sitting. */
async function checkCarriedOver(
  { checklist, step }: NextStep,
  isFirstTime: boolean,
  context: WalkContext,
): Promise<void> {
  const places = placesIn(plannedAt(checklist, context).checklist, context);
  const from = step ?? places.length;
  if (isFirstTime && !context.header?.newSandbox) await checkAgain(places.slice(0, from), context);
  context.terminal.write(carriedOver(places, from, context));
  if (isFirstTime) for (const place of noLongerPassing(places, context)) await showNoLongerPassing(place, context);
}

function plannedAt(checklist: number, { planned }: WalkContext): PlannedChecklist {
  const found = planned()[checklist];
  if (!found) throw new Error(`there is no checklist ${checklist}`);
  return found;
}

/** Returns the steps whose check passed earlier and no longer does. */
function noLongerPassing(places: readonly Place[], { run }: WalkContext): readonly Place[] {
  return places.filter(({ planned, step }) => {
    const checked = run.results(planned.checklist.id).again.get(step.id);
    return checked !== undefined && checked.status !== 'pass' && run.isNew(checked);
  });
}

async function showNoLongerPassing(place: Place, context: WalkContext): Promise<void> {
  const { current, again } = context.run.results(place.planned.checklist.id);
  const attempt = current.get(place.step.id);
  if (!attempt) return;
  const step = await fillStep(place, context);
  const result = resultNow(attempt, again.get(step.id));
  context.terminal.write(resultLines(context.terminal.styles(), result, { ...place, step }, 'before'));
}

/** Passes over a step that needs a person, for the rest of the sitting. */
function passOver({ planned, step }: Place, { run, rehearsal }: WalkContext): StepOutcome {
  const reason = because(rehearsal && step.sandbox === null ? 'cannot-rehearse' : 'needs-person');
  run.passOver(planned.checklist.id, step.id, reason);
  return outcome();
}

/** Asks the operator about a failure: try again, continue, or finish the checklist. */
async function decide(failure: Attempt | CheckedAgain, place: Place, context: WalkContext): Promise<StepOutcome> {
  return failure.type === 'attempt' ? decideOnAttempt(failure, place, context) : decideOnChecks(place, context);
}

async function decideOnAttempt({ by }: Attempt, place: Place, context: WalkContext): Promise<StepOutcome> {
  // An answers file gives the same answer again.
  const again = by === 'answers' ? {} : { r: 'look again' };
  const back = place.before() === null ? {} : { b: 'back' };
  const finish = place.later.length === 0 ? 'finish' : 'go on to the next use case';
  const keys = { ...again, n: 'note', ...back, k: `keep the failure and ${finish}`, g: 'go on anyway' };
  const key = await askKey<'r' | 'k' | 'g' | 'n' | 'b'>(keys, place, context);
  if (typeof key !== 'string') return key;
  if (key !== 'r') return outcome(decided(key === 'k' ? 'finish' : 'continue', place, context));
  // The operator may have signed in again, or fixed the product, in the meantime.
  await context.marketplace.refreshCredentials();
  return (await attempt(place, context)) ?? outcome();
}

/** Asks for one decision about all checks of a checklist that no longer pass. */
async function decideOnChecks(first: Place, context: WalkContext): Promise<StepOutcome> {
  const places = placesIn(first.planned.checklist, context);
  const keys = { r: 'look again', k: 'keep the failure and finish', g: 'go on anyway' };
  const key = await askKey<'r' | 'k' | 'g'>(keys, { ...first, before: () => null }, context);
  if (typeof key !== 'string') return key;
  if (key === 'k') return outcome(decided('finish', first, context));
  const failing = noLongerPassing(places, context);
  if (key === 'g') return outcome(...failing.map((place) => decided('continue', place, context)));
  await context.marketplace.refreshCredentials();
  await checkAgain(places.slice(0, failing.at(-1)?.number ?? 0), context);
  for (const place of noLongerPassing(places, context)) await showNoLongerPassing(place, context);
  return outcome();
}

function decided(decision: Decided['decision'], { planned, step }: Place, { host }: WalkContext): Decided {
  const at = host.clock.now().toISOString();
  return { type: 'decided', checklist: planned.checklist.id, step: step.id, decision, at };
}

/** Shows the result of a step, or that it needs a person. */
async function show(entries: readonly Entry[], place: Place, context: WalkContext): Promise<void> {
  const { terminal, run } = context;
  const { id } = place.planned.checklist;
  const passedOver = run.sitting.passedOver.get(id)?.get(place.step.id);
  const result = entries.find((entry) => entry.type === 'attempt');
  if (!result && !passedOver) return;
  const step = await fillStep(place, context);
  const filled = { ...place, step };
  if (passedOver?.reason) terminal.write(pendingLines(terminal.styles(), passedOver.reason, filled));
  if (!result) return;
  const { output } = result;
  const shown = output ? { ...result, output: outputInSandbox(output, sandboxOf(context)) } : result;
  terminal.write(resultLines(terminal.styles(), shown, filled, answeredWhen(result, context)));
  terminal.write(await sandboxHints(result, filled, context));
}

/** Says whether the person's answer is from this sitting, an earlier one, or an answers file. */
function answeredWhen({ checklist, step, startedAt }: Attempt, { answers, run }: WalkContext) {
  if (answerTo(answers, checklist, step) !== null) return 'answers';
  return run.beganAt !== null && startedAt < run.beganAt ? 'before' : 'now';
}
