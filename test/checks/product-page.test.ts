import { expect, test } from 'vitest';
import { CouldNotTell, Interrupted, UserError } from '../../src/errors.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import type { MarketplaceScript } from '../support/fake-marketplace.ts';
import { observe, type Scene } from './observe.ts';

const page = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';

test('finds the page of the product that the account owns', async () => {
  expect(await observe('check: product-page')).toEqual({
    ...{ status: 'pass', code: 'url-found', values: {}, reason: expect.any(String) },
    output: {
      kind: 'product',
      product: {
        productId: 'prod-lp5dq7gziiuyi',
        productCode: '4ml54db8vrmjuykaw1psroool',
        title: 'Acme Notes',
        visibility: 'Limited',
        state: 'Active',
        url: page,
        urlSource: 'discovery',
        purchaseUrl: 'https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi',
        managementUrl: 'https://aws.amazon.com/marketplace/management/products/prod-lp5dq7gziiuyi/overview',
        fulfillmentUrl: 'https://acme.example/aws',
        accountId: '111122223333',
      },
    },
  });
});

test('takes the page that was pasted in an earlier run without asking AWS for it', async () => {
  const scene: Scene = { pasted: page, marketplace: { findListing: [] } };
  expect(await observe('check: product-page', scene)).toMatchObject({
    status: 'pass',
    output: { product: { url: page, urlSource: 'operator' } },
  });
});

test('passes without a page where AWS refuses to name it, and says why', async () => {
  const refused = { listingId: null, why: 'The Discovery API does not show this Limited product.' };
  expect(await observe('check: product-page', { marketplace: { findListing: [refused] } })).toMatchObject({
    status: 'pass',
    ...{ code: 'url-unknown', values: { why: refused.why } },
    output: { product: { url: null, urlSource: null } },
  });
});

test.each<[string, MarketplaceScript, code: string, values: object]>([
  [
    'the product is of another account, naming both',
    { describeProduct: [{ ...acmeNotes, ownerAccountId: '999900001111' }], findListing: [] },
    'wrong-account',
    { account: seller.accountId, owner: '999900001111' },
  ],
  [
    'AWS does not say whose the product is',
    { describeProduct: [{ ...acmeNotes, ownerAccountId: null }], findListing: [] },
    'no-owner',
    { product: acmeNotes.id },
  ],
  [
    'AWS does not say who is asking',
    {
      caller: [new CouldNotTell('no-credentials', 'There are no credentials.', 'Run aws sso login.')],
      findListing: [],
    },
    'no-credentials',
    {},
  ],
  [
    'AWS does not answer about the page',
    { findListing: [new CouldNotTell('network', 'There is no network.', null, true)] },
    'network',
    {},
  ],
])('could not tell where %s', async (_, marketplace, code, values) => {
  expect(await observe('check: product-page', { marketplace })).toMatchObject({
    status: 'error',
    code,
    values,
  });
});

test.each([
  new UserError('unknown-product', 'AWS knows no such product.'),
  new Interrupted('SIGINT'),
  new TypeError('a bug'),
])('%o is no result of the step', async (error) => {
  await expect(observe('check: product-page', { marketplace: { describeProduct: [error] } })).rejects.toBe(error);
});
