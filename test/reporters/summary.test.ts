import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import { summary } from '../../src/reporters/summary.ts';
import { type Paint, plainPaint, type Styles } from '../../src/text/styles.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';
import { attempt, byHand, failed, inSandbox, notReached, passed, reportOf, useCase } from './reports.ts';

const screen = (columns: number): Styles => ({ columns, paint: plainPaint });
const tag = (name: string) => (words: string) => `<${name}>${words}</${name}>`;
const tags: Paint = {
  plain: tag('plain'),
  bold: tag('bold'),
  dim: tag('dim'),
  good: tag('good'),
  bad: tag('bad'),
  warn: tag('warn'),
  accent: tag('accent'),
};
const second = { ...useCase, id: 'existing-user', title: 'Existing user after purchase' };
const pending = {
  reasons: { buy: because('needs-person') },
  rest: because('stopped-before', { number: 3, title: 'Buy a contract', status: 'pending' }),
};
const error = attempt('product', 0, { status: 'error', reason: 'There is no network.' });

test.each([
  [['new-signup'], {}, 'next: mp-verify run existing-user'],
  [['new-signup'], inSandbox, 'next: mp-verify run existing-user --sandbox'],
  [['existing-user', 'contract-change'], {}, 'next: mp-verify run registration'],
  [['registration'], {}, 'next: mp-verify run before-public'],
  [['contract-change', 'new-signup'], inSandbox, 'next, on AWS: mp-verify doctor'],
  [['regression'], {}, null],
  [['before-public'], {}, null],
] as const)('what has passed names what comes next: %s', (ids, facts, words) => {
  const checklists = ids.map((id) => ({ ...useCase, id }));
  const entries = ids.flatMap((checklist) =>
    passed.map((entry) => ('checklist' in entry ? { ...entry, checklist } : entry)),
  );
  const shown = summary(reportOf(entries, facts, notReached, checklists), screen(80));
  expect(/^ {2}(next.*)$/m.exec(shown)?.[1] ?? null).toBe(words);
  expect(shown).toContain('PASS');
});

test.each([
  [1, '4 pass, 1 does not apply'],
  [2, '3 pass, 2 do not apply'],
])('%i steps that do not apply', (count, words) => {
  const entries = passed.map((entry, at) =>
    entry.type === 'attempt' && at >= passed.length - count ? { ...entry, status: 'not-applicable' as const } : entry,
  );
  expect(summary(reportOf(entries), screen(80))).toContain(words);
});

test('a passed use case at 80 columns', () => {
  expect(summary(reportOf(passed), screen(80))).toMatchInlineSnapshot(`
    "
    PASS  New sign-up after purchase                                5 pass    18 min
      signed in to AWS as arn:aws:iam::111122223333:user/mp-seller
      next: mp-verify run existing-user
      seen by the program: 3 steps   on a person's word: 2   disagreed: 0
    "
  `);
});

