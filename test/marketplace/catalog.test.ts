import { beforeEach, describe, expect, test } from 'vitest';
import { errorOutcome } from '../../src/errors.ts';
import { notes, openSandbox, worldWith } from '../sandbox/support.ts';
import { awsError, connected, json, keys, openServer, troubleOf, useMachine } from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

/** A seller with so many products, and the calls of the APIs so far. */
async function sellerOf(count: number) {
  const products = Array.from({ length: count }, (_, index) => ({
    ...notes,
    id: `prod-${index}`,
    title: `Product ${index}`,
    visibility: index % 2 === 0 ? ('Limited' as const) : ('Public' as const),
  }));
  const calls: string[] = [];
  const fault = (action: string) => {
    calls.push(action);
    return null;
  };
  const sandbox = await openSandbox({ world: worldWith({ products }), fault });
  return { calls, products, marketplace: await connected(sandbox.url) };
}

const times = (count: number, action: string) => Array.from({ length: count }, () => action);

describe('the list of products', () => {
  test('holds all 120, in the order of AWS, read 50 a page', async () => {
    const { marketplace, products, calls } = await sellerOf(120);
    const listed = await marketplace.listProducts();
    expect(listed.map(({ id }) => id)).toEqual(products.map(({ id }) => id));
    expect(listed[1]).toEqual({
      id: 'prod-1',
      title: 'Product 1',
      visibility: 'Public',
      ownerAccountId: '111122223333',
    });
    expect(calls).toEqual(times(3, 'ListEntities'));
  });

  test('continues after an empty page with a token', async () => {
    const { url } = await openServer(({ body }) =>
      json(body.includes('"more"') ? { EntitySummaryList: [{ EntityId: 'prod-1' }] } : { NextToken: 'more' }),
    );
    expect(await (await connected(url)).listProducts()).toHaveLength(1);
  });

  test.each([
    ['the same token', ['a']],
    ['two tokens in turn', ['a', 'b']],
  ])('ends in an error where the server gives %s for ever', async (_case, tokens) => {
    const { url, received } = await openServer(() =>
      json({ EntitySummaryList: [], NextToken: tokens[received.length % tokens.length] }),
    );
    const { code, message } = await troubleOf((await connected(url)).listProducts());
    expect({ code, message }).toEqual({ code: 'not-aws', message: expect.stringContaining('the same page token') });
    expect(received).toHaveLength(tokens.length + 1);
  });

  test.each([
    [
      { EntityId: 'prod-1', Name: 'By name' },
      { title: 'By name', visibility: null, ownerAccountId: null },
    ],
    [{ EntityId: 'prod-1', Name: null, SaaSProductSummary: {} }, { title: 'prod-1' }],
    [{ EntityId: 'prod-1', Name: 'n', SaaSProductSummary: { ProductTitle: 't' } }, { title: 't' }],
    [{ EntityId: 'prod-1', Visibility: 'Draft', SaaSProductSummary: null }, { visibility: 'Draft' }],
    [{ EntityId: 'prod-1', EntityArn: 'arn:aws:aws-marketplace:us-east-1::x' }, { ownerAccountId: null }],
  ])('makes the best of %j', async (entity, product) => {
    const { url } = await openServer(() => json({ EntitySummaryList: [entity] }));
    expect(await (await connected(url)).listProducts()).toEqual([
      expect.objectContaining({ id: 'prod-1', ...product }),
    ]);
  });

  test.each([{}, { EntitySummaryList: null }, { EntitySummaryList: [], NextToken: null }, { EntitySummaryList: [{}] }])(
    'is empty for %j',
    async (body) => {
      const { url } = await openServer(() => json(body));
      expect(await (await connected(url)).listProducts()).toEqual([]);
    },
  );
});

