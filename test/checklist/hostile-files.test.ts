// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { formatProblem } from '../../src/checklist/problems.ts';
import { checklistSchema } from '../../src/checklist/schema.ts';
import { checks } from '../../src/steps/index.ts';
import { builtInText, header, problemsIn, seeded, useCases } from './support.ts';

/** On a machine that is busy with other things. */
const slowly = { timeout: 60_000 };
const good = `${header}  - id: first\n    title: First\n    do: Look.\n`;
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('a file that is made to do harm is a bad file like any other', slowly, () => {
  test.each([
    ['lists', `${header}  ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
    ['lists that nobody closes', `${header}  ${'['.repeat(100_000)}\n`],
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
    expect(problemsIn(source)).toEqual([expect.stringMatching(/^mine\.yaml:\d+:\d+: it is nested too deeply$/)]);
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
    // More than a function takes arguments.
    ['unknown references', good.replace('Look.', `[${'"${a}",'.repeat(130_000)}]`), 130_000],
    ['lines that are no text', good.replace('Look.', `[${'1,'.repeat(1000)}]`), 1000],
    ['things that are not YAML', '}'.repeat(1000), 1000],
  ])('of a great many %s the first are told, and how many more there are', (_, source, count) => {
    const lines = problemsIn(source);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe(`mine.yaml: and ${count - 100} more like these`);
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

describe('no file of the size that is read keeps anybody waiting', slowly, () => {
  test.each<[what: string, source: string]>([
    ['blanks in a title', good.replace('First', `"a${' '.repeat(80_000)}b"`)],
    ['references that nobody closes', good.replace('Look.', '${'.repeat(60_000))],
    ['unknown fields', good + many(40_000, (i) => `k${i}: 1\n`)],
    ['steps that are none', header + '- 1\n'.repeat(30_000)],
    ['aliases to one word', good.replace('Mine', `&a Mine\nneeds: [${'*a,'.repeat(10_000)}]`)],
    [
      'aliases to one long list',
      `needs: &long [${'a,'.repeat(20_000)}]\n${good}    expect: [${'*long,'.repeat(99)}]\n`,
    ],
  ])('%s', (_, source) => {
    expect(source.length).toBeLessThan(1024 * 1024);
    const reading = timeOf(() => parseDocument(source, { uniqueKeys: false, logLevel: 'silent' }));
    // What YAML itself takes, on whatever machine, is the measure.
    expect(timeOf(() => parseChecklist('mine.yaml', source, checks))).toBeLessThan(1000 + 3 * reading);
  });

  test('thousands of steps take no more than their number', () => {
    const steps = (count: number) => header + many(count, (i) => `- {id: s${i}, title: Step, do: Look.}\n`);
    const [few, more] = [steps(2000), steps(16_000)].map((source) =>
      timeOf(() => expect(parseChecklist('mine.yaml', source, checks)).toHaveProperty('sha256')),
    );
    // Eight times the steps: eight times the time, not sixty-four times.
    expect(more).toBeLessThan(500 + 16 * (few ?? 0));
  });

  /** Of the processor, in ms: other programs may keep it busy as well. */
  function timeOf(work: () => unknown): number {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }
});

describe('whatever becomes of a built-in checklist in an editor', slowly, () => {
  const published = checklistSchema(checks);

  test.each([1, 2, 3, 4, 5, 6])('it is read or refused in lines, and never more (seed %i)', (seed) => {
    const random = seeded(seed);
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 120; round++) {
      let source = builtInText(random.pick(useCases));
      for (let times = 1 + random.below(3); times > 0; times--) source = mutated(source, random);
      outcomes[outcomeOf(source)]++;
    }
    expect(outcomes.read).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(50);
  });

  function outcomeOf(source: string): 'read' | 'refused' {
    const read = parseChecklist('mine.yaml', source, checks);
    if ('steps' in read) {
      expect(published.safeParse(parse(source)).error, source).toBeUndefined();
      return 'read';
    }
    expect(read, source).not.toHaveLength(0);
    for (const line of read.map(formatProblem)) expect(line, source).toMatch(/^mine\.yaml(:\d+:\d+)?: [^\r\n]+$/);
    return 'refused';
  }
});

// biome-ignore format: a list of odds and ends
const snippets = [
  '"', "'", '[', ']', '{', '}', '- ', '? ', ': ', '|', '>', '&a ', '*a', '!x ', '!!binary ', '!!set ', '%', '@', '#',
  '---\n', '...\n', '\t', '\0', '\r', '\u2028', '\u202e', '\ufeff', '😀', '\ud800', '${', '${x}', '${inputs.x}', 'null',
  '~', '.nan', '1e999', '0x1f', '012345678901', '<<: *a\n', '__proto__: 1\n', 'version: 2\n', 'steps: []\n', '\\x1b[31m',
] as const;

function mutated(source: string, { below, pick }: ReturnType<typeof seeded>): string {
  const lines = source.split('\n');
  const [line, other, place] = [below(lines.length), below(lines.length), below(source.length)];
  const whole = lines[line] ?? '';
  return pick([
    () => lines.toSpliced(line, 1).join('\n'),
    () => lines.toSpliced(other, 0, whole).join('\n'),
    () => lines.toSpliced(line, 1, `  ${whole}`).join('\n'),
    () => lines.toSpliced(line, 1, whole.replace(/^ {2}/, '')).join('\n'),
    () => lines.toSpliced(line, 1, whole.replace(/: .*/, `: ${pick(snippets)}`)).join('\n'),
    () => lines.toSpliced(line, 1, whole.replace(/[a-z]/, '')).join('\n'),
    () => source.slice(0, place) + pick(snippets) + source.slice(place),
    () => source.slice(0, place) + source.slice(place + 1 + below(4)),
    () => source.slice(0, place),
  ])();
}
