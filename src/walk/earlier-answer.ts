import { utcMinute } from '../checklist/reasons.ts';
import { attemptsOf, standing } from '../checklist/standing.ts';
import { claimReason } from '../checklist/walk-reasons.ts';
import { block } from '../text/block.ts';
import { marks } from '../text/styles.ts';
import type { Place, WalkContext } from './context.ts';

/** What was said of a step before it is asked again; `counts` where that is its result still. */
export function earlierAnswer(
  step: string,
  { planned: { checklist } }: Place,
  { entries }: WalkContext,
): { readonly words: string; readonly counts: boolean } | null {
  const { current, stale, claims } = standing(checklist, entries);
  const claim = claims.get(step);
  if (claim) return { words: claimReason(claim).reason, counts: false };
  const attempt = attemptsOf(checklist.id, step, entries).at(-1);
  if (!attempt) return null;
  const who = attempt.operator === null ? '' : `, ${attempt.operator}`;
  const ended = new Date(Date.parse(attempt.startedAt) + attempt.durationMs).toISOString();
  const said = `${marks[attempt.status].word}${who}, ${utcMinute(ended)}`;
  const reason = attempt.reason === null ? '' : `: ${attempt.reason}`;
  const counts = current.get(step) === attempt;
  return { words: counts ? `${said}${reason}` : `${said}. ${stale.get(step)?.reason ?? ''}`.trim(), counts };
}

/** Notes and files of the step so far: they are kept, whatever becomes of its result. */
export function notedBefore(step: string, { planned }: Place, { entries, terminal }: WalkContext): string {
  const row = (label: string, body: string) =>
    block(terminal.look(), { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body });
  return entries
    .flatMap((entry) => {
      if (!('step' in entry) || entry.step !== step || entry.checklist !== planned.checklist.id) return [];
      if (entry.type === 'note') return entry.text.split('\n').map((line) => row('note', line));
      return entry.type === 'evidence' ? [row('file', entry.name)] : [];
    })
    .join('');
}
