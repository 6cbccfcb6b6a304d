import { beforeEach, describe, expect, test } from 'vitest';
import { agreed, notes, offer, openSandbox, practise, worldWith } from '../sandbox/support.ts';
import { connected, json, keys, openServer, troubleOf, useMachine } from './support.ts';

const [buyer, other] = ['666677778888', '444455556666'];

beforeEach(async () => {
  await useMachine({ env: keys });
});

test('agreements hold the accepted selection and the license of one buyer for one product', async () => {
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
  test.each(['access-denied', 'html'] as const)('though its terms cannot be read (%s)', async (fault) => {
    const { url } = await openSandbox({ fault: (asked) => (asked === 'GetAgreementTerms' ? fault : null) });
    const [found] = await (await connected(url)).agreements(notes.id, buyer);
    expect(found).toMatchObject({
      id: agreed.id,
      status: 'ACTIVE',
      dimensions: null,
      licenseArns: [agreed.licenseArn],
    });
  });

  test.each(['access-denied', 'html'] as const)('though its entitlements cannot (%s)', async (fault) => {
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

test('purchase options are those of the caller', async () => {
  const { url, world } = await openSandbox();
  const asBuyer = await connected(url, { keys: world.buyers['new-signup'] ?? null });
  expect(await asBuyer.purchaseOptions(notes.id)).toBeGreaterThan(0);
  world.products = world.products.map((product) => ({ ...product, allowlist: [] }));
  expect(await asBuyer.purchaseOptions(notes.id)).toBe(0);
});

/** AWS as it answers about one agreement with these terms, at that time. */
async function agreedTo(acceptedTerms: readonly object[], summary: object = {}, date: string | null = null) {
  const one = {
    agreementId: 'agmt-1',
    status: 'ACTIVE',
    acceptor: { accountId: buyer },
    proposalSummary: { resources: [{ id: notes.id }] },
    acceptanceTime: 1_795_400_000,
    ...summary,
  };
  const { url } = await openServer(({ headers }) => {
    const call = String(headers['x-amz-target']).split('.').at(-1);
    const body = call === 'SearchAgreements' ? { agreementViewSummaries: [one] } : { acceptedTerms };
    const reply = json(call === 'GetAgreementEntitlements' ? {} : body);
    return date === null ? reply : { ...reply, headers: { ...reply.headers, date } };
  });
  const [found] = await (await connected(url)).agreements(notes.id, buyer);
  return found;
}

const fixed = (...grants: object[]) => ({ fixedUpfrontPricingTerm: { type: 'FixedUpfrontPricingTerm', grants } });
const configured = (key: string, value: number) => ({
  configurableUpfrontPricingTerm: { configuration: { dimensions: [{ dimensionKey: key, dimensionValue: value }] } },
});
const trial = { freeTrialPricingTerm: { grants: [{ dimensionKey: 'pro', maxQuantity: 1 }] } };

test.each([
  ['RENEW', true],
  ['REPLACE', true],
  ['EXPIRE', undefined],
  [null, undefined],
])('an agreement whose end AWS calls %s renews: %s', async (endTimeBehaviorType, renews) => {
  expect((await agreedTo([], { endTimeBehaviorType }))?.renews).toBe(renews);
});

describe('what was bought is read from', () => {
  test.each<[string, readonly object[], object]>([
    ['terms that the buyer configured', [configured('pro', 10)], { dimensions: [{ key: 'pro', quantity: 10 }] }],
    [
      'fixed terms, of private offers',
      [{ legalTerm: {} }, fixed({ dimensionKey: 'pro', maxQuantity: 25 }, { dimensionKey: 'basic', maxQuantity: 2 })],
      {
        dimensions: [
          { key: 'pro', quantity: 25 },
          { key: 'basic', quantity: 2 },
        ],
      },
    ],
    ['a free trial alone', [trial], { dimensions: [{ key: 'pro', quantity: 1 }] }],
    [
      'what was bought beside a free trial',
      [trial, configured('pro', 10)],
      { dimensions: [{ key: 'pro', quantity: 10 }] },
    ],
    [
      'no terms of an unknown kind, which are named',
      [configured('pro', 10), { seatPricingTerm: { seats: [{ dimensionKey: 'pro' }] } }],
      { dimensions: [{ key: 'pro', quantity: 10 }], notCompared: ['seatPricingTerm'] },
    ],
    [
      'no grants without a quantity, which are named',
      [fixed({ dimensionKey: 'pro' })],
      { dimensions: [], notCompared: ['grants without a maxQuantity'], unlimited: ['pro'] },
    ],
  ])('%s', async (_, terms, found) => {
    expect(await agreedTo(terms)).toMatchObject(found);
  });

  test('terms of a kind without quantities, which are as good as none', async () => {
    const terms = ['legalTerm', 'supportTerm', 'renewalTerm', 'paymentScheduleTerm', 'validityTerm', 'someTerm'];
    const usage = { usageBasedPricingTerm: { rateCards: [{ rateCard: [{ dimensionKey: 'calls', price: '1' }] }] } };
    const found = await agreedTo([...terms.map((name) => ({ [name]: { type: name } })), usage]);
    expect(found).toMatchObject({ dimensions: [] });
    expect(found).not.toHaveProperty('notCompared');
  });
});

describe('an agreement that starts later', () => {
  const start = 1_795_400_000 + 86_400;

  test.each<[string, object, string, boolean]>([
    ['than AWS’s clock says', { startTime: start }, new Date((start - 1) * 1000).toUTCString(), true],
    ['no more', { startTime: start }, new Date(start * 1000).toUTCString(), false],
    ['no more, where it was amended since', { startTime: start, lastUpdateTime: start + 1 }, 'no time', false],
    ['not where AWS names no start', {}, 'no time', false],
  ])('%s', async (_, summary, date, later) => {
    expect((await agreedTo([], summary, date))?.startsLater ?? false).toBe(later);
  });
});

describe('the prices of an offer', () => {
  const priced = async (...Prices: unknown[]) => {
    const RateCard = Prices.map((Price, nth) => ({ DimensionKey: `d${nth}`, Price }));
    const Terms = [{ Type: 'ConfigurableUpfrontPricingTerm', CurrencyCode: 'USD', RateCards: [{ RateCard }] }];
    const { url } = await openServer(({ path }) =>
      json(
        path === '/ListEntities' ? { EntitySummaryList: [{ EntityId: 'offer-1' }] } : { DetailsDocument: { Terms } },
      ),
    );
    return (await connected(url)).publicOffer(notes.id);
  };

  test.each<[unknown, number | null]>([
    ['0.01', 0.01],
    ['0', 0],
    ['1,000.00', 1000],
    ['12,345,678', 12_345_678],
    [99, 99],
    [null, null],
    [undefined, null],
    ['', null],
    [' ', null],
    ['free', null],
    ['1,00', null],
    ['-1', null],
    ['1e3', null],
  ])('%j is %j', async (text, price) => {
    expect(await priced(text)).toMatchObject(
      price === null ? { prices: [], unread: ['d0'] } : { prices: [{ dimension: 'd0', price, duration: null }] },
    );
  });
});

test('among 300 private offers the public one is found by the list, not by describing each', async () => {
  const offers = [
    ...Array.from({ length: 300 }, (_, nth) => ({ ...offer, id: `offer-private${nth}`, buyerAccounts: [buyer] })),
    offer,
  ];
  const calls: string[] = [];
  const fault = (action: string) => {
    calls.push(action);
    return null;
  };
  const { url } = await openSandbox({ world: worldWith({ offers }), fault });
  expect(await (await connected(url)).publicOffer(notes.id)).toMatchObject({ id: offer.id });
  expect(calls.filter((call) => call === 'DescribeEntity')).toHaveLength(1);
  expect(calls).toHaveLength(8);
});
