import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { entity } from './entity.ts';
import { defineOperation } from './operation.ts';
import { page } from './page.ts';

const text = z.string().min(1).max(255);
const texts = z.array(text).min(1).max(10);
const visibility = z.enum(['Draft', 'Limited', 'Public', 'Restricted']);
const sortBy = z.enum(['EntityId', 'ProductTitle', 'Visibility', 'LastModifiedDate', 'DeliveryOptionTypes']);
const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);
const absent = z.never({ error: 'not known to the sandbox, use EntityTypeFilters and EntityTypeSort' }).optional();

const filters = z.strictObject({
  EntityId: z.strictObject({ ValueList: texts }).optional(),
  ProductTitle: z.strictObject({ ValueList: texts.optional(), WildCardValue: text.optional() }).optional(),
  Visibility: z.strictObject({ ValueList: z.array(visibility).min(1).max(10) }).optional(),
});
const sort = z.strictObject({ SortBy: sortBy.optional(), SortOrder: sortOrder.optional() });

const input = z.object({
  Catalog: z.literal('AWSMarketplace'),
  EntityType: z.literal('SaaSProduct', { error: 'the sandbox has the entity type SaaSProduct only' }),
  EntityTypeFilters: z.strictObject({ SaaSProductFilters: filters }).optional(),
  EntityTypeSort: z.strictObject({ SaaSProductSort: sort }).optional(),
  FilterList: absent,
  Sort: absent,
  MaxResults: z.int().min(1).max(50).default(20),
  NextToken: z.string().min(1).max(2048).optional(),
  OwnershipType: z.enum(['SELF', 'SHARED']).default('SELF'),
});

/**
 * Accepts a sort order, but does not sort. `WildCardValue` is a substring and, for want of a source, case counts.
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListEntities.html
 */
export const listEntities = defineOperation('catalog', 'ListEntities', input, (asked, { world, caller }) => {
  const accounts = ({ ownerAccountId, sharedWith }: StoredProduct) =>
    asked.OwnershipType === 'SELF' ? [ownerAccountId] : sharedWith;
  const products = world.products
    .filter((product) => accounts(product).includes(caller.accountId))
    .filter((product) => matches(product, asked.EntityTypeFilters?.SaaSProductFilters));
  const { rows, NextToken } = page(products, asked.MaxResults, asked.NextToken);
  return { EntitySummaryList: rows.map(summary), NextToken };
});

function matches(product: StoredProduct, by: z.infer<typeof filters> = {}): boolean {
  return (
    (by.EntityId?.ValueList.includes(product.id) ?? true) &&
    (by.ProductTitle?.ValueList?.includes(product.title) ?? true) &&
    product.title.includes(by.ProductTitle?.WildCardValue ?? '') &&
    (by.Visibility?.ValueList.includes(product.visibility) ?? true)
  );
}

function summary(product: StoredProduct) {
  const { id, title: ProductTitle, visibility: Visibility } = product;
  const common = { Name: ProductTitle, EntityType: 'SaaSProduct', EntityId: id, ...entity(product), Visibility };
  return { ...common, SaaSProductSummary: { ProductTitle, Visibility } };
}
