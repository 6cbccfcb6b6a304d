import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { entity } from './entity.ts';
import { dateFilter, entityFilters, listFilter, textFilter } from './entity-filters.ts';
import { entityId, entityQuery, line, sortOrder } from './entity-query.ts';
import type { Call } from './operation.ts';
import { selectEntities } from './select-entities.ts';

const filters = entityFilters({
  EntityId: listFilter(entityId),
  ProductTitle: textFilter(line(255)),
  Visibility: listFilter(z.enum(['Draft', 'Limited', 'Public', 'Restricted'])),
  LastModifiedDate: dateFilter,
});
const sortBy = z.enum(['EntityId', 'ProductTitle', 'Visibility', 'LastModifiedDate', 'DeliveryOptionTypes']);
const sort = z.strictObject({ SortBy: sortBy.optional(), SortOrder: sortOrder.optional() });

export const productsQuery = z.object({
  ...entityQuery,
  EntityType: z.literal('SaaSProduct'),
  EntityTypeFilters: z.strictObject({ SaaSProductFilters: filters }).optional(),
  EntityTypeSort: z.strictObject({ SaaSProductSort: sort }).optional(),
});

/** The caller's products, or those shared with it. */
export function listProducts(asked: z.infer<typeof productsQuery>, { world, caller }: Call) {
  const accounts = ({ ownerAccountId, sharedWith }: StoredProduct) =>
    asked.OwnershipType === 'SELF' ? [ownerAccountId] : sharedWith;
  const products = world.products.filter((product) => accounts(product).includes(caller.accountId)).map(summary);
  const { SaaSProductFilters } = asked.EntityTypeFilters ?? {};
  const { SaaSProductSort } = asked.EntityTypeSort ?? {};
  return selectEntities(
    products,
    ({ SaaSProductSummary, ...head }) => ({ ...head, ...SaaSProductSummary }),
    SaaSProductFilters,
    SaaSProductSort,
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