describe('one product', () => {
  test('is described directly, without a list', async () => {
    const { marketplace, calls } = await sellerOf(120);
    expect(await marketplace.describeProduct('prod-77')).toMatchObject({
      id: 'prod-77',
      code: notes.code,
      title: 'Product 77',
      visibility: 'Public',
      state: 'Active',
      ownerAccountId: '111122223333',
      fulfillmentUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/saas\/registration$/),
      dimensions: [
        { key: 'pro', name: 'Pro', types: ['Entitled'] },
        { key: 'basic', name: 'Basic', types: ['Entitled'] },
      ],
    });
    expect(calls).toEqual(['DescribeEntity']);
  });

  test('is null where AWS knows none', async () => {
    const { marketplace } = await sellerOf(1);
    expect(await marketplace.describeProduct('prod-other')).toBeNull();
  });

  const nothing = {
    id: 'prod-1',
    title: 'prod-1',
    visibility: null,
    ownerAccountId: null,
    code: null,
    state: null,
    fulfillmentUrl: null,
    dimensions: [],
  };
  const titled = { Description: { ProductTitle: 'Acme', ProductCode: 'code', Visibility: 'Limited' } };
  const described = { ...nothing, title: 'Acme', code: 'code', visibility: 'Limited' };
  const delivery = (...urls: unknown[]) => ({ DeliveryOptions: urls.map((FulfillmentUrl) => ({ FulfillmentUrl })) });

  test.each([
    ['details as text alone', { Details: JSON.stringify(titled) }, described],
    ['the document, which beats the text', { DetailsDocument: titled, Details: '{"Description":{}}' }, described],
    ['a document that is null', { DetailsDocument: null, Details: JSON.stringify(titled) }, described],
    ['no details', {}, nothing],
    ['null for everything', { EntityArn: null, DetailsDocument: { Description: null, Versions: null } }, nothing],
    ['null in every group', { DetailsDocument: { Description: { ProductTitle: null, ProductCode: null } } }, nothing],
    [
      'dimensions with gaps',
      { DetailsDocument: { Dimensions: [null, {}, { Key: null }, { Key: 'k', Name: null, Types: null }] } },
      { ...nothing, dimensions: [{ key: 'k', name: 'k', types: [] }] },
    ],
    [
      'a fulfilment URL in the second version',
      { DetailsDocument: { Versions: [{ DeliveryOptions: null }, delivery(null, '', 'https://acme.example/aws')] } },
      { ...nothing, fulfillmentUrl: 'https://acme.example/aws' },
    ],
    [
      'an ARN without account',
      { EntityArn: 'arn:aws:aws-marketplace:us-east-1::AWSMarketplace/SaaSProduct/x' },
      nothing,
    ],
  ])('is read from %s', async (_case, entity, product) => {
    const { url } = await openServer(() => json(entity));
    expect(await (await connected(url)).describeProduct('prod-1')).toMatchObject(product);
  });
});

test.each([
  ['details that are not JSON', { Details: '{"Description"' }, 'Details is not JSON'],
  [
    'a number for the product code',
    { DetailsDocument: { Description: { ProductCode: 7 } } },
    'DetailsDocument.Description.ProductCode is the number 7, not a text',
  ],
  [
    'versions that are no list',
    { DetailsDocument: { Versions: {} } },
    'DetailsDocument.Versions is an object, not a list',
  ],
  [
    'a number for a fulfillment URL',
    { DetailsDocument: { Versions: [{ DeliveryOptions: [null, { FulfillmentUrl: 1 }] }] } },
    'DetailsDocument.Versions[0].DeliveryOptions[1].FulfillmentUrl is the number 1, not a text',
  ],
  ['a number for the ARN', { EntityArn: 7 }, 'EntityArn is the number 7, not a text'],
])('%s is no product, and the field is named', async (_case, entity, words) => {
  const { url } = await openServer(() => json(entity));
  const { code, message } = await troubleOf((await connected(url)).describeProduct('prod-1'));
  expect([code, message]).toEqual(['bad-answer', expect.stringContaining(`DescribeEntity from ${url} `)]);
  expect(message).toContain(`: ${words}.`);
});

