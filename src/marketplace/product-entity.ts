import type { Dimension, FulfillmentUrl, Product } from '../ports/marketplace.ts';

/** What DescribeEntity and BatchDescribeEntities have in common. */
export interface Entity {
  readonly EntityArn?: string | undefined;
  readonly DetailsDocument?: unknown;
  /** The same as a string of JSON. */
  readonly Details?: string | undefined;
}

/**
 * `SaaSProduct@1.0`. Every member may be missing or null: awslabs/aws-marketplace-catalog-api-shapes-for-python,
 * `saasproduct_1_0_entitytype`.
 */
export function toProduct(id: string, entity: Entity): Product {
  const details = detailsOf(entity);
  const description = group(details.Description);
  const accounts = group(group(details.Targeting).PositiveTargeting).BuyerAccounts;
  return {
    id,
    title: text(description.ProductTitle) ?? id,
    visibility: text(description.Visibility),
    ownerAccountId: ownerOf(entity.EntityArn),
    code: text(description.ProductCode),
    state: text(description.ProductState),
    fulfillmentUrl: fulfillmentUrls(details.Versions)[0]?.url ?? null,
    fulfillmentUrls: fulfillmentUrls(details.Versions),
    dimensions: list(details.Dimensions).flatMap(dimension),
    allowlist: Array.isArray(accounts) ? accounts.map(String) : null,
  };
}

function fulfillmentUrls(versions: unknown): readonly FulfillmentUrl[] {
  const options = list(versions)
    .flatMap((version) => list(group(version).DeliveryOptions))
    .map(group);
  return options.flatMap(({ Id, FulfillmentUrl, Visibility }) => {
    const url = text(FulfillmentUrl);
    return url === null || Visibility === 'Restricted' ? [] : [{ url, visibility: text(Visibility), id: text(Id) }];
  });
}

function dimension(value: unknown): readonly Dimension[] {
  const { Key, Name, Types } = group(value);
  const key = text(Key);
  return key === null ? [] : [{ key, name: text(Name) ?? key, types: list(Types).map(String) }];
}

export function detailsOf({ DetailsDocument, Details }: Entity): Readonly<Record<string, unknown>> {
  return group(DetailsDocument ?? parsed(Details));
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    return null;
  }
}

export function group(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** `arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-…` names the owner. */
export function ownerOf(arn: string | undefined): string | null {
  const account = typeof arn === 'string' ? arn.split(':')[4] : undefined;
  return account && /^\d{12}$/.test(account) ? account : null;
}
