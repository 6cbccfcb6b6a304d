import type { Confirmation } from '../checklist/confirmations.ts';
import type { Status, Verdict } from '../checklist/model.ts';

/** The properties of the output: its size, and how to paint each style. */
export interface Styles {
  readonly columns: number;
  /** The height of the screen; undefined if it has none. */
  readonly rows?: number | undefined;
  readonly paint: Paint;
}

export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';
export type Paint = Readonly<Record<Style, (text: string) => string>>;

const unpainted = (text: string): string => text;

/** Without colors, for files, pipes and NO_COLOR. */
export const plainPaint: Paint = {
  plain: unpainted,
  bold: unpainted,
  dim: unpainted,
  good: unpainted,
  bad: unpainted,
  warn: unpainted,
  accent: unpainted,
};

export interface Mark {
  readonly symbol: string;
  readonly word: string;
  readonly style: Style;
}

/** A status is a word and a symbol, never only a color. */
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

/** Where a use case stands. */
export const stateMarks = {
  pass: marks.pass,
  fail: marks.fail,
  missing: { symbol: '·', word: 'not run', style: 'warn' },
  'too-old': { symbol: '!', word: 'too old', style: 'warn' },
} as const satisfies Record<Confirmation['state'], Mark>;

/** Differs from a check that does not apply: the reader may want to configure it. */
const notConfigured: Mark = { symbol: '∘', word: 'not configured', style: 'dim' };

/** A pass that needs attention. */
const warned: Mark = { symbol: '!', word: 'pass, warning', style: 'warn' };

interface Outcome {
  readonly status: Status;
  readonly code: string | null;
}

/** Whether a step has passed and warns of something. Every format shows that; the verdict stays a pass. */
export function isWarning({ status, code }: Outcome): boolean {
  return status === 'pass' && code === 'ends-soon';
}

export function markOf({ status, code }: Outcome): Mark {
  if (isWarning({ status, code })) return warned;
  return status === 'not-applicable' && code === 'not-configured' ? notConfigured : marks[status];
}

/** Returns `✓ pass   6/10  `, which precedes a step's title. */
export function lead({ symbol, word }: Pick<Mark, 'symbol' | 'word'>, number: number, of: number): string {
  const position = `${number}/${of}`.padStart(`${of}/${of}`.length);
  return `${symbol} ${word.padEnd(4)}  ${position}  `;
}

/** Returns the indent of the lines below a step's title: where the title starts, unless its status is a long word. */
export function bodyIndent(of: number): string {
  return ' '.repeat(lead(marks.pass, of, of).length);
}
