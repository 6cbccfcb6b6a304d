import { describe, expect, test } from 'vitest';
import type { Agreement, Entitlement } from '../../src/checklist/outputs.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { acmeNotes, buyer, granted } from '../support/acme.ts';
import { observe } from './observe.ts';

const licence = 'arn:aws:license-manager::111122223333:license:l-1';
const agreed = (changes: Partial<Agreement> = {}): Agreement => ({
  id: 'agmt-1',
  status: 'ACTIVE',
  buyerAccountId: buyer,
  acceptedAt: '2026-11-23T08:00:00.000Z',
  updatedAt: '2026-11-23T08:00:00.000Z',
  endsAt: '2026-12-23T09:00:00.000Z',
  initialAgreementId: 'agmt-1',
  dimensions: [{ key: 'pro_plan', quantity: 10 }],
  licenseArns: [licence],
  ...changes,
});
const more = agreed({ dimensions: [{ key: 'pro_plan', quantity: 20 }] });

test.each<[what: string, fields: string, before: Agreement[], now: Agreement[]]>([
  ['a first purchase', 'is: new', [], [agreed()]],
  ['a second one beside the first', 'is: new', [agreed()], [agreed(), agreed({ id: 'agmt-2' })]],
  ['an amended quantity', 'is: changed', [agreed()], [more]],
  [
    'a replaced agreement',
    'is: changed',
    [agreed()],
    [agreed({ ...more, id: 'agmt-2' }), agreed({ status: 'REPLACED' })],
  ],
  ['a quantity from 0', 'is: changed', [agreed({ dimensions: [{ key: 'pro_plan', quantity: 0 }] })], [agreed()]],
  ['what is active', 'is: active', [], [agreed()]],
  ['pay as you go, without an end', 'is: new', [], [agreed({ endsAt: null, dimensions: [] })]],
  ['dimension and quantity as wanted', 'is: new, dimension: pro_plan, quantity: 10', [], [agreed()]],
])('sees %s', async (_, fields, before, now) => {
  const scene = { baseline: [], agreedBefore: before, marketplace: { agreements: [now] } };
  expect(await observe(`check: agreement, ${fields}`, scene)).toMatchObject({
    status: 'pass',
    output: { kind: 'agreements' },
  });
});

const unchanged = ['agreement-unchanged', { buyer, agreements: ['agmt-1'] }] as const;
const inactive = (status: string, since: string) =>
  ['no-active-agreement', { buyer, agreements: ['agmt-1'], statuses: [status], since: [since] }] as const;

test.each<[what: string, fields: string, before: Agreement[], now: Agreement[], code: string, values: object]>([
  ['nothing', 'is: new', [], [], 'no-agreement', { buyer }],
  ['one that was there before', 'is: new', [agreed()], [agreed()], ...unchanged],
  [
    'one that has expired',
    'is: active',
    [],
    [agreed({ status: 'EXPIRED', endsAt: '2026-11-20T10:00:00.000Z' })],
    ...inactive('EXPIRED', '2026-11-20T10:00:00.000Z'),
  ],
  ...(['CANCELLED', 'TERMINATED'] as const).map(
    (status): [string, string, Agreement[], Agreement[], string, object] => [
      `one that is ${status}`,
      'is: new',
      [],
      [agreed({ status })],
      ...inactive(status, '2026-11-23T08:00:00.000Z'),
    ],
  ),
  [
    'one that starts later',
    'is: new',
    [],
    [agreed({ startsAt: '2026-12-01T00:00:00.000Z', startsLater: true })],
    ...inactive('ACTIVE', '2026-12-01T00:00:00.000Z'),
  ],
  ['no change', 'is: changed', [agreed()], [agreed()], ...unchanged],
  ['a renewal in place', 'is: changed', [agreed()], [agreed({ updatedAt: 'later', endsAt: 'later' })], ...unchanged],
  [
    'a renewal by a new agreement',
    'is: changed',
    [agreed()],
    [agreed({ id: 'agmt-2' })],
    'agreement-unchanged',
    { buyer, agreements: ['agmt-2'] },
  ],
  [
    'another dimension',
    'is: new, dimension: team_plan',
    [],
    [agreed()],
    'agreed-other-dimension',
    { expected: 'team_plan', has: ['pro_plan 10'] },
  ],
  [
    'another quantity',
    'is: new, quantity: 7',
    [],
    [agreed()],
    'agreed-other-quantity',
    { expected: 7, has: ['pro_plan 10'] },
  ],
])('fails on %s', async (_, fields, before, now, code, values) => {
  const scene = { baseline: [], agreedBefore: before, marketplace: { agreements: [now], entitlements: () => [] } };
  const found = await observe(`check: agreement, ${fields}`, scene);
  expect(found).toMatchObject({ status: 'fail', code, values, expected: {}, actual: {} });
  expect(found.final, 'waiting may help').toBeFalsy();
});

