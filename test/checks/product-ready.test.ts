import { expect, test } from 'vitest';
import type { Product } from '../../src/ports/marketplace.ts';
import { acmeNotes, buyer, seller } from '../support/acme.ts';
import { observe, type Scene } from './observe.ts';

const of = (changes: Partial<Product>, scene: Scene = {}) =>
  observe('check: product-ready', { ...scene, marketplace: { describeProduct: () => ({ ...acmeNotes, ...changes }) } });

test.each<[what: string, changes: Partial<Product>]>([
  ['a Limited product whose allowlist has the buyer', {}],
  ['a Limited product with accounts of AWS beside the buyer', { allowlist: ['999900001111', '444455556666'] }],
  ['a Public product, which has no allowlist', { visibility: 'Public', allowlist: [] }],
  ['a product whose state AWS does not name', { state: null }],
  ['a Limited product whose allowlist AWS does not name', { allowlist: null }],
])('%s can be bought', async (_, changes) => {
  expect(await of(changes)).toMatchObject({ status: 'pass' });
});

test.each<[what: string, changes: Partial<Product>, code: string, values?: object]>([
  ['a draft', { visibility: 'Draft' }, 'draft'],
  ['a restricted product', { visibility: 'Restricted' }, 'restricted'],
  ['a visibility that nobody knows', { visibility: 'Hidden' }, 'other-visibility', { visibility: 'Hidden' }],
  ['a visibility named like a property of every object', { visibility: 'constructor' }, 'other-visibility'],
  ['a product that is not active', { state: 'Inactive' }, 'not-active', { state: 'Inactive' }],
  ['a product without a fulfillment URL', { fulfillmentUrl: null }, 'no-fulfillment-url'],
  ['a product without dimensions', { dimensions: [] }, 'no-dimension'],
  ['a buyer who is not on the allowlist', { allowlist: ['999900001111'] }, 'not-on-allowlist', { buyer }],
])('%s fails, and says what that means', async (_, changes, code, values = {}) => {
  expect(await of(changes)).toMatchObject({ status: 'fail', code, values });
});

test.each<[what: string, changes: Partial<Product>, buyer: string, wrong: string, is: string]>([
  ['the visibility', { visibility: 'Draft' }, '444455556666', 'visibility', 'Draft'],
  ['the delivery', { fulfillmentUrl: null }, '444455556666', 'fulfillment URL', 'none'],
  ['the allowlist', { allowlist: ['999900001111'] }, '444455556666', 'test buyer', 'not on it'],
  ['the buyer', {}, seller.accountId, 'test buyer', 'the seller'],
])('what is compared differs in what is wrong alone: %s', async (_, changes, buyer, wrong, is) => {
  const { expected = {}, actual = {} } = await of(changes, { buyer });
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const differing = Object.entries(actual).filter(([name, value]) => expected[name] !== value);
  expect(differing).toEqual([[wrong, is]]);
});

test('reports all problems at once', async () => {
  const found = await of({ visibility: 'Draft', state: 'Inactive', fulfillmentUrl: null, dimensions: [] });
  expect(found).toMatchObject({
    code: 'draft',
    values: { flaws: ['draft', 'not-active', 'no-fulfillment-url', 'no-dimension'], state: 'Inactive' },
  });
  for (const words of ['Draft', 'Inactive', 'fulfillment URL', 'dimension']) expect(found.reason).toContain(words);
});

test('the seller is no buyer', async () => {
  expect(await of({}, { buyer: seller.accountId })).toMatchObject({
    status: 'fail',
    code: 'seller-buys',
  });
});

test('a customer identifier cannot be looked up in an allowlist', async () => {
  expect(await of({}, { buyer: '7vBT7cnzEYf' })).toMatchObject({ status: 'pass' });
});

test('a visibility that AWS does not name is no verdict', async () => {
  expect(await of({ visibility: null })).toMatchObject({ status: 'error', code: 'no-visibility' });
});
