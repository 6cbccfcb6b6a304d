import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { shorten } from '../../src/text/block.ts';
import { allHostile, rawIn } from '../support/hostile.ts';

test.each([
  ['Acme Notes', 10, 'Acme Notes'],
  ['Acme Notes', 9, 'Acme Not…'],
  ['Acme Notes', 6, 'Acme…'],
  ['契約の確認', 5, '契約…'],
  ['👩👩', 3, '👩…'],
])('%j in %i columns', (text, columns, short) => {
  expect(shorten(text, columns)).toBe(short);
});

test('what is hostile is made safe before it is cut', () => {
  for (let columns = 2; columns < 60; columns++) {
    const short = shorten(allHostile, columns);
    expect(rawIn(short)).toEqual([]);
    expect(stringWidth(short)).toBeLessThanOrEqual(columns);
  }
});