test.each<[what: string, fields: string, now: Agreement[], granted: Entitlement[], status: string]>([
  ['no agreement at all', 'is: new', [], [granted()], 'pass'],
  ['no agreement at all, for what is active', 'is: active', [], [granted()], 'pass'],
  [
    'an older agreement that has expired',
    'is: new',
    [agreed({ status: 'EXPIRED', licenseArns: ['l-0'] })],
    [granted()],
    'pass',
  ],
  [
    'an older agreement that has expired, whose license AWS does not name',
    'is: new',
    [agreed({ status: 'EXPIRED', endsAt: '2026-11-23T08:59:00.000Z', licenseArns: [] })],
    [granted()],
    'pass',
  ],
  ...(['EXPIRED', 'CANCELLED', 'TERMINATED', 'REPLACED'] as const).map(
    (status): [string, string, Agreement[], Entitlement[], string] => [
      `an agreement without a license, ${status} days ago`,
      'is: active',
      [agreed({ status, endsAt: '2026-11-20T10:00:00.000Z', updatedAt: '2026-11-20T10:00:00.000Z', licenseArns: [] })],
      [granted({ expirationDate: null })],
      'pass',
    ],
  ),
  [
    'an agreement without a license that starts later',
    'is: active',
    [agreed({ startsAt: '2026-12-01T00:00:00.000Z', startsLater: true, licenseArns: [] })],
    [granted()],
    'pass',
  ],
  ['nothing granted either', 'is: new', [], [], 'fail'],
  ['what is granted has expired', 'is: new', [], [granted({ expirationDate: '2026-11-22T00:00:00.000Z' })], 'fail'],
  [
    'what is granted is left of a cancelled agreement',
    'is: active',
    [agreed({ status: 'CANCELLED' })],
    [granted()],
    'fail',
  ],
])(
  'a resold product is seen by its entitlement, where the seller proposes nothing: %s',
  async (_, fields, now, rows, status) => {
    const scene = { baseline: [], agreedBefore: [], marketplace: { agreements: [now], entitlements: () => rows } };
    const found = await observe(`check: agreement, ${fields}`, scene);
    expect(found.status).toBe(status);
    expect(found.reason).toMatch(status === 'pass' ? /entitlements alone.*reseller/ : /no agreement/);
  },
);

test.each<[what: string, fields: string, now: Agreement[], rows: Entitlement[]]>([
  ['it was cancelled an hour ago', 'is: active', [agreed({ status: 'CANCELLED', licenseArns: [] })], [granted()]],
  [
    'AWS does not say when it ended',
    'is: active',
    [agreed({ status: 'CANCELLED', endsAt: null, updatedAt: null, licenseArns: [] })],
    [granted()],
  ],
  [
    'it has just expired, and what is granted has no end',
    'is: new',
    [agreed({ status: 'EXPIRED', endsAt: '2026-11-23T08:59:00.000Z', licenseArns: [] })],
    [granted({ expirationDate: null })],
  ],
])(
  'what may be left of an agreement without a license could not be told from a resale: %s',
  async (_, fields, now, rows) => {
    const scene = { baseline: [], agreedBefore: [], marketplace: { agreements: [now], entitlements: () => rows } };
    const found = await observe(`check: agreement, ${fields}`, scene);
    const values = { buyer, agreements: ['agmt-1'], contracts: ['pro_plan 10'] };
    expect(found).toMatchObject({ status: 'error', code: 'seller-unknown', values });
    expect(found.final, 'waiting may help').toBeFalsy();
  },
);

