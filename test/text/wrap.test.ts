import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { wrap } from '../../src/text/block.ts';

const link = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
const japanese = '契約情報を確認できるページに移動し、契約内容を確認してください。';

test.each([
  ['words', 'Access the product page on AWS Marketplace', 16, ['Access the', 'product page on', 'AWS Marketplace']],
  ['what just fits', 'twelve chars', 12, ['twelve chars']],
  ['nothing', '', 10, ['']],
  ['a word that is too long', 'an abcdefghijklm x', 5, ['an', 'abcde', 'fghij', 'klm x']],
  ['an address, which is never cut', `see ${link} now`, 20, ['see', link, 'now']],
  ['an address in brackets', `see (${link}).`, 20, ['see', `(${link}).`]],
  ['wide characters', '契約情報を確認', 6, ['契約情', '報を確', '認']],
  ['emoji', '😀😀😀', 5, ['😀😀', '😀']],
])('wraps %s', (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

test('never parts a letter from its accents', () => {
  const accented = 'e\u0301\u0327'.repeat(12);
  for (const line of wrap(accented, 5)) expect(line).toMatch(/^(e\u0301\u0327)+$/);
});

test.each([10, 17, 40, 80])('fills no line beyond %i columns, and loses nothing', (width) => {
  const text = `${japanese} and plain words 😀 👍🏽 🇯🇵 e\u0301te\u0301 ${'x'.repeat(99)} ${japanese}`;
  const lines = wrap(text, width);
  expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
});
