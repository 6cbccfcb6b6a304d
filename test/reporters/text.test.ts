import { expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { summary } from '../../src/reporters/summary.ts';
import { textReport } from '../../src/reporters/text.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { noOptions } from '../support/no-options.ts';
import { material } from '../support/report-material.ts';
import { tooWide } from '../support/too-wide.ts';
import { attempt, byHand, failed, inSandbox, notReached, passed, reportOf, useCase } from './reports.ts';

const screen = (columns: number) => ({ ...material, styles: { columns, paint: plainPaint } });
const second = { ...useCase, id: 'existing-user', title: 'Existing user after purchase' };

test('says what it is a report of, what became of each step, and ends with the summary', () => {
  const report = reportOf(failed);
  const printed = textReport(report, screen(80));
  expect(printed.endsWith(summary(report, screen(80).styles))).toBe(true);
  expect(printed).toMatchInlineSnapshot(`
    "New sign-up after purchase                                   AWS (not a sandbox)
      product   Acme Notes  prod-lp5dq7gziiuyi  Limited
      page      https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22
      seller    111122223333
      buyer     444455556666
      run       new-signup-7, mp-verify 0.1.0
      started   2026-11-23 09:00 UTC, kim, arn:aws:iam::111122223333:user/mp-seller
      ended     2026-11-23 09:18 UTC

    ✓ pass     1/5  Find the product                                   program 09:00
    ✓ pass     2/5  What the buyer has (advisory)                      program 09:01
    ✓ pass     3/5  Buy a contract                                         kim 09:02
    ✗ FAIL     4/5  AWS grants the contract                            program 09:03
                    note: Asked Lee.
    · pending  5/5  Inspect it

    FAIL  New sign-up after purchase             3 pass, 1 fail, 1 pending    18 min
      signed in to AWS as arn:aws:iam::111122223333:user/mp-seller
      ✗ 4 grants: quantity: expected 10, AWS names 1.
      seen by the program: 3 steps   on a person's word: 1   disagreed: 0
      Fix it, then resume:
        mp-verify resume new-signup-7  repeats step 4
    "
  `);
});

test('at 40 columns, in the sandbox', () => {
  expect(textReport(reportOf(failed.slice(0, 4), inSandbox), screen(40))).toMatchInlineSnapshot(`
    "New sign-up after purchase
    SANDBOX, not AWS
      product   Acme Notes
                prod-lp5dq7gziiuyi  Limited
      page      http://127.0.0.1:4567/marketplace/pp/prodview-3xw4sjqv2pb22
      seller    111122223333
      endpoint  http://127.0.0.1:4567
      buyer     444455556666
      run       new-signup-7, mp-verify
                0.1.0
      started   2026-11-23 09:00 UTC, kim,
                arn:aws:iam::111122223333:us
                er/mp-seller
      ended     2026-11-23 09:18 UTC

    ✓ pass     1/5  Find the product
                    program 09:00
    ✓ pass     2/5  What the buyer has
                    (advisory)
                    program 09:01
    ✓ pass     3/5  Buy a contract
                    kim 09:02
    ✗ FAIL     4/5  AWS grants the contract
                    program 09:03
    · pending  5/5  Inspect it

    FAIL  New sign-up after purchase
          3 pass, 1 fail, 1 pending    18
          min
      SANDBOX, not AWS
      ✗ 4 grants: quantity: expected 10, AWS
        names 1.
      seen by the program: 3 steps   on a
      person's word: 1   disagreed: 0
      Fix it, then resume:
        mp-verify resume new-signup-7
          repeats step 4
    "
  `);
});

test('of several use cases each has its steps and its buyer', () => {
  const report = reportOf([...passed, attempt('product', 20, { checklist: second.id })], {}, notReached, [
    useCase,
    second,
  ]);
  const printed = textReport(report, screen(80));
  expect(printed).toContain('  buyer     new-signup 444455556666, existing-user 444455556666\n');
  expect(printed).toMatch(
    /\n\nNew sign-up after purchase\n✓ pass +1\/5 [\s\S]*\n\nExisting user after purchase\n✓ pass +1\/5 [\s\S]*\n· pending +5\/5 /,
  );
});

test('says who or what confirmed each step, and when, with the day if it differs', () => {
  const entries = [
    attempt('product', 0, { durationMs: 120_000 }),
    attempt('before', 1, { by: 'rehearsal' }),
    attempt('buy', 2, { by: 'answers', operator: 'Lee' }),
    attempt('grants', 3, { by: 'both', operator: 'kim' }),
    attempt('inspect', 24 * 60, byHand),
  ];
  const ends = textReport(reportOf(entries), screen(80)).match(/(?<=^. \w+ .*\d\/5 .* {2,})\S.*$/gm);
  expect(ends).toEqual([
    'program 09:02',
    'rehearsal 09:01',
    'Lee, answers file 09:02',
    'kim, program 09:03',
    'kim 2026-11-24 09:00',
  ]);
});

test.each([
  ['was stopped', { interrupted: true }, '  ended     2026-11-23 09:18 UTC, interrupted\n'],
  ['was on another endpoint', { endpoint: 'http://127.0.0.1:4567' }, '  endpoint  http://127.0.0.1:4567\n'],
  ['has no product', { product: null }, '  product   unknown\n'],
  ['has no account', { accountId: null }, '  seller    unknown\n'],
])('of a run that %s it says so', (_, facts, line) => {
  expect(textReport(reportOf(passed, facts), screen(80))).toContain(line);
});

test('of a resumed run it says when', () => {
  const at = '2026-11-24T08:00:00.000Z';
  const again: Entry = {
    type: 'began',
    at,
    operator: 'Lee',
    version: '0.1.0',
    accepted: ['endpoint'],
    options: noOptions,
  };
  const printed = textReport(reportOf([...passed.slice(0, 3), again]), screen(80));
  expect(printed).toContain('  resumed   2026-11-24 08:00 UTC, Lee\n  changed   endpoint\n');
});

test.each([80, 40])('fits on %i columns whatever the words, and no text forges a line', (columns) => {
  const words = '契約内容を確認できるページ 😀 ';
  for (const foreign of [words.repeat(4), allHostile]) {
    const entries = [
      ...passed.slice(0, 2),
      attempt('buy', 2, { by: 'operator', operator: foreign, status: 'fail', reason: foreign }),
    ];
    const steps = useCase.steps.map((step) => ({ ...step, title: foreign }));
    const report = reportOf(entries, { operator: foreign, product: null }, notReached, [
      { ...useCase, title: foreign, steps },
    ]);
    const printed = textReport(report, screen(columns));
    expect(tooWide(printed, columns)).toEqual([]);
    expect(rawIn(printed)).toEqual([]);
  }
});
