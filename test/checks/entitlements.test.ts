import { describe, expect, test } from 'vitest';
import type { Entitlement } from '../../src/checklist/outputs.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import type { FoundAgreement } from '../../src/ports/marketplace.ts';
import { acmeNotes, buyer, granted, seller } from '../support/acme.ts';
import { observe, type Scene } from './observe.ts';

const had = granted();
const renewed = granted({ expirationDate: '2027-12-23T09:00:00.000Z' });
const more = granted({ value: 20 });
const other = granted({ dimension: 'team_plan', value: 3 });
const second = granted({ licenseArn: 'arn:aws:license-manager::111122223333:license:l-2' });
/** The same licence as `had`, as EventBridge writes it. */
const rewritten = granted({ licenseArn: 'aws:license-manager:us-east-1:111122223333:l-1' });
const gone = granted({ expirationDate: '2026-11-23T08:59:59.000Z' });
const endless = granted({ expirationDate: null });

const after = (fields: string, now: readonly Entitlement[], baseline: readonly Entitlement[] = []) =>
  observe(`check: entitlements, ${fields}`, { baseline, marketplace: { entitlements: [now] } });

test.each<[string, string, Entitlement[], Entitlement[]]>([
  ['is: active', 'a contract', [], [had]],
  ['is: active', 'a contract without an end', [], [endless]],
  ['is: active', 'a contract beside an ended one', [gone], [gone, second]],
  ['is: active, dimension: team_plan', 'the dimension among others', [], [had, other]],
  ['is: active, quantity: 20', 'the quantity under one of two licenses', [], [had, { ...second, value: 20 }]],
  ['is: active, dimension: pro_plan, quantity: 10', 'both in one row', [], [other, had]],
  ['is: new', 'a first contract', [], [had]],
  ['is: new', 'a second licence of the same dimension', [had], [had, second]],
  ['is: new', 'a new contract under the license of an expired one', [gone], [had]],
  ['is: new, dimension: team_plan, quantity: 3', 'the new row', [had], [had, { ...other, licenseArn: 'l-2' }]],
  ['is: changed', 'another quantity', [had], [more]],
  ['is: changed', 'another dimension', [had], [other]],
  ['is: changed', 'another license', [had], [second]],
  ['is: changed', 'a row in addition', [had], [had, other]],
  ['is: changed', 'a row fewer', [had, other], [had]],
  ['is: changed, quantity: 20', 'the quantity that it changed to', [had], [more]],
])('%s passes on %s', async (fields, _, baseline, now) => {
  expect(await after(fields, now, baseline)).toMatchObject({ status: 'pass' });
});

test.each<[string, string, Entitlement[], Entitlement[], code: string, actual: string]>([
  ['is: active', 'nothing', [], [], 'no-entitlement', 'no entitlement'],
  ['is: active', 'an ended contract', [], [gone], 'entitlement-expired', 'expired'],
  ['is: new', 'nothing', [], [], 'no-entitlement', 'no entitlement'],
  [
    'is: new',
    'a license that has ended already',
    [had],
    [had, { ...gone, licenseArn: 'l-2' }],
    'no-new-entitlement',
    'unchanged',
  ],
  ['is: new', 'what was there before', [had], [had], 'no-new-entitlement', 'unchanged'],
  ['is: new', 'more of what was there before', [had], [more], 'no-new-entitlement', 'unchanged'],
  ['is: new', 'the same license in another spelling', [had], [rewritten], 'no-new-entitlement', 'unchanged'],
  ['is: changed', 'what was there before', [had], [had], 'entitlement-unchanged', 'unchanged'],
  ['is: changed', 'a renewal', [had], [renewed], 'entitlement-unchanged', 'unchanged'],
  ['is: changed', 'the same license in another spelling', [had], [rewritten], 'entitlement-unchanged', 'unchanged'],
  [
    'is: changed',
    'a contract that went because its time was up',
    [gone, second],
    [second],
    'entitlement-unchanged',
    'unchanged',
  ],
  ['is: changed', 'a contract that is gone altogether', [had], [], 'no-entitlement', 'no entitlement'],
])('%s fails on %s, and says what it found', async (fields, _, baseline, now, code, actual) => {
  const found = await after(fields, now, baseline);
  expect(found).toMatchObject({
    status: 'fail',
    code,
    values: { buyer },
    expected: { entitlement: expect.stringMatching(/entitlement|changed/) },
    actual: { entitlement: actual },
  });
  expect(found.final, 'waiting may help').toBeFalsy();
});

