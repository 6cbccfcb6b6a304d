import type { Attempt, Step } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { block } from '../text/block.ts';
import { comparison, findings } from '../text/step-lines.ts';
import { lead, markOf, marks, type Styles } from '../text/styles.ts';
import { clockTime, elapsed } from '../text/times.ts';
import type { Place } from './context.ts';

/** A finished step: its status, on whose word, and what was found or missing. */
export function resultLines(
  look: Styles,
  step: Step,
  attempt: Attempt,
  { number, planned }: Place,
  said: 'now' | 'before' | 'answers' = 'now',
): string {
  const mark = markOf(attempt);
  const head = lead(mark, number, planned.checklist.steps.length);
  const indent = Math.min(head.length, 14);
  const more = (body: string) => block(look, { lead: ' '.repeat(indent), body });
  const failed = attempt.status === 'fail' || attempt.status === 'error';
  const { reason, expected, actual, output } = attempt;
  return [
    block(look, { lead: head, leadStyle: mark.style, body: step.title, right: whose(step, attempt, said) }),
    reason === null ? '' : more(reason),
    failed && expected && actual ? comparison(look, expected, actual, indent) : '',
    output && !failed ? findings(look, output, indent) : '',
    failed && step.ifItFails !== null ? more(step.ifItFails) : '',
  ].join('');
}

/** A step that nobody could take. */
export function pendingLines(
  look: Styles,
  { title }: Pick<Step, 'title'>,
  reason: string,
  { number, planned }: Place,
): string {
  const head = lead(marks.pending, number, planned.checklist.steps.length);
  return (
    block(look, { lead: head, leadStyle: marks.pending.style, body: title }) +
    block(look, { lead: ' '.repeat(Math.min(head.length, 14)), body: reason })
  );
}

function whose(step: Step, attempt: Attempt, said: 'now' | 'before' | 'answers'): string {
  const { by, operator, startedAt, durationMs, disagreed, status } = attempt;
  const ended = new Date(Date.parse(startedAt) + durationMs);
  if (by === 'rehearsal') return 'rehearsed';
  const person = {
    now: `you ${clockTime(ended)}`,
    before: `${operator ?? 'said'} ${utcMinute(startedAt)}`,
    answers: `answers file${operator === null ? '' : `, ${operator}`}`,
  }[said];
  if (by === 'operator' || by === 'answers') return person;
  if (by === 'both') {
    const observer = step.check?.observes ?? 'AWS';
    const says = status === 'error' ? 'could not be asked' : disagreed ? 'DISAGREES' : 'agrees';
    return `${person}, ${observer} ${says}`;
  }
  return durationMs >= 2000 ? `after ${elapsed(durationMs)}` : '';
}
