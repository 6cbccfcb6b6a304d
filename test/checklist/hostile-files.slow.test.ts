// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { Session } from 'node:inspector/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checklistSchema, parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { formatProblem } from '../../src/checklist/problems.ts';
import { checks } from '../../src/checks/index.ts';
import { withoutHanging } from '../support/without-hanging.ts';
import { builtInText, header, problemsIn, seeded, useCases } from './support.ts';

const good = `${header}  - id: first\n    title: First\n    do: Look.\n`;
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('twice as large a file is no more than twice the work, up to what is read of one:', () => {
  test.each<[what: string, most: number, source: (count: number) => string]>([
    ['unclosed references', 60_000, (count) => good.replace('Look.', '${'.repeat(count))],
    ['unknown fields', 40_000, (count) => good + many(count, (i) => `k${i}: 1\n`)],
    ['steps', 20_000, (count) => header + many(count, (i) => `- {id: s${i}, title: Step, do: Look.}\n`)],
    ['steps that are none', 30_000, (count) => header + '- 1\n'.repeat(count)],
    ['aliases to one word', 10_000, (count) => good.replace('Mine', `&a Mine\nneeds: [${'*a,'.repeat(count)}]`)],
    [
      'aliases to one long list',
      20_000,
      (count) => `needs: &long [${'a,'.repeat(count)}]\n${good}    expect: [${'*long,'.repeat(99)}]\n`,
    ],
  ])('%s', async (_, most, source) => {
    expect(source(most).length).toBeLessThan(1024 * 1024);
    // What else runs in this process only adds to it.
    const work = async (count: number) => {
      const text = source(count);
      const once = () => workOf(() => parseChecklist('mine.yaml', text, checks));
      return Math.min(await once(), await once(), await once());
    };
    const half = await work(most / 2);
    expect(half).toBeGreaterThan(1000);
    expect((await work(most)) / half).toBeLessThan(2.5);
  });

  /** How often our functions and those of YAML are called, as V8 counts it: the same on every machine, however busy. */
  async function workOf(work: () => unknown): Promise<number> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    session.disconnect();
    return result
      .filter(({ url }) => /\/src\/|\/node_modules\/yaml\//.test(url))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
      .reduce((all, count) => all + count, 0);
  }
});

test('a million blanks in a title take no time', () => {
  // Looked at once each they take no time; looked at again from each of them, a quarter of an hour.
  const source = good.replace('First', `"a${' '.repeat(1_000_000)}b"`);
  withoutHanging(() => parseChecklist('mine.yaml', source, checks));
});

test('of more problems than a function takes arguments, the first are listed and the rest counted', () => {
  const lines = problemsIn(good.replace('Look.', `[${'"${a}",'.repeat(130_000)}]`));
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('mine.yaml: and 129900 more problems');
});

describe('whatever becomes of a built-in checklist in an editor', () => {
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
