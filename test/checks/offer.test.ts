import { expect, test } from 'vitest';
import type { Offer } from '../../src/checklist/outputs.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { observe } from './observe.ts';

const offer = (...prices: number[]): Offer => ({
  id: 'offer-1',
  currency: 'USD',
  prices: prices.map((price) => ({ dimension: 'pro_plan', price, duration: 'P1M' })),
  quantityCanChange: true,
});

test('a price of a test is shown', async () => {
  expect(await observe('check: offer', { marketplace: { publicOffer: [offer(0.01, 1)] } })).toMatchObject({
    status: 'pass',
    output: { kind: 'offer', offer: offer(0.01, 1) },
  });
});

test('a price above the limit must be acknowledged, and does not decide', async () => {
  expect(await observe('check: offer', { marketplace: { publicOffer: [offer(0.01, 99)] } })).toMatchObject({
    status: 'fail',
    advisory: true,
    acknowledge: true,
    code: 'price-above-limit',
    values: { limit: 1, currency: 'USD', dimensions: ['pro_plan'], prices: [99] },
    expected: { 'highest price': 1 },
    actual: { 'highest price': 99 },
  });
});

test.each<[string, Partial<Offer>, code: string, values: object]>([
  [
    'a price that could not be read',
    { prices: [], unread: ['pro_plan'] },
    'price-unreadable',
    { unread: ['pro_plan'] },
  ],
  [
    'a price in another currency than the limit, below it by number',
    { currency: 'JPY', prices: [{ dimension: 'pro_plan', price: 1, duration: 'P1M' }] },
    'other-currency',
    { limit: 1, currency: 'JPY', dimensions: ['pro_plan'], prices: [1] },
  ],
  [
    'a price in another currency than the limit, above it by number',
    { currency: 'JPY', prices: [{ dimension: 'pro_plan', price: 100, duration: 'P1M' }] },
    'other-currency',
    { currency: 'JPY', prices: [100] },
  ],
])('%s is said not to be compared, and does not pass', async (_, changes, code, values) => {
  expect(await observe('check: offer', { marketplace: { publicOffer: [{ ...offer(), ...changes }] } })).toMatchObject({
    status: 'error',
    advisory: true,
    acknowledge: true,
    code,
    values,
  });
});

test('reports a missing public offer without failing', async () => {
  expect(await observe('check: offer', { marketplace: { publicOffer: [null] } })).toMatchObject({
    status: 'fail',
    advisory: true,
    code: 'no-public-offer',
  });
});

test('a missing permission makes it advisory, with what to add; a lost network does not', async () => {
  const refused = new CouldNotCheck('access-denied', 'No permission.', 'Add this statement.');
  expect(await observe('check: offer', { marketplace: { publicOffer: [refused] } })).toMatchObject({
    status: 'error',
    advisory: true,
    code: 'access-denied',
    reason: 'No permission. Add this statement.',
  });
  const lost = new CouldNotCheck('network', 'No network.', null, true);
  const found = await observe('check: offer', { marketplace: { publicOffer: [lost] } });
  expect([found.status, found.advisory]).toEqual(['error', undefined]);
});
