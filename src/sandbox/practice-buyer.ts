import { HTTPException } from 'hono/http-exception';
import { practiceFields } from './addresses.ts';
import { changeContract } from './change-contract.ts';
import { purchase } from './shop.ts';
import type { World } from './world.ts';

const shop = { purchase, change: changeContract };
const useCases = { purchase: 'new-signup', change: 'contract-change' };

/**
 * Whose contract can be bought, or changed, by the line of `practiceCommand`: the buyer of that use case or, where the shop
 * would refuse it, the first of the others. Null: nobody's.
 */
export function practiceBuyer(action: keyof typeof shop, world: World, now: number): string | null {
  const meant = world.buyers[useCases[action]];
  const buyers = [...(meant ? [meant] : []), ...Object.values(world.buyers)].map(({ accountId }) => accountId);
  return buyers.find((buyer) => sells(action, buyer, world, now)) ?? null;
}

function sells(action: keyof typeof shop, buyer: string, world: World, now: number): boolean {
  // Tried in a world of its own: the rules of the shop are not told twice.
  const copy = { ...world, agreements: [...world.agreements], entitlements: [...world.entitlements] };
  try {
    shop[action](new URLSearchParams(practiceFields(action, buyer)), { world: copy, now, delayMs: 0 });
    return true;
  } catch (error) {
    if (error instanceof HTTPException) return false;
    throw error;
  }
}
