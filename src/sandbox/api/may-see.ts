import type { StoredProduct } from '../world.ts';

/** Whether Discovery shows a product to an account that may buy it. That it shows a Limited one is unproven. */
export function maySee(accountId: string, { visibility, allowlist, discoverable }: StoredProduct): boolean {
  return discoverable && (visibility === 'Public' || (visibility === 'Limited' && allowlist.includes(accountId)));
}
