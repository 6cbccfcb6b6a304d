import type { Checklist } from '../checklist/model.ts';
import { attemptsOf, resultNow, standing } from '../checklist/standing.ts';
import { block } from '../text/block.ts';
import { lead, markOf } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import type { WalkContext } from './context.ts';
import { kindOf } from './kind-of.ts';

/** What a resumed run brings along, up to where it goes on: each result with its age, and which attempt it was. */
export function carriedOver(
  { id, steps, ...checklist }: Checklist,
  from: number | null,
  { entries, host, terminal }: WalkContext,
): string {
  const look = terminal.look();
  const now = host.clock.now();
  const { current, again } = standing({ id, steps, ...checklist }, entries);
  const lines = steps.flatMap((step, index) => {
    const attempt = current.get(step.id);
    // The baseline stays what it was, also behind the place where the run goes on.
    const stays = step.check !== null && kindOf(step.check).baseline && attempt?.status === 'pass';
    if (!attempt || (from !== null && index >= from && !stays)) return [];
    const attempts = attemptsOf(id, step.id, entries);
    const nth = attempts.length === 1 ? '' : `, attempt ${attempts.indexOf(attempt) + 1}`;
    const who = attempt.operator === null ? '' : `${attempt.operator}, `;
    const newer = again.get(step.id);
    const mark = markOf(resultNow(attempt, newer));
    return block(look, {
      lead: lead(mark, index + 1, steps.length),
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