test('a failed one says which step, why, and on whose word the rest is', () => {
  expect(summary(reportOf(failed), screen(80))).toMatchInlineSnapshot(`
    "
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
  expect(summary(reportOf(failed, inSandbox), screen(40))).toMatchInlineSnapshot(`
    "
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

test('with color: a status is a word and a symbol, too', () => {
  expect(summary(reportOf(failed), { columns: 80, paint: tags })).toMatchInlineSnapshot(`
    "
    <bad>FAIL  </bad><bold>New sign-up after purchase</bold>             <dim>3 pass, 1 fail, 1 pending    18 min</dim>
    <plain>  </plain><warn>signed in to AWS as arn:aws:iam::111122223333:user/mp-seller</warn>
    <bad>  ✗ </bad><plain>4 grants: quantity: expected 10, AWS names 1.</plain>
    <plain>  </plain><plain>seen by the program: 3 steps   on a person's word: 1   disagreed: 0</plain>
    <plain>  </plain><plain>Fix it, then resume:</plain>
    <accent>    mp-verify resume new-signup-7</accent><dim>  repeats step 4</dim>
    "
  `);
});

test('several use cases, each with its own verdict', () => {
  const report = reportOf([...passed, { ...error, checklist: second.id }], {}, notReached, [useCase, second]);
  expect(summary(report, screen(80))).toMatchInlineSnapshot(`
    "
    COULD NOT CHECK  2 checklists     5 pass, 1 could not check, 4 pending    18 min
      signed in to AWS as arn:aws:iam::111122223333:user/mp-seller
      ✓ PASS  New sign-up after purchase                                      5 pass
      ! COULD NOT CHECK  Existing user after purchase   1 could not check, 4 pending
      ! existing-user 1 product: There is no network.
      seen by the program: 3 steps   on a person's word: 2   disagreed: 0
      Saved. To continue:
        mp-verify resume new-signup-7  repeats existing-user, step 1
    "
  `);
});

test.each([
  ['a sandbox', inSandbox, '  SANDBOX, not AWS\n'],
  ['another endpoint', { endpoint: 'http://127.0.0.1:4567' }, '  http://127.0.0.1:4567, not AWS\n'],
  ['an interruption', { interrupted: true }, '  interrupted\n'],
])('says so of %s', (_, facts, line) => {
  expect(summary(reportOf(passed, facts), screen(80))).toContain(line);
});

test.each([
  ['fail', failed, 'FAIL  New sign-up'],
  ['error', [error], 'COULD NOT CHECK  New sign-up'],
  ['incomplete', passed.slice(0, 4), 'INCOMPLETE  New sign-up'],
  ['pass', passed, 'PASS  New sign-up'],
])('the verdict %s is a word', (verdict, entries, words) => {
  const report = reportOf(entries);
  expect(report.verdict).toBe(verdict);
  expect(summary(report, screen(80))).toContain(words);
});

describe('names the step at which a person is needed', () => {
  const needed = / 3 buy: This step needs a person\./;

  test('first of all', () => {
    expect(summary(reportOf(passed.slice(0, 2), {}, pending), screen(80))).toMatch(needed);
  });

  test.each<[string, Entry[]]>([
    ['an advisory step that failed', [attempt('before', 1, { status: 'fail', reason: 'No.' })]],
    ['an advisory step that could not be checked', [attempt('before', 1, { status: 'error', reason: 'No.' })]],
    ['an advisory step without a result', []],
  ])('after %s', (_, before) => {
    const entries = [...passed.slice(0, 1), ...before];
    expect(summary(reportOf(entries, {}, pending), screen(80))).toMatch(needed);
  });

  test('after an advisory step that needs one too', () => {
    const reason = because('needs-person');
    const both = {
      ...pending,
      reasons: { before: reason, buy: reason },
    };
    expect(summary(reportOf(passed.slice(0, 1), {}, both), screen(80))).toMatch(needed);
  });

  test('in each of several use cases', () => {
    const report = reportOf(
      passed.slice(0, 2).flatMap((entry) => [entry, { ...entry, checklist: second.id }]),
      {},
      pending,
      [useCase, second],
    );
    const shown = summary(report, screen(80));
    expect(shown).toContain('new-signup 3 buy: This step needs a person.');
    expect(shown).toContain('existing-user 3 buy: This step needs a person.');
  });
});

test('does not list what was not reached for that reason alone', () => {
  expect(summary(reportOf(failed), screen(80))).not.toContain('Not reached');
  // An advisory step comes after this one.
  expect(summary(reportOf([error]), screen(80))).not.toContain('Not reached');
});

test('marks an advisory failure as advisory', () => {
  const entries = passed.map((entry) =>
    entry.type === 'attempt' && entry.step === 'before' ? { ...entry, status: 'fail' as const, reason: 'No.' } : entry,
  );
  const report = reportOf(entries);
  expect(report.verdict).toBe('pass');
  expect(summary(report, screen(80))).toContain('✗ 2 before (advisory): No.');
});

test.each([80, 40])('fits on %i columns whatever the words', (columns) => {
  const words = '契約内容を確認できるページ 😀 ';
  const title = words.repeat(4);
  const entries: Entry[] = [
    ...passed.slice(0, 2),
    attempt('buy', 2, { ...byHand, status: 'fail', reason: words.repeat(5) }),
    attempt('grants', 3, { status: 'error', reason: `${'x'.repeat(120)} ${words}` }),
    attempt('inspect', 4, { ...byHand, status: 'skip', reason: 'No time.' }),
  ];
  const both = reportOf(entries, inSandbox, pending, [
    { ...useCase, title },
    { ...second, title },
  ]);
  expect(tooWide(summary(both, screen(columns)), columns)).toEqual([]);
  expect(tooWide(summary(reportOf([error], inSandbox, pending), screen(columns)), columns)).toEqual([]);
});

test('foreign text cannot forge a line', () => {
  const entries = [attempt('product', 0, { status: 'fail', reason: allHostile })];
  const report = reportOf(entries, { endpoint: allHostile }, pending, [{ ...useCase, title: allHostile }]);
  expect(rawIn(summary(report, screen(80)))).toEqual([]);
});