test('a resold product has not changed if another agreement was canceled', async () => {
  const resold = granted({ licenseArn: 'arn:aws:license-manager::111122223333:license:l-3' });
  const rows = [granted(), resold];
  const marketplace = { agreements: [[agreed({ status: 'CANCELLED' })]], entitlements: () => rows };
  const found = await observe('check: agreement, is: changed', {
    baseline: rows,
    agreedBefore: [agreed()],
    marketplace,
  });
  expect(found).toMatchObject({ status: 'fail', code: 'no-active-agreement' });
});

const refused = new CouldNotCheck('access-denied', 'No permission.', 'Add this statement.');

test('where agreements may not be read, entitlements stand in, with the statement to add', async () => {
  const scene = { baseline: [], marketplace: { agreements: [refused], entitlements: [[granted()]] } };
  expect(await observe('check: agreement, is: new', scene)).toMatchObject({
    status: 'pass',
    code: 'entitlement-new',
    values: { entitlementsOnly: true },
    reason: expect.stringMatching(/entitlements alone.*Add this statement/),
  });
});

test.each(['agreement', 'entitlements'])(
  'a usage-based product of which nothing may be seen is no pass: %s',
  async (kind) => {
    const dimensions = [{ key: 'calls', name: 'Calls', types: ['ExternallyMetered'] }];
    const describeProduct = () => ({ ...acmeNotes, dimensions });
    const scene = { baseline: [], marketplace: { agreements: [refused], describeProduct } };
    expect(await observe(`check: ${kind}, is: new`, scene)).toMatchObject({ status: 'error', code: 'nothing-to-see' });
  },
);

test('a usage-based product has no entitlements: that does not apply, and says why', async () => {
  const dimensions = [{ key: 'calls', name: 'Calls', types: ['ExternallyMetered'] }];
  const describeProduct = () => ({ ...acmeNotes, dimensions });
  const scene = { baseline: [], agreedBefore: [], marketplace: { agreements: [[agreed()]], describeProduct } };
  expect(await observe('check: entitlements, is: new', scene)).toMatchObject({
    status: 'not-applicable',
    code: 'usage-based',
  });
});

test('lost credentials are no degraded observation', async () => {
  const expired = new CouldNotCheck('expired-credentials', 'They have expired.', 'Run: aws sso login');
  const scene = { baseline: [], marketplace: { agreements: [expired] } };
  expect(await observe('check: agreement, is: new', scene)).toMatchObject({
    status: 'error',
    code: 'expired-credentials',
  });
});

test.each<[what: string, now: Agreement, values: object]>([
  ['another quantity', more, { expected: 'pro_plan 20', actual: 'pro_plan 10' }],
  [
    'another license',
    agreed({ licenseArns: ['arn:aws:license-manager::1:license:l-2'] }),
    { expected: 'l-2', actual: 'l-1' },
  ],
  [
    'a dimension more',
    agreed({ dimensions: [...(more.dimensions ?? []), { key: 'team_plan', quantity: 1 }] }),
    { expected: 'pro_plan 20, team_plan 1', actual: 'pro_plan 10' },
  ],
])('entitlements fail where the accepted terms have %s', async (_, now, values) => {
  const marketplace = { agreements: [[now]], entitlements: [[granted()]] };
  expect(await observe('check: entitlements, is: new', { baseline: [], agreedBefore: [], marketplace })).toMatchObject({
    status: 'fail',
    code: 'terms-differ',
    values: { agreement: 'agmt-1', ...values },
  });
});

