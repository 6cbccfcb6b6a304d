import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { test } from './support/machine.ts';
import { type Line, styledLines, svgOf, textOf } from './support/svg.ts';
import { contractChange, walkByKeys } from './support/walking.ts';

const cols = 80;
const picture = new URL('../../docs/walk.svg', import.meta.url);
const title =
  'A walk of the checklist contract-change: the operator says pass, and the program finds the old quantity.';

/** What differs from run to run, and what stands for it: as wide, so that columns stay in line. */
const fixed: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d{5}/g, '127.0.0.1:49152'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '2026-12-23 14:44 UTC'],
  [/\d\d:\d\d:\d\d/g, '09:44:13'],
  [/\d looks in \d:\d\d/g, '3 looks in 0:06'],
  [/after \d:\d\d/g, 'after 0:02'],
];

test('the README shows a walk that fails, because the SaaS ignores the change of a contract', async ({ machine }) => {
  const options = ['--sandbox', '--saas-bug', 'ignores-contract-change', '--max-wait', '6s'];
  const pty = machine.terminal(['run', 'contract-change', ...options], { cols });
  await walkByKeys(pty, contractChange);
  await pty.until(/\[w\]ait/);
  pty.keys('f');
  await pty.until(/\[q\]uit$/);
  await pty.until(/\[r\]/);

  const lines = excerpt((await styledLines(pty.raw(), cols)).map(settled));
  expect(lines.map(textOf).join('\n')).toMatch(/pass[\s\S]*DISAGREES[\s\S]*20 +10[\s\S]*\[q\]uit$/);
  const svg = svgOf(lines, cols, title);
  expect(svg.length).toBeLessThan(60_000);
  // `npm run picture` does; a test leaves the checkout as it is.
  if (process.env.MP_VERIFY_PICTURE) await writeFile(picture, svg);

  pty.keys('k');
  expect(await pty.exit()).toBe(1);
});

function settled(line: Line): Line {
  return line.map((span) => ({ ...span, text: fixed.reduce((text, [from, to]) => text.replace(from, to), span.text) }));
}

/** The header, two steps that passed, the last question with its failure, and the keys: with `⋮` for what is left out. */
function excerpt(lines: readonly Line[]): readonly Line[] {
  const gap: Line = [{ column: 2, text: '⋮', style: 'dim' }];
  const text = lines.map(textOf);
  const from = (pattern: RegExp, after = 0) => {
    const found = text.findIndex((line, row) => row >= after && pattern.test(line));
    if (found < 0) throw new Error(`the screen shows no ${pattern}:\n${text.join('\n')}`);
    return found;
  };
  const failure = from(/^✗ /);
  const end = from(/\[q\]uit$/, failure);
  return [
    ...lines.slice(from(/^\S/), from(/^ {2}needs/)),
    [],
    ...lines.slice(from(/^✓ .* 1\/9 /), from(/^✓ .* 3\/9 /)),
    gap,
    ...lines.slice(from(/^✓ .* 7\/9 /), from(/^$/, from(/^✓ .* 7\/9 /))),
    gap,
    ...lines.slice(from(/^\? 9\/9 /), from(/^ +sandbox:/, failure)),
    gap,
    ...lines.slice(from(/^ {2}\[r\]/, failure), end + 1),
  ];
}
