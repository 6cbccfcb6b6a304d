import * as z from 'zod';
import type { StoredOffer, StoredProduct } from '../world.ts';
import { entity, entityId, line, sortOrder } from './catalog.ts';
import { type Call, defineOperation } from './operation.ts';
import { isoSecond, page, pageToken } from './values.ts';

const absent = z.never({ error: 'not supported by the sandbox: use EntityTypeFilters and EntityTypeSort' }).optional();

/** The input of ListEntities for every entity type. */
const entityQuery = {
  Catalog: z.literal('AWSMarketplace'),
  FilterList: absent,
  Sort: absent,
  MaxResults: z.int().min(1).max(50).default(20),
  NextToken: pageToken.optional(),
  OwnershipType: z.enum(['SELF', 'SHARED']).default('SELF'),
};

/** A time as the Catalog API writes it. */
const time = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
    'use a date such as 2026-11-23T09:00:00Z',
  );

const dateFilter = z.strictObject({
  DateRange: z.strictObject({ AfterValue: time.optional(), BeforeValue: time.optional() }).optional(),
});

function listFilter<Value extends z.ZodType>(value: Value, max = 10) {
  return z.strictObject({ ValueList: z.array(value).min(1).max(max).optional() });
}

/** Matches whole values, or a part of a value. */
function textFilter<Value extends z.ZodType>(value: Value) {
  return listFilter(value).extend({ WildCardValue: value.optional() });
}

/**
 * The filters of one entity type, all optional. The limits are from the reference of ListEntities.
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListEntities.html
 */
function entityFilters<Filters extends z.ZodRawShape>(filters: Filters) {
  return z
    .strictObject(filters)
    .partial()
    .refine((by) => Object.keys(by).length <= 8, { error: 'at most 8 filters' })
    .refine((by) => Object.values(by).filter(hasWildcard).length <= 1, { error: 'at most one wildcard filter' });
}

function hasWildcard(filter: unknown): boolean {
  return typeof filter === 'object' && filter !== null && 'WildCardValue' in filter;
}

const productFilters = entityFilters({
  EntityId: listFilter(entityId),
  ProductTitle: textFilter(line(255)),
  Visibility: listFilter(z.enum(['Draft', 'Limited', 'Public', 'Restricted'])),
  LastModifiedDate: dateFilter,
});

const productSortBy = z.enum(['EntityId', 'ProductTitle', 'Visibility', 'LastModifiedDate', 'DeliveryOptionTypes']);

const productSort = z.strictObject({ SortBy: productSortBy.optional(), SortOrder: sortOrder.optional() });

export const productsQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('SaaSProduct'),
  EntityTypeFilters: z.strictObject({ SaaSProductFilters: productFilters }).optional(),
  EntityTypeSort: z.strictObject({ SaaSProductSort: productSort }).optional(),
});

const offerSetId = z
  .string()
  .max(50)
  .regex(/^offerset-[a-zA-Z0-9][.a-zA-Z0-9/-]+[a-zA-Z0-9]$/);

const offerFilters = {
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

/** Offers can be sorted by everything that can filter them. */
const offerSortBy = z.enum(Object.keys(offerFilters) as (keyof typeof offerFilters)[]);

const offerSort = z.strictObject({ SortBy: offerSortBy.optional(), SortOrder: sortOrder.optional() });

export const offersQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('Offer'),
  EntityTypeFilters: z.strictObject({ OfferFilters: entityFilters(offerFilters) }).optional(),
  EntityTypeSort: z.strictObject({ OfferSort: offerSort }).optional(),
});

