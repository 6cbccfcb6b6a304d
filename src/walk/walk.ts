import type { Attempt, Checklist, Step } from '../checklist/model.ts';
import { failuresOf, nextStep, resumeAt } from '../checklist/next-step.ts';
import type { Reason } from '../checklist/reasons.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { resultNow, standing } from '../checklist/standing.ts';
import { because } from '../checklist/walk-reasons.ts';
import { answeredBefore } from './answered-before.ts';
import { askKey } from './ask-key.ts';
import { carriedOver } from './carried-over.ts';
import type { Place, Position, WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { checklistHeader, type HeaderFacts } from './header.ts';
import { type Again, lookAgain } from './look-again.ts';
import { pendingLines, resultLines } from './result-lines.ts';
import { takeStep } from './take-step.ts';

/** Why steps were not reached, by checklist: filled while walking, so that it holds however the walk ends. */
export type UnreachedSteps = Map<string, Unreached>;

interface Unreached {
  /** Of single steps, by id. */
  readonly reasons: Map<string, Reason>;
  /** Of all the others; null where the walk came to the checklist's end. */
  readonly rest: Reason | null;
}

/** Where a walk begins: at the first step, where a resumed run has come to, or at a step that the operator names. */
export type Start = 'first' | 'resumed' | Position;

/**
 * Walks checklists in order. Unattended, one that stops does not keep the next from starting. Ends in `end` where the last
 * of them was walked to its end, in `left` where the operator wanted no more.
 */
export async function walk(
  planned: readonly PlannedChecklist[],
  context: WalkContext,
  facts: HeaderFacts | null,
  unreached: UnreachedSteps,
  start: Start = 'first',
): Promise<'end' | 'left'> {
  let at: Position | null = typeof start === 'string' ? null : start;
  let headed = facts;
  let rest: Reason | null = null;
  // Looked at again once a sitting: an operator who goes back comes here more often.
  const looked = new Set<string>();
  for (let index = at?.checklist ?? 0; index < planned.length; index++) {
    const each = planned[index];
    if (!each) break;
    context.terminal.write(checklistHeader(context.terminal.styles(), each, headed));
    const from =
      at?.step ?? (start === 'resumed' ? resumeAt(each.checklist, standing(each.checklist, context.entries)) : null);
    const isDue = headed?.resumed && !headed.newSandbox && !looked.has(each.checklist.id);
    const again = isDue ? await lookAgain(planned, index, from, context) : [];
    looked.add(each.checklist.id);
    if (headed?.resumed) context.terminal.write(carriedOver(each.checklist, from, context));
    headed = headed && { ...headed, follows: true };
    const lost = await askAboutLost(again, planned, index, from, context);
    const carried =
      start === 'resumed' ? failuresOf(each.checklist, standing(each.checklist, context.entries)) : new Set<Attempt>();
    const ended = lost ?? (await walkChecklist(planned, index, from, carried, context));
    at = null;
    // Whoever goes back comes here again.
    if (ended.leave === null || ended.leave === 'quit') unreached.set(each.checklist.id, ended);
    rest = ended.rest;
    if (ended.leave === 'quit') {
      // The step has its number in another checklist.
      for (const { checklist } of planned.slice(index + 1))
        unreached.set(checklist.id, { reasons: new Map(), rest: quitAt(ended.leftAt, each.checklist.id) });
      return 'left';
    }
    if (ended.leave !== null) {
      at = ended.leave;
      index = at.checklist - 1;
    }
  }
  return rest === null ? 'end' : 'left';
}

/**
 * Checks that had passed and no longer do: on a terminal the operator decides, as after any failure; else the checklist stops
 * there. Null where it is walked on.
 */
async function askAboutLost(
  looked: readonly Again[],
  all: readonly PlannedChecklist[],
  index: number,
  from: number | null,
  context: WalkContext,
): Promise<Ended | null> {
  let again = looked;
  for (;;) {
    const lost = again.filter(({ look }) => look.status !== 'pass');
    const [first] = lost;
    if (!first) return null;
    for (const { step, place } of lost) context.terminal.write(await standingLines(step, place, context));
    const { place, step, look } = first;
    const leftAt = { number: place.number, title: step.title };
    const stopped: Ended = {
      reasons: new Map(),
      rest: because('stopped-before', { ...leftAt, status: look.status }),
      leave: null,
      leftAt,
    };
    if (!context.terminal.interactive) return stopped;
    const keys = { r: 'look again', k: 'keep the failure and finish', g: 'go on anyway' };
    const key = await askKey(keys, step.id, place, context);
    if (key === 'quit' || key === 'back') return { ...stopped, rest: quitAt(leftAt, null), leave: 'quit' };
    if (key === 'k') return stopped;
    if (key === 'g') return null;
    await context.marketplace.refreshCredentials();
    again = await lookAgain(all, index, from, context);
  }
}

/** A step as it stands, with what was found missing. */
async function standingLines(raw: Step, place: Place, context: WalkContext): Promise<string> {
  const { current, again } = standing(place.planned.checklist, context.entries);
  const attempt = current.get(raw.id);
  if (!attempt) return '';
  const { title, ifItFails } = await fillStep(raw, place, context, 'known');
  const result = resultNow(attempt, again.get(raw.id));
  return resultLines(context.terminal.styles(), { ...raw, title, ifItFails }, result, place, 'before');
}

type Ended = Unreached & { readonly leave: Position | 'quit' | null; readonly leftAt: StepName | null };

async function walkChecklist(
  all: readonly PlannedChecklist[],
  index: number,
  from: number | null,
  carried: Set<Attempt>,
  context: WalkContext,
): Promise<Ended> {
  const planned = all[index];
  if (!planned) throw new Error(`there is no checklist ${index}`);
  const { checklist } = planned;
  const reasons = new Map<string, Reason>();
  let named = from;
  // Where the operator went back from: to let the earlier answer stand leads there again.
  let left: number | null = null;
  for (;;) {
    const now = standing(checklist, context.entries);
    const next = named ?? nextStep(checklist, now, new Set(reasons.keys()), carried);
    named = null;
    const step = next === null ? undefined : checklist.steps[next];
    if (next === null || !step) return { reasons, rest: null, leave: null, leftAt: null };
    const before = answeredBefore(all, { checklist: index, step: next }, context);
    const place: Place = { planned, number: next + 1, later: all.slice(index + 1), before };
    const leftAt = { number: place.number, title: step.title };
    const outcome = await takeStep(step, place, context);
    // Once somebody has decided about it, it is no longer asked again.
    const brought = now.current.get(step.id);
    if (brought && outcome !== 'back') carried.delete(brought);
    if (outcome === 'keep') named = forward(checklist, next, left, context);
    if (outcome !== 'back' && outcome !== 'keep') left = null;
    if (outcome === 'next' || outcome === 'keep') continue;
    if (outcome === 'quit') return { reasons, rest: quitAt(leftAt, null), leave: 'quit', leftAt };
    if (outcome === 'back') {
      if (before?.checklist !== index)
        return { reasons, rest: because('operator-went-back', leftAt), leave: before, leftAt };
      left = Math.max(left ?? 0, next);
      named = before.step;
      continue;
    }
    if (outcome === 'pending') {
      const why = because(context.rehearsal && step.sandbox === null ? 'cannot-rehearse' : 'needs-person');
      reasons.set(step.id, why);
      context.terminal.write(
        pendingLines(context.terminal.styles(), await fillStep(step, place, context, 'known'), why.reason, place),
      );
      if (!step.required) continue;
    }
    const status = standing(checklist, context.entries).current.get(step.id)?.status ?? 'pending';
    return { reasons, rest: because('stopped-before', { ...leftAt, status }), leave: null, leftAt };
  }
}

/** Answers that stand are gone through one by one, as they were gone back through, up to where the operator left. */
function forward(
  { steps, ...checklist }: Checklist,
  from: number,
  left: number | null,
  context: WalkContext,
): number | null {
  const { current } = standing({ steps, ...checklist }, context.entries);
  const until = steps.findIndex(({ id }, index) => index > from && (index === left || !current.has(id)));
  const next = steps.findIndex(({ do: does }, index) => index > from && index <= until && does.length > 0);
  return left === null || left <= from || next < 0 ? null : next;
}

interface StepName {
  readonly number: number;
  readonly title: string;
}

/** `checklist` where the step stands in another one than what it is the reason of. */
function quitAt(step: StepName | null, checklist: string | null): Reason | null {
  return step && because('operator-quit', { ...step, checklist });
}
