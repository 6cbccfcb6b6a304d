import { expect, test, vi } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { plainProgress } from '../../src/terminal/plain-prompts.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { fakeScreen, fakeStdin, type } from './fake-tty.ts';

const keys = { p: 'pass', f: 'fail', q: 'quit' };

async function open({ term = 'xterm', input = true, tty = true, columns = 80 } = {}) {
  const { stdin, stream, state } = fakeStdin();
  const screen = fakeScreen(columns);
  stdin.isTTY = tty;
  const stopping = new AbortController();
  const streams = {
    stdin,
    stderr: screen.stream,
    env: { TERM: term },
    signal: stopping.signal,
    stop: (signal: 'SIGINT' | 'SIGHUP' | 'SIGTERM') => stopping.abort(new Interrupted(signal)),
  };
  const terminal = await openTerminal(streams, { input, color: 'never' });
  return { terminal, stream, state, screen };
}

test.each(['xterm', 'dumb'])('keys typed before a question on TERM=%s do not answer it', async (term) => {
  const { terminal, stream, screen } = await open({ term });
  stream.write('p');
  const answer = terminal.key({ keys });
  stream.write('p');
  await screen.until('[q]uit');
  await type(stream, 'f');
  expect(await answer).toBe('f');
  screen.clear();
  await type(stream, 'ppp');
  const next = terminal.key({ keys });
  stream.write('pp');
  await screen.until('[q]uit');
  await type(stream, 'f');
  expect(await next).toBe('f');
  terminal.close();
});

test.each(['xterm', 'dumb'])('Ctrl+D at a question on TERM=%s is the way out', async (term) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.key({ keys });
  await screen.until('[q]uit');
  await type(stream, '\u0004');
  expect(await answer).toBe('q');
  terminal.close();
});

