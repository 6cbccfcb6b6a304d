import { render } from '@inquirer/testing';
import { expect, test } from 'vitest';
import { keyLine } from '../../src/terminal/key-line.ts';
import { keyPrompt } from '../../src/terminal/key-prompt.ts';
import { plainPaint } from '../../src/text/look.ts';
import { tooWide } from '../support/too-wide.ts';

const keys = { p: 'pass', f: 'fail', s: 'skip', n: 'note', c: 'copy', o: 'open', q: 'quit' };
const look = { columns: 80, paint: plainPaint };

test('shows what each key does, in one line', async () => {
  const { input, answer, getScreen } = await render(keyPrompt, { keys, look });
  expect(getScreen()).toBe('[p]ass [f]ail [s]kip [n]ote [c]opy [o]pen [q]uit');
  input.write('q');
  await answer;
});

test.each([
  ['a letter', 'p', 'p'],
  ['an upper-case letter', 'F', 'f'],
  ['a full-width letter', 'ｓ', 's'],
  ['a full-width upper-case letter', 'Ｎ', 'n'],
])('acts at once on %s', async (_, typed, key) => {
  const { input, answer } = await render(keyPrompt, { keys, look });
  input.write(typed);
  await expect(answer).resolves.toBe(key);
});

test.each([
  ['Enter', '\r'],
  ['the space bar', ' '],
  ['a letter that is no key', 'x'],
  ['a control key (Ctrl+P)', '\u0010'],
  ['an Alt key', '\u001bp'],
  ['F1, which sends the letters O and P', '\u001bOP'],
  ['the End key, which sends an F', '\u001b[F'],
  ['the right arrow, which sends a C', '\u001b[C'],
])('does nothing on %s', async (_, typed) => {
  const { input, answer } = await render(keyPrompt, { keys, look });
  input.write(typed);
  input.write('s');
  await expect(answer).resolves.toBe('s');
});

test('a pasted text is one answer, its first key', async () => {
  const { input, answer } = await render(keyPrompt, { keys, look });
  input.write('fail\rp');
  await expect(answer).resolves.toBe('f');
});

test('keeps a key and its words on one line of a narrow screen', () => {
  const words = { r: 'look again', n: 'note', k: 'keep the failure and finish', g: 'go on anyway', q: 'quit' };
  const line = keyLine(words, { columns: 40, paint: plainPaint });
  expect(line).toMatchInlineSnapshot(`
    "  [r] look again [n]ote
      [k]eep the failure and finish
      [g]o on anyway [q]uit"
  `);
  expect(tooWide(line, 40)).toEqual([]);
});