const listInput = z.discriminatedUnion('EntityType', [productsQuery, offersQuery], {
  error: 'the sandbox has the entity types SaaSProduct and Offer only',
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListEntities.html */
export const listEntities = defineOperation('catalog', 'ListEntities', listInput, (input, call) => {
  const summaries = input.EntityType === 'Offer' ? listOffers(input, call) : listProducts(input, call);
  const { rows, NextToken } = page<object>(summaries, input.MaxResults, input.NextToken);
  return { EntitySummaryList: rows, NextToken };
});

/** Returns the caller's products, or those shared with the caller. */
function listProducts(input: z.infer<typeof productsQuery>, { world, caller }: Call) {
  const accounts = ({ ownerAccountId, sharedWith }: StoredProduct) =>
    input.OwnershipType === 'SELF' ? [ownerAccountId] : sharedWith;
  const products = world.products.filter((product) => accounts(product).includes(caller.accountId)).map(productSummary);
  const { SaaSProductFilters } = input.EntityTypeFilters ?? {};
  const { SaaSProductSort } = input.EntityTypeSort ?? {};
  return selectEntities(
    products,
    ({ SaaSProductSummary, ...head }) => ({ ...head, ...SaaSProductSummary }),
    SaaSProductFilters,
    SaaSProductSort,
  );
}

function productSummary({ id, title: ProductTitle, visibility: Visibility, ownerAccountId }: StoredProduct) {
  return {
    Name: ProductTitle,
    EntityType: 'SaaSProduct',
    EntityId: id,
    ...entity('SaaSProduct', id, ownerAccountId),
    Visibility,
    SaaSProductSummary: { ProductTitle, Visibility },
  };
}

/**
 * Returns the offers of the caller's products. Offers are never shared. None belongs to an offer set, a resale
 * authorization or an existing agreement.
 */
function listOffers(input: z.infer<typeof offersQuery>, { world, caller }: Call) {
  const products = world.products
    .filter(({ ownerAccountId }) => ownerAccountId === caller.accountId)
    .map(({ id }) => id);
  const offers = world.offers
    .filter(({ productId }) => input.OwnershipType === 'SELF' && products.includes(productId))
    .map((offer) => offerSummary(offer, caller.accountId));
  const { OfferFilters } = input.EntityTypeFilters ?? {};
  const { OfferSort } = input.EntityTypeSort ?? {};
  return selectEntities(offers, ({ OfferSummary, ...head }) => ({ ...head, ...OfferSummary }), OfferFilters, OfferSort);
}

function offerSummary(
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
    AvailabilityEndDate: availableUntil === null ? undefined : isoSecond(availableUntil),
  };
  return { Name, EntityType: 'Offer', EntityId: id, ...entity('Offer', id, owner), OfferSummary };
}

interface CatalogFilter {
  readonly ValueList?: readonly string[] | undefined;
  readonly WildCardValue?: string | undefined;
  readonly DateRange?:
    | { readonly AfterValue?: string | undefined; readonly BeforeValue?: string | undefined }
    | undefined;
}

interface Sort {
  readonly SortBy?: string | undefined;
  readonly SortOrder?: 'ASCENDING' | 'DESCENDING' | undefined;
}

/** The values that filter and sort an entity, by the names of filters and sort orders. */
type Members = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Returns the entities that match all filters, in the requested order or else in that of the world. Both bounds of a
 * date range are inclusive. `WildCardValue` is a substring. Inferred: it is case-sensitive, and entities without the
 * sort member come first.
 */
function selectEntities<Entity>(
  entities: readonly Entity[],
  membersOf: (entity: Entity) => Members,
  filters: Readonly<Record<string, CatalogFilter | undefined>> = {},
  sort: Sort = {},
): Entity[] {
  return entities
    .filter((entity) => {
      const members = membersOf(entity);
      return Object.entries(filters).every(([name, filter]) => fits([members[name] ?? []].flat(), filter));
    })
    .toSorted((a, b) => compare(membersOf(a), membersOf(b), sort));
}

function fits(values: readonly string[], { ValueList, WildCardValue, DateRange = {} }: CatalogFilter = {}): boolean {
  const { AfterValue, BeforeValue } = DateRange;
  return (
    (ValueList === undefined || values.some((value) => ValueList.includes(value))) &&
    (WildCardValue === undefined || values.some((value) => value.includes(WildCardValue))) &&
    (AfterValue === undefined || values.some((value) => AfterValue <= value)) &&
    (BeforeValue === undefined || values.some((value) => value <= BeforeValue))
  );
}

// The default order, DESCENDING, is from the reference of ListEntities.
function compare(a: Members, b: Members, { SortBy, SortOrder }: Sort): number {
  const text = (members: Members) => String((SortBy && members[SortBy]) ?? '');
  if (text(a) === text(b)) return 0;
  return text(a) < text(b) === (SortOrder === 'ASCENDING') ? -1 : 1;
}
