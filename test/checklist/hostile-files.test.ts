// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { describe, expect, test } from 'vitest';
import { header, problemsIn } from './support.ts';

const good = `${header}  - id: first\n    title: First\n    do: Look.\n`;
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('a file that is made to do harm is a bad file like any other', () => {
  test.each([
    ['lists', `${header}  ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
    ['unclosed lists', `${header}  ${'['.repeat(100_000)}\n`],
    ['groups of fields', `${header}  ${'{a: '.repeat(100_000)}1${'}'.repeat(100_000)}\n`],
    ['lists line by line', `${header}  ${'- '.repeat(100_000)}x\n`],
    // These took Node itself down, which nothing can catch.
    ['lists alone', '['.repeat(20_000)],
    ['lists alone, line by line', '- '.repeat(20_000)],
    ['groups of fields alone', '{'.repeat(20_000)],
    ['keys', '? '.repeat(20_000)],
    ['keys and lists', '- ? [{'.repeat(5000)],
    ['indented groups of fields', many(1000, (i) => `${' '.repeat(i)}a:\n`)],
  ])('%s nested ever deeper are nested too deeply', (_, source) => {
    expect(problemsIn(source)).toEqual([expect.stringMatching(/^mine\.yaml:\d+:\d+: nested too deeply$/)]);
  });

  test('what aliases nest deeper than any file is refused', () => {
    const nested = many(15, (i) => `a${i + 1}: &a${i + 1} ${'['.repeat(45)}*a${i}${']'.repeat(45)}\n`);
    expect(problemsIn(`a0: &a0 [ha]\n${nested}version: *a15\n`)).toHaveLength(1);
  });

  test.each([
    ['a version', good.replace('version: 1', `version: ${'x'.repeat(900_000)}`)],
    ['a name of a field', `${good}    ${'x'.repeat(900)}: 1\n`],
    ['a check', `${good}    check: ${'x'.repeat(900_000)}\n`],
    ['who acts', `${good}    who: ${'x y '.repeat(200_000)}\n`],
    ['a reference', good.replace('Look.', `\${${'x'.repeat(900_000)}}`)],
  ])('an error does not repeat all of %s that has no end', (_, source) => {
    const [line, ...more] = problemsIn(source);
    expect(line).toMatch(/^mine\.yaml:\d+:\d+: .*x.*… \(\d+ characters\) …/);
    expect(line?.length).toBeLessThan(700);
    expect(more).toEqual([]);
  });

  test('nesting is refused or read at every depth', () => {
    for (let depth = 100; depth < 6000; depth = Math.ceil(depth * 1.15)) {
      expect(problemsIn(`${header}  ${'['.repeat(depth)}${']'.repeat(depth)}\n`), `depth ${depth}`).not.toHaveLength(0);
    }
  });

  test('aliases that grow tenfold nine times are refused', () => {
    const laughs = many(9, (i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]\n`);
    expect(problemsIn(`a0: &a0 [ha, ha]\n${laughs}`)).toEqual([expect.stringMatching(/^mine\.yaml.*aliases/)]);
  });

  test.each([
    ['unknown references', good.replace('Look.', `[${'"${a}",'.repeat(1000)}]`), 1000],
    ['lines that are no text', good.replace('Look.', `[${'1,'.repeat(1000)}]`), 1000],
    ['things that are not YAML', '}'.repeat(1000), 1000],
  ])('of very many %s, the first are listed and the rest counted', (_, source, count) => {
    const lines = problemsIn(source);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe(`mine.yaml: and ${count - 100} more problems`);
  });

  test.each([
    ['the version', good.replace('version: 1', 'version: &v [*v]')],
    ['the file', `&file\n${good}needs: *file\n`],
    ['the steps', header.replace('steps:', 'steps: &steps [*steps]')],
    ['a step', `${header}  - &step\n    id: first\n    title: First\n    do: Look.\n    expect: *step\n`],
    ['a check', `${good}    check: &check [*check]\n`],
    ['a key', '&key\n? *key\n: x\n'],
  ])('%s that contains itself is refused', (_, source) => {
    expect(problemsIn(source)).not.toHaveLength(0);
  });
});
