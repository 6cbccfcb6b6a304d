import { type Answer, type Attempt, answerTo, type Check, type Claimed, type Step } from '../checklist/model.ts';
import { attemptsOf } from '../checklist/standing.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Look } from '../checks/check-kind.ts';
import { CouldNotTell } from '../errors.ts';
import { askPerson, type Claim } from './ask-person.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { type FilledStep, fillStep } from './filled-step.ts';
import { type ClaimedBy, judge } from './judge.ts';
import { keptClaim, keptClaimLines } from './kept-claim.ts';
import { kindOf } from './kind-of.ts';
import { looker, observe } from './observe.ts';
import { type Watch, watch } from './watch.ts';

/**
 * A step is finished, or waits for a person; or the operator leaves it, lets an earlier answer stand, or begins the checklist
 * anew.
 */
export type Performed = Attempt | 'pending' | 'keep' | 'anew' | Leave;

/** One execution of a step: a person's part, the program's part, or both. */
export async function perform(raw: Step, place: Place, context: WalkContext): Promise<Performed> {
  const { clock } = context.host;
  const step = await fillStep(raw, place, context);
  const now = clock.now();
  const answer = answerTo(context.answers, place.planned.checklist.id, step.id);
  const kept = answer === null && step.check ? keptClaim(step, place, context) : null;
  const asks = step.do.length > 0 && !answer && !kept && context.terminal.interactive;
  const watched = asks && step.check && mayWatch(step.check) ? watching(step.check, place, context) : null;
  let claim: Awaited<ReturnType<typeof claimFor>> | Claimed | null = null;
  let seen: Look | null = null;
  try {
    if (step.do.length > 0) claim = kept ?? (await claimFor(step, answer, place, context, watched));
  } finally {
    // Nobody looks on for a question that is over, however it ended.
    seen = watched?.stop() ?? null;
  }
  if (typeof claim === 'string') return claim;

  if (kept) context.terminal.write(keptClaimLines(kept, step, place, context));
  else if (claim && step.check && !seen) await keepClaim(claim, step, place, context);
  const observed = seen && claim?.status !== 'skip' ? seen : await observation(step, claim, place, context);
  if (typeof observed === 'string') return observed;
  // It is as old as what was said of it.
  const started = kept ? new Date(kept.at) : now;

  return {
    type: 'attempt',
    checklist: place.planned.checklist.id,
    step: step.id,
    ...judge(
      claim,
      wasRemoved(step, observed, place, context) ? { status: 'error', ...because('check-removed') } : observed,
    ),
    operator: kept
      ? kept.operator
      : claim === null || claim.by === 'rehearsal'
        ? null
        : (answer?.by ?? context.operator),
    note: answer?.note ?? null,
    startedAt: started.toISOString(),
    durationMs: Math.max(0, clock.now().getTime() - started.getTime()),
  };
}

/** A check that has failed in this run is not answered by taking its setting away. */
function wasRemoved(step: Step, observed: Look | null, { planned }: Place, { entries }: WalkContext): boolean {
  if (observed?.code !== 'not-configured') return false;
  return attemptsOf(planned.checklist.id, step.id, entries).some(
    ({ status, by }) => status === 'fail' && (by === 'check' || by === 'both'),
  );
}

/** The look may take long, and end in another way: what a person has said is on disk before it. */
async function keepClaim(
  { status, reason, by }: Claim & { readonly by: ClaimedBy },
  step: Step,
  place: Place,
  context: WalkContext,
): Promise<void> {
  // Skipping is the result at once, and an answers file can be read again.
  if (status === 'skip' || by === 'answers') return;
  const claimed: Claimed = {
    type: 'claimed',
    checklist: place.planned.checklist.id,
    step: step.id,
    status,
    reason,
    by,
    operator: by === 'rehearsal' ? null : context.operator,
    at: context.host.clock.now().toISOString(),
  };
  await context.record(claimed);
}

async function claimFor(
  step: FilledStep,
  answer: Answer | null,
  place: Place,
  context: WalkContext,
  watched: Watch | null,
): Promise<(Claim & { readonly by: ClaimedBy }) | 'pending' | 'keep' | Leave> {
  if (answer) {
    const reason = answer.verdict === 'pass' ? null : (answer.note ?? `The answers file says ${answer.verdict}.`);
    return { status: answer.verdict, reason, by: 'answers' };
  }
  const rehearsed = await rehearse(step, place, context);
  if (rehearsed) return rehearsed;
  if (!context.terminal.interactive) return 'pending';
  const claim = await askPerson(step, place, context, watched);
  return typeof claim === 'string' ? claim : { ...claim, by: 'operator' };
}

/** A person's part that the sandbox knows is done there, where the walk is a rehearsal. */
async function rehearse({ sandbox }: FilledStep, { planned: { buyer } }: Place, { rehearsal }: WalkContext) {
  if (rehearsal === null || sandbox === null || buyer === null) return null;
  const { passed, words } = await rehearsal(sandbox, buyer);
  return { status: passed ? 'pass' : 'fail', reason: words, by: 'rehearsal' } as const;
}

/** What must be allowed first is not looked at behind the operator's back. */
function mayWatch(check: Check): boolean {
  return (kindOf(check).asksFirst?.(check.fields) ?? null) === null;
}

function watching(check: Check, place: Place, context: WalkContext): Watch {
  const { clock, signal } = context.host;
  // Nothing is asked over the question that is open.
  const silent: WalkContext = {
    ...context,
    async page() {
      const found = await context.page(false);
      if (found.page.url !== null) return found;
      throw new CouldNotTell(
        'page-unknown',
        `${found.reason} After this question you are asked for its URL.`,
        null,
        true,
      );
    },
  };
  return watch(looker(check, place, silent), check.observes ?? 'AWS', clock, signal);
}

/** The program's part, after the person's: nothing is looked at that was skipped. */
async function observation(
  step: Step,
  claim: Claim | null,
  place: Place,
  context: WalkContext,
): Promise<Look | 'anew' | Leave | null> {
  if (step.check === null || claim?.status === 'skip') return null;
  // One look is enough to set a person's "fail" beside what is seen: nothing is waited for.
  const within = claim?.status === 'fail' ? null : step.check.within;
  return observe(step, { ...step.check, within }, place, context);
}
