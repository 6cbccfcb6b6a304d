import type { Attempt, LookedAgain, Step } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { standing } from '../checklist/standing.ts';
import type { Place, WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { kindOf } from './kind-of.ts';
import { looker } from './observe.ts';
import { lookOnce } from './poll.ts';

/** A step whose check was made once more. */
export interface Again {
  readonly step: Step;
  readonly place: Place;
  readonly look: LookedAgain;
}

/**
 * When a run is resumed: looks once more at each passed, required check before the place where it is resumed, asks nobody, and
 * makes nothing else stale. Not at a baseline, which stays as it was; nor at what asks first, since it leaves traces; nor at
 * what was found of a buyer before a later baseline of the same buyer, since the contract may well be another one now.
 */
export async function lookAgain(
  all: readonly PlannedChecklist[],
  index: number,
  /** Place, from 0, of the step where the checklist is resumed; null where it has come to its end. */
  from: number | null,
  context: WalkContext,
): Promise<readonly Again[]> {
  const planned = all[index];
  if (!planned) return [];
  const { steps } = planned.checklist;
  const { terminal } = context;
  const { current } = standing(planned.checklist, context.entries);
  const made: Again[] = [];
  for (const [place, step] of steps.slice(0, from ?? steps.length).entries()) {
    const attempt = current.get(step.id);
    if (!attempt || !mayLookAgain(step, attempt) || isPast(step, place, all, index, context)) continue;
    const at: Place = { planned, number: place + 1, later: all.slice(index + 1), before: null };
    const progress = terminal.progress(() => `  checking again: ${at.number}/${steps.length} ${step.title}\n`);
    try {
      // What is shown of it is what is kept.
      const known = secretsIn(context.settings.contractApi?.headers ?? {});
      const look = redactAll(await lookOnceMore(step, attempt, at, context), known);
      if (look === null) continue;
      await context.record(look);
      made.push({ step, place: at, look });
    } finally {
      progress.stop();
    }
  }
  return made;
}

function mayLookAgain({ check, required }: Step, { status, advisory = false, by }: Attempt): boolean {
  if (check === null || !required || advisory || status !== 'pass' || !['check', 'both', 'rehearsal'].includes(by))
    return false;
  const kind = kindOf(check);
  return !kind.baseline && (kind.asksFirst?.(check.fields) ?? null) === null;
}

/** A later baseline of the same buyer begins a new comparison. */
function isPast(
  { check }: Step,
  place: number,
  all: readonly PlannedChecklist[],
  index: number,
  { entries }: WalkContext,
): boolean {
  if (check === null || !kindOf(check).needsBuyer) return false;
  return all.slice(index).some(({ checklist, buyer }, later) => {
    if (buyer !== all[index]?.buyer) return false;
    const { current } = standing(checklist, entries);
    return checklist.steps
      .slice(later === 0 ? place + 1 : 0)
      .some((step) => step.check !== null && kindOf(step.check).baseline && current.has(step.id));
  });
}

/** Null where this time nothing could be compared, for want of nothing that the first look had. */
async function lookOnceMore(
  raw: Step,
  attempt: Attempt,
  place: Place,
  context: WalkContext,
): Promise<LookedAgain | null> {
  const quiet: WalkContext = { ...context, page: () => context.page(false) };
  const { check } = await fillStep(raw, place, quiet, 'known');
  if (check === null) return null;
  const found = await lookOnce(looker(check, place, quiet));
  const { code, values, expected, actual } = found;
  const now = context.host.clock.now();
  // The rehearsal's word may have stood alone: the check did not apply then either.
  const isNone = found.status === 'not-applicable' || found.status === 'skip' || found.advisory;
  if (isNone && attempt.by === 'rehearsal') return null;
  const status = found.status === 'pass' || found.status === 'fail' ? found.status : 'error';
  const ended = new Date(Date.parse(attempt.startedAt) + attempt.durationMs);
  const when = `It passed at ${utcMinute(ended.toISOString())}. Checked again at ${utcMinute(now.toISOString())}`;
  const reason = status === 'pass' ? found.reason : `${when}: ${found.reason ?? 'it no longer passes.'}`;
  return {
    type: 'looked-again',
    checklist: place.planned.checklist.id,
    step: raw.id,
    ...{ status, code, values, reason },
    ...(status === 'fail' && expected ? { expected } : {}),
    ...(status === 'fail' && actual ? { actual } : {}),
    at: now.toISOString(),
  };
}
