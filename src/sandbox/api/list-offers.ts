import type { z } from 'zod';
import type { StoredOffer } from '../stored-offer.ts';
import { entity } from './entity.ts';
import type { offersQuery } from './offers-query.ts';
import type { Call } from './operation.ts';
import { selectEntities } from './select-entities.ts';

/**
 * The offers of the caller's own products: nothing else is shared. None is of an offer set, of a resale authorization, or
 * for an agreement that there is.
 */
export function listOffers(asked: z.infer<typeof offersQuery>, { world, caller }: Call) {
  const own = world.products.filter(({ ownerAccountId }) => ownerAccountId === caller.accountId).map(({ id }) => id);
  const offers = world.offers
    .filter(({ productId }) => asked.OwnershipType === 'SELF' && own.includes(productId))
    .map((offer) => summary(offer, caller.accountId));
  const { OfferFilters } = asked.EntityTypeFilters ?? {};
  const { OfferSort } = asked.EntityTypeSort ?? {};
  return selectEntities(offers, ({ OfferSummary, ...head }) => ({ ...head, ...OfferSummary }), OfferFilters, OfferSort);
}

function summary(
  { id, name: Name, productId, state: State, buyerAccounts, availableUntil }: StoredOffer,
  owner: string,
) {
  const OfferSummary = {
    Name,
    ProductId: productId,
    State,
    Targeting: [buyerAccounts === null ? 'None' : 'BuyerAccounts'],
    BuyerAccounts: buyerAccounts ?? [],
    CreatedBySource: 'Seller',
    ReleaseDate: State === 'Released' ? '2026-11-02T09:30:00Z' : undefined,
    AvailabilityEndDate: availableUntil === null ? undefined : wholeSecond(availableUntil),
  };
  return { Name, EntityType: 'Offer', EntityId: id, ...entity('Offer', id, owner), OfferSummary };
}

function wholeSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