const unlicensed = agreed({ licenseArns: [] });
const l2 = 'arn:aws:license-manager::111122223333:license:l-2';
const secondOf = (changes: Partial<Agreement>) => agreed({ id: 'agmt-2', initialAgreementId: 'agmt-2', ...changes });
const pro = (quantity: number) => ({ dimensions: [{ key: 'pro_plan', quantity }] });

test.each<[what: string, is: string, now: Agreement[], rows: Entitlement[], expected: string, actual: string]>([
  [
    'terms of an agreement whose license is not known',
    'active',
    [agreed({ ...pro(25), licenseArns: [] })],
    [granted()],
    'pro_plan 25',
    'pro_plan 10',
  ],
  [
    'a second agreement that is granted nothing',
    'active',
    [agreed(), secondOf({ licenseArns: [l2] })],
    [granted()],
    'l-2',
    'l-1',
  ],
  [
    'a second agreement, with the same terms and no known license',
    'active',
    [agreed(), secondOf({ licenseArns: [] })],
    [granted()],
    'pro_plan 10',
    'nothing',
  ],
  [
    'two agreements without a license, for one row',
    'active',
    [unlicensed, secondOf({ licenseArns: [] })],
    [granted()],
    'pro_plan 10',
    'nothing',
  ],
  [
    'two agreements, for one row without a license',
    'active',
    [agreed(), secondOf({ licenseArns: [l2] })],
    [granted({ licenseArn: null })],
    'l-2',
    '-',
  ],
  [
    'an agreement that is granted 0',
    'active',
    [agreed()],
    [granted({ value: 0 }), granted({ licenseArn: l2 })],
    'pro_plan 10',
    'nothing',
  ],
])('entitlements fail on %s', async (_, is, now, rows, expected, actual) => {
  const marketplace = { agreements: [now], entitlements: [rows] };
  const found = await observe(`check: entitlements, is: ${is}`, { baseline: [], agreedBefore: [], marketplace });
  expect(found).toMatchObject({ status: 'fail', code: 'terms-differ', values: { expected, actual } });
  expect(found.final, 'waiting may help').toBeFalsy();
});

test('of a new agreement the terms are not those of an older one', async () => {
  const old = agreed({ ...pro(20), licenseArns: [] });
  const rows = [granted({ value: 20 }), granted({ licenseArn: l2 })];
  const scene = { baseline: [granted({ value: 20 })], agreedBefore: [old] };
  const looked = (second: Agreement) =>
    observe('check: entitlements, is: new', {
      ...scene,
      marketplace: { agreements: [[old, second]], entitlements: [rows] },
    });
  expect(await looked(secondOf({ licenseArns: [] }))).toMatchObject({ status: 'pass' });
  expect(await looked(secondOf({ ...pro(20), licenseArns: [] }))).toMatchObject({ status: 'fail' });
});

