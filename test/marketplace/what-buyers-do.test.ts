import { beforeEach, describe, expect, test } from 'vitest';
import { agreed, notes, offer, openSandbox, practise, worldWith } from '../sandbox/support.ts';
import { connected, keys, troubleOf, useMachine } from './support.ts';

const [buyer, other] = ['666677778888', '444455556666'];

beforeEach(async () => {
  await useMachine({ env: keys });
});

test('agreements hold the accepted selection and the licence of one buyer for one product', async () => {
  const { url } = await openSandbox();
  const marketplace = await connected(url);
  expect(await marketplace.agreements(notes.id, buyer)).toEqual([
    expect.objectContaining({
      id: agreed.id,
      status: 'ACTIVE',
      buyerAccountId: buyer,
      dimensions: [{ key: 'pro', quantity: 10 }],
      licenseArns: [agreed.licenseArn],
    }),
  ]);
  expect(await marketplace.agreements(notes.id, other)).toEqual([]);
  expect(await marketplace.agreements('prod-another', buyer)).toEqual([]);
});

test('a change by replacement leaves the old agreement behind, and both are of one chain', async () => {
  const { url, clock } = await openSandbox();
  expect(await practise(url, 'change', { buyer, quantity: '20', replace: 'true' })).toMatchObject({ status: 200 });
  clock.now += 60_000;
  const found = await (await connected(url)).agreements(notes.id, buyer);
  expect(found.map(({ status }) => status).sort()).toEqual(['ACTIVE', 'REPLACED']);
  expect(new Set(found.map(({ initialAgreementId }) => initialAgreementId))).toEqual(new Set([agreed.id]));
  expect(found.find(({ status }) => status === 'ACTIVE')?.dimensions).toEqual([{ key: 'pro', quantity: 20 }]);
});

test.each([[['AcceptorAccountId']], [['ResourceIdentifier']], [['AcceptorAccountId', 'ResourceIdentifier']]])(
  'filters that the service refuses are applied here: %j',
  async (refusedFilters) => {
    const mine = { ...agreed, id: 'agmt-another0000000000000000001', buyerAccountId: other };
    const world = worldWith({ agreements: [agreed, mine] });
    const { url } = await openSandbox({ refusedFilters, world });
    const found = await (await connected(url)).agreements(notes.id, buyer);
    expect(found.map(({ id }) => id)).toEqual([agreed.id]);
  },
);

test('without the permission for SearchAgreements it is named', async () => {
  const { url } = await openSandbox({ fault: (asked) => (asked === 'SearchAgreements' ? 'access-denied' : null) });
  const { code, message } = await troubleOf((await connected(url)).agreements(notes.id, buyer));
  expect(code).toBe('access-denied');
  expect(message).toContain('aws-marketplace:SearchAgreements');
});

describe('an agreement that was found is there', () => {
  test.each(['access-denied', 'html'] as const)('though its terms can not be read (%s)', async (fault) => {
    const { url } = await openSandbox({ fault: (asked) => (asked === 'GetAgreementTerms' ? fault : null) });
    const [found] = await (await connected(url)).agreements(notes.id, buyer);
    expect(found).toMatchObject({
      id: agreed.id,
      status: 'ACTIVE',
      dimensions: null,
      licenseArns: [agreed.licenseArn],
    });
  });

  test.each(['access-denied', 'html'] as const)('though its entitlements can not (%s)', async (fault) => {
    const { url } = await openSandbox({ fault: (asked) => (asked === 'GetAgreementEntitlements' ? fault : null) });
    const [found] = await (await connected(url)).agreements(notes.id, buyer);
    expect(found).toMatchObject({ id: agreed.id, dimensions: agreed.dimensions });
  });

  test.each([
    ['every question would fail', 'expired-token', 'expired-credentials'],
    ['its terms may be told in a minute', 'internal', 'aws-error'],
  ] as const)('but not where %s', async (_, fault, code) => {
    const { url } = await openSandbox({ fault: (asked) => (asked === 'GetAgreementTerms' ? fault : null) });
    expect(await troubleOf((await connected(url)).agreements(notes.id, buyer))).toMatchObject({ code });
  });
});

test('a page of a proxy is no empty list of agreements', async () => {
  const { url } = await openSandbox({ fault: (action) => (action === 'SearchAgreements' ? 'html' : null) });
  expect(await troubleOf((await connected(url)).agreements(notes.id, buyer))).toMatchObject({ code: 'not-aws' });
});

test('the public offer names its prices; a private one is none', async () => {
  const { url, world } = await openSandbox();
  const marketplace = await connected(url);
  const found = await marketplace.publicOffer(notes.id);
  expect(found).toMatchObject({ id: offer.id, currency: 'USD', quantityCanChange: true });
  expect(found?.prices).toContainEqual({ dimension: 'pro', price: 0.01, duration: 'P1M' });
  world.offers = world.offers.map((each) => ({ ...each, buyerAccounts: [buyer] }));
  expect(await marketplace.publicOffer(notes.id)).toBeNull();
  world.offers = [];
  expect(await marketplace.publicOffer(notes.id)).toBeNull();
});

test('purchase options are those of whoever asks', async () => {
  const { url, world } = await openSandbox();
  const asBuyer = await connected(url, { keys: world.buyers['new-signup'] ?? null });
  expect(await asBuyer.purchaseOptions(notes.id)).toBeGreaterThan(0);
  world.products = world.products.map((product) => ({ ...product, allowlist: [] }));
  expect(await asBuyer.purchaseOptions(notes.id)).toBe(0);
});
