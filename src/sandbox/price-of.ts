import type { StoredOffer } from './stored-offer.ts';

/** A unit of that dimension, in the currency of the offer; undefined where the offer names no price. */
export function priceOf({ price, prices }: StoredOffer, dimension: string): string | undefined {
  return prices[dimension] ?? price ?? undefined;
}
