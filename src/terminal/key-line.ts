import type { KeyQuestion } from '../ports/host.ts';
import { block } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';

type KeyWords = KeyQuestion<string>['keys'];

/** Returns `[p]ass [f]ail`, or `[r] look again` if the key is not the word's first letter. */
export function keyLine(keys: KeyWords, styles: Styles): string {
  const words = Object.entries(keys).map(([key, word]) =>
    word?.startsWith(key) ? `[${key}]${word.slice(key.length)}` : `[${key}] ${word}`,
  );
  // No-break spaces keep a key and its words on the same line.
  const line = block(styles, { lead: '  ', body: words.map((word) => word.replaceAll(' ', '\u00a0')).join(' ') });
  return styles.paint.accent(line.trimEnd().replaceAll('\u00a0', ' '));
}

/** Returns the answer for Ctrl+D: the last of the keys, which leaves the question. */
export function wayOut(keys: KeyWords): string {
  return Object.keys(keys).at(-1) ?? '';
}

/** What arrow, function and Alt keys send: not letters that were typed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such sequences start with one
export const sequences = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/g;

/** Without bracketed paste, a long paste arrives in pieces, faster than a person types. */
const piece = { length: 1000, ms: 110 } as const;

/** A key of the question, or a remark on any other input. */
export type Pressed = { readonly key: string } | { readonly remark: string };

/** Reads the answer to a key question from the chunks that the keyboard sends. */
export function keyReader(keys: KeyWords, styles: Styles, now: () => number = () => performance.now()) {
  let pieceAt = Number.NEGATIVE_INFINITY;
  const remark = (body: string): Pressed => ({ remark: block(styles, { lead: '  ! ', leadStyle: 'warn', body }) });
  const notAKey = (what: string): Pressed => remark(`${what} is not an answer. Press one key, or ? for help.`);
  return {
    pasted: (): Pressed => notAKey('Pasted text'),
    typed(chunk: string): Pressed {
      if (chunk === '\u0004') return { key: wayOut(keys) };
      const characters = [...chunk.replace(sequences, '')];
      const follows = now() - pieceAt < piece.ms;
      if (follows || chunk.length >= piece.length) pieceAt = now();
      // A key that is held down may arrive several times at once.
      if (follows || new Set(characters).size > 1) return notAKey('Pasted or typed-ahead text');
      // Input methods for Japanese and Chinese send full-width letters. They count as the same keys.
      const key = (characters[0] ?? '').normalize('NFKC').toLowerCase();
      if (Object.hasOwn(keys, key)) return { key };
      if (key === '?') return { remark: keyHelp(keys, styles) };
      return remark(`${/^[^\s\p{Cc}]$/u.test(key) ? `"${key}"` : 'That key'} does nothing here. Press ? for help.`);
    },
  };
}

/** By the word of a key. Other words need no explanation. */
const meanings: Readonly<Record<string, string>> = {
  pass: 'it is as expected',
  fail: 'it is not as expected; asks what is wrong',
  skip: 'skip this step; asks why',
  note: 'write a note, or attach a file with @FILE; the question stays open',
  copy: 'print the step as plain text, for a colleague',
  open: 'open the link in your browser',
  back: 'go back to the step that you answered before',
  quit: 'save and quit; resuming the run continues here',
  'look again': 'repeat this step, after you have fixed what is wrong',
  'keep the failure and finish': 'end this checklist as failed; resuming the run repeats this step',
  'keep the failure and go on to the next use case': 'end this checklist as failed; resuming the run repeats this step',
  'go on anyway': 'keep the failure, and continue with the next step',
};

function keyHelp(keys: KeyWords, styles: Styles): string {
  const rows = Object.entries(keys).map(([key, word = '']) => {
    const meaning = Object.hasOwn(meanings, word) ? `${word}: ${meanings[word]}` : word;
    return block(styles, { lead: `  ${key}  `, leadStyle: 'accent', body: meaning });
  });
  return rows.join('');
}

/** Shown in place of a line end on a one-line input. */
const lineEnd = '\u23ce';

/** Prepares pasted text for a one-line input. Removes control characters, which would count as keys. */
export function pastedLine(text: string, lines: boolean): string {
  return (
    text
      .trim()
      .replace(/\s*(?:\r\n?|\n)/g, lines ? lineEnd : ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the keys
      .replace(/[\u0000-\u001f\u007f]+/g, ' ')
  );
}

/** A line end in the middle of a chunk means that it was pasted. A line end after it is Enter. */
export function typedLine(chunk: string, lines: boolean): string {
  return chunk.replace(/(?:\r\n?|\n)(?=[^\r\n])/g, lines ? lineEnd : ' ');
}

/** Restores the line ends that `typedLine` and `pastedLine` replaced. */
export function restoreLines(line: string, lines: boolean): string {
  return (lines ? line.replaceAll(lineEnd, '\n') : line).trim();
}
