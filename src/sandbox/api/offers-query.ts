import { z } from 'zod';
import { dateFilter, entityFilters, listFilter, textFilter } from './entity-filters.ts';
import { entityId, entityQuery, line, sortOrder } from './entity-query.ts';

const offerSetId = z
  .string()
  .max(50)
  .regex(/^offerset-[a-zA-Z0-9][.a-zA-Z0-9/-]+[a-zA-Z0-9]$/);

const filters = {
  AvailabilityEndDate: dateFilter,
  BuyerAccounts: z.strictObject({ WildCardValue: line(255).optional() }),
  CreatedBySource: listFilter(z.enum(['Seller', 'AwsMarketplace']), 2),
  EntityId: listFilter(entityId),
  LastModifiedDate: dateFilter,
  Name: textFilter(line(150)),
  OfferSetId: listFilter(offerSetId),
  ProductId: listFilter(line(255)),
  ReleaseDate: dateFilter,
  ResaleAuthorizationId: listFilter(entityId),
  State: listFilter(z.enum(['Draft', 'Released']), 2),
  TargetAgreementId: listFilter(line(64)),
  TargetAgreementIntent: listFilter(z.literal('Renew'), 2),
  Targeting: listFilter(z.enum(['BuyerAccounts', 'CountryCodes', 'None', 'ParticipatingPrograms']), 4),
};

/** Offers are sorted by whatever they are filtered by. */
const sortBy = z.enum(Object.keys(filters) as (keyof typeof filters)[]);
const sort = z.strictObject({ SortBy: sortBy.optional(), SortOrder: sortOrder.optional() });

export const offersQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('Offer'),
  EntityTypeFilters: z.strictObject({ OfferFilters: entityFilters(filters) }).optional(),
  EntityTypeSort: z.strictObject({ OfferSort: sort }).optional(),
});