test.each<[string, Entitlement[], Entitlement[], object, object, code: string, values: object]>([
  [
    'is: active, dimension: team_plan',
    [],
    [had],
    { dimension: 'team_plan' },
    { dimension: 'pro_plan' },
    'other-dimension',
    { expected: 'team_plan', seen: ['pro_plan'] },
  ],
  [
    'is: active, quantity: 1',
    [],
    [had, other],
    { quantity: 1 },
    { quantity: '10, 3' },
    'other-quantity',
    { expected: 1, seen: [10, 3] },
  ],
  [
    'is: active, dimension: team_plan, quantity: 10',
    [],
    [had, other],
    { dimension: 'team_plan', quantity: 10 },
    { dimension: 'team_plan', quantity: '3' },
    'other-quantity',
    { expected: 10, seen: [3] },
  ],
  [
    'is: new, quantity: 10',
    [had],
    [had, { ...second, value: 5 }],
    { quantity: 10 },
    { quantity: '5' },
    'other-quantity',
    { expected: 10, seen: [5] },
  ],
  [
    'is: changed, dimension: pro_plan',
    [had],
    [had, other],
    { dimension: 'pro_plan' },
    { dimension: 'team_plan' },
    'other-dimension',
    { expected: 'pro_plan', seen: ['team_plan'] },
  ],
])('{ %s } compares only what came', async (fields, baseline, now, expected, actual, code, values) => {
  expect(await after(fields, now, baseline)).toMatchObject({ status: 'fail', code, values, expected, actual });
});

test('says which entitlements are active, and names their plans', async () => {
  const found = await after('is: active', [had, gone, { ...granted(), dimension: 'old_plan' }]);
  expect(found.output).toMatchObject({
    entitlements: [
      { dimension: 'pro_plan', plan: 'Pro', value: 10 },
      { dimension: 'old_plan', plan: null },
    ],
  });
});

test('fails for good where the buyer is the seller, and does not ask AWS what it has', async () => {
  const scene: Scene = { buyer: seller.accountId, marketplace: { entitlements: [] } };
  for (const fields of ['check: entitlements, is: active', 'check: baseline']) {
    expect(await observe(fields, scene)).toMatchObject({
      status: 'fail',
      final: true,
      code: 'seller-buys',
      values: { buyer: seller.accountId },
    });
  }
});

test.each<[string, string, Scene, code: string, values: object]>([
  [
    'the product has no code',
    'check: entitlements, is: active',
    { marketplace: { describeProduct: [{ ...acmeNotes, code: null }] } },
    'no-product-code',
    { product: acmeNotes.id },
  ],
  [
    'the baseline was not read, and something new is wanted',
    'check: entitlements, is: new',
    { baseline: null, marketplace: { entitlements: [[had]] } },
    'no-baseline',
    {},
  ],
  [
    'the baseline was not read, and a change is wanted',
    'check: entitlements, is: changed',
    { baseline: null, marketplace: { entitlements: [[had]] } },
    'no-baseline',
    {},
  ],
  [
    'the account is not the owner',
    'check: entitlements, is: active',
    { marketplace: { describeProduct: [{ ...acmeNotes, ownerAccountId: '999900001111' }] } },
    'wrong-account',
    { account: seller.accountId, owner: '999900001111' },
  ],
  [
    'AWS refuses',
    'check: entitlements, is: active',
    { marketplace: { entitlements: [new CouldNotCheck('access-denied', 'Permission is missing.', 'Add it.')] } },
    'access-denied',
    {},
  ],
])('could not tell where %s; looking again would not help', async (_, fields, scene, code, values) => {
  const found = await observe(fields, scene);
  expect(found).toMatchObject({ status: 'error', final: true, code, values });
  expect(found).not.toHaveProperty('expected');
});

test('trouble that may pass is not final', async () => {
  const throttled = new CouldNotCheck('throttled', 'AWS throttled the question.', null, true);
  const found = await observe('check: entitlements, is: active', { marketplace: { entitlements: [throttled] } });
  expect(found).toMatchObject({ status: 'error', final: false });
});

describe('AWS’s clock tells what has expired, whatever this machine’s says', () => {
  const ended = granted({ expirationDate: '2026-11-22T09:00:00.000Z' });
  const at = new Date('2026-11-23T09:00:00Z');

  test.each<[string, string, string, Entitlement, string]>([
    ['3 days behind: what ended yesterday has expired', '2026-11-20T09:00:00Z', 'entitlements', ended, 'fail'],
    ['3 days behind, at the baseline', '2026-11-20T09:00:00Z', 'baseline', ended, 'fail'],
    ['3 days behind, where agreements may not be read', '2026-11-20T09:00:00Z', 'agreement', ended, 'fail'],
    ['40 days ahead: what ends in a month is active', '2027-01-02T09:00:00Z', 'entitlements', had, 'pass'],
    ['40 days ahead, at the baseline', '2027-01-02T09:00:00Z', 'baseline', had, 'pass'],
    ['40 days ahead, where agreements may not be read', '2027-01-02T09:00:00Z', 'agreement', had, 'pass'],
  ])('%s', async (_, now, kind, row, status) => {
    const marketplace = { entitlements: [{ rows: [row], at }] };
    expect(await observe(`check: ${kind}, is: active`, { now, marketplace })).toMatchObject({ status });
  });

  test('each look has the time of its own answer', async () => {
    const later = new Date('2026-12-24T00:00:00Z');
    const scene = { marketplace: { entitlements: [{ rows: [had], at: later }] } };
    expect(await observe('check: entitlements, is: active', scene)).toMatchObject({
      status: 'fail',
      reason: expect.stringContaining('have expired'),
    });
  });

  test.each(['baseline', 'entitlements', 'agreement'])('without it an end cannot be judged: %s', async (kind) => {
    const scene = { marketplace: { entitlements: [{ rows: [had], at: null }] } };
    expect(await observe(`check: ${kind}, is: active`, scene)).toMatchObject({
      status: 'error',
      reason: expect.stringMatching(/GetEntitlements has no Date header.* 2026-12-23 09:00 UTC has expired/),
    });
  });

  test('without it what has no end is active', async () => {
    const scene = { marketplace: { entitlements: [{ rows: [endless], at: null }] } };
    expect(await observe('check: entitlements, is: active', scene)).toMatchObject({ status: 'pass' });
  });
});

