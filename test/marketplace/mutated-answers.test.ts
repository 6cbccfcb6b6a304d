import { beforeEach, expect, test } from 'vitest';
import { CouldNotCheck } from '../../src/errors.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { connected, json, keys, openServer, type Received, useMachine } from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

type Json = unknown;

const [id, buyer, time] = ['prod-1', '444455556666', 1_795_400_000];
const licenseArn = 'arn:aws:license-manager::111122223333:license:l-1';
const product = {
  EntityType: 'SaaSProduct@1.0',
  EntityIdentifier: 'prod-1@7',
  EntityArn: 'arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-1',
  DetailsDocument: {
    Description: { ProductTitle: 'Acme', ProductCode: 'code', Visibility: 'Limited', ProductState: 'Active' },
    Dimensions: [{ Key: 'pro', Name: 'Pro', Types: ['Entitled'] }],
    Versions: [{ DeliveryOptions: [{ Id: 'do-1', FulfillmentUrl: 'https://acme.example', Visibility: 'Public' }] }],
    Targeting: { PositiveTargeting: { BuyerAccounts: [buyer] } },
  },
};
const offer = {
  EntityType: 'Offer@1.0',
  DetailsDocument: {
    State: 'Released',
    ProductId: id,
    Terms: [
      {
        Type: 'ConfigurableUpfrontPricingTerm',
        CurrencyCode: 'USD',
        RateCards: [
          {
            Selector: { Type: 'Duration', Value: 'P1M' },
            RateCard: [{ DimensionKey: 'pro', Price: '0.01' }],
            Constraints: { QuantityConfiguration: 'Allowed' },
          },
        ],
      },
    ],
    Rules: [{ Type: 'TargetingRule', PositiveTargeting: { BuyerAccounts: [] } }],
  },
};
const offers = {
  EntitySummaryList: [
    {
      EntityId: 'offer-1',
      OfferSummary: { ProductId: id, State: 'Released', Targeting: ['None'], BuyerAccounts: [] },
    },
  ],
};

/** A good answer to each call, and a question that makes it. */
const calls: Readonly<Record<string, { readonly answer: Json; ask(marketplace: Marketplace): Promise<unknown> }>> = {
  ListEntities: {
    answer: {
      EntitySummaryList: [
        {
          EntityId: id,
          EntityArn: product.EntityArn,
          Name: 'Acme',
          Visibility: 'Limited',
          SaaSProductSummary: { ProductTitle: 'Acme', Visibility: 'Limited' },
        },
      ],
      NextToken: null,
    },
    ask: (marketplace) => marketplace.listProducts(),
  },
  DescribeEntity: { answer: product, ask: (marketplace) => marketplace.describeProduct(id) },
  BatchDescribeEntities: {
    answer: { EntityDetails: { [id]: product }, Errors: {} },
    async ask(marketplace) {
      const { products, failed } = await marketplace.describeProducts([id]);
      for (const { error } of failed) throw error;
      return products;
    },
  },
  GetEntitlements: {
    answer: {
      Entitlements: [
        {
          Dimension: 'pro',
          Value: { IntegerValue: 10 },
          ExpirationDate: time,
          LicenseArn: licenseArn,
          CustomerAWSAccountId: buyer,
          CustomerIdentifier: 'c-1',
        },
      ],
      NextToken: null,
    },
    ask: (marketplace) => marketplace.entitlements('code', buyer),
  },
  SearchAgreements: {
    answer: {
      agreementViewSummaries: [
        {
          agreementId: 'agmt-1',
          status: 'ACTIVE',
          acceptor: { accountId: buyer },
          proposalSummary: { resources: [{ id, type: 'SaaSProduct' }] },
          acceptanceTime: time,
          startTime: time,
          endTime: time + 1000,
          lastUpdateTime: time,
          initialAgreementId: 'agmt-1',
          entitlements: [{ licenseArn }],
        },
      ],
      nextToken: null,
    },
    ask: (marketplace) => marketplace.agreements(id, buyer),
  },
  GetAgreementTerms: {
    answer: {
      acceptedTerms: [
        { legalTerm: { documents: [] } },
        {
          configurableUpfrontPricingTerm: {
            configuration: { dimensions: [{ dimensionKey: 'pro', dimensionValue: 1 }] },
          },
        },
        { fixedUpfrontPricingTerm: { grants: [{ dimensionKey: 'pro', maxQuantity: 10 }] } },
      ],
      nextToken: null,
    },
    ask: (marketplace) => marketplace.agreements(id, buyer),
  },
  GetAgreementEntitlements: {
    answer: { agreementEntitlements: [{ licenseArn }], nextToken: null },
    ask: (marketplace) => marketplace.agreements(id, buyer),
  },
  GetProduct: {
    answer: { productId: id, listingId: 'prodview-a1', sellerEngagements: [{ value: 'prodview-a1' }] },
    ask: (marketplace) => marketplace.findListing(id),
  },
  ListPurchaseOptions: {
    answer: { purchaseOptions: [{ purchaseOptionId: 'x' }], nextToken: null },
    ask: (marketplace) => marketplace.purchaseOptions(id),
  },
};
const cases = [
  ...Object.entries(calls).map(([call, one]) => ({ ...one, call, name: call })),
  { call: 'ListEntities', name: 'ListEntities of offers', answer: offers, ask: (m: Marketplace) => m.publicOffer(id) },
  {
    call: 'DescribeEntity',
    name: 'DescribeEntity of an offer',
    answer: offer,
    ask: (m: Marketplace) => m.publicOffer(id),
  },
];

