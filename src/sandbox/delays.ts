import type { Delays, World } from './world.ts';

/**
 * From a purchase or a change until AWS shows it. Agreement, licence and entitlement show one after the other, as was seen
 * on AWS: each after another third of `delayMs`, unless the world says when.
 */
export function delaysOf({ world, delayMs }: { readonly world: World; readonly delayMs: number }): Delays {
  return world.delays ?? { agreementMs: delayMs / 3, licenceMs: (delayMs * 2) / 3, entitlementMs: delayMs };
}
