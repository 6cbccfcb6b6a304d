import { expect, test } from 'vitest';
import type { Agreement, Entitlement } from '../../src/checklist/model.ts';
import { CouldNotTell } from '../../src/errors.ts';
import { acmeNotes, buyer, granted } from '../support/acme.ts';
import { look } from './look.ts';

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
  expect(await look(`check: agreement, ${fields}`, scene)).toMatchObject({
    status: 'pass',
    output: { kind: 'agreements' },
  });
});

const unchanged = ['agreement-unchanged', { buyer, agreements: ['agmt-1'] }] as const;
const inactive = (others: string) => ['no-active-agreement', { buyer, others }] as const;

test.each<[what: string, fields: string, before: Agreement[], now: Agreement[], code: string, values: object]>([
  ['nothing', 'is: new', [], [], 'no-agreement', { buyer }],
  ['one that was there before', 'is: new', [agreed()], [agreed()], ...unchanged],
  [
    'one that has expired',
    'is: active',
    [],
    [agreed({ status: 'EXPIRED', endsAt: '2026-11-20T10:00:00.000Z' })],
    ...inactive('Agreement agmt-1 is EXPIRED since 2026-11-20 10:00 UTC.'),
  ],
  ...(['CANCELLED', 'TERMINATED'] as const).map(
    (status): [string, string, Agreement[], Agreement[], string, object] => [
      `one that is ${status}`,
      'is: new',
      [],
      [agreed({ status })],
      ...inactive(`Agreement agmt-1 is ${status} since 2026-11-23 08:00 UTC.`),
    ],
  ),
  [
    'one that starts later',
    'is: new',
    [],
    [agreed({ startsAt: '2026-12-01T00:00:00.000Z', startsLater: true })],
    ...inactive('Agreement agmt-1 starts 2026-12-01 00:00 UTC, and AWS grants nothing before.'),
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
  const found = await look(`check: agreement, ${fields}`, scene);
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
    const found = await look(`check: agreement, ${fields}`, scene);
    expect(found.status).toBe(status);
    expect(found.reason).toMatch(status === 'pass' ? /entitlements alone.*reseller/ : /no agreement/);
  },
);

const refused = new CouldNotTell('access-denied', 'No permission.', 'Add this statement.');

test('where agreements may not be read, entitlements stand in, with the statement to add', async () => {
  const scene = { baseline: [], marketplace: { agreements: [refused], entitlements: [[granted()]] } };
  expect(await look('check: agreement, is: new', scene)).toMatchObject({
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
    expect(await look(`check: ${kind}, is: new`, scene)).toMatchObject({ status: 'error', code: 'nothing-to-see' });
  },
);

test('a usage-based product has no entitlements: that does not apply, and says why', async () => {
  const dimensions = [{ key: 'calls', name: 'Calls', types: ['ExternallyMetered'] }];
  const describeProduct = () => ({ ...acmeNotes, dimensions });
  const scene = { baseline: [], agreedBefore: [], marketplace: { agreements: [[agreed()]], describeProduct } };
  expect(await look('check: entitlements, is: new', scene)).toMatchObject({
    status: 'not-applicable',
    code: 'usage-based',
  });
});

test('lost credentials are no degraded observation', async () => {
  const expired = new CouldNotTell('expired-credentials', 'They have expired.', 'Run: aws sso login');
  const scene = { baseline: [], marketplace: { agreements: [expired] } };
  expect(await look('check: agreement, is: new', scene)).toMatchObject({
    status: 'error',
    code: 'expired-credentials',
  });
});

test.each<[what: string, now: Agreement, values: object]>([
  ['another quantity', more, { expected: 'pro_plan 20', actual: 'pro_plan 10' }],
  [
    'another licence',
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
  expect(await look('check: entitlements, is: new', { baseline: [], agreedBefore: [], marketplace })).toMatchObject({
    status: 'fail',
    code: 'terms-differ',
    values: { agreement: 'agmt-1', ...values },
  });
});

test.each(['new', 'active'])('entitlements do not pass beside terms that can not be compared: is: %s', async (is) => {
  const agreement = agreed({ dimensions: [], notCompared: ['seatPricingTerm'] });
  const marketplace = { agreements: [[agreement]], entitlements: [[granted()]] };
  const found = await look(`check: entitlements, is: ${is}`, { baseline: [], agreedBefore: [], marketplace });
  const values = { agreement: 'agmt-1', terms: ['seatPricingTerm'] };
  expect(found).toMatchObject({ status: 'error', code: 'terms-not-comparable', values });
});

test.each<[what: string, agreements: Agreement[], agreement: string | null, words: string]>([
  ['the entitlement', [agreed()], 'agmt-1', 'it is the entitlement that is late'],
  [
    'a start',
    [agreed({ startsAt: '2026-12-01T00:00:00.000Z', startsLater: true })],
    null,
    'agmt-1 starts 2026-12-01 00:00 UTC',
  ],
  ['nothing: it has ended', [agreed({ status: 'CANCELLED' })], null, 'agmt-1 is CANCELLED since 2026-11-23 08:00 UTC'],
  ['the agreement', [], null, 'it is the agreement that is late'],
])('missing entitlements name the stage that is late: %s', async (_, agreements, agreement, words) => {
  const marketplace = { agreements: [agreements], entitlements: [[]] };
  const found = await look('check: entitlements, is: new', { baseline: [], agreedBefore: [], marketplace });
  expect(found).toMatchObject({ code: 'no-entitlement', values: { buyer, agreement } });
  expect(found.reason).toContain(words);
});
