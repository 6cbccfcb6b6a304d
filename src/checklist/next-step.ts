import type { Attempt, CheckedAgain, UnreachedReasons } from './entries.ts';
import type { Checklist, Status, Step } from './model.ts';
import type { Reason } from './reasons.ts';
import type { RunState } from './run-state.ts';
import { because } from './walk-reasons.ts';

/** A step of a run: the index of its checklist, and of the step in that checklist, from 0. */
export interface Position {
  readonly checklist: number;
  readonly step: number;
}

/** The next thing a walk does. */
export interface NextStep {
  readonly checklist: number;
  /** Null if the checklist only needs to be shown, once in a sitting. */
  readonly step: number | null;
  /** The failure that the operator must decide about; null to attempt the step. */
  readonly failure: Attempt | CheckedAgain | null;
}

type Plan = readonly { readonly checklist: Checklist }[];

/**
 * Finds the position in a run from its entries: the step that the operator went back to; otherwise the first step of
 * all checklists that has no current result, or whose failure comes from an earlier sitting or awaits a decision. Null
 * if nothing is left to do.
 */
export function nextStep(plan: Plan, state: RunState): NextStep | null {
  const first = firstOpen(plan, state);
  const visited = visitedStep(plan, state);
  if (visited === null) return first;
  // Keeping an answer can open earlier steps, and a failure to return to still awaits its decision.
  const isFirst = visited.returns && first !== null && first.step !== null && !isAfter(first, visited);
  return isFirst ? first : { checklist: visited.checklist, step: visited.step, failure: null };
}

function firstOpen(plan: Plan, state: RunState): NextStep | null {
  for (const [index, { checklist }] of plan.entries()) {
    const { next } = progress(checklist, state);
    if (next) return { checklist: index, ...next };
    if (!state.sitting.opened.has(checklist.id)) return { checklist: index, step: null, failure: null };
  }
  return null;
}

function isAfter({ checklist, step }: NextStep, position: Position): boolean {
  return checklist > position.checklist || (checklist === position.checklist && (step ?? 0) > position.step);
}

/** The position in one checklist: the next step, or the step where it stopped; neither at the end. */
interface Progress {
  readonly next: { readonly step: number; readonly failure: NextStep['failure'] } | null;
  readonly stoppedAt: { readonly step: number; readonly status: Status } | null;
}

/** Starts at the first step that is not settled, so that a walk looks at each step only once. */
function progress({ id, steps }: Checklist, state: RunState): Progress {
  const { attended, passedOver } = state.sitting;
  const { current, again } = state.results(id);
  const here = state.inSitting(id);
  const isPassedOver = (step: Step) => passedOver.get(id)?.has(step.id) ?? false;
  const next = (step: number, failure: NextStep['failure'] = null): Progress => ({
    next: { step, failure },
    stoppedAt: null,
  });
  const stop = (step: number, status: Status): Progress => ({ next: null, stoppedAt: { step, status } });

  for (; here.settled < steps.length; here.settled++) {
    const index = here.settled;
    const step = steps[index];
    if (!step) break;
    const attempt = current.get(step.id);
    if (isPassedOver(step) && step.required) return stop(index, attempt?.status ?? 'pending');
    if (isPassedOver(step)) continue;
    if (!attempt) return next(index);
    const checked = again.get(step.id);
    const noLongerPasses = checked !== undefined && state.isNew(checked) && checked.status !== 'pass';
    const isSkip = attempt.status === 'skip' && counts(step, attempt);
    if (!noLongerPasses && !fails(step, attempt)) {
      // A skip in this sitting stops an unattended checklist. An earlier skip was a person's decision.
      if (isSkip && !attended && state.isNew(attempt)) return stop(index, 'skip');
      if (isSkip) here.firstSkip ??= index;
      continue;
    }
    const wasAsked = noLongerPasses || state.isNew(attempt) || here.kept.has(step.id);
    if (!wasAsked) return next(index);
    const failure = noLongerPasses ? checked : attempt;
    const decision = attended ? (here.decisions.get(step.id) ?? null) : 'finish';
    if (decision === null) return next(index, failure);
    if (decision === 'finish') return stop(index, failure.status);
  }
  // If nothing else is left, a resumed run starts at the first skipped step.
  return here.firstSkip === null || here.walked ? { next: null, stoppedAt: null } : next(here.firstSkip);
}

/** Whether a result counts toward the verdict. */
function counts(step: Step, { advisory = false }: Attempt): boolean {
  return step.required && !advisory;
}

function fails(step: Step, attempt: Attempt): boolean {
  return counts(step, attempt) && (attempt.status === 'fail' || attempt.status === 'error');
}

/**
 * Finds the step that the operator went back to, or, after a kept answer, the step to return to: where going back
 * began. Null after a new answer.
 */
function visitedStep(plan: Plan, { visit, indexOf }: RunState): (Position & { readonly returns: boolean }) | null {
  const { at, returns } = visit;
  if (at === null) return null;
  const checklist = plan.findIndex((each) => each.checklist.id === at.checklist);
  const step = indexOf(at.checklist, at.step);
  return step === null ? null : { checklist, step, returns };
}

/** Why a walk ended early: the operator quit at a step, or a signal stopped the program. */
export type EarlyEnd = { readonly quitAt: Position } | { readonly signal: string };

/** Explains why steps have no result after a walk, by checklist id. `end` is null if the walk was not stopped. */
export function unreachedReasons(
  plan: Plan,
  state: RunState,
  end: EarlyEnd | null,
): Readonly<Record<string, UnreachedReasons>> {
  return Object.fromEntries(
    plan.map(({ checklist }, index) => {
      const { next, stoppedAt } = progress(checklist, state);
      const reasons = Object.fromEntries(state.sitting.passedOver.get(checklist.id) ?? []);
      const rest = (): Reason | null => {
        if (end && 'quitAt' in end && end.quitAt.checklist === index) return quit(plan, end.quitAt, null);
        if (stoppedAt)
          return because('stopped-before', { ...nameOf(checklist, stoppedAt.step), status: stoppedAt.status });
        if (next === null || end === null) return null;
        if ('signal' in end) return because('interrupted', { signal: end.signal });
        return quit(plan, end.quitAt, plan[end.quitAt.checklist]?.checklist.id ?? null);
      };
      return [checklist.id, { reasons, rest: rest() }];
    }),
  );
}

function quit(plan: Plan, { checklist, step }: Position, named: string | null): Reason | null {
  const quitIn = plan[checklist];
  return quitIn ? because('operator-quit', { ...nameOf(quitIn.checklist, step), checklist: named }) : null;
}

function nameOf({ steps }: Checklist, step: number) {
  return { number: step + 1, title: steps[step]?.title ?? '' };
}
