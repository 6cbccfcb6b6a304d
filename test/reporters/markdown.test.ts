import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import { markdownReport } from '../../src/reporters/markdown.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { hostileFleet } from './hostile-report.ts';
import { attempt, byHand, failed, inSandbox, page, passed, reportOf, row, useCase } from './reports.ts';

test('is a page for a ticket or a boss', () => {
  expect(markdownReport(reportOf(failed), material)).toMatchInlineSnapshot(`
    "**✗ FAIL** New sign-up after purchase: 3 pass, 1 fail, 1 pending; seen by the program: 3 steps, on a person's word: 1, disagreed: 0

    | | |
    |---|---|
    | Product | Acme Notes, prod-lp5dq7gziiuyi, Limited |
    | Product page | https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22 |
    | Seller account | 111122223333 |
    | Run | new-signup-7, 2026-11-23 09:00 UTC, 18 min |
    | Sessions | 2026-11-23 09:00 UTC, kim, arn:aws:iam::111122223333:user/mp-seller |
    | To continue | mp-verify resume new-signup-7 \\(repeats step 4\\) |
    | Tool | mp-verify 0.1.0 |

    On a person's word: 3 Buy a contract \\(kim\\)

    ## ✗ FAIL: New sign-up after purchase

    3 pass, 1 fail, 1 pending; buyer 444455556666

    | | Step | Status | Confirmed by | When | Result |
    |---:|---|---|---|---|---|
    | 1 | Find the product | ✓ pass | the program | 2026-11-23 09:00 UTC | The product page is found. |
    | 2 | What the buyer has (advisory) | ✓ pass | the program | 2026-11-23 09:01 UTC | The buyer has no active contract. |
    | 3 | Buy a contract | ✓ pass | a person (kim) | 2026-11-23 09:02 UTC |  |
    | 4 | AWS grants the contract | ✗ FAIL | the program, attempt 2 | 2026-11-23 09:03 UTC | quantity: expected 10, AWS names 1.<br>entitlement: expected an entitlement under a new license, actual an entitlement under a new license<br>quantity: expected 10, actual 1<br>Note: Asked Lee.<br>Earlier: FAIL, 2026-11-23 09:03 UTC: quantity: expected 10, AWS names 1. |
    | 5 | Inspect it | · pending |  |  | Not reached, because step 4 \\(AWS grants the contract\\) failed. |
    "
  `);
});

test.each([
  ['✓ PASS', passed, {}, '5 pass', '3 steps', 2],
  ['✓ PASS SANDBOX', passed, inSandbox, '5 pass', '3 steps', 2],
  ['✗ FAIL', failed, {}, '3 pass, 1 fail, 1 pending', '3 steps', 1],
  ['· INCOMPLETE', passed.slice(0, 1), {}, '1 pass, 4 pending', '1 step', 0],
])('the first line is the verdict %s, with what it rests on', (verdict, entries, facts, tally, program, person) => {
  const seen = `seen by the program: ${program}, on a person's word: ${person}, disagreed: 0`;
  const [first] = markdownReport(reportOf(entries, facts), material).split('\n');
  expect(first).toBe(`**${verdict}** New sign-up after purchase: ${tally}; ${seen}`);
});

test('a run in the sandbox says so again beside the endpoint', () => {
  expect(markdownReport(reportOf(passed, inSandbox), material)).toMatch(
    /^\| Endpoint \| SANDBOX, not AWS .*127\.0\.0\.1:4567.* \|$/m,
  );
});

test.each([
  [{ interrupted: true }, /\| Run \| .*interrupted \|/],
  [{ operator: 'Lee' }, /\| Sessions \| .*, Lee, .* \|/],
])('names how it was run: %o', (facts, line) => {
  expect(markdownReport(reportOf(passed, facts), material)).toMatch(line);
});

test('what is not known takes no row', () => {
  const text = markdownReport(reportOf([], { product: null, accountId: null, arn: null, operator: null }), material);
  expect(text).not.toMatch(/\| (Product|Seller account|Endpoint) \|/);
});

test('says of each step on whose word it is', () => {
  const entries = [
    attempt('product', 0),
    attempt('before', 1, { by: 'rehearsal' }),
    attempt('buy', 2, { by: 'answers', operator: 'Lee' }),
    attempt('grants', 3, { by: 'both', operator: 'kim', disagreed: true, status: 'fail', reason: 'They differ.' }),
    attempt('inspect', 4, { ...byHand, note: 'Slow.' }),
  ];
  const words = markdownReport(reportOf(entries), material)
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split(' | ')[3]);
  expect(words).toEqual([
    'the program',
    'rehearsal',
    'a person (Lee, answers file)',
    'a person and the program (kim)',
    'a person (kim)',
  ]);
});

