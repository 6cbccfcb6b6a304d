import {
  type Attempt,
  answerTo,
  type Decided,
  type Entry,
  type LookedAgain,
  type Revisited,
} from '../checklist/model.ts';
import { type EarlyEnd, type NextStep, nextStep, type Position } from '../checklist/next-step.ts';
import { resultNow, standing } from '../checklist/standing.ts';
import { because } from '../checklist/walk-reasons.ts';
import { outputInSandbox } from '../text/sandbox-address.ts';
import { attempt } from './attempt.ts';
import { type Made, made, type Place, type WalkContext } from './context.ts';
import { fillStep, sandboxOf } from './filled-step.ts';
import { carriedOver, lookAgain } from './look-again.ts';
import { askKey, stepAt } from './questions.ts';
import { checklistHeader, pendingLines, resultLines, sandboxHints } from './screen.ts';

/**
 * Walks the checklists of a run in order, until nothing is left to do, or the operator quits. Unattended, a checklist that
 * stops does not keep the next from starting.
 */
export async function walk(context: WalkContext): Promise<EarlyEnd | null> {
  const { planned, entries, sitting } = context;
  let shown: number | null = null;
  for (let next = nextStep(planned, entries, sitting); next; next = nextStep(planned, entries, sitting)) {
    const { checklist, step, failure } = next;
    if (shown !== checklist || step === null) {
      await open(next, shown, context);
      shown = checklist;
      continue;
    }
    const place = placeOf({ checklist, step }, context);
    const made = failure
      ? await decide(failure, place, context)
      : ((await attempt(place, context)) ?? passOver(place, context));
    for (const entry of made.entries) await context.record(entry);
    await show(made.entries, place, context);
    if (made.stop) return { quitAt: { checklist, step } };
  }
  return null;
}

/** Where the operator goes back to from the summary, as from any step; null where nothing was answered by hand. */
export function backFromSummary(context: WalkContext): Revisited | null {
  const to = answeredBefore({ checklist: context.planned.length, step: 0 }, context);
  return to && { type: 'revisited', ...stepAt(to, context), from: null, at: context.host.clock.now().toISOString() };
}

function placeOf(position: Position, context: WalkContext): Place {
  const planned = context.planned[position.checklist];
  const step = planned?.checklist.steps[position.step];
  if (!planned || !step) throw new Error('the step is of another list of checklists');
  return {
    planned,
    step,
    number: position.step + 1,
    later: context.planned.slice(position.checklist + 1),
    before: answeredBefore(position, context),
  };
}