test.each<[what: string, fields: string, before: Agreement[], now: Agreement[], rows: Entitlement[]]>([
  ['a resale: the seller has no agreement', 'active', [], [], [granted()]],
  ['a resale beside an agreement', 'active', [], [agreed()], [granted(), granted({ licenseArn: l2, value: 3 })]],
  [
    'a resale beside an agreement without a license',
    'active',
    [],
    [unlicensed],
    [granted(), granted({ licenseArn: l2 })],
  ],
  ['an old product, whose entitlements name no license', 'active', [], [agreed()], [granted({ licenseArn: null })]],
  ['neither names a license', 'active', [], [unlicensed], [granted({ licenseArn: null })]],
  [
    'a renewal under the same license',
    'active',
    [agreed()],
    [secondOf({}), agreed({ status: 'RENEWED' })],
    [granted()],
  ],
  [
    'a renewal that starts later',
    'active',
    [],
    [agreed(), secondOf({ licenseArns: [l2], startsLater: true })],
    [granted()],
  ],
  [
    'two agreements, each with its own',
    'active',
    [],
    [agreed(), secondOf({ licenseArns: [l2] })],
    [granted(), granted({ licenseArn: l2 })],
  ],
  [
    'two agreements, one without a known license',
    'active',
    [],
    [agreed(), secondOf({ licenseArns: [] })],
    [granted(), granted({ licenseArn: l2 })],
  ],
  [
    'a license in another spelling',
    'active',
    [],
    [agreed({ licenseArns: ['aws:license-manager:us-east-1:1:l-1'] })],
    [granted()],
  ],
  ['a quantity that is a text', 'active', [], [agreed()], [granted({ value: '10' })]],
  [
    'a dimension of quantity 0 in the terms',
    'active',
    [],
    [
      agreed({
        dimensions: [
          { key: 'pro_plan', quantity: 10 },
          { key: 'team_plan', quantity: 0 },
        ],
      }),
    ],
    [granted()],
  ],
  [
    'a dimension of quantity 0 that is granted',
    'active',
    [],
    [agreed()],
    [granted(), granted({ dimension: 'team_plan', value: 0 })],
  ],
  [
    'an agreement for quantity 0 only',
    'active',
    [],
    [agreed(), secondOf({ ...pro(0), licenseArns: [l2] })],
    [granted()],
  ],
  [
    'usage beside a contract: it is granted nothing',
    'active',
    [],
    [agreed(), secondOf({ dimensions: [], licenseArns: [l2] })],
    [granted()],
  ],
  ['a free trial, with what it grants', 'new', [], [agreed()], [granted()]],
  ['a free trial that counts nothing', 'new', [], [agreed({ dimensions: [] })], [granted()]],
  [
    'an older agreement that has ended',
    'active',
    [],
    [agreed(), secondOf({ status: 'EXPIRED', dimensions: [], licenseArns: [l2] })],
    [granted()],
  ],
])('entitlements pass on %s', async (_, is, agreedBefore, now, rows) => {
  const marketplace = { agreements: [now], entitlements: [rows] };
  const found = await observe(`check: entitlements, is: ${is}`, { baseline: [], agreedBefore, marketplace });
  expect(found).toMatchObject({ status: 'pass', reason: expect.not.stringContaining('compared') });
});

test.each(['new', 'active', 'changed'])(
  'where the terms may not be read, entitlements pass, and say that they were not compared: is: %s',
  async (is) => {
    const marketplace = { agreements: [[agreed({ dimensions: null, licenseArns: [] })]], entitlements: [[granted()]] };
    const found = await observe(`check: entitlements, is: ${is}`, { baseline: [], agreedBefore: [], marketplace });
    expect(found).toMatchObject({ status: 'pass', values: { termsNotRead: ['agmt-1'] } });
    expect(found.reason).toMatch(/Not compared .* agmt-1.* aws-marketplace:GetAgreementTerms/);
  },
);

test('where agreements may not be read either, they say so, with the statement to add', async () => {
  const marketplace = { agreements: [refused], entitlements: [[granted()]] };
  const found = await observe('check: entitlements, is: active', { baseline: [], marketplace });
  expect(found).toMatchObject({ status: 'pass', values: { entitlementsOnly: true } });
  expect(found.reason).toMatch(/Not compared.*Add this statement/);
});

test.each(['new', 'active'])('entitlements do not pass beside terms that cannot be compared: is: %s', async (is) => {
  const agreement = agreed({ dimensions: [], notCompared: ['seatPricingTerm'] });
  const marketplace = { agreements: [[agreement]], entitlements: [[granted()]] };
  const found = await observe(`check: entitlements, is: ${is}`, { baseline: [], agreedBefore: [], marketplace });
  const values = { agreement: 'agmt-1', terms: ['seatPricingTerm'] };
  expect(found).toMatchObject({ status: 'error', code: 'terms-not-comparable', values });
});