test('asks by the product code, for the buyer of the checklist', async () => {
  const asked: string[] = [];
  const entitlements = (code: string, who: string) => {
    asked.push(`${code} ${who}`);
    return [had];
  };
  await observe('check: entitlements, is: active', { buyer: '7vBT7cnzEYf', marketplace: { entitlements } });
  expect(asked).toEqual(['4ml54db8vrmjuykaw1psroool 7vBT7cnzEYf']);
});

describe('warn-within: 30d', () => {
  const day = 86_400_000;
  const awsTime = Date.parse('2026-11-23T09:00:00Z');
  const endsIn = (days: number, changes: Partial<Entitlement> = {}) =>
    granted({ expirationDate: new Date(awsTime + days * day).toISOString(), ...changes });
  const warned = (now: readonly Entitlement[], fields = 'warn-within: 30d', scene: Scene = {}) =>
    observe(`check: entitlements, is: active, ${fields}`, { marketplace: { entitlements: [now] }, ...scene });

  test.each<[string, readonly Entitlement[], fields: string]>([
    ['the only contract ends in 30 days', [endsIn(30)], 'warn-within: 30d'],
    ['all of several contracts end', [endsIn(2), endsIn(29, { licenseArn: 'l-2' })], 'warn-within: 30d'],
    [
      'the expected dimension ends',
      [endsIn(29), endsIn(90, { dimension: 'seats' })],
      'warn-within: 30d, dimension: pro_plan',
    ],
    ['what lasts is a quantity of 0', [endsIn(29), endsIn(90, { value: 0 })], 'warn-within: 30d'],
  ])('a pass with the code ends-soon if %s', async (_, now, fields) => {
    expect(await warned(now, fields)).toMatchObject({
      status: 'pass',
      code: 'ends-soon',
      values: { buyer, ends: expect.stringMatching(/^2026-12-2[23]T09:00:00.000Z$/) },
      output: { kind: 'entitlements' },
    });
  });

  test.each<[string, readonly Entitlement[], fields: string]>([
    ['ends a second later', [endsIn(30 + 1 / 86_400)], 'warn-within: 30d'],
    ['has no end', [endless], 'warn-within: 30d'],
    ['ends beside one that lasts', [endsIn(2), endsIn(90, { licenseArn: 'l-2' })], 'warn-within: 30d'],
    ['ends soon, and nothing asks to warn', [endsIn(2)], 'quantity: 10'],
    ['ends soon, and the time is 0d', [endsIn(2)], 'warn-within: 0d'],
  ])('no warning if the contract %s', async (_, now, fields) => {
    expect(await warned(now, fields)).toMatchObject({ status: 'pass', code: 'entitlement-active' });
  });

  test.each<Partial<FoundAgreement>>([{ startsLater: true }, { renews: true }])(
    'no warning if an agreement goes on after the contract: %o',
    async (goesOn) => {
      const agreement: FoundAgreement = {
        ...{ id: 'agmt-1', status: 'ACTIVE', buyerAccountId: buyer, acceptedAt: null, updatedAt: null, endsAt: null },
        ...{ initialAgreementId: null, dimensions: null, licenseArns: [] },
      };
      const agreements = [[agreement, { ...agreement, id: 'agmt-2', ...goesOn }]];
      const found = await warned([endsIn(2)], undefined, {
        marketplace: { entitlements: [[endsIn(2)]], agreements },
      });
      expect(found).toMatchObject({ status: 'pass', code: 'entitlement-active' });
    },
  );

  test("AWS's clock decides, not this machine's", async () => {
    expect(await warned([endsIn(31)], undefined, { now: '2026-12-20T09:00:00Z' })).toMatchObject({
      code: 'entitlement-active',
    });
  });

  test('--expires-within replaces it, and does not turn it on', async () => {
    expect(await warned([endsIn(40)], undefined, { expiresWithin: 40 * day })).toMatchObject({ code: 'ends-soon' });
    expect(await warned([endsIn(2)], undefined, { expiresWithin: 0 })).toMatchObject({ code: 'entitlement-active' });
    expect(await warned([endsIn(2)], 'quantity: 10', { expiresWithin: day * 40 })).toMatchObject({
      code: 'entitlement-active',
    });
  });
});
