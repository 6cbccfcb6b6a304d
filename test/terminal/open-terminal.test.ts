import { expect, test, vi } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { plainProgress } from '../../src/terminal/plain-progress.ts';
import { plainPaint } from '../../src/text/look.ts';
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
  ['--no-input is said', { input: false }],
  ['stdin is no terminal', { tty: false }],
])('nothing can be asked where %s, and the keyboard is left alone', async (_, situation) => {
  const { terminal, state } = await open(situation);
  expect(terminal.interactive).toBe(false);
  await expect(terminal.key({ keys })).rejects.toThrow(/nobody can answer/);
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
  expect(terminal.look()).toEqual({ columns: used, paint: plainPaint });
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

test('in a log, waiting is said after three seconds and then once a minute', () => {
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
