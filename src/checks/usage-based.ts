import type { Product } from '../ports/marketplace.ts';

/** No dimension can be bought in advance: such a product has agreements, but no entitlements. */
export function isUsageBased({ dimensions }: Product): boolean {
  return dimensions.length > 0 && !dimensions.some(({ types }) => types.length === 0 || types.includes('Entitled'));
}