describe('delivery options', () => {
  const option = (
    Id: string,
    Visibility: string | null,
    FulfillmentUrl: string | null = `https://acme.example/${Id}`,
  ) => ({
    Id,
    Visibility,
    FulfillmentUrl,
  });
  const found = (id: string, visibility: string | null) => ({ id, visibility, url: `https://acme.example/${id}` });

  test.each([
    ['a restricted one is left out', [[option('a', 'Restricted'), option('b', 'Public')]], [found('b', 'Public')]],
    [
      'every other one is named, of every version',
      [[option('a', 'Limited')], [option('b', 'Public'), option('c', null)]],
      [found('a', 'Limited'), found('b', 'Public'), found('c', null)],
    ],
    ['one without a URL is no page', [[option('a', 'Public', null), option('b', 'Limited')]], [found('b', 'Limited')]],
    ['there are none where all are restricted', [[option('a', 'Restricted')]], []],
  ])('%s', async (_case, versions, urls) => {
    const Versions = versions.map((DeliveryOptions) => ({ DeliveryOptions }));
    const { url } = await openServer(() => json({ DetailsDocument: { Versions } }));
    const product = await (await connected(url)).describeProduct('prod-1');
    expect(product?.fulfillmentUrls).toEqual(urls);
    const first = urls.find(({ visibility }) => visibility === 'Public') ?? urls[0];
    expect(product?.fulfillmentUrl).toBe(first?.url ?? null);
  });
});

test('names the type of a product that is not SaaS', async () => {
  const { url } = await openServer(() =>
    json({ EntityType: 'AmiProduct@1.0', DetailsDocument: { Versions: 'its own' } }),
  );
  expect(await (await connected(url)).describeProduct('prod-1')).toMatchObject({ entityType: 'AmiProduct' });
});

describe('many products', () => {
  test('are described 20 at a time, in the order asked for, unknown ones left out', async () => {
    const { marketplace, products, calls } = await sellerOf(44);
    const ids = products.map(({ id }) => id).reverse();
    const { products: described } = await marketplace.describeProducts([
      ...ids.slice(0, 7),
      'prod-unknown',
      ...ids.slice(7),
    ]);
    expect(described.map(({ id }) => id)).toEqual(ids);
    expect(calls).toEqual(times(3, 'BatchDescribeEntities'));
  });

  test('cost no question where there are none', async () => {
    const { marketplace, calls } = await sellerOf(1);
    expect(await marketplace.describeProducts([])).toEqual({ products: [], failed: [] });
    expect(calls).toEqual([]);
  });

  const found = { 'prod-1': { DetailsDocument: {} } };
  test.each([
    [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }, 'throttled', true],
    [{ ErrorCode: 'InternalServiceException', ErrorMessage: 'An internal error.' }, 'aws-error', true],
    [{ ErrorCode: 'AccessDeniedException', ErrorMessage: 'Not yours.' }, 'access-denied', false],
  ])('count as not answered where AWS fails on one of them: %j', async (failure, code, transient) => {
    const { url } = await openServer(({ path }) =>
      path.startsWith('/DescribeEntity')
        ? awsError(failure.ErrorCode, failure.ErrorMessage, code === 'aws-error' ? 500 : 400)
        : json({ EntityDetails: found, Errors: { 'prod-2': failure } }),
    );
    const { products, failed } = await (await connected(url)).describeProducts(['prod-1', 'prod-2']);
    expect(products.map(({ id }) => id)).toEqual(['prod-1']);
    expect(failed[0]?.error).toMatchObject({
      code,
      transient,
      message: expect.stringContaining('aws-marketplace:DescribeEntity'),
    });
  });

  test.each([
    ['an error without words', { EntityDetails: found, Errors: { 'prod-2': {} } }],
    ['an error that is null', { EntityDetails: found, Errors: { 'prod-2': null } }],
    ['details that are null', { EntityDetails: { ...found, 'prod-2': null }, Errors: null }],
    ['nothing at all about one', { EntityDetails: found, Errors: {} }],
    ['nothing at all', {}],
  ])('count as not answered where AWS says %s', async (_case, body) => {
    const { url } = await openServer(() => json(body));
    const { failed } = await (await connected(url)).describeProducts(['prod-1', 'prod-2']);
    const { error: { message = '' } = {} } = failed.find(({ id }) => id === 'prod-2') ?? {};
    expect(message).toMatch(/BatchDescribeEntities|DescribeEntity/);
    expect(message).not.toMatch(/undefined|null/);
  });
});

test.each([
  { EntitySummaryList: [null] },
  { EntitySummaryList: 'none' },
  { EntitySummaryList: [{ EntityId: 7, EntityArn: 7 }] },
])('an answer of another shape is no bug of ours: %j', async (body) => {
  const { url } = await openServer(() => json(body));
  const outcome = await (await connected(url)).listProducts().then(() => 'pass', errorOutcome);
  expect(outcome).not.toBe('bug');
});
