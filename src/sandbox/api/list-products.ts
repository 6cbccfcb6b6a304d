import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { entity } from './entity.ts';
import { entityQuery, sortOrder, text, texts } from './entity-query.ts';
import type { Call } from './operation.ts';

const visibility = z.enum(['Draft', 'Limited', 'Public', 'Restricted']);
const sortBy = z.enum(['EntityId', 'ProductTitle', 'Visibility', 'LastModifiedDate', 'DeliveryOptionTypes']);

const filters = z.strictObject({
  EntityId: z.strictObject({ ValueList: texts }).optional(),
  ProductTitle: z.strictObject({ ValueList: texts.optional(), WildCardValue: text.optional() }).optional(),
  Visibility: z.strictObject({ ValueList: z.array(visibility).min(1).max(10) }).optional(),
});
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
  return world.products
    .filter((product) => accounts(product).includes(caller.accountId))
    .filter((product) => matches(product, asked.EntityTypeFilters?.SaaSProductFilters))
    .map(summary);
}

function matches(product: StoredProduct, by: z.infer<typeof filters> = {}): boolean {
  return (
    (by.EntityId?.ValueList.includes(product.id) ?? true) &&
    (by.ProductTitle?.ValueList?.includes(product.title) ?? true) &&
    product.title.includes(by.ProductTitle?.WildCardValue ?? '') &&
    (by.Visibility?.ValueList.includes(product.visibility) ?? true)
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
