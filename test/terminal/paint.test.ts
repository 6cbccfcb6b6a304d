import { expect, test } from 'vitest';
import type { ColorMode } from '../../src/ports/host.ts';
import { paintFor } from '../../src/terminal/paint.ts';

const tty = { isTTY: true };
const pipe = {};

test.each<[string, { isTTY?: boolean }, ColorMode, Record<string, string>, boolean]>([
  ['a terminal', tty, 'auto', { TERM: 'xterm' }, true],
  ['a pipe', pipe, 'auto', { TERM: 'xterm' }, false],
  ['NO_COLOR', tty, 'auto', { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which is none', tty, 'auto', { NO_COLOR: '' }, true],
  ['TERM=dumb', tty, 'auto', { TERM: 'dumb' }, false],
  ['always, in a pipe', pipe, 'always', {}, true],
  ['always, whatever the environment says', tty, 'always', { NO_COLOR: '1', TERM: 'dumb' }, true],
  ['never', tty, 'never', { TERM: 'xterm' }, false],
])('%s: colour', (_, stream, mode, env, coloured) => {
  expect(paintFor(stream, mode, env).good('pass')).toBe(coloured ? '\u001b[32mpass\u001b[39m' : 'pass');
});

test('every style but plain changes how a text looks, and none what it says', () => {
  for (const [style, paint] of Object.entries(paintFor(tty, 'always', {}))) {
    const text = paint('pass');
    expect(text.includes('\u001b['), style).toBe(style !== 'plain');
    expect(text).toContain('pass');
  }
});
