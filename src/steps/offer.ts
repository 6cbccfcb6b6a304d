import type { Offer } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import { defineCheck, type Look } from './check-kind.ts';

/** What somebody is about to pay, and whether a quantity can be changed later. Advisory. */
export const offer = defineCheck({
  summary: 'the public offer: price, duration, quantity',
  fields: {},
  needsBuyer: false,
  waits: false,
  async look(_, { marketplace, target, settings }): Promise<Look> {
    const { product } = await target();
    try {
      const found = await marketplace.publicOffer(product.id);
      if (found === null)
        return {
          status: 'fail',
          advisory: true,
          reason: 'The product has no released public offer, so nobody can see a price.',
        };
      const output = { kind: 'offer', offer: found } as const;
      const { currency, prices, unread = [] } = found;
      // A price that is not known, or in another currency than the limit, has not been compared.
      const uncompared = [
        ...(unread.length > 0
          ? [`The offer ${found.id} has no price that could be read for ${unread.join(', ')}.`]
          : []),
        ...(currency !== 'USD' && prices.length > 0
          ? [
              `max-test-price is ${settings.maxTestPrice} USD, and the offer is in ${currency}: ${listed(prices, currency)}. The two were not compared.`,
            ]
          : []),
      ];
      const high = currency === 'USD' ? prices.filter(({ price }) => price > settings.maxTestPrice) : [];
      if (high.length === 0 && uncompared.length > 0)
        return {
          status: 'error',
          advisory: true,
          acknowledge: true,
          final: true,
          reason: `${uncompared.join(' ')} Look at what a test purchase costs before you buy.`,
          output,
        };
      if (high.length === 0) return { status: 'pass', reason: null, output };
      return {
        status: 'fail',
        advisory: true,
        acknowledge: true,
        reason: `A test purchase costs more than ${settings.maxTestPrice} USD: ${listed(high, currency)}. ${[...uncompared, ''].join(' ')}Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml.`,
        expected: { 'highest price': settings.maxTestPrice },
        actual: { 'highest price': Math.max(...high.map(({ price }) => price)) },
        output,
      };
    } catch (error) {
      if (!(error instanceof CouldNotTell) || error.code !== 'access-denied') throw error;
      return {
        status: 'error',
        advisory: true,
        final: true,
        reason: [error.message, error.hint].filter(Boolean).join(' '),
      };
    }
  },
});

function listed(prices: Offer['prices'], currency: string): string {
  return prices.map(({ dimension, price }) => `${dimension} ${price} ${currency}`).join(', ');
}
