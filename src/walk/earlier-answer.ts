import { attemptsOf, standing } from '../checklist/standing.ts';
import { marks } from '../text/marks.ts';
import { utcMinute } from '../text/times.ts';
import type { Place, WalkContext } from './context.ts';

/** What was said of a step before it is asked again; `counts` where that still stands. */
export function earlierAnswer(
  step: string,
  { planned: { checklist } }: Place,
  { entries }: WalkContext,
): { readonly words: string; readonly counts: boolean } | null {
  const attempt = attemptsOf(checklist.id, step, entries).at(-1);
  if (!attempt) return null;
  const { current, stale } = standing(checklist, entries);
  const who = attempt.operator === null ? '' : `, ${attempt.operator}`;
  const said = `${marks[attempt.status].word}${who}, ${utcMinute(attempt.startedAt)}`;
  const reason = attempt.reason === null ? '' : `: ${attempt.reason}`;
  const counts = current.get(step) === attempt;
  return { words: counts ? `${said}${reason}` : `${said}. ${stale.get(step) ?? ''}`.trim(), counts };
}
