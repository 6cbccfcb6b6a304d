import type { KeyQuestion } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';

type Keys = KeyQuestion<string>['keys'];

/** `[p]ass [f]ail`, or `[r] look again` where the key is no letter of the word. */
export function keyLine(keys: Keys, look: Styles): string {
  const words = Object.entries(keys).map(([key, word]) =>
    word?.startsWith(key) ? `[${key}]${word.slice(key.length)}` : `[${key}] ${word}`,
  );
  // No-break spaces keep a key and its words on one line.
  const line = block(look, { lead: '  ', body: words.map((word) => word.replaceAll(' ', '\u00a0')).join(' ') });
  return look.paint.accent(line.trimEnd().replaceAll('\u00a0', ' '));
}

/** What Ctrl+D answers: the way out, which is the last of the keys. */
export function wayOut(keys: Keys): string {
  return Object.keys(keys).at(-1) ?? '';
}

/** What arrow, function and Alt keys send: letters that nobody has typed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such sequences begin with one
export const sequences = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/g;

/** A long paste comes in pieces where the terminal does not say that it is one, the next sooner than anybody types. */
const piece = { length: 1000, ms: 110 } as const;

/** A key of the question, or what to say about something that is none of them. */
export type Pressed = { readonly key: string } | { readonly remark: string };

/** Reads the answer to a question for a key, from what comes from the keyboard at a time. */
export function keyReader(keys: Keys, look: Styles, now: () => number = () => performance.now()) {
  let pieceAt = Number.NEGATIVE_INFINITY;
  const say = (body: string): Pressed => ({ remark: block(look, { lead: '  ! ', leadStyle: 'warn', body }) });
  const noAnswer = (what: string): Pressed => say(`${what} is no answer: press one key. ? says what each key does.`);
  return {
    pasted: (): Pressed => noAnswer('Pasted text'),
    typed(chunk: string): Pressed {
      if (chunk === '\u0004') return { key: wayOut(keys) };
      const characters = [...chunk.replace(sequences, '')];
      const follows = now() - pieceAt < piece.ms;
      if (follows || chunk.length >= piece.length) pieceAt = now();
      // A key that is held down may come several times at once.
      if (follows || new Set(characters).size > 1) return noAnswer('Text that is pasted, or typed ahead,');
      // Full-width letters, as an input method for Japanese or Chinese sends them, are the same keys.
      const key = (characters[0] ?? '').normalize('NFKC').toLowerCase();
      if (Object.hasOwn(keys, key)) return { key };
      if (key === '?') return { remark: keyHelp(keys, look) };
      return say(
        `${/^[^\s\p{Cc}]$/u.test(key) ? `"${key}"` : 'That key'} does nothing here. ? says what each key does.`,
      );
    },
  };
}

/** By the word of a key; other words say enough. */
const meanings: Readonly<Record<string, string>> = {
  pass: 'it is as expected',
  fail: 'it is not: asks what is wrong',
  skip: 'leave this step out: asks why',
  note: 'write a note, or attach a file with @FILE; the question stays open',
  copy: 'print the step as plain text, for a colleague',
  open: 'open the link in your browser',
  back: 'return to the step that you answered before',
  quit: 'save and end; mp-verify resume continues here',
};

function keyHelp(keys: Keys, look: Styles): string {
  const rows = Object.entries(keys).map(([key, word = '']) => {
    const meaning = Object.hasOwn(meanings, word) ? `${word}: ${meanings[word]}` : word;
    return block(look, { lead: `  ${key}  `, leadStyle: 'accent', body: meaning });
  });
  return rows.join('');
}

/** Stands for the end of a line where only one line can be typed. */
const lineEnd = '\u23ce';

/** A pasted text as it is put into a line: control characters would be taken for keys. */
export function pastedLine(text: string, lines: boolean): string {
  return (
    text
      .trim()
      .replace(/\s*(?:\r\n?|\n)/g, lines ? lineEnd : ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the keys
      .replace(/[\u0000-\u001f\u007f]+/g, ' ')
  );
}

/** What comes at once with a line end in the middle was pasted; the line end behind it is Enter. */
export function typedLine(chunk: string, lines: boolean): string {
  return chunk.replace(/(?:\r\n?|\n)(?=[^\r\n])/g, lines ? lineEnd : ' ');
}

/** A line as it was meant. */
export function meantLines(line: string, lines: boolean): string {
  return (lines ? line.replaceAll(lineEnd, '\n') : line).trim();
}
