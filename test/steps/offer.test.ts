import { expect, test } from 'vitest';
import type { Offer } from '../../src/checklist/model.ts';
import { CouldNotTell } from '../../src/errors.ts';
import { look } from './look.ts';

const offer = (...prices: number[]): Offer => ({
  id: 'offer-1',
  currency: 'USD',
  prices: prices.map((price) => ({ dimension: 'pro_plan', price, duration: 'P1M' })),
  quantityCanChange: true,
});

test('a price of a test is shown', async () => {
  expect(await look('check: offer', { marketplace: { publicOffer: [offer(0.01, 1)] } })).toMatchObject({
    status: 'pass',
    output: { kind: 'offer', offer: offer(0.01, 1) },
  });
});

test('a price above the limit must be acknowledged, and does not decide', async () => {
  expect(await look('check: offer', { marketplace: { publicOffer: [offer(0.01, 99)] } })).toMatchObject({
    status: 'fail',
    advisory: true,
    acknowledge: true,
    reason: expect.stringMatching(/more than 1 USD: pro_plan 99 USD.*max-test-price/),
    expected: { 'highest price': 1 },
    actual: { 'highest price': 99 },
  });
});

test.each<[string, Partial<Offer>, RegExp]>([
  ['a price that could not be read', { prices: [], unread: ['pro_plan'] }, /offer-1 has no price .* pro_plan/],
  [
    'a price in another currency than the limit, below it by number',
    { currency: 'JPY', prices: [{ dimension: 'pro_plan', price: 1, duration: 'P1M' }] },
    /max-test-price is 1 USD, .* JPY: pro_plan 1 JPY.* not compared/,
  ],
  [
    'a price in another currency than the limit, above it by number',
    { currency: 'JPY', prices: [{ dimension: 'pro_plan', price: 100, duration: 'P1M' }] },
    /not compared/,
  ],
])('%s is said not to be compared, and does not pass', async (_, changes, reason) => {
  expect(await look('check: offer', { marketplace: { publicOffer: [{ ...offer(), ...changes }] } })).toMatchObject({
    status: 'error',
    advisory: true,
    acknowledge: true,
    reason: expect.stringMatching(reason),
  });
});

test('no public offer is said, and does not decide', async () => {
  expect(await look('check: offer', { marketplace: { publicOffer: [null] } })).toMatchObject({
    status: 'fail',
    advisory: true,
    reason: expect.stringContaining('no released public offer'),
  });
});

test('a missing permission makes it advisory, with what to add; a lost network does not', async () => {
  const refused = new CouldNotTell('access-denied', 'No permission.', 'Add this statement.');
  expect(await look('check: offer', { marketplace: { publicOffer: [refused] } })).toMatchObject({
    status: 'error',
    advisory: true,
    reason: 'No permission. Add this statement.',
  });
  const lost = new CouldNotTell('network', 'No network.', null, true);
  const found = await look('check: offer', { marketplace: { publicOffer: [lost] } });
  expect([found.status, found.advisory]).toEqual(['error', undefined]);
});
