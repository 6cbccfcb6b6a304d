import type { StoredOffer } from './stored-offer.ts';
import type { World } from './world.ts';

/** The offer that a buyer accepts when buying: a private one to the buyer goes before the public one. */
export function offerTo(
  buyer: string,
  { id }: { readonly id: string },
  { offers }: Pick<World, 'offers'>,
): StoredOffer | undefined {
  const released = offers.filter(({ productId, state }) => productId === id && state === 'Released');
  return (
    released.find(({ buyerAccounts }) => buyerAccounts?.includes(buyer)) ??
    released.find(({ buyerAccounts }) => buyerAccounts === null)
  );
}
