import { expect, test } from 'vitest';
import type { SandboxAccount } from '../../src/sandbox/world.ts';
import { boards, discover, notes, openSandbox, worldWith } from './support.ts';

async function getProduct(url: string, account: SandboxAccount, body: object) {
  const { answer: product, ...rest } = await discover(url, account, 'getProduct', body);
  return { ...rest, product };
}

test('tells the listing ID of a product, with the members that the model requires', async () => {
  const { url, seller } = await openSandbox();
  const { product } = await getProduct(url, seller, { productId: notes.id });
  expect(product).toMatchObject({
    productId: notes.id,
    productName: 'Acme Notes',
    listingId: 'prodview-sandboxnotes1',
  });
  expect(Object.keys(product)).toHaveLength(15);
});

test('may leave the listing ID to the link of an engagement', async () => {
  const products = [{ ...notes, listingId: null, engagementUrl: 'https://aws.example/prodview-abc' }];
  const { url, seller } = await openSandbox({ world: worldWith({ products }) });
  const { product } = await getProduct(url, seller, { productId: notes.id });
  expect(product).not.toHaveProperty('listingId');
  expect(product).toHaveProperty('sellerEngagements[0].value', 'https://aws.example/prodview-abc');
});

test('shows a Limited product to its seller and its allowlist, a Public one to all', async () => {
  const products = [{ ...notes, allowlist: ['444455556666'] }, boards];
  const { url, seller, world } = await openSandbox({ world: worldWith({ products }) });
  const accounts = [seller, ...Object.values(world.buyers)];
  const statuses = (productId: string) =>
    Promise.all(accounts.map(async (account) => (await getProduct(url, account, { productId })).status));
  expect(await statuses(notes.id)).toEqual([200, 200, 404, 404]);
  expect(await statuses(boards.id)).toEqual([200, 200, 200, 200]);
});

test.each([
  ['a product it does not show', { productId: notes.id }, 404, 'ResourceNotFoundException'],
  ['a product that is not there', { productId: 'prod-unknown' }, 404, 'ResourceNotFoundException'],
])('does not find %s', async (_case, body, status, error) => {
  const products = [{ ...notes, discoverable: false }];
  const { url, seller } = await openSandbox({ world: worldWith({ products }) });
  expect(await getProduct(url, seller, body)).toMatchObject({ status, error });
});

test.each([
  ['no product', {}],
  ['an id of two words', { productId: 'prod 1' }],
  ['a long id', { productId: 'p'.repeat(256) }],
  ['a locale that is a list', { productId: notes.id, locale: 'en;fr' }],
])('refuses %s', async (_case, body) => {
  const { url, seller } = await openSandbox();
  expect(await getProduct(url, seller, body)).toMatchObject({
    status: 400,
    error: 'ValidationException',
    product: { reason: 'MALFORMED_REQUEST_PARAMETERS' },
  });
});
