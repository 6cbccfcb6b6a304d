import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { block } from '../../src/text/block.ts';
import { lead, marks, plainPaint, type Styles } from '../../src/text/styles.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';

const screen = (columns: number): Styles => ({ columns, paint: plainPaint });
const bodies = {
  words: 'Move to the page where you can check the contract information and inspect the contract details.',
  short: 'Buy a contract',
  Japanese: '契約情報を確認できるページに移動し、契約内容を確認してください。',
  emoji: '😀 👍🏽 🇯🇵 '.repeat(12),
  accents: 'e\u0301te\u0301 '.repeat(30),
  'one long word': 'x'.repeat(130),
  hostile: allHostile,
};
const leads = Object.values(marks).flatMap((mark) => [lead(mark, 3, 9), lead(mark, 10, 12)]);

describe.each([80, 40])('at %i columns', (columns) => {
  test.each(Object.entries(bodies))('no line is too wide: %s', (_, body) => {
    const texts = ['', '  ', '  expect  ', ...leads].flatMap((head) =>
      ['', 'who: BUYER 444455556666', 'you 09:44:20, AWS DISAGREES'].map((right) =>
        block(screen(columns), { lead: head, body, right }),
      ),
    );
    expect(texts.flatMap((text) => tooWide(text, columns))).toEqual([]);
  });

  test.each(Object.entries(bodies))('keeps every word and adds none: %s', (_, body) => {
    const squeezed = (text: string) => text.replaceAll(/\s/g, '');
    const text = block(screen(columns), { body, right: 'RIGHT' });
    if (body !== allHostile) expect(squeezed(text.replace('RIGHT', ''))).toBe(squeezed(body));
    expect(rawIn(text)).toEqual([]);
  });
});

test('puts the right part at the right edge of the first line, or below the body', () => {
  const body = 'Buy a contract of some kind, and of one that takes more than a line';
  const text = block(screen(60), { lead: '? 4/9  ', body, right: 'SELLER' });
  expect(text).toMatchInlineSnapshot(`
    "? 4/9  Buy a contract of some kind, and of one that   SELLER
           takes more than a line
    "
  `);
  expect(stringWidth(text.split('\n')[0] ?? '')).toBe(60);
});

test('puts it below where there is no room for it', () => {
  expect(
    block(screen(40), { lead: '? 4/9  ', body: 'Inspect the contract in the SaaS', right: 'who: BUYER 444455556666' }),
  ).toMatchInlineSnapshot(`
    "? 4/9  Inspect the contract in the SaaS
           who: BUYER 444455556666
    "
  `);
});

test('a narrow screen shortens the indent, and the text stays beside its label', () => {
  const text = block(screen(40), { lead: `${' '.repeat(13)}sandbox: `, body: 'The SaaS has not called this sandbox.' });
  expect(text).toMatchInlineSnapshot(`
    "           sandbox: The SaaS has not
                        called this sandbox.
    "
  `);
});

test('the right edge is straight beside wide characters', () => {
  const lines = ['Buy', '購入する', '購入 😀', 'e\u0301te\u0301'].map((body) =>
    block(screen(40), { lead: '✓ pass  1/9  ', body, right: 'you 09:44' }),
  );
  expect(lines.map((line) => stringWidth(line.trimEnd()))).toEqual([40, 40, 40, 40]);
});

test('a word that is cut is not taken for two', () => {
  const lengths = Array.from({ length: 100 }, (_, i) => i + 20);
  const parted = lengths.filter((length) => {
    const text = block(screen(40), { body: 'x'.repeat(length), right: '|' });
    return /x +x/.test(text);
  });
  expect(parted).toEqual([]);
});

test('paint goes around words, never into the columns', () => {
  const paint = { ...plainPaint, bold: (text: string) => `<b>${text}</b>`, good: (text: string) => `<g>${text}</g>` };
  expect(
    block({ columns: 40, paint }, { lead: '✓ pass  ', leadStyle: 'good', body: bodies.words, style: 'bold' }),
  ).toMatchInlineSnapshot(`
    "<g>✓ pass  </g><b>Move to the page where you can</b>
            <b>check the contract information</b>
            <b>and inspect the contract</b>
            <b>details.</b>
    "
  `);
});