test('says when a result was there, not when its question was asked', () => {
  const stale = attempt('buy', 2, { ...byHand, status: 'fail', reason: 'No.', durationMs: 3_600_000 });
  const entries = [...passed.slice(0, 2), stale, attempt('buy', 70, { ...byHand, durationMs: 600_000 })];
  const line = markdownReport(reportOf(entries), material).match(/^\| 3 .*/m)?.[0];
  expect(line).toContain('| 2026-11-23 10:20 UTC |');
  expect(line).toContain('Earlier: FAIL, 2026-11-23 10:02 UTC, kim: No.');
});

/** A report in which every text that comes from outside is that one. */
function reportWith(text: string) {
  const entries: Entry[] = [
    attempt('product', 0, { reason: text, output: { kind: 'product', product: { ...page, title: text } } }),
    attempt('buy', 2, { by: 'operator', operator: text, note: text, reason: text }),
    attempt('grants', 3, {
      status: 'fail',
      reason: text,
      expected: { [text]: text },
      actual: { [text]: text },
      output: { kind: 'entitlements', entitlements: [{ ...row, plan: text, dimension: text, value: text }] },
    }),
    { type: 'note', checklist: useCase.id, step: 'buy', text, operator: text, at: '2026-11-23T09:05:00.000Z' },
  ];
  const product = { ...page, title: text, visibility: text, url: null };
  const steps = useCase.steps.map((step) => ({ ...step, title: text }));
  return reportOf(entries, { product, operator: text, endpoint: text }, undefined, [
    { ...useCase, title: text, steps },
  ]);
}

describe.each<[string, (text: string) => string]>([
  ['a run', (text) => markdownReport(reportWith(text), material)],
  ['a fleet run', (text) => fleetReporters.markdown(hostileFleet(text), material)],
])('hostile text in the report of %s', (_, printed) => {
  const evil = {
    'a new cell': 'a | b |',
    'a new row': 'a\n| 9 | forged | ✓ pass | | | |',
    'an escaped escape': 'a \\| b \\\\| c',
    HTML: '<img src=x onerror=alert(1)><script>',
    'an HTML entity': '&lt;b&gt;',
    'a link': '[click](https://evil.example)',
    'an image': '![x](https://evil.example/x.png)',
    'an address in brackets': '<https://evil.example>',
    'a bare address': 'https://evil.example/x and www.evil.example',
    code: '`a` ``b``',
    'bold and struck': '**PASS** ~~FAIL~~ __x__',
    'a heading': '# PASS',
    'a mention': '@everyone',
    'an issue': '#1',
    'a formula': '$x^2$',
  };

  /** What Markdown would still read as markup: without escaped characters and without the report's own breaks. */
  const markup = (line: string) => line.replaceAll(/\\[!-/:-@[-`{-~]/g, '').replaceAll(/<br>|<!-- -->/g, '');

  test.each(Object.entries(evil))('makes no markup of its own: %s', (_, text) => {
    const lines = printed(text).split('\n');
    const harmless = printed('words').split('\n');
    expect(lines).toHaveLength(harmless.length);
    for (const [i, line] of lines.entries()) {
      const cells = (of: string) => markup(of).split('|').length;
      expect(cells(line), line).toBe(cells(harmless[i] ?? ''));
      expect(markup(line).replace(/^(\*\*.*?\*\*|## )/, ''), line).not.toMatch(/[<>[\]`~_*$&#]|!\[/);
    }
  });

  test.each(['https://evil.example/x', 'http://evil.example', 'www.evil.example', 'ftp://evil.example'])(
    'is not made a link by GitHub: %s',
    (text) => {
      expect(markup(printed(text))).not.toMatch(/(https?|ftp):\/\/evil|www\.evil/);
    },
  );

  test('mentions no one: GitHub looks for @ after the escapes are gone', () => {
    expect(printed('@everyone').replaceAll('\\', '')).not.toMatch(/@everyone/);
  });

  test('never holds control characters', () => {
    expect(rawIn(printed(allHostile))).toEqual([]);
  });
});

test('the product page is a link that works', () => {
  expect(markdownReport(reportOf(passed), material)).toContain(`| Product page | ${page.url} |`);
});
