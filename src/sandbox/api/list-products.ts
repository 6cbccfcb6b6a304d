import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { entity, lastModified } from './entity.ts';
import { dateFilter, entityQuery, isWithin, sortOrder, text, texts } from './entity-query.ts';
import type { Call } from './operation.ts';

const visibility = z.enum(['Draft', 'Limited', 'Public', 'Restricted']);
const sortBy = z.enum(['EntityId', 'ProductTitle', 'Visibility', 'LastModifiedDate', 'DeliveryOptionTypes']);

const filters = z.strictObject({
  EntityId: z.strictObject({ ValueList: texts }).optional(),
  ProductTitle: z.strictObject({ ValueList: texts.optional(), WildCardValue: text.optional() }).optional(),
  Visibility: z.strictObject({ ValueList: z.array(visibility).min(1).max(10) }).optional(),
  LastModifiedDate: dateFilter.optional(),
});
const sort = z.strictObject({ SortBy: sortBy.optional(), SortOrder: sortOrder.optional() });

export const productsQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('SaaSProduct'),
  EntityTypeFilters: z.strictObject({ SaaSProductFilters: filters }).optional(),
  EntityTypeSort: z.strictObject({ SaaSProductSort: sort }).optional(),
});

/** By what else AWS sorts, all are alike here. */
const sortMembers = { EntityId: 'id', ProductTitle: 'title', Visibility: 'visibility' } as const;

/** The caller's products, or those shared with it, in the order of the world unless a sort order is asked for. */
export function listProducts(asked: z.infer<typeof productsQuery>, { world, caller }: Call) {
  const accounts = ({ ownerAccountId, sharedWith }: StoredProduct) =>
    asked.OwnershipType === 'SELF' ? [ownerAccountId] : sharedWith;
  return world.products
    .filter((product) => accounts(product).includes(caller.accountId))
    .filter((product) => matches(product, asked.EntityTypeFilters?.SaaSProductFilters))
    .toSorted(inOrder(asked.EntityTypeSort?.SaaSProductSort))
    .map(summary);
}

// The default order, DESCENDING, is that of ListEntities' reference.
function inOrder({ SortBy, SortOrder }: z.infer<typeof sort> = {}) {
  const member =
    SortBy === undefined || !(SortBy in sortMembers) ? null : sortMembers[SortBy as keyof typeof sortMembers];
  const direction = SortOrder === 'ASCENDING' ? 1 : -1;
  return (a: StoredProduct, b: StoredProduct) => {
    if (member === null || a[member] === b[member]) return 0;
    return a[member] < b[member] ? -direction : direction;
  };
}

function matches(product: StoredProduct, by: z.infer<typeof filters> = {}): boolean {
  return (
    (by.EntityId?.ValueList.includes(product.id) ?? true) &&
    (by.ProductTitle?.ValueList?.includes(product.title) ?? true) &&
    product.title.includes(by.ProductTitle?.WildCardValue ?? '') &&
    (by.Visibility?.ValueList.includes(product.visibility) ?? true) &&
    isWithin(lastModified, by.LastModifiedDate)
  );
}

function summary({ id, title: ProductTitle, visibility: Visibility, ownerAccountId }: StoredProduct) {
  return {
    Name: ProductTitle,
    EntityType: 'SaaSProduct',
    EntityId: id,
    ...entity('SaaSProduct', id, ownerAccountId),
    Visibility,
    SaaSProductSummary: { ProductTitle, Visibility },
  };
}
