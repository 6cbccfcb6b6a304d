import type { Status, Verdict } from '../checklist/model.ts';
import type { Style } from './look.ts';

interface Mark {
  readonly symbol: string;
  readonly word: string;
  readonly style: Style;
}

/** A status is a word and a symbol, never a colour alone. */
export const marks = {
  pass: { symbol: '✓', word: 'pass', style: 'good' },
  fail: { symbol: '✗', word: 'FAIL', style: 'bad' },
  error: { symbol: '!', word: 'could not check', style: 'bad' },
  skip: { symbol: '–', word: 'skip', style: 'warn' },
  pending: { symbol: '·', word: 'pending', style: 'dim' },
  'not-applicable': { symbol: '∘', word: 'does not apply', style: 'dim' },
} as const satisfies Record<Status, Mark>;

export const verdictMarks = {
  pass: { symbol: '✓', word: 'PASS', style: 'good' },
  fail: { symbol: '✗', word: 'FAIL', style: 'bad' },
  error: { symbol: '!', word: 'COULD NOT CHECK', style: 'bad' },
  incomplete: { symbol: '·', word: 'INCOMPLETE', style: 'warn' },
} as const satisfies Record<Verdict, Mark>;

/** A check that the configuration leaves out is not one that does not apply: the reader may want to add it. */
const notConfigured: Mark = { symbol: '∘', word: 'not configured', style: 'dim' };

export function markOf({ status, code }: { readonly status: Status; readonly code: string | null }): Mark {
  return status === 'not-applicable' && code === 'not-configured' ? notConfigured : marks[status];
}

/** `✓ pass   6/10  `: what stands before a step's title. */
export function lead({ symbol, word }: Pick<Mark, 'symbol' | 'word'>, number: number, of: number): string {
  const position = `${number}/${of}`.padStart(`${of}/${of}`.length);
  return `${symbol} ${word.padEnd(4)}  ${position}  `;
}
