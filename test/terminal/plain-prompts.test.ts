import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { plainPrompts } from '../../src/terminal/plain-prompts.ts';
import { drawnPrompts, type PromptStreams, type Prompts } from '../../src/terminal/prompts.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { hostile, rawIn } from '../support/hostile.ts';
import { fakeScreen, type } from './fake-tty.ts';

function open(prompts: (streams: PromptStreams) => Prompts = plainPrompts, columns = 80) {
  const input = new PassThrough();
  const screen = fakeScreen(columns);
  const stopping = new AbortController();
  const styles = { columns, paint: plainPaint };
  return {
    input,
    screen,
    stopping,
    prompts: prompts({ input, output: screen.stream, signal: stopping.signal, styles }),
  };
}

const keys = { p: 'pass', f: 'fail', c: 'copy', o: 'open', q: 'quit' };

describe('a key on a dumb terminal', () => {
  test.each([
    ['a letter', ['f'], 'f'],
    ['an upper-case letter', ['P'], 'p'],
    ['a full-width letter', ['ｆ'], 'f'],
    ['Ctrl+D, the way out', ['\u0004'], 'q'],
    ['a letter after keys that mean nothing', ['\r', 'x', '\u0010', 'f'], 'f'],
    ['a letter after F1, which sends the letters O and P', ['\u001bOP', 'f'], 'f'],
    ['a letter after the End key, which sends an F', ['\u001b[F', 'p'], 'p'],
    ['a letter after the right arrow, which sends a C', ['\u001b[C', 'p'], 'p'],
    ['a letter after an Alt key', ['\u001bp', 'f'], 'f'],
  ])('acts at once on %s', async (_, typed, key) => {
    const { input, prompts } = open();
    const answer = prompts.key({ keys });
    await type(input, ...typed);
    expect(await answer).toBe(key);
  });

  test('is asked for and echoed without moving the cursor', async () => {
    const { input, screen, prompts } = open();
    const answer = prompts.key({ keys });
    await type(input, 'F');
    await answer;
    expect(screen.text()).toBe('  [p]ass [f]ail [c]opy [o]pen [q]uit f\n');
  });
});

describe('a line on a dumb terminal', () => {
  test.each<[string, string[], string | null]>([
    ['what was typed', ['wrong ', 'quantity', '\r'], 'wrong quantity'],
    ['one paste', ['wrong quantity\r'], 'wrong quantity'],
    ['what backspace has left', ['pasx', '\u007f', 's\b', 's', '\r'], 'pass'],
    ['what backspace has left of an emoji', ['ok 😀', '\u007f', '!', '\r'], 'ok !'],
    ['wide characters', ['数量が違う', '\r'], '数量が違う'],
    ['no answer on Escape', ['half a rea', '\u001b'], null],
    ['no answer on Ctrl+D', ['half a rea', '\u0004'], null],
  ])('is %s', async (_, typed, text) => {
    const { input, prompts } = open();
    const answer = prompts.line({ message: 'What is wrong?' });
    await type(input, ...typed);
    expect(await answer).toBe(text);
  });

  test('is asked again where it is empty or wrong', async () => {
    const { input, screen, prompts } = open();
    const check = (text: string) => (text.startsWith('https://') ? null : 'That is no address.');
    const answer = prompts.line({ message: 'Product page URL:', check });
    await type(input, ' \r', 'here\r', 'https://x\r');
    expect(await answer).toBe('https://x');
    expect(screen.text().split('\n')).toEqual([
      '? Product page URL:  ',
      '! Enter some text, or press Escape to cancel.',
      '? Product page URL: here',
      '! That is no address.',
      '? Product page URL: https://x',
      '',
    ]);
  });
});

describe('a choice on a dumb terminal', () => {
  const question = {
    message: 'Which product?',
    choices: [
      { value: 'prod-a', name: 'Acme' },
      { value: 'prod-b', name: 'Boards' },
    ],
  };

  test.each([
    ['the number', ['2\r'], 'prod-b'],
    ['the first right number', ['0\r', '3\r', 'x\r', '1.\r', '\r', '1\r'], 'prod-a'],
    ['nothing on Escape', ['\u001b'], null],
  ])('is %s', async (_, typed, value) => {
    const { input, prompts } = open();
    const answer = prompts.choose(question);
    await type(input, ...typed);
    expect(await answer).toBe(value);
  });

  test('says which numbers there are', async () => {
    const { input, screen, prompts } = open();
    const answer = prompts.choose({
      ...question,
      choices: [...question.choices, { value: 'x', name: hostile['text turned round'] }],
    });
    await type(input, '7\r', '1\r');
    await answer;
    expect(screen.text()).toMatchInlineSnapshot(`
      "? Which product?
        1  Acme
        2  Boards
        3  Acme\\u202egpj.exe\\u2066\\u2069
      Number: 7
      Type a number from 1 to 3.
      Number: 1
      "
    `);
  });
});

describe.each([
  ['plain', plainPrompts],
  ['drawn', drawnPrompts],
])('%s prompts', (_, kind) => {
  test('never show raw what they ask', async () => {
    const { input, screen, prompts } = open(kind);
    const answer = prompts.choose({ message: 'Which?', choices: [{ value: 'a', name: hostile['text turned round'] }] });
    await screen.until('Acme');
    await type(input, '\u0004');
    expect(await answer).toBeNull();
    expect(screen.text()).not.toMatch(/\p{Bidi_Control}/u);
  });

  test('choose: breaks no word on a narrow screen', async () => {
    const { input, screen, prompts } = open(kind, 40);
    const name = 'Contract changed on AWS Marketplace  (contract-change)';
    const answer = prompts.choose({ message: 'Which?', choices: [{ value: 'a', name }] });
    await screen.until('(contract-change)');
    await type(input, '\u0004');
    await answer;
  });

  test('line: Escape calls the question off', async () => {
    const { input, screen, prompts } = open(kind);
    const answer = prompts.line({ message: 'What is wrong?' });
    await screen.until('What is wrong?');
    await type(input, 'half', '\u001b');
    expect(await answer).toBeNull();
  });

  test.each(['key', 'line', 'choose'] as const)('%s: rejects when the run is stopped', async (question) => {
    const { screen, stopping, prompts } = open(kind);
    const answer = {
      key: () => prompts.key({ keys }),
      line: () => prompts.line({ message: 'note' }),
      choose: () => prompts.choose({ message: 'note', choices: [{ value: 'a', name: 'A' }] }),
    }[question]();
    const rejected = expect(answer).rejects.toThrow();
    await screen.until(question === 'key' ? '[q]uit' : 'note');
    stopping.abort(new Interrupted('SIGTERM'));
    await rejected;
  });
});

test('nothing that is drawn on a dumb terminal moves the cursor', async () => {
  const { input, screen, prompts } = open();
  const answer = prompts.line({ message: 'Note' });
  await type(input, 'abc\u007f', '\r');
  await answer;
  expect(rawIn(screen.text())).toEqual([]);
});