const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`;

test.each([
  ['at once', [pasted('https://saas.example')]],
  ['in pieces', ['\u001b[200~ht', 't', 'p', 's://saas.example\u001b[20', '1~']],
  ['with what stops the program in it', [pasted('p\u0003p')]],
])('a paste that comes %s answers no question for a key', async (_, chunks) => {
  const { terminal, stream, screen } = await open();
  const answer = terminal.key({ keys });
  await screen.until('[q]uit');
  await type(stream, ...chunks);
  await screen.until('is not an answer');
  await type(stream, 'f');
  expect(await answer).toBe('f');
  terminal.close();
});

test('a paste whose end is lost does not prevent stopping', async () => {
  const { terminal, stream, screen } = await open();
  const rejected = expect(terminal.key({ keys })).rejects.toThrow(Interrupted);
  await screen.until('[q]uit');
  await type(stream, '\u001b[200~ppp', '\u0003');
  await rejected;
  terminal.close();
});

test('pasted text is asked for where keys are read, and no longer; a dumb terminal is asked nothing', async () => {
  for (const [term, on, off] of [
    ['xterm', 1, 1],
    ['dumb', 0, 0],
  ] as const) {
    const { terminal, stream, screen } = await open({ term });
    expect(screen.text()).toBe('');
    const answer = terminal.key({ keys });
    await screen.until('[q]uit');
    await type(stream, 'q');
    await answer;
    terminal.close();
    terminal.close();
    const count = (sequence: string) => screen.text().split(sequence).length - 1;
    expect([count('\u001b[?2004h'), count('\u001b[?2004l')]).toEqual([on, off]);
  }
});

test.each([
  ['xterm', 'bracketed', pasted('one\r\ntwo\n  three\n'), true, 'one\ntwo\n  three'],
  ['xterm', 'at once', 'one\rtwo\rthree', true, 'one\ntwo\nthree'],
  ['dumb', 'at once', 'one\rtwo\rthree', true, 'one\ntwo\nthree'],
  ['xterm', 'bracketed, where one line is asked for', pasted('one\ntwo\tthree'), false, 'one two three'],
  ['dumb', 'at once, where one line is asked for', 'one\rtwo', false, 'one two'],
])('no line that is pasted is lost: TERM=%s, %s', async (term, _, typed, lines, text) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.line({ message: 'Note', lines });
  await screen.until('Note');
  await type(stream, typed, '\r');
  expect(await answer).toBe(text);
  terminal.close();
});

test.each(['xterm', 'dumb'])('a line can be begun with what was typed before: TERM=%s', async (term) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.line({ message: 'Note', typed: '@shot.png wrong' });
  await screen.until('@shot.png wrong');
  await type(stream, '\u007f', '!', '\r');
  expect(await answer).toBe('@shot.png wron!');
  terminal.close();
});

test.each(['xterm', 'dumb'])('a line that was cleared cancels instead of being taken back: TERM=%s', async (term) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.line({ message: 'Note', typed: '@x', emptyCancels: true });
  await screen.until('@x');
  await type(stream, '\u007f', '\u007f', '\r');
  expect(await answer).toBeNull();
  terminal.close();
});

test('a line that was cleared is asked for again where it must not be empty', async () => {
  const { terminal, stream, screen } = await open();
  const answer = terminal.line({ message: 'Note', typed: '@x' });
  await screen.until('@x');
  await type(stream, '\u007f', '\u007f', '\r');
  await screen.until('Enter some text');
  await type(stream, 'y', '\r');
  expect(await answer).toBe('y');
  terminal.close();
});

test('two questions at once are asked one after the other', async () => {
  const { terminal, stream, screen } = await open();
  const first = terminal.key({ keys });
  const second = terminal.key({ keys: { g: 'go on', q: 'quit' } });
  await screen.until('[q]uit');
  expect(screen.text()).not.toContain('[g]o on');
  await type(stream, 'p');
  expect(await first).toBe('p');
  await screen.until('[g]o on');
  await type(stream, 'g');
  expect(await second).toBe('g');
  terminal.close();
});

test.each([
  ['q', 'q', 1],
  ['a full-width Q', 'Ｑ', 1],
  ['another key', 'p', 0],
  ['a paste', 'quit', 0],
  ['a bracketed paste', pasted('q'), 0],
])('what waits is ended by q alone: %s', async (_, typed, times) => {
  const { terminal, stream } = await open({ term: 'dumb' });
  let quits = 0;
  const progress = terminal.progress(
    () => '… wait\n',
    () => quits++,
  );
  await type(stream, typed);
  progress.stop();
  await type(stream, 'q');
  expect(quits).toBe(times);
  terminal.close();
});

test('on a dumb terminal what is seen meanwhile is written again when it changes', async () => {
  const { terminal, stream, screen } = await open({ term: 'dumb' });
  let seen = '… not yet.';
  const answer = terminal.key({ keys, status: () => `  AWS  ${seen}\n` });
  await screen.until('[q]uit');
  seen = '✓ sees it';
  await screen.until('AWS  ✓ sees it\n  [p]ass [f]ail [q]uit ');
  await type(stream, 'p');
  await answer;
  expect(screen.text().match(/not yet/g)).toHaveLength(1);
  terminal.close();
});

const invisible = ['what cannot be seen', 'It says \u202elive\u200b', 'It says live'] as const;
const c1 = ['a control sequence', 'It says \u009b2J数量 é', expect.stringMatching(/^It says .*数量 é$/)] as const;

test.each([
  ['xterm', ...invisible],
  ['dumb', ...invisible],
  ['xterm', ...c1],
  ['dumb', ...c1],
])('what is pasted on TERM=%s can not change the screen: %s', async (term, _, pasted, text) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.line({ message: 'What is wrong?' });
  await screen.until('What is wrong?');
  await type(stream, pasted, '\r');
  expect(await answer).toEqual(text);
  expect(screen.text()).not.toMatch(/[\u0080-\u009f\u200b\u202e]/);
  terminal.close();
});

test.each(['xterm', 'dumb'])('Ctrl+C at a question on TERM=%s rejects it as interrupted', async (term) => {
  const { terminal, stream, screen } = await open({ term });
  const answer = terminal.key({ keys });
  const rejected = expect(answer).rejects.toThrow(Interrupted);
  await screen.until('[q]uit');
  await type(stream, '\u0003');
  await rejected;
  terminal.close();
});

test('the keyboard is taken at the first question only, and given back', async () => {
  const { terminal, stream, state, screen } = await open();
  terminal.write('a header\n');
  expect(state.raw).toBeNull();
  const answer = terminal.key({ keys });
  await screen.until('[q]uit');
  expect(state.raw).toBe(true);
  await type(stream, 'q');
  await answer;
  terminal.close();
  expect(state.raw).toBe(false);
});

test.each([
  ['--no-input is given', { input: false }],
  ['stdin is not a terminal', { tty: false }],
])('nothing can be asked where %s, and the keyboard is left alone', async (_, situation) => {
  const { terminal, state } = await open(situation);
  expect(terminal.interactive).toBe(false);
  await expect(terminal.key({ keys })).rejects.toThrow(/without a terminal/);
  terminal.close();
  expect(state.raw).toBeNull();
});

test.each([
  [80, 80],
  [40, 40],
  [10, 20],
  [300, 100],
  // A pseudo-terminal that nobody has given a size.
  [0, 80],
])('a terminal of %i columns is written to %i', async (columns, used) => {
  const { terminal } = await open({ columns });
  expect(terminal.styles()).toEqual({ columns: used, paint: plainPaint });
});

test('waiting on a terminal of no size ends', async () => {
  const { terminal, screen } = await open({ columns: 0 });
  let moves = 0;
  const move = () => {
    // A spinner that reckons with 0 columns would go up for ever.
    if (++moves > 1_000) throw new Error('the cursor never comes to rest');
    return true;
  };
  Object.assign(screen.stream, { moveCursor: move, clearLine: move, cursorTo: move });
  expect(() => terminal.progress(() => '… wait  1/4  Buy\n').stop()).not.toThrow();
  terminal.close();
});

test('in a log, waiting is shown after three seconds, then once a minute', () => {
  vi.useFakeTimers();
  try {
    const screen = fakeScreen();
    let looks = 0;
    const progress = plainProgress(screen.stream, () => `look ${++looks}\n`);
    vi.advanceTimersByTime(2_999);
    expect(screen.text()).toBe('');
    vi.advanceTimersByTime(57_002);
    expect(screen.text()).toBe('look 1\nlook 2\n');
    progress.stop();
    vi.advanceTimersByTime(600_000);
    expect(screen.text()).toBe('look 1\nlook 2\n');
  } finally {
    vi.useRealTimers();
  }
});
