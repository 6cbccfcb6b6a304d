import { currentResults } from './current-results.ts';
import type { Attempt, CheckedAgain, Entry, Revisited, UnreachedReasons } from './entries.ts';
import type { Checklist, Status, Step } from './model.ts';
import type { Reason } from './reasons.ts';
import { because } from './walk-reasons.ts';

/** A step of a run: the index of its checklist, and of the step in that checklist, from 0. */
export interface Position {
  readonly checklist: number;
  readonly step: number;
}

/** State of one sitting. It is not saved with the run. */
export interface Sitting {
  /** True if an operator decides about failures. Otherwise a checklist stops at its first failure. */
  readonly attended: boolean;
  /** Ids of checklists whose header has been shown and whose earlier results have been checked again. */
  readonly opened: Set<string>;
  /** Steps passed over because they need a person: checklist id → step id → reason. */
  readonly passedOver: Map<string, Map<string, Reason>>;
  /** Entity ids of products for whose page URL the operator has been asked. */
  readonly askedForPage: Set<string>;
}

export function newSitting(attended: boolean): Sitting {
  return { attended, opened: new Set(), passedOver: new Map(), askedForPage: new Set() };
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
export function nextStep(plan: Plan, entries: readonly Entry[], sitting: Sitting): NextStep | null {
  const first = firstOpen(plan, entries, sitting);
  const visited = visitedStep(plan, entriesOfSitting(entries));
  if (visited === null) return first;
  // Keeping an answer can open earlier steps, and a failure to return to still awaits its decision.
  const isFirst = visited.returns && first !== null && first.step !== null && !isAfter(first, visited);
  return isFirst ? first : { checklist: visited.checklist, step: visited.step, failure: null };
}

function firstOpen(plan: Plan, entries: readonly Entry[], sitting: Sitting): NextStep | null {
  for (const [index, { checklist }] of plan.entries()) {
    const { next } = progress(checklist, entries, sitting);
    if (next) return { checklist: index, ...next };
    if (!sitting.opened.has(checklist.id)) return { checklist: index, step: null, failure: null };
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

function progress(checklist: Checklist, entries: readonly Entry[], { attended, passedOver }: Sitting): Progress {
  const { id, steps } = checklist;
  const { current, again } = currentResults(checklist, entries);
  const here = entriesOfSitting(entries).filter((entry) => 'checklist' in entry && entry.checklist === id);
  const isNew = new Set<Entry>(here);
  const isPassedOver = (step: Step) => passedOver.get(id)?.has(step.id) ?? false;
  const next = (step: number, failure: NextStep['failure'] = null): Progress => ({
    next: { step, failure },
    stoppedAt: null,
  });
  const stop = (step: number, status: Status): Progress => ({ next: null, stoppedAt: { step, status } });

  for (const [index, step] of steps.entries()) {
    const attempt = current.get(step.id);
    if (isPassedOver(step) && step.required) return stop(index, attempt?.status ?? 'pending');
    if (isPassedOver(step)) continue;
    if (!attempt) return next(index);
    const checked = again.get(step.id);
    const noLongerPasses = checked !== undefined && isNew.has(checked) && checked.status !== 'pass';
    if (!noLongerPasses && !fails(step, attempt)) {
      // A skip in this sitting stops an unattended checklist. An earlier skip was a person's decision.
      if (attempt.status === 'skip' && counts(step, attempt) && !attended && isNew.has(attempt))
        return stop(index, 'skip');
      continue;
    }
    const wasAsked =
      noLongerPasses || isNew.has(attempt) || here.some((entry) => isAbout(step, entry) && entry.type === 'kept');
    if (!wasAsked) return next(index);
    const failure = noLongerPasses ? checked : attempt;
    const decision = attended ? decisionOn(step, here) : 'finish';
    if (decision === null) return next(index, failure);
    if (decision === 'finish') return stop(index, failure.status);
  }
  // If nothing else is left, a resumed run starts at the first skipped step.
  const skipped = steps.findIndex((step) => {
    const attempt = current.get(step.id);
    return attempt?.status === 'skip' && counts(step, attempt);
  });
  const wasWalked = here.some(({ type }) => type === 'attempt' || type === 'kept');
  return skipped < 0 || wasWalked ? { next: null, stoppedAt: null } : next(skipped);
}

/** Whether a result counts toward the verdict. */
function counts(step: Step, { advisory = false }: Attempt): boolean {
  return step.required && !advisory;
}

function fails(step: Step, attempt: Attempt): boolean {
  return counts(step, attempt) && (attempt.status === 'fail' || attempt.status === 'error');
}

function isAbout(step: Step, entry: Entry): boolean {
  return 'step' in entry && entry.step === step.id;
}

/** Returns the operator's decision in this sitting about the newest failure of a step; null if there is none yet. */
function decisionOn(step: Step, here: readonly Entry[]): 'continue' | 'finish' | null {
  const newest = here.findLast(
    (entry) => isAbout(step, entry) && ['attempt', 'looked-again', 'kept', 'decided'].includes(entry.type),
  );
  return newest?.type === 'decided' ? newest.decision : null;
}

function entriesOfSitting(entries: readonly Entry[]): readonly Entry[] {
  return entries.slice(entries.findLastIndex(({ type }) => type === 'began') + 1);
}

/**
 * Finds the step that the operator went back to, or, after a kept answer, the step to return to: where going back
 * began. Null after a new answer.
 */
function visitedStep(plan: Plan, here: readonly Entry[]): (Position & { readonly returns: boolean }) | null {
  let visits: readonly Revisited[] = [];
  let at: Revisited['from'] = null;
  let returns = false;
  for (const entry of here) {
    if (entry.type === 'revisited') {
      visits = [...visits, entry];
      at = entry;
      returns = false;
    } else if (entry.type === 'kept') {
      at = visits.at(-1)?.from ?? null;
      visits = visits.slice(0, -1);
      returns = true;
    } else if (
      entry.type === 'attempt' ||
      entry.type === 'buyer' ||
      (entry.type === 'decided' && entry.decision === 'finish')
    ) {
      visits = [];
      at = null;
    }
  }
  const to = at;
  if (to === null) return null;
  const checklist = plan.findIndex((each) => each.checklist.id === to.checklist);
  const step = plan[checklist]?.checklist.steps.findIndex(({ id }) => id === to.step) ?? -1;
  return step < 0 ? null : { checklist, step, returns };
}

/** Why a walk ended early: the operator quit at a step, or a signal stopped the program. */
export type EarlyEnd = { readonly quitAt: Position } | { readonly signal: string };

/** Explains why steps have no result after a walk, by checklist id. `end` is null if the walk was not stopped. */
export function unreachedReasons(
  plan: Plan,
  entries: readonly Entry[],
  sitting: Sitting,
  end: EarlyEnd | null,
): Readonly<Record<string, UnreachedReasons>> {
  return Object.fromEntries(
    plan.map(({ checklist }, index) => {
      const { next, stoppedAt } = progress(checklist, entries, sitting);
      const reasons = Object.fromEntries(sitting.passedOver.get(checklist.id) ?? []);
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
