import { z } from 'zod';
import type { StoredOffer } from '../stored-offer.ts';
import { entity, lastModified } from './entity.ts';
import { dateFilter, entityQuery, isWithin, sortOrder, text, texts } from './entity-query.ts';
import type { Call } from './operation.ts';

const state = z.enum(['Draft', 'Released']);
const targeting = z.enum(['BuyerAccounts', 'CountryCodes', 'None', 'ParticipatingPrograms']);
const sortBy = z.enum([
  'AvailabilityEndDate',
  'BuyerAccounts',
  'CreatedBySource',
  'EntityId',
  'LastModifiedDate',
  'Name',
  'OfferSetId',
  'ProductId',
  'ReleaseDate',
  'ResaleAuthorizationId',
  'State',
  'TargetAgreementId',
  'TargetAgreementIntent',
  'Targeting',
]);

const filters = z.strictObject({
  EntityId: z.strictObject({ ValueList: texts }).optional(),
  Name: z.strictObject({ ValueList: texts.optional(), WildCardValue: text.optional() }).optional(),
  ProductId: z.strictObject({ ValueList: texts }).optional(),
  State: z.strictObject({ ValueList: z.array(state).min(1).max(2) }).optional(),
  Targeting: z.strictObject({ ValueList: z.array(targeting).min(1).max(4) }).optional(),
  BuyerAccounts: z.strictObject({ WildCardValue: text.optional() }).optional(),
  LastModifiedDate: dateFilter.optional(),
});
const sort = z.strictObject({ SortBy: sortBy.optional(), SortOrder: sortOrder.optional() });

export const offersQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('Offer'),
  EntityTypeFilters: z.strictObject({ OfferFilters: filters }).optional(),
  EntityTypeSort: z.strictObject({ OfferSort: sort }).optional(),
});

/** The offers of the caller's own products: nothing else is shared. */
export function listOffers(asked: z.infer<typeof offersQuery>, { world, caller }: Call) {
  const own = world.products.filter(({ ownerAccountId }) => ownerAccountId === caller.accountId).map(({ id }) => id);
  return world.offers
    .filter(({ productId }) => asked.OwnershipType === 'SELF' && own.includes(productId))
    .map((offer) => summary(offer, caller.accountId))
    .filter((offer) => matches(offer, asked.EntityTypeFilters?.OfferFilters));
}

function matches({ EntityId, OfferSummary: offer }: ReturnType<typeof summary>, by: z.infer<typeof filters> = {}) {
  const account = by.BuyerAccounts?.WildCardValue;
  return (
    (by.EntityId?.ValueList.includes(EntityId) ?? true) &&
    (by.Name?.ValueList?.includes(offer.Name) ?? true) &&
    offer.Name.includes(by.Name?.WildCardValue ?? '') &&
    (by.ProductId?.ValueList.includes(offer.ProductId) ?? true) &&
    (by.State?.ValueList.includes(offer.State) ?? true) &&
    (by.Targeting?.ValueList.some((value) => offer.Targeting.includes(value)) ?? true) &&
    isWithin(lastModified, by.LastModifiedDate) &&
    (account === undefined || offer.BuyerAccounts.some((buyer) => buyer.includes(account)))
  );
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
    ...(State === 'Released' ? { ReleaseDate: '2026-11-02T09:30:00Z' } : {}),
    ...(availableUntil === null ? {} : { AvailabilityEndDate: wholeSecond(availableUntil) }),
  };
  return { Name, EntityType: 'Offer', EntityId: id, ...entity('Offer', id, owner), OfferSummary };
}

function wholeSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
