import { resultNow } from '../checklist/current-results.ts';
import type { Attempt, CheckedAgain } from '../checklist/entries.ts';
import type { Step } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import { endedAt } from '../checklist/report-document.ts';
import { block } from '../text/block.ts';
import { lead, markOf } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { kindOf, type Place, type WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { observeOnce, observerOf } from './observe.ts';

/**
 * Repeats each passed, required check of a resumed run once, without asking and without making other results stale.
 * Omits baselines, checks that need permission, and checks of a buyer with a later baseline, whose contract may have
 * changed since.
 */
export async function checkAgain(places: readonly Place[], context: WalkContext): Promise<void> {
  const { terminal, run, settings } = context;
  for (const place of places) {
    const { planned, step, number } = place;
    const attempt = run.results(planned.checklist.id).current.get(step.id);
    if (!attempt || !mayCheckAgain(step, attempt) || isPast(place, context)) continue;
    const title = `${number}/${planned.checklist.steps.length} ${step.title}`;
    const progress = terminal.progress(() => `  checking again: ${title}\n`);
    try {
      const checked = await repeatCheck(attempt, place, context);
      // Shows what is saved.
      if (checked !== null) await context.record(redactAll(checked, secretsIn(settings.contractApi?.headers ?? {})));
    } finally {
      progress.stop();
    }
  }
}

function mayCheckAgain({ check, required }: Step, { status, advisory = false, by }: Attempt): boolean {
  if (check === null || !required || advisory || status !== 'pass' || !['check', 'both', 'rehearsal'].includes(by))
    return false;
  return !check.baseline && (kindOf(check).asksFirst?.(check.fields) ?? null) === null;
}

/** A later baseline of the same buyer starts a new comparison. */
function isPast({ step: { check }, number, planned, later }: Place, { run }: WalkContext): boolean {
  if (check === null || !kindOf(check).needsBuyer) return false;
  return [planned, ...later].some(({ checklist, buyer }) => {
    if (buyer !== planned.buyer) return false;
    const { current } = run.results(checklist.id);
    return checklist.steps
      .slice(checklist === planned.checklist ? number : 0)
      .some((step) => step.check?.baseline && current.has(step.id));
  });
}

/** Null if there was nothing to compare this time. */
async function repeatCheck(attempt: Attempt, place: Place, context: WalkContext): Promise<CheckedAgain | null> {
  const { check } = await fillStep(place, context);
  if (check === null) return null;
  const found = await observeOnce(observerOf(check, place, context));
  const { code, values, expected, actual } = found;
  const now = context.host.clock.now();
  // Perhaps only the rehearsal decided: the check did not apply then either.
  const isNone = found.status === 'not-applicable' || found.status === 'skip' || found.advisory;
  if (isNone && attempt.by === 'rehearsal') return null;
  const status = found.status === 'pass' || found.status === 'fail' ? found.status : 'error';
  const when = `It passed at ${utcMinute(endedAt(attempt))}. Checked again at ${utcMinute(now.toISOString())}`;
  const reason = status === 'pass' ? found.reason : `${when}: ${found.reason ?? 'it no longer passes.'}`;
  return {
    type: 'looked-again',
    checklist: place.planned.checklist.id,
    step: place.step.id,
    ...{ status, code, values, reason },
    ...(status === 'fail' && expected ? { expected } : {}),
    ...(status === 'fail' && actual ? { actual } : {}),
    at: now.toISOString(),
  };
}

/**
 * Shows the results that a resumed run keeps, up to where it continues, each with its age and the number of its
 * attempt.
 */
export function carriedOver(places: readonly Place[], from: number, { run, host, terminal }: WalkContext): string {
  const styles = terminal.styles();
  const now = host.clock.now();
  const lines = places.flatMap(({ step, number, planned: { checklist } }) => {
    const { current, again } = run.results(checklist.id);
    const attempt = current.get(step.id);
    // The baseline also stays if it comes after the step where the run continues.
    const stays = step.check?.baseline && attempt?.status === 'pass';
    if (!attempt || (number > from && !stays)) return [];
    const attempts = run.attempts(checklist.id, step.id);
    const nth = attempts.length === 1 ? '' : `, attempt ${attempts.indexOf(attempt) + 1}`;
    const who = attempt.operator === null ? '' : `${attempt.operator}, `;
    const newer = again.get(step.id);
    return block(styles, {
      lead: lead(markOf(resultNow(attempt, newer)), number, checklist.steps.length),
      leadStyle: 'dim',
      body: step.title,
      style: 'dim',
      right: `${who}${ago(now, attempt.startedAt)}${nth}${newer ? ', checked again' : ''}`,
    });
  });
  if (lines.length === 0) return '';
  const head = block(styles, { lead: '  ', body: 'carried over:', style: 'dim' });
  return [head, ...lines].join('');
}
