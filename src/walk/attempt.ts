import type { Attempt, Entry, Reopened } from '../checklist/entries.ts';
import { answerTo, type Check } from '../checklist/model.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Observation } from '../checks/check-kind.ts';
import { CouldNotCheck } from '../errors.ts';
import { askPerson, earlierClaim, earlierClaimLines } from './ask-person.ts';
import { isOutcome, kindOf, outcome, type Place, quit, type StepOutcome, type WalkContext } from './context.ts';
import { type FilledStep, fillStep, namesProduct } from './filled-step.ts';
import { type Claim, judge } from './judge.ts';
import { type BackgroundCheck, checkInBackground, observerOf, runCheck } from './observe.ts';
import { pageOrAsk } from './questions.ts';

/**
 * Attempts a step: the person's part, the program's part, or both. Null if it needs a person and no one can be asked.
 */
export async function attempt(raw: Place, context: WalkContext): Promise<StepOutcome | null> {
  const { clock } = context.host;
  if (namesProduct(raw.step) && (await quitsAtPage(context))) return quit;
  const step = await fillStep(raw, context);
  const place: Place = { ...raw, step };
  const now = clock.now();
  const person = await personsPart(step, place, context);
  if (person === null || isOutcome(person)) return person;
  const found = await programsPart(step.check, person, place, context);
  if (isOutcome(found)) return found;
  const started = person.answeredAt ?? now;
  const isRemoved = found !== null && wasRemoved(found, place, context);
  const result: Attempt = {
    type: 'attempt',
    checklist: place.planned.checklist.id,
    step: step.id,
    ...judge(person.claim, isRemoved ? { status: 'error', ...because('check-removed') } : found),
    operator: person.operator,
    note: person.note,
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

/** What a person contributes to a step. */
interface PersonsPart {
  /** Null if the step asks no person. */
  readonly claim: Claim | null;
  /** The name of the person who answered. */
  readonly operator: string | null;
  readonly note: string | null;
  /** When the claim was made, if in an earlier sitting. */
  readonly answeredAt: Date | null;
  /** What the check found while the question was open, if that settles it. */
  readonly foundMeanwhile: Observation | null;
}

const noPerson: PersonsPart = { claim: null, operator: null, note: null, answeredAt: null, foundMeanwhile: null };

/** Takes the person's answer from the answers file, an earlier sitting, the rehearsal or the operator. */
async function personsPart(
  step: FilledStep,
  place: Place,
  context: WalkContext,
): Promise<PersonsPart | StepOutcome | null> {
  if (step.do.length === 0) return noPerson;
  const answer = answerTo(context.answers, place.planned.checklist.id, step.id);
  if (answer !== null) {
    const { verdict: status, note } = answer;
    const reason = status === 'pass' ? null : (note ?? `The answers file says ${status}.`);
    return { ...noPerson, claim: { status, reason, by: 'answers' }, operator: answer.by ?? context.operator, note };
  }
  const earlier = step.check && earlierClaim(place, context);
  if (earlier) {
    context.terminal.write(earlierClaimLines(earlier, place, context));
    return { ...noPerson, claim: earlier, operator: earlier.operator, answeredAt: new Date(earlier.at) };
  }
  const person = (await rehearse(step, place, context)) ?? (await askOperator(step, place, context));
  if (person === null || isOutcome(person)) return person;
  const { claim, foundMeanwhile } = person;
  const needsCheck = claim?.status === 'pass' || claim?.status === 'fail';
  // Saved before the check, which can take long: the program can end meanwhile.
  if (step.check && needsCheck && claim.by !== 'answers' && foundMeanwhile === null)
    await context.record({
      type: 'claimed',
      checklist: place.planned.checklist.id,
      step: step.id,
      status: claim.status,
      reason: claim.reason,
      by: claim.by,
      operator: person.operator,
      at: context.host.clock.now().toISOString(),
    });
  return person;
}

/** Null if the step is not rehearsed. */
async function rehearse(
  { sandbox }: FilledStep,
  place: Place,
  { rehearsal }: WalkContext,
): Promise<PersonsPart | null> {
  const { buyer } = place.planned;
  if (rehearsal === null || sandbox === null || buyer === null) return null;
  const { status, words } = await rehearsal(sandbox, buyer);
  return { ...noPerson, claim: { status, reason: words, by: 'rehearsal' } };
}

/** Asks the operator, while the check already runs in the background. Null without a terminal. */
async function askOperator(
  step: FilledStep,
  place: Place,
  context: WalkContext,
): Promise<PersonsPart | StepOutcome | null> {
  if (!context.terminal.interactive) return null;
  const background = step.check && startCheck(step.check, place, context);
  let claim: Claim | StepOutcome;
  let foundMeanwhile: Observation | null = null;
  try {
    claim = await askPerson(step, place, context, background);
  } finally {
    // The question has ended, one way or the other.
    foundMeanwhile = background?.stop() ?? null;
  }
  return isOutcome(claim) ? claim : { ...noPerson, claim, operator: context.operator, foundMeanwhile };
}

/** Runs the check while the question is open, unless it needs permission. The check asks no questions. */
function startCheck(check: Check, place: Place, context: WalkContext): BackgroundCheck | null {
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
  return checkInBackground(observerOf(check, place, silent), check.observes ?? 'AWS', clock, signal);
}

/** Runs the check, unless it is settled. A skipped step is not checked. */
async function programsPart(
  check: Check | null,
  { claim, foundMeanwhile }: PersonsPart,
  place: Place,
  context: WalkContext,
): Promise<Observation | StepOutcome | null> {
  if (check === null || claim?.status === 'skip' || claim?.status === 'error') return null;
  if (foundMeanwhile !== null) return foundMeanwhile;
  // A person's "fail" needs only one observation beside it, without waiting.
  const within = claim?.status === 'fail' ? null : check.within;
  return runCheck({ ...check, within }, place, context);
}

/** Removing the configuration of a check must not settle its failure. */
function wasRemoved({ code }: Observation, { step, planned }: Place, { run }: WalkContext): boolean {
  if (code !== 'not-configured') return false;
  return run
    .attempts(planned.checklist.id, step.id)
    .some(({ status, by }) => status === 'fail' && (by === 'check' || by === 'both'));
}

/**
 * A new result of a step makes the results of later checklists about the same buyer stale, including their baseline.
 */
function reopenedLater({ step, planned, later }: Place, { run, host }: WalkContext): readonly Entry[] {
  const isAdvice = step.do.length === 0 && !step.required;
  if (isAdvice || run.attempts(planned.checklist.id, step.id).length === 0) return [];
  const at = host.clock.now().toISOString();
  return later.flatMap(({ checklist, buyer }) => {
    if (buyer === null || buyer !== planned.buyer || run.results(checklist.id).current.size === 0) return [];
    const baselines = checklist.steps.filter(({ check }) => check?.baseline);
    return [...checklist.steps.slice(0, 1), ...baselines].map(
      ({ id }): Reopened => ({ type: 'reopened', checklist: checklist.id, step: id, at }),
    );
  });
}
