import type { Confirmation } from '../checklist/confirmations.ts';
import { block } from '../text/block.ts';
import { marks, type Styles } from '../text/styles.ts';
import { ago } from '../text/times.ts';

const states = {
  pass: marks.pass,
  fail: marks.fail,
  missing: { symbol: '·', word: 'missing', style: 'warn' },
  'too-old': { symbol: '!', word: 'too old', style: 'warn' },
} as const satisfies Record<Confirmation['state'], object>;

/** How far what belongs to a use case is indented below its line. */
export const confirmationIndent = ' '.repeat('  ✓ missing  '.length);

/** A use case, its state, and how old that is. */
export function confirmationLine(
  look: Styles,
  { title, state, confirmedAt, operator }: Confirmation,
  now: Date,
): string {
  const { symbol, word, style } = states[state];
  const right = confirmedAt === null ? '' : [ago(now, confirmedAt), operator].filter(Boolean).join(', ');
  return block(look, { lead: `  ${symbol} ${word.padEnd(7)}  `, leadStyle: style, body: title, right });
}
