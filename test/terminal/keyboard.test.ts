import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { StopSignal } from '../../src/errors.ts';
import { openKeyboard } from '../../src/terminal/keyboard.ts';
import { fakeStdin, type } from './fake-tty.ts';

function open(time?: Parameters<typeof openKeyboard>[2]) {
  const { stdin, stream, state } = fakeStdin();
  const stops: StopSignal[] = [];
  const keyboard = openKeyboard(stdin, (signal) => stops.push(signal), time);
  /** A question that is answered by what is typed up to a `.` */
  const ask = () =>
    keyboard.during(async (keys) => {
      let heard = '';
      while (!heard.endsWith('.')) heard += String((await once(keys, 'data'))[0]);
      return heard;
    });
  return { keyboard, stream, stdin, state, stops, ask };
}

test('what is typed while no question is open is dropped', async () => {
  const { stream, ask } = open();
  await type(stream, 'p');
  const first = ask();
  await type(stream, 'f', '.');
  expect(await first).toBe('f.');
  await type(stream, 'p');
  const second = ask();
  await type(stream, 's.');
  expect(await second).toBe('s.');
});

test('what a question leaves over is not heard by the next', async () => {
  const { stream, keyboard, ask } = open();
  const first = keyboard.during(async (keys) => String((await once(keys, 'data'))[0]));
  await type(stream, 'fppp');
  expect(await first).toBe('fppp');
  const second = ask();
  await type(stream, 's.');
  expect(await second).toBe('s.');
});

test('Ctrl+Z does nothing: a suspended program would come back to a terminal that is not raw any more', async () => {
  const { stream, ask, stops } = open();
  const answer = ask();
  await type(stream, '\u001a', 'p\u001a', '.');
  expect(await answer).toBe('p.');
  expect(stops).toEqual([]);
});

test('a question that fails hears no more', async () => {
  const { stream, keyboard, ask } = open();
  await expect(keyboard.during(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await type(stream, 'p');
  const next = ask();
  await type(stream, 's.');
  expect(await next).toBe('s.');
});

test('Ctrl+C stops, inside and outside a question, and is not an answer', async () => {
  const { stream, stops, ask } = open();
  await type(stream, '\u0003');
  expect(stops).toEqual(['SIGINT']);
  const answer = ask();
  await type(stream, 'x\u0003', 'y.');
  expect(stops).toEqual(['SIGINT', 'SIGINT']);
  expect(await answer).toBe('y.');
});

test('a character that arrives in two pieces is one', async () => {
  const { stream, ask } = open();
  const bytes = Buffer.from('契');
  const answer = ask();
  await type(stream, bytes.subarray(0, 2), bytes.subarray(2), '.');
  expect(await answer).toBe('契.');
});

test('the end of stdin is a hang-up', async () => {
  const { stream, stops } = open();
  stream.end();
  await setImmediate();
  expect(stops).toEqual(['SIGHUP']);
});

test('the terminal is raw while it is open, and is given back as it was', async () => {
  const { keyboard, stdin, stream, state, stops } = open();
  expect(state.raw).toBe(true);
  keyboard.close();
  expect(state.raw).toBe(false);
  expect(stdin.isPaused()).toBe(true);
  expect(stdin.listenerCount('data') + stdin.listenerCount('end')).toBe(0);
  await type(stream, '\u0003');
  expect(stops).toEqual([]);
});

describe('a key that is held down', () => {
  test.each([
    ['as keyboards do it', 'p', 33],
    ['slowly', 'p', 100],
    ['and is Enter', '\r', 33],
  ])('and repeats %s: the next question is asked when it was let go', async (_, key, everyMs) => {
    let now = 0;
    let letGoAt = 8 * everyMs;
    const { stream, keyboard, ask } = open({
      now: () => now,
      async pause(ms) {
        const until = now + ms;
        for (now += everyMs; now <= Math.min(until, letGoAt); now += everyMs) await type(stream, key);
        now = until;
      },
    });
    const first = keyboard.during(async (keys) => String((await once(keys, 'data'))[0]));
    await type(stream, key);
    expect(await first).toBe(key);
    await keyboard.released(new AbortController().signal);
    expect(now).toBeGreaterThanOrEqual(letGoAt);
    letGoAt = 0;
    const second = ask();
    await type(stream, 's.');
    expect(await second).toBe('s.');
  });

  test('does not prevent stopping', async () => {
    const stopped = new AbortController();
    const { stream, keyboard, ask } = open();
    const first = ask();
    await type(stream, '.');
    await first;
    stopped.abort();
    await expect(keyboard.released(stopped.signal)).rejects.toThrow('aborted');
  });

  test('delays no question after a pause', async () => {
    const { keyboard } = open({ now: () => 0, pause: () => Promise.reject(new Error('waited')) });
    await keyboard.released(new AbortController().signal);
  });
});
