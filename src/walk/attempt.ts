import { attemptsOf, currentResults } from '../checklist/current-results.ts';
import type { Attempt, Claimed, Entry, Reopened } from '../checklist/entries.ts';
import { type Answer, answerTo, type Check } from '../checklist/model.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Observation } from '../checks/check-kind.ts';
import { CouldNotCheck } from '../errors.ts';
import { askPerson, earlierClaim, earlierClaimLines } from './ask-person.ts';
import { isOutcome, kindOf, outcome, type Place, quit, type StepOutcome, type WalkContext } from './context.ts';
import { type FilledStep, fillStep, namesProduct } from './filled-step.ts';
import { type Claim, judge } from './judge.ts';
import { observe, observer, type Watch, watch } from './observe.ts';
import { pageOrAsk } from './questions.ts';

/**
 * Attempts a step: the person's part, the program's part, or both. Null if it needs a person and no one can be asked.
 */
export async function attempt(raw: Place, context: WalkContext): Promise<StepOutcome | null> {
  const { clock } = context.host;
  if (namesProduct(raw.step) && (await quitsAtPage(context))) return quit;
  const step = await fillStep(raw, context);
  const place: Place = { ...raw, step };
  const { id: checklist } = place.planned.checklist;
  const now = clock.now();
  const answer = answerTo(context.answers, checklist, step.id);
  const earlier = answer === null && step.check ? earlierClaim(place, context) : null;
  const asks = step.do.length > 0 && !answer && !earlier && context.terminal.interactive;
  const watched = asks && step.check ? watching(step.check, place, context) : null;
  let claim: Claim | Claimed | StepOutcome | null = null;
  let seen: Observation | null = null;
  try {
    if (step.do.length > 0) {
      claim = earlier ?? (await claimFor(step, answer, place, context, watched));
      if (claim === null) return null;
    }
  } finally {
    // The question has ended, one way or the other.
    seen = watched?.stop() ?? null;
  }
  if (isOutcome(claim)) return claim;

  if (earlier) context.terminal.write(earlierClaimLines(earlier, place, context));
  else if (claim && step.check && !seen) await keepClaim(claim, place, context);
  const observed = seen && claim?.status !== 'skip' ? seen : await observation(step.check, claim, place, context);
  if (isOutcome(observed)) return observed;
  // It is as old as the person's answer.
  const started = earlier ? new Date(earlier.at) : now;
  const isRemoved = observed !== null && wasRemoved(observed, place, context);
  const result: Attempt = {
    type: 'attempt',
    checklist,
    step: step.id,
    ...judge(claim, isRemoved ? { status: 'error', ...because('check-removed') } : observed),
    operator: operatorOf(claim, earlier, answer, context),
    note: answer?.note ?? null,
    startedAt: started.toISOString(),
    durationMs: Math.max(0, clock.now().getTime() - started.getTime()),
  };
  // Shows what is saved.
  const kept = redactAll(result, secretsIn(context.settings.contractApi?.headers ?? {}));
  return outcome(...reopenedLater(place, context), kept);
}

/**
 * Asks for the product page if its URL is not known. Returns true if the operator quits. Errors are left for the check
 * to report.
 */
async function quitsAtPage(context: WalkContext): Promise<boolean> {
  try {
    return (await pageOrAsk(context)) === null;
  } catch (error) {
    if (error instanceof CouldNotCheck) return false;
    throw error;
  }
}

function operatorOf(
  claim: Claim | Claimed | null,
  earlier: Claimed | null,
  answer: Answer | null,
  { operator }: WalkContext,
): string | null {
  if (earlier) return earlier.operator;
  return claim === null || claim.by === 'rehearsal' ? null : (answer?.by ?? operator);
}

/** Removing the configuration of a check must not settle its failure. */
function wasRemoved({ code }: Observation, { step, planned }: Place, { entries }: WalkContext): boolean {
  if (code !== 'not-configured') return false;
  return attemptsOf(planned.checklist.id, step.id, entries).some(
    ({ status, by }) => status === 'fail' && (by === 'check' || by === 'both'),
  );
}

/** Saves the person's answer before the check, because the check can take long and the program can end meanwhile. */
async function keepClaim({ status, reason, by }: Claim | Claimed, place: Place, context: WalkContext): Promise<void> {
  // A skip or an error is already a result, and an answers file can be read again.
  if (status === 'skip' || status === 'error' || by === 'answers') return;
  await context.record({
    type: 'claimed',
    checklist: place.planned.checklist.id,
    step: place.step.id,
    status,
    reason,
    by,
    operator: by === 'rehearsal' ? null : context.operator,
    at: context.host.clock.now().toISOString(),
  });
}

/** Returns the person's answer: from the answers file, the rehearsal or the operator; null if there is none. */
async function claimFor(
  step: FilledStep,
  answer: Answer | null,
  place: Place,
  context: WalkContext,
  watched: Watch | null,
): Promise<Claim | StepOutcome | null> {
  if (answer) {
    const reason = answer.verdict === 'pass' ? null : (answer.note ?? `The answers file says ${answer.verdict}.`);
    return { status: answer.verdict, reason, by: 'answers' };
  }
  const { rehearsal, terminal } = context;
  const { buyer } = place.planned;
  if (rehearsal !== null && step.sandbox !== null && buyer !== null) {
    const { status, words } = await rehearsal(step.sandbox, buyer);
    return { status, reason: words, by: 'rehearsal' };
  }
  return terminal.interactive ? askPerson(step, place, context, watched) : null;
}

/** Runs the check while the question is open, unless it needs permission. The check asks no questions. */
function watching(check: Check, place: Place, context: WalkContext): Watch | null {
  const kind = kindOf(check);
  if ((kind.asksFirst?.(check.fields) ?? null) !== null) return null;
  const { clock, signal } = context.host;
  const silent: WalkContext = {
    ...context,
    async page() {
      const found = await context.page();
      if (found.page.url !== null) return found;
      throw new CouldNotCheck(
        'page-unknown',
        `${found.reason} You will be asked for its URL after this question.`,
        null,
        true,
      );
    },
  };
  return watch(observer(check, place, silent), check.observes ?? 'AWS', clock, signal);
}

/** Runs the program's part after the person's. A skipped step is not checked. */
async function observation(
  check: Check | null,
  claim: Claim | Claimed | null,
  place: Place,
  context: WalkContext,
): Promise<Observation | StepOutcome | null> {
  if (check === null || claim?.status === 'skip' || claim?.status === 'error') return null;
  // A person's "fail" needs only one observation beside it, without waiting.
  const within = claim?.status === 'fail' ? null : check.within;
  return observe({ ...check, within }, place, context);
}

/**
 * A new result of a step makes the results of later checklists about the same buyer stale, including their baseline.
 */
function reopenedLater({ step, planned, later }: Place, { entries, host }: WalkContext): readonly Entry[] {
  const isAdvice = step.do.length === 0 && !step.required;
  if (isAdvice || attemptsOf(planned.checklist.id, step.id, entries).length === 0) return [];
  const at = host.clock.now().toISOString();
  return later.flatMap(({ checklist, buyer }) => {
    if (buyer === null || buyer !== planned.buyer || currentResults(checklist, entries).current.size === 0) return [];
    const baselines = checklist.steps.filter(({ check }) => check?.baseline);
    return [...checklist.steps.slice(0, 1), ...baselines].map(
      ({ id }): Reopened => ({ type: 'reopened', checklist: checklist.id, step: id, at }),
    );
  });
}