/** The nearest step before a position that was answered here, not by a file; null where there is none. */
function answeredBefore(
  { checklist: last, step: limit }: Position,
  { planned, entries, answers }: WalkContext,
): Position | null {
  for (const [checklist, each] of [...planned.entries()].slice(0, last + 1).reverse()) {
    const { current } = standing(each.checklist, entries);
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

/** Shows what a checklist is about; in a resumed run also what it brings along, looked at again once a sitting. */
async function open({ checklist, step }: NextStep, shown: number | null, context: WalkContext): Promise<void> {
  const { planned, terminal, sitting, header } = context;
  const each = planned[checklist];
  if (!each) throw new Error(`there is no checklist ${checklist}`);
  const { id, steps } = each.checklist;
  terminal.write(checklistHeader(terminal.styles(), each, header && { ...header, follows: shown !== null }));
  const isFirstTime = !sitting.opened.has(id);
  sitting.opened.add(id);
  if (!header?.resumed) return;
  const from = step ?? steps.length;
  const places = steps.map((_, index) => placeOf({ checklist, step: index }, context));
  if (isFirstTime && !header.newSandbox) await lookAgain(places.slice(0, from), context);
  terminal.write(carriedOver(places, from, context));
  if (isFirstTime) for (const place of lostPlaces(places, context)) await showLost(place, context);
}

/** Steps that had passed, and no longer do. */
function lostPlaces(places: readonly Place[], { entries }: WalkContext): readonly Place[] {
  const began = entries.findLastIndex(({ type }) => type === 'began');
  return places.filter(({ planned, step }) => {
    const look = standing(planned.checklist, entries).again.get(step.id);
    return look !== undefined && look.status !== 'pass' && entries.indexOf(look) > began;
  });
}

async function showLost(place: Place, context: WalkContext): Promise<void> {
  const { current, again } = standing(place.planned.checklist, context.entries);
  const attempt = current.get(place.step.id);
  if (!attempt) return;
  const step = await fillStep(place, context);
  const result = resultNow(attempt, again.get(step.id));
  context.terminal.write(resultLines(context.terminal.styles(), result, { ...place, step }, 'before'));
}

/** A step that needs a person who is not there. */
function passOver({ planned, step }: Place, { sitting, rehearsal }: WalkContext): Made {
  const reason = because(rehearsal && step.sandbox === null ? 'cannot-rehearse' : 'needs-person');
  const reasons = sitting.passedOver.get(planned.checklist.id) ?? new Map();
  sitting.passedOver.set(planned.checklist.id, reasons.set(step.id, reason));
  return made();
}

/** After a failure the operator decides: to try again, to continue, or to finish the checklist. */
async function decide(failure: Attempt | LookedAgain, place: Place, context: WalkContext): Promise<Made> {
  return failure.type === 'attempt' ? decideOnAttempt(failure, place, context) : decideOnLost(place, context);
}

async function decideOnAttempt({ by }: Attempt, place: Place, context: WalkContext): Promise<Made> {
  // What an answers file says does not change by looking again.
  const again = by === 'answers' ? {} : { r: 'look again' };
  const back = place.before === null ? {} : { b: 'back' };
  const finish = place.later.length === 0 ? 'finish' : 'go on to the next use case';
  const keys = { ...again, n: 'note', ...back, k: `keep the failure and ${finish}`, g: 'go on anyway' };
  const key = await askKey<'r' | 'k' | 'g' | 'n' | 'b'>(keys, place, context);
  if (typeof key !== 'string') return key;
  if (key !== 'r') return made(decided(key === 'k' ? 'finish' : 'continue', place, context));
  // The operator may have signed in again meanwhile, or fixed the product.
  await context.marketplace.refreshCredentials();
  return (await attempt(place, context)) ?? made();
}

/** Checks that had passed and no longer do: one decision for all of a checklist. */
async function decideOnLost(first: Place, context: WalkContext): Promise<Made> {
  const { steps } = first.planned.checklist;
  const checklist = context.planned.indexOf(first.planned);
  const places = steps.map((_, index) => placeOf({ checklist, step: index }, context));
  const keys = { r: 'look again', k: 'keep the failure and finish', g: 'go on anyway' };
  const key = await askKey<'r' | 'k' | 'g'>(keys, { ...first, before: null }, context);
  if (typeof key !== 'string') return key;
  if (key === 'k') return made(decided('finish', first, context));
  const lost = lostPlaces(places, context);
  if (key === 'g') return made(...lost.map((place) => decided('continue', place, context)));
  await context.marketplace.refreshCredentials();
  await lookAgain(places.slice(0, lost.at(-1)?.number ?? 0), context);
  for (const place of lostPlaces(places, context)) await showLost(place, context);
  return made();
}

function decided(decision: Decided['decision'], { planned, step }: Place, { host }: WalkContext): Decided {
  const at = host.clock.now().toISOString();
  return { type: 'decided', checklist: planned.checklist.id, step: step.id, decision, at };
}

/** A result, or that there is none for want of a person. */
async function show(entries: readonly Entry[], place: Place, context: WalkContext): Promise<void> {
  const { terminal, sitting } = context;
  const { id } = place.planned.checklist;
  const passedOver = sitting.passedOver.get(id)?.get(place.step.id);
  const result = entries.find((entry) => entry.type === 'attempt');
  if (!result && !passedOver) return;
  const step = await fillStep(place, context);
  const filled = { ...place, step };
  if (passedOver?.reason) terminal.write(pendingLines(terminal.styles(), passedOver.reason, filled));
  if (!result) return;
  const { output } = result;
  const shown = output ? { ...result, output: outputInSandbox(output, sandboxOf(context)) } : result;
  terminal.write(resultLines(terminal.styles(), shown, filled, saidWhere(result, context)));
  terminal.write(await sandboxHints(result, filled, context));
}

/** Where the person's answer comes from. */
function saidWhere({ checklist, step, startedAt }: Attempt, { answers, entries }: WalkContext) {
  if (answerTo(answers, checklist, step) !== null) return 'answers';
  const began = entries.findLast((entry) => entry.type === 'began');
  return began && startedAt < began.at ? 'before' : 'now';
}