function callOf({ path, headers }: Received): string {
  const target = headers['x-amz-target'];
  const name = typeof target === 'string' ? target.split('.').at(-1) : path.split('?')[0]?.split('/').at(-1);
  return `${name?.charAt(0).toUpperCase()}${name?.slice(1)}`;
}

const nested = (depth: number): Json => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
const values: readonly Json[] = [undefined, null, 1e20, 'x'.repeat(100), [null], { a: { b: null } }, nested(50)];

/** The answer with each value in each place of it. */
function* mutations(answer: Json): Generator<{ readonly at: string; readonly value: Json; readonly answer: Json }> {
  for (const path of paths(answer))
    for (const value of values) yield { at: path.join('.'), value, answer: replaced(answer, path, value) };
}

function paths(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const inner = Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaced(value: Json, [key, ...rest]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** Resolves to what was wrong in the end: nothing, or an error as an operator sees it. */
async function endOf(asked: Promise<unknown>): Promise<string | null> {
  try {
    JSON.stringify(await asked);
    return null;
  } catch (error) {
    if (error instanceof CouldNotCheck) return error.message;
    throw error;
  }
}

test.each(cases)(
  '$name: whatever stands anywhere in an answer is a result, or names the call and the field',
  async (one) => {
    let current: Json = one.answer;
    const { url } = await openServer((request) => {
      if (callOf(request) === one.call) return json(current);
      return json(request.body.includes('"Offer"') ? offers : calls[callOf(request)]?.answer);
    });
    const marketplace = await connected(url);
    expect(await endOf(one.ask(marketplace)), 'the good answer').toBeNull();
    let told = 0;
    for (const { at, value, answer } of mutations(one.answer)) {
      current = answer;
      const words = await endOf(one.ask(marketplace)).catch((error: Error) =>
        expect.fail(`${at} = ${JSON.stringify(value)?.slice(0, 50)}: ${error.stack}`),
      );
      if (words === null) continue;
      told++;
      expect(words, `${at} = ${JSON.stringify(value)?.slice(0, 50)}`).toContain(one.call);
      const field = at.split('.').find((key) => !/^\d+$/.test(key) && words.toLowerCase().includes(key.toLowerCase()));
      expect(field, `no member of ${at} is named in: ${words}`).toBeDefined();
    }
    expect(told).toBeGreaterThan(0);
  },
);

const bodies = ['', ' ', 'null', '7', '"ok"', '[]', '[{}]', 'true', '<html>', '{"a":', '{"status":"ok"}', '\u0000'];

test.each(cases)('$name: rejects a body that is not AWS’s, whatever its status', async ({ call, ask }) => {
  let current = '';
  let status = 200;
  const { url } = await openServer((request) =>
    callOf(request) === call
      ? { status, headers: { 'x-amzn-requestid': 'r-1' }, body: current }
      : json(request.body.includes('"Offer"') ? offers : calls[callOf(request)]?.answer),
  );
  const marketplace = await connected(url);
  for (status of [200, 403])
    for (current of [...bodies, '['.repeat(200_000), `{"Entitlements":${'['.repeat(5_000)}${']'.repeat(5_000)}}`]) {
      const words = await endOf(ask(marketplace)).catch((error: Error) =>
        expect.fail(`${status} ${current.slice(0, 40)}: ${error.stack}`),
      );
      // Terms, licences and pages may be left unknown, and each of the two ways to describe a product stands in for the other.
      if (words !== null) expect(words).toMatch(new RegExp(`${call}|ListEntities|DescribeEntity`));
      else expect(call).toMatch(/GetAgreementTerms|GetAgreementEntitlements|GetProduct|DescribeEntit/);
    }
});
