import { describe, expect, test } from 'vitest';
import { jsonText, safe, safeJson } from '../../src/text/safe.ts';
import { allHostile, hostile, rawIn } from '../support/hostile.ts';

/** Every character that has one of these properties. */
function characters(property: RegExp): readonly string[] {
  const found: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (property.test(character)) found.push(character);
  }
  return found;
}

describe('safe', () => {
  test.each([
    ['\\x1b[31m', '\u001b[31m'],
    ['a\\x09b\\x0d\\x0a', 'a\tb\r\n'],
    ['\\x9b', '\u009b'],
    ['\\u202e', '\u202e'],
    ['\\u200b', '\u200b'],
    ['\\u{e0041}', '\u{e0041}'],
    ['\\ud800', '\ud800'],
  ])('shows %s for what would do harm', (shown, text) => {
    expect(safe(text)).toBe(shown);
  });

  test.each(['Größe 10 µm – “ok”', 'アクメ・ノート', 'e\u0301', '😀 👍🏽 🇯🇵', '\u00a0', 'C:\\x1b'])(
    'leaves %j as it is',
    (text) => {
      expect(safe(text)).toBe(text);
    },
  );

  test.each([
    ['control characters', /\p{Cc}/u],
    ['line and paragraph separators', /\p{Zl}|\p{Zp}/u],
    ['bidirectional controls', /\p{Bidi_Control}/u],
    ['lone surrogates', /\p{Cs}/u],
    // Variation selectors choose between forms of an emoji or a kanji that is seen.
    ['characters that cannot be seen', /(?!\p{Variation_Selector}|\p{Cn})\p{Default_Ignorable_Code_Point}/u],
  ])('lets nothing through of %s', (_, property) => {
    const through = characters(property).filter((character) => safe(character) === character);
    expect(through.map((character) => character.codePointAt(0)?.toString(16))).toEqual([]);
  });
});

describe('safeJson', () => {
  test.each(Object.entries(hostile))('reads back as the same value, and shows nothing raw: %s', (_, text) => {
    const value = { [text]: [text, { deep: text }], plain: 1 };
    const json = jsonText(value);
    expect(rawIn(json)).toEqual([]);
    expect(JSON.parse(json)).toEqual(value);
  });

  test('every character survives', () => {
    const text = characters(/[^\p{L}\p{Co}\p{Cn}]/u).join('');
    expect(JSON.parse(safeJson(JSON.stringify(text)))).toBe(text);
  });

  test('is one document that ends with a newline', () => {
    expect(jsonText({ title: allHostile }).split('\n')).toHaveLength(4);
  });
});
