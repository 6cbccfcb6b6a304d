import { expect, test } from 'vitest';
import { CouldNotTell } from '../../src/errors.ts';
import { buyer, granted } from '../support/acme.ts';
import { observe } from './observe.ts';

const ended = granted({ expirationDate: '2026-11-01T10:30:00.000Z', licenseArn: 'l-0' });
const row = { ...granted(), plan: 'Pro', active: true };

test.each([
  // Agreements may not be read here: the reader must know on what that rests.
  ['nothing', [], { code: 'no-contract', values: { entitlementsOnly: true } }, []],
  ['a contract', [granted()], { code: 'has-contract', values: {} }, [row]],
  [
    'two, one of them ended',
    [granted(), ended],
    { code: 'has-contract', values: {} },
    [row, { ...ended, plan: 'Pro', active: false }],
  ],
])('keeps %s, as it is', async (_, entitlements, why, rows) => {
  expect(await observe('check: baseline', { marketplace: { entitlements: [entitlements] } })).toEqual({
    status: 'pass',
    ...why,
    reason: expect.any(String),
    output: { kind: 'entitlements', entitlements: rows, agreements: null },
  });
});

test('an active contract is there where one must be', async () => {
  expect(await observe('check: baseline, is: active', { marketplace: { entitlements: [[granted()]] } })).toMatchObject({
    status: 'pass',
    output: { entitlements: [row] },
  });
});

test.each([
  ['nothing', [], 'no entitlement', { code: 'no-entitlement', values: { buyer } }],
  [
    'only an ended contract',
    [ended],
    'expired',
    { code: 'entitlement-expired', values: { buyer, ended: '2026-11-01T10:30:00.000Z' } },
  ],
])('fails on %s where there must be an active contract, and keeps what there is', async (_, rows, actual, why) => {
  const found = await observe('check: baseline, is: active', { marketplace: { entitlements: [rows] } });
  expect(found).toMatchObject({
    status: 'fail',
    ...why,
    expected: { entitlement: 'an active entitlement' },
    actual: { entitlement: actual },
  });
  expect(found.output).toMatchObject({ entitlements: rows });
});

test('an agreement that starts later is in the way of a purchase, too', async () => {
  const agreement = {
    id: 'agmt-1',
    status: 'ACTIVE',
    startsAt: '2026-12-01T00:00:00.000Z',
    startsLater: true as const,
    buyerAccountId: '444455556666',
    acceptedAt: null,
    updatedAt: null,
    endsAt: null,
    initialAgreementId: null,
    dimensions: [],
    licenseArns: [],
  };
  const marketplace = { entitlements: [[]], agreements: [[agreement]] };
  expect(await observe('check: baseline', { beforePurchase: true, marketplace })).toMatchObject({
    status: 'fail',
    reason: expect.stringContaining('already has a contract'),
  });
});

test('keeps nothing where AWS could not be asked', async () => {
  const refused = new CouldNotTell('access-denied', 'The credentials lack aws-marketplace:GetEntitlements.');
  expect(await observe('check: baseline', { marketplace: { entitlements: [refused] } })).toMatchObject({
    status: 'error',
    code: 'access-denied',
    final: true,
  });
});
