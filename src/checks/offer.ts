import type { Offer } from '../checklist/outputs.ts';
import { noReason, type ReasonTable, reasonOfTrouble, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import { defineCheck, type Observation } from './check-kind.ts';

const reasons = {
  'no-public-offer': () => 'The product has no released public offer, so buyers see no price.',
  'price-above-limit': ({ limit, currency, dimensions, prices, unread }: Prices) =>
    `A test purchase costs more than ${limit} ${currency}: ${listed(dimensions, prices, currency)}. ${unread.length > 0 ? `Could not read the price of ${unread.join(', ')}. ` : ''}Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml.`,
  'price-unreadable': ({ unread }: { readonly unread: readonly string[] }) =>
    `Could not read the price of ${unread.join(', ')} in the offer. Check what a test purchase costs before you buy.`,
  'other-currency': ({ limit, currency, dimensions, prices }: Prices) =>
    `max-test-price is ${limit} USD, but the offer is in ${currency}: ${listed(dimensions, prices, currency)}. The two were not compared. Check what a test purchase costs before you buy.`,
} satisfies ReasonTable;

interface Prices {
  readonly limit: number;
  readonly currency: string;
  readonly dimensions: readonly string[];
  /** One price for each dimension, in the same order. */
  readonly prices: readonly number[];
  /** The dimensions whose price could not be read. */
  readonly unread: readonly string[];
}

const because = reasonsOf(reasons);

/** Reports what the buyer will pay, and whether the quantity can be changed later. Advisory. */
export const offer = defineCheck({
  summary: 'the public offer: price, duration, quantity',
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons,
  async observe(_, { marketplace, target, settings }): Promise<Observation> {
    const { product } = await target();
    try {
      const found = await marketplace.publicOffer(product.id);
      if (found === null) return { status: 'fail', advisory: true, ...because('no-public-offer') };
      const output = { kind: 'offer', offer: found } as const;
      const { currency, prices, unread = [] } = found;
      const limit = settings.maxTestPrice;
      const high = currency === 'USD' ? prices.filter(({ price }) => price > limit) : [];
      const values = (of: Offer['prices']) => ({
        ...{ limit, currency, unread },
        dimensions: of.map(({ dimension }) => dimension),
        prices: of.map(({ price }) => price),
      });
      // A price that is unknown or in another currency cannot be compared with the limit.
      const uncompared =
        currency !== 'USD' && prices.length > 0
          ? because('other-currency', values(prices))
          : unread.length > 0
            ? because('price-unreadable', { unread })
            : null;
      if (high.length === 0 && uncompared)
        return { status: 'error', advisory: true, acknowledge: true, final: true, ...uncompared, output };
      if (high.length === 0) return { status: 'pass', ...noReason, output };
      return {
        status: 'fail',
        advisory: true,
        acknowledge: true,
        ...because('price-above-limit', values(high)),
        expected: { 'highest price': settings.maxTestPrice },
        actual: { 'highest price': Math.max(...high.map(({ price }) => price)) },
        output,
      };
    } catch (error) {
      if (!(error instanceof CouldNotCheck) || error.code !== 'access-denied') throw error;
      return { status: 'error', advisory: true, final: true, ...reasonOfTrouble(error) };
    }
  },
});

function listed(dimensions: readonly string[], prices: readonly number[], currency: string): string {
  return dimensions.map((dimension, i) => `${dimension} ${prices[i]} ${currency}`).join(', ');
}