test.each<[what: string, agreements: Agreement[], agreement: string | null, words: string]>([
  ['the entitlement', [agreed()], 'agmt-1', 'only its entitlement is still missing'],
  [
    'a start',
    [agreed({ startsAt: '2026-12-01T00:00:00.000Z', startsLater: true })],
    null,
    'agmt-1 starts 2026-12-01 00:00 UTC',
  ],
  ['nothing: it has ended', [agreed({ status: 'CANCELLED' })], null, 'agmt-1 is CANCELLED since 2026-11-23 08:00 UTC'],
  ['the agreement', [], null, 'it has not reached AWS yet'],
])('missing entitlements name the stage that is late: %s', async (_, agreements, agreement, words) => {
  const marketplace = { agreements: [agreements], entitlements: [[]] };
  const found = await observe('check: entitlements, is: new', { baseline: [], agreedBefore: [], marketplace });
  expect(found).toMatchObject({ code: 'no-entitlement', values: { buyer, agreement } });
  expect(found.reason).toContain(words);
});

describe('what was accepted without a limit', () => {
  const kind = 'grants without a maxQuantity';
  const endless = agreed({ dimensions: [], notCompared: [kind], unlimited: ['pro_plan'] });
  const looked = (agreement: Agreement, ...rows: ReturnType<typeof granted>[]) =>
    observe('check: entitlements, is: new', {
      baseline: [],
      agreedBefore: [],
      marketplace: { agreements: [[agreement]], entitlements: [rows] },
    });

  test('passes where its dimension is granted, and says that the quantity was not compared', async () => {
    const found = await looked(endless, granted({ value: null }));
    expect(found).toMatchObject({ status: 'pass', values: { unlimited: ['pro_plan'] } });
    expect(found.reason).toContain('pro_plan without a limit');
  });

  test.each<[what: string, agreement: Agreement, rows: ReturnType<typeof granted>[], status: string, code: string]>([
    ['another dimension', endless, [granted({ dimension: 'team_plan' })], 'fail', 'terms-differ'],
    ['a dimension more', endless, [granted(), granted({ dimension: 'team_plan' })], 'fail', 'terms-differ'],
    [
      'a counted one beside it, of which AWS grants less',
      { ...endless, dimensions: [{ key: 'team_plan', quantity: 5 }] },
      [granted(), granted({ dimension: 'team_plan', value: 4 })],
      'fail',
      'terms-differ',
    ],
    [
      'without the license of it',
      { ...endless, licenseArns: [] },
      [granted({ dimension: 'team_plan' })],
      'fail',
      'terms-differ',
    ],
    [
      'unknown terms beside it',
      { ...endless, notCompared: [kind, 'seatPricingTerm'] },
      [granted()],
      'error',
      'terms-not-comparable',
    ],
    [
      'a dimension that AWS does not name',
      { ...endless, unlimited: undefined },
      [granted()],
      'error',
      'terms-not-comparable',
    ],
  ])('does not pass: %s', async (_, agreement, rows, status, code) => {
    expect(await looked(agreement, ...rows)).toMatchObject({ status, code });
  });
});

test.each<[what: string, fields: string, agreement: Agreement, rows: ReturnType<typeof granted>[], code: string]>([
  ['as the agreement', 'is: active', agreed({ dimensions: [] }), [granted({ value: 0 })], 'only-quantities-of-0'],
  ['where more was accepted', 'is: active', agreed(), [granted({ value: 0 })], 'no-entitlement'],
  [
    'where the terms are not known',
    'is: active',
    agreed({ dimensions: null }),
    [granted({ value: 0 })],
    'no-entitlement',
  ],
  ['where a new one is wanted', 'is: new', agreed({ dimensions: [] }), [granted({ value: 0 })], 'no-entitlement'],
  [
    'where a quantity is wanted',
    'is: active, quantity: 5',
    agreed({ dimensions: [] }),
    [granted({ value: 0 })],
    'no-entitlement',
  ],
  ['where AWS names nothing', 'is: active', agreed({ dimensions: [] }), [], 'no-entitlement'],
])('only quantities of 0, %s', async (_, fields, agreement, rows, code) => {
  const marketplace = { agreements: [[agreement]], entitlements: [rows] };
  const found = await observe(`check: entitlements, ${fields}`, { baseline: [], agreedBefore: [], marketplace });
  expect(found).toMatchObject({ status: code === 'no-entitlement' ? 'fail' : 'not-applicable', code });
});
