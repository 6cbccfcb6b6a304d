import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { walkReasons } from '../../src/checklist/walk-reasons.ts';
import { checks } from '../../src/checks/index.ts';
import { couldNotCheckCodes, Interrupted, userErrorCodes } from '../../src/errors.ts';

const readme = await readFile(join(import.meta.dirname, '..', '..', 'checklists', 'README.md'), 'utf8');
const text = readme.slice(readme.indexOf('\n## Codes\n'));
const sections = text.split(/^### /m).map((section) => {
  const [heading = '', ...lines] = section.split('\n');
  const rows = lines.filter((line) => line.startsWith('| `')).map((line) => line.slice(2, -2).split(' | '));
  return { heading, rows };
});

/** In the order of the file, of every section whose heading says so. */
function listed(isOf: (heading: string) => boolean): readonly (string | undefined)[] {
  const rows = sections.filter(({ heading }) => isOf(heading)).flatMap((section) => section.rows);
  return rows.map(([code]) => code?.replaceAll('`', ''));
}

describe('checklists/README.md lists every code, and no other', () => {
  test.each(Object.entries(checks))('of a check: %s', (kind, { reasons }) => {
    expect(listed((heading) => heading.split(', ').includes(`\`${kind}\``))).toEqual(Object.keys(reasons));
  });

  test.each<[heading: string, codes: readonly string[]]>([
    ['The walk', Object.keys(walkReasons)],
    ['The command was wrong', userErrorCodes],
    ['Could not check', couldNotCheckCodes],
    ['Bugs and signals', ['bug', new Interrupted('SIGINT').code]],
  ])('%s', (heading, codes) => {
    expect(listed((each) => each === heading)).toEqual(codes);
  });

  test('and no section of something that is gone', () => {
    const known = ['The walk', 'The command was wrong', 'Could not check', 'Bugs and signals'];
    const others = sections.slice(1).flatMap(({ heading }) => (known.includes(heading) ? [] : heading.split(', ')));
    expect(new Set(others)).toEqual(new Set(Object.keys(checks).map((kind) => `\`${kind}\``)));
  });

  test('each on one line, with its meaning and what to do', () => {
    const rows = sections.flatMap((section) => section.rows);
    for (const row of rows) {
      expect(row, row.join(' | ')).toHaveLength(3);
      expect(
        row.slice(1).every((words) => /^[`\w].*\.$/.test(words)),
        row.join(' | '),
      ).toBe(true);
    }
  });
});
