import { z } from 'zod';
import type { Product } from '../ports/marketplace.ts';
import { misshapen, parseMember, sparseList, text } from './door.ts';

/** What DescribeEntity and BatchDescribeEntities have in common. */
export const entityShape = z.object({
  /** With a version: `SaaSProduct@1.0`. */
  EntityType: text,
  /** With a revision: `prod-…@7`. */
  EntityIdentifier: text,
  EntityArn: text,
  DetailsDocument: z.unknown().optional(),
  /** The same as a string of JSON. */
  Details: text,
});
export type Entity = z.output<typeof entityShape>;

/**
 * `SaaSProduct@1.0`. Every member may be missing or null: awslabs/aws-marketplace-catalog-api-shapes-for-python,
 * `saasproduct_1_0_entitytype`.
 */
const productShape = z
  .object({
    Description: z.object({ ProductTitle: text, ProductCode: text, Visibility: text, ProductState: text }).nullish(),
    Dimensions: sparseList(z.object({ Key: text, Name: text, Types: sparseList(z.string()) })),
    Versions: sparseList(
      z.object({ DeliveryOptions: sparseList(z.object({ Id: text, FulfillmentUrl: text, Visibility: text })) }),
    ),
    Targeting: z
      .object({ PositiveTargeting: z.object({ BuyerAccounts: z.array(z.string()).nullish() }).nullish() })
      .nullish(),
  })
  .nullish();

/** Of an entity that is none of a SaaS product, only what it is. */
export function toProduct(id: string, entity: Entity, call: string, host: string): Product {
  const entityType = entity.EntityType?.split('@')[0] || null;
  const isSaas = entityType === null || entityType === 'SaaSProduct';
  const details = isSaas ? parseDetails(productShape, entity, call, host) : null;
  const { ProductTitle, ProductCode, Visibility, ProductState } = details?.Description ?? {};
  const fulfillmentUrls = (details?.Versions ?? [])
    .flatMap(({ DeliveryOptions }) => DeliveryOptions)
    .flatMap(({ Id, FulfillmentUrl, Visibility }) =>
      FulfillmentUrl && Visibility !== 'Restricted'
        ? [{ url: FulfillmentUrl, visibility: Visibility || null, id: Id || null }]
        : [],
    );
  return {
    id,
    entityType,
    title: ProductTitle || id,
    visibility: Visibility || null,
    ownerAccountId: ownerOf(entity.EntityArn),
    code: ProductCode || null,
    state: ProductState || null,
    fulfillmentUrl:
      (fulfillmentUrls.find(({ visibility }) => visibility !== 'Limited') ?? fulfillmentUrls[0])?.url ?? null,
    fulfillmentUrls,
    dimensions: (details?.Dimensions ?? []).flatMap(({ Key, Name, Types }) =>
      Key ? [{ key: Key, name: Name || Key, types: Types }] : [],
    ),
    allowlist: details?.Targeting?.PositiveTargeting?.BuyerAccounts ?? null,
  };
}

/** The document of an entity: as JSON, else as a string of it. */
export function parseDetails<Schema extends z.ZodType>(
  schema: Schema,
  { DetailsDocument, Details }: Entity,
  call: string,
  host: string,
): z.output<Schema> {
  if (DetailsDocument !== null && DetailsDocument !== undefined)
    return parseMember(schema, DetailsDocument, call, host, 'DetailsDocument');
  let details: unknown;
  try {
    details = JSON.parse(Details || 'null');
  } catch {
    throw misshapen(call, host, 'Details is not JSON');
  }
  return parseMember(schema, details, call, host, 'Details');
}

/** `arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-…` names the owner. */
export function ownerOf(arn: string | null | undefined): string | null {
  const account = arn?.split(':')[4];
  return account && /^\d{12}$/.test(account) ? account : null;
}
