import { createHash } from 'node:crypto';
import type { StoredProduct } from './world.ts';

/**
 * A buyer's identifier with one product, eleven letters and digits, always the same; null for products under concurrent
 * agreements, for which AWS gives out none.
 */
export function customerIdentifier({ id, concurrentAgreements }: StoredProduct, buyerAccountId: string): string | null {
  if (concurrentAgreements) return null;
  const digest = createHash('sha256').update(`${id} ${buyerAccountId}`).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 11);
}
