import { expect, test } from 'vitest';
import type { Answer } from '../../src/checklist/model.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { walked } from './walked.ts';

const step = '  - { id: buy, title: Buy a contract, do: Buy it., check: entitlements, within: 10m }\n';

const refused = new CouldNotCheck('access-denied', 'A permission is missing.');
const refusing = () => {
  throw refused;
};
const says = {
  pass: passes('buy'),
  fail: [...at('buy').fails('The quantity is 1.'), at('buy').press('k')],
};

test.each([
  {
    case: 'both pass',
    moves: says.pass,
    aws: [granted()],
    ends: { status: 'pass', by: 'both', code: 'entitlement-active' },
    seen: { byProgram: 1, byPerson: 0, rehearsed: 0, disagreed: 0 },
    shows: /AWS agrees/,
  },
  {
    case: 'both fail',
    moves: says.fail,
    aws: [],
    ends: {
      status: 'fail',
      by: 'both',
      code: 'no-entitlement',
      reason: expect.stringMatching(/^The quantity is 1\. AWS/),
    },
    seen: { byProgram: 1, byPerson: 0, rehearsed: 0, disagreed: 0 },
    shows: /AWS agrees/,
  },
  {
    case: 'the person says fail, AWS says pass',
    moves: says.fail,
    aws: [granted()],
    ends: {
      status: 'fail',
      by: 'both',
      code: 'operator-said',
      reason: expect.stringMatching(/ 1\. But mp-verify found: /),
    },
    seen: { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 1 },
    shows: /AWS DISAGREES/,
  },
])('claim and observation: $case', async ({ moves, aws, ends, seen, shows }) => {
  const marketplace = acmeMarketplace({ entitlements: () => aws });
  const { steps, report, written } = await walked(step, { moves, marketplace });
  expect(steps[0]).toMatchObject(ends);
  expect(report.seen).toEqual(seen);
  expect(written).toMatch(shows);
});

test('a person says pass, AWS does not see it by the deadline: the step fails, and both are kept', async () => {
  const marketplace = acmeMarketplace({ entitlements: () => [] });
  const { steps, report, verdict, written } = await walked(step, {
    moves: [...passes('buy'), at('buy').press('f'), at('buy').press('k')],
    marketplace,
  });
  expect(verdict).toBe('fail');
  expect(steps[0]).toMatchObject({
    status: 'fail',
    by: 'both',
    code: 'no-entitlement',
    reason: expect.stringMatching(/^The operator answered pass, but mp-verify found: AWS /),
    expected: { entitlement: 'an active entitlement' },
    actual: { entitlement: 'no entitlement' },
  });
  expect(report.seen).toEqual({ byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 1 });
  expect(written).toMatch(/you \d\d:\d\d:\d\d, AWS DISAGREES/);
});

test('a person says pass, AWS sees it a little later: they agree', async () => {
  let looks = 0;
  const marketplace = acmeMarketplace({ entitlements: () => (++looks > 5 ? [granted()] : []) });
  const { steps } = await walked(step, { moves: ['p'], marketplace });
  expect(steps[0]).toMatchObject({ status: 'pass', by: 'both' });
});

test('a person says pass and AWS does not answer: could not check, without a word about agreement', async () => {
  const marketplace = acmeMarketplace({ entitlements: refusing });
  const { steps, report, verdict, written } = await walked(step, {
    moves: [...passes('buy'), at('buy').press('k')],
    marketplace,
  });
  expect(verdict).toBe('error');
  expect(steps[0]).toMatchObject({ status: 'error', code: 'access-denied' });
  expect(report.seen).toEqual({ byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 });
  expect(written).not.toMatch(/agrees/i);
});

test('a person says fail, AWS does not answer: the step failed', async () => {
  const marketplace = acmeMarketplace({ entitlements: refusing });
  const { steps, verdict } = await walked(step, { moves: says.fail, marketplace });
  expect(verdict).toBe('fail');
  expect(steps[0]).toMatchObject({ status: 'fail', code: 'operator-said' });
});

test('a person says fail without a period: both sentences stay separate', async () => {
  const marketplace = acmeMarketplace({ entitlements: () => [granted()] });
  const moves = [...at('buy').fails('quantity is 1'), at('buy').press('k')];
  const { steps } = await walked(step, { moves, marketplace });
  expect(steps[0]?.reason).toMatch(/quantity is 1[.;:,] /);
});

test('a skipped step is skipped, whatever AWS says', async () => {
  const marketplace = acmeMarketplace({ entitlements: () => [granted()] });
  const { steps } = await walked(step, { moves: ['s', { line: 'Not now.' }], marketplace });
  expect(steps[0]).toMatchObject({ status: 'skip', by: 'operator', code: 'operator-said', reason: 'Not now.' });
});

test('an answer from the file is a claim too, and the screen says whose', async () => {
  const yes: Answer = { verdict: 'pass', note: null, by: 'Lee' };
  const answers = { trial: { buy: yes } };
  const marketplace = acmeMarketplace({ entitlements: () => [granted()] });
  const { steps, written } = await walked(step, { answers, marketplace });
  expect(steps[0]).toMatchObject({ status: 'pass', by: 'both', operator: 'Lee' });
  expect(written).not.toMatch(/you \d\d:/);
});

test('is pending without a check when unattended and unanswered', async () => {
  const { steps } = await walked(step, { marketplace: acmeMarketplace({ entitlements: [] }) });
  expect(steps[0]).toMatchObject({ status: 'pending', by: null });
});
