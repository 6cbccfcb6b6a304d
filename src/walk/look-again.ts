import type { Attempt, LookedAgain, Step } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { redactAll, secretsIn } from '../checklist/redact.ts';
import { attemptsOf, resultNow, standing } from '../checklist/standing.ts';
import { block } from '../text/block.ts';
import { lead, markOf } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { kindOf, type Place, type WalkContext } from './context.ts';
import { fillStep } from './filled-step.ts';
import { looker } from './observe.ts';
import { lookOnce } from './poll.ts';

/**
 * When a run is resumed: makes each passed, required check of a checklist once more, up to where it is resumed, asks nothing,
 * and makes no other result stale. Not a baseline, which stays what it was; nor a check that asks first, since it leaves
 * traces; nor what was found of a buyer before a later baseline of the same buyer, since their contract may be another one
 * now.
 */
export async function lookAgain(places: readonly Place[], context: WalkContext): Promise<void> {
  const { terminal, entries, settings } = context;
  for (const place of places) {
    const { planned, step, number } = place;
    const attempt = standing(planned.checklist, entries).current.get(step.id);
    if (!attempt || !mayLookAgain(step, attempt) || isPast(place, context)) continue;
    const title = `${number}/${planned.checklist.steps.length} ${step.title}`;
    const progress = terminal.progress(() => `  checking again: ${title}\n`);
    try {
      const look = await lookOnceMore(attempt, place, context);
      // What is shown is what is kept.
      if (look !== null) await context.record(redactAll(look, secretsIn(settings.contractApi?.headers ?? {})));
    } finally {
      progress.stop();
    }
  }
}

function mayLookAgain({ check, required }: Step, { status, advisory = false, by }: Attempt): boolean {
  if (check === null || !required || advisory || status !== 'pass' || !['check', 'both', 'rehearsal'].includes(by))
    return false;
  return !check.baseline && (kindOf(check).asksFirst?.(check.fields) ?? null) === null;
}

/** A later baseline of the same buyer begins a new comparison. */
function isPast({ step: { check }, number, planned, later }: Place, { entries }: WalkContext): boolean {
  if (check === null || !kindOf(check).needsBuyer) return false;
  return [planned, ...later].some(({ checklist, buyer }) => {
    if (buyer !== planned.buyer) return false;
    const { current } = standing(checklist, entries);
    return checklist.steps
      .slice(checklist === planned.checklist ? number : 0)
      .some((step) => step.check?.baseline && current.has(step.id));
  });
}

/** Null where this time nothing could be compared, for want of something that the first look had. */
async function lookOnceMore(attempt: Attempt, place: Place, context: WalkContext): Promise<LookedAgain | null> {
  const { check } = await fillStep(place, context);
  if (check === null) return null;
  const found = await lookOnce(looker(check, place, context));
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
    step: place.step.id,
    ...{ status, code, values, reason },
    ...(status === 'fail' && expected ? { expected } : {}),
    ...(status === 'fail' && actual ? { actual } : {}),
    at: now.toISOString(),
  };
}

/** What a resumed run brings along, up to where it continues: each result with its age, and which attempt it was. */
export function carriedOver(places: readonly Place[], from: number, { entries, host, terminal }: WalkContext): string {
  const look = terminal.styles();
  const now = host.clock.now();
  const lines = places.flatMap(({ step, number, planned: { checklist } }) => {
    const { current, again } = standing(checklist, entries);
    const attempt = current.get(step.id);
    // The baseline stays what it was, also behind the place where the run continues.
    const stays = step.check?.baseline && attempt?.status === 'pass';
    if (!attempt || (number > from && !stays)) return [];
    const attempts = attemptsOf(checklist.id, step.id, entries);
    const nth = attempts.length === 1 ? '' : `, attempt ${attempts.indexOf(attempt) + 1}`;
    const who = attempt.operator === null ? '' : `${attempt.operator}, `;
    const newer = again.get(step.id);
    return block(look, {
      lead: lead(markOf(resultNow(attempt, newer)), number, checklist.steps.length),
      leadStyle: 'dim',
      body: step.title,
      style: 'dim',
      right: `${who}${ago(now, attempt.startedAt)}${nth}${newer ? ', checked again' : ''}`,
    });
  });
  if (lines.length === 0) return '';
  const head = block(look, { lead: '  ', body: 'carried over:', style: 'dim' });
  return [head, ...lines].join('');
}
