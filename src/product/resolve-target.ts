import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import { type Choose, chooseProduct } from './choose-product.ts';
import { assertOwn } from './own-product.ts';

export interface Target {
  readonly caller: Caller;
  readonly product: Product;
}

/** Who asks, about which product: the caller first, and nothing is concluded before the product is the caller's. */
export async function resolveTarget(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Target> {
  const caller = await marketplace.caller();
  const product = await chooseProduct(marketplace, wanted, choose);
  assertOwn(caller, product);
  return { caller, product };
}
