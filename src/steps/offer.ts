import { noReason, type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotTell, reasonOfTrouble } from '../errors.ts';
import { defineCheck, type Look } from './check-kind.ts';

const reasons = {
  'no-public-offer': () => 'The product has no released public offer, so buyers see no price.',
  'price-above-limit': ({ limit, currency, dimensions, prices }: Prices) =>
    `A test purchase costs more than ${limit} ${currency}: ${dimensions.map((key, i) => `${key} ${prices[i]} ${currency}`).join(', ')}. Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml.`,
} satisfies ReasonTable;

interface Prices {
  readonly limit: number;
  readonly currency: string;
  readonly dimensions: readonly string[];
  /** Of each dimension, in the same order. */
  readonly prices: readonly number[];
}

const because = reasonsOf(reasons);

/** What somebody is about to pay, and whether a quantity can be changed later. Advisory. */
export const offer = defineCheck({
  summary: 'the public offer: price, duration, quantity',
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons,
  async look(_, { marketplace, target, settings }): Promise<Look> {
    const { product } = await target();
    try {
      const found = await marketplace.publicOffer(product.id);
      if (found === null)
        return {
          status: 'fail',
          advisory: true,
          ...because('no-public-offer'),
        };
      const output = { kind: 'offer', offer: found } as const;
      const high = found.prices.filter(({ price }) => price > settings.maxTestPrice);
      if (high.length === 0) return { status: 'pass', ...noReason, output };
      const prices = high.map(({ price }) => price);
      return {
        status: 'fail',
        advisory: true,
        acknowledge: true,
        ...because('price-above-limit', {
          limit: settings.maxTestPrice,
          currency: found.currency,
          dimensions: high.map(({ dimension }) => dimension),
          prices,
        }),
        expected: { 'highest price': settings.maxTestPrice },
        actual: { 'highest price': Math.max(...prices) },
        output,
      };
    } catch (error) {
      if (!(error instanceof CouldNotTell) || error.code !== 'access-denied') throw error;
      return {
        status: 'error',
        advisory: true,
        final: true,
        ...reasonOfTrouble(error),
      };
    }
  },
});
