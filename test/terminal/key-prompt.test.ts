import { render } from '@inquirer/testing';
import { expect, test } from 'vitest';
import { keyLine, keyReader } from '../../src/terminal/key-line.ts';
import { keyPrompt } from '../../src/terminal/prompts.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { tooWide } from '../support/too-wide.ts';

const keys = { p: 'pass', f: 'fail', s: 'skip', n: 'note', c: 'copy', o: 'open', q: 'quit' };
const styles = { columns: 80, paint: plainPaint };

test('shows what each key does, in one line', async () => {
  const { input, answer, getScreen } = await render(keyPrompt, { keys, styles });
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
  const { input, answer } = await render(keyPrompt, { keys, styles });
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
  const { input, answer } = await render(keyPrompt, { keys, styles });
  input.write(typed);
  input.write('s');
  await expect(answer).resolves.toBe('s');
});

test.each([
  ['pasted text', 'https://saas.example'],
  ['lines of it', 'fail\rp'],
  ['keys that were typed ahead', 'pf'],
  ['a key that was typed ahead, with Enter', 'p\r'],
])('%s is not an answer, and the screen says so', async (_, typed) => {
  const { input, answer, getScreen } = await render(keyPrompt, { keys, styles });
  input.write(typed);
  expect(getScreen()).toMatch(/^! Pasted or typed-ahead text is not an answer\. Press one key, or \? for help\./);
  input.write('s');
  await expect(answer).resolves.toBe('s');
});

test('a key that the question does not have gets a remark, and ? explains each key', async () => {
  const { input, answer, getScreen } = await render(keyPrompt, { keys, styles });
  input.write('x');
  expect(getScreen()).toMatch(/^! "x" does nothing here\. Press \? for help\.\n.*\[q\]uit$/);
  input.write('？');
  expect(getScreen()).toMatchInlineSnapshot(`
    "p  pass: it is as expected
      f  fail: it is not as expected; asks what is wrong
      s  skip: skip this step; asks why
      n  note: write a note, or attach a file with @FILE; the question stays open
      c  copy: print the step as plain text, for a colleague
      o  open: open the link in your browser
      q  quit: save and quit; resuming the run continues here
      [p]ass [f]ail [s]kip [n]ote [c]opy [o]pen [q]uit"
  `);
  input.write('q');
  await answer;
});

test('? after a failure says what each key does', () => {
  const reader = keyReader({ r: 'look again', k: 'keep the failure and finish', g: 'go on anyway' }, styles);
  expect(reader.typed('?')).toMatchInlineSnapshot(`
    {
      "remark": "  r  look again: repeat this step, after you have fixed what is wrong
      k  keep the failure and finish: end this checklist as failed; resuming the run
         repeats this step
      g  go on anyway: keep the failure, and continue with the next step
    ",
    }
  `);
});

test('the last piece of a long paste is none either, though it is one letter; a key that comes later is', () => {
  let now = 0;
  const reader = keyReader(keys, styles, () => now);
  expect(reader.typed('x'.repeat(1024))).toHaveProperty('remark');
  now += 20;
  expect(reader.typed('p')).toHaveProperty('remark');
  now += 300;
  expect(reader.typed('p')).toEqual({ key: 'p' });
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
