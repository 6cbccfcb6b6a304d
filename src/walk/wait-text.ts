import type { Step } from '../checklist/model.ts';
import { block } from '../text/block.ts';
import { lead, type Styles } from '../text/styles.ts';
import { clockTime, elapsed } from '../text/times.ts';
import type { Place } from './context.ts';
import type { Waiting } from './poll.ts';

/** What is waited for, since when, until when, and when the next look is; or that what was seen is looked at again. */
export function waitText(
  look: Styles,
  step: Step,
  place: Place,
  waiting: Waiting | 'confirming' | null,
  now: Date,
): string {
  const head = lead(
    { symbol: '…', word: waiting ? 'wait' : 'look' },
    place.number,
    place.planned.checklist.steps.length,
  );
  const title = block(look, { lead: head, leadStyle: 'accent', body: step.title });
  const indent = ' '.repeat(head.length);
  if (waiting === 'confirming')
    return title + block(look, { lead: indent, body: 'as expected: confirming with a second look', style: 'dim' });
  if (!waiting) return title;
  const { since, until, looks, next, missing } = waiting;
  const seconds = Math.max(0, Math.ceil((next.getTime() - now.getTime()) / 1000));
  const over = now.getTime() >= until.getTime();
  const when = seconds > 0 ? `next in ${seconds} s` : 'looking';
  const state = over ? `the time to wait was up at ${clockTime(until)}` : `${when}, until ${clockTime(until)}`;
  return [
    title,
    block(look, {
      lead: indent,
      body: `${looks} ${looks === 1 ? 'look' : 'looks'} in ${elapsed(now.getTime() - since.getTime())}, ${state}`,
      style: 'dim',
      right: over ? '' : 'Ctrl+C saves',
    }),
    block(look, { lead: indent, body: missing, style: 'dim' }),
  ].join('');
}
