import * as z from 'zod';
import { priceOf } from '../contracts.ts';
import type { StoredChangeSet, StoredOffer, StoredProduct } from '../world.ts';
import { AwsError } from './errors.ts';
import { type Call, defineOperation } from './operation.ts';
import { isoSecond, page, pageToken } from './values.ts';

export type EntityType = 'SaaSProduct' | 'Offer';

const catalog = z.literal('AWSMarketplace');

/** An id in filters and in BatchDescribeEntities. DescribeEntity has another pattern. */
export const entityId = z
  .string()
  .max(255)
  .regex(/^[a-zA-Z0-9][.a-zA-Z0-9/-]+[a-zA-Z0-9]$/);

/** One line of text. */
export function line(max: number) {
  return z.string().max(max).regex(/^.+$/);
}

const texts = z.array(line(255)).min(1).max(10);

export const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);

const describeInput = z.object({
  catalog,
  entityId: z
    .string()
    .max(255)
    .regex(/^[\w-]+$/),
});

const batchInput = z.object({
  EntityRequestList: z
    .array(z.object({ Catalog: catalog, EntityId: entityId }))
    .min(1)
    .max(20),
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_DescribeEntity.html */
export const describeEntity = defineOperation('catalog', 'DescribeEntity', describeInput, (input, call) => {
  const found = find(input.entityId, call);
  if (found === undefined) throw new AwsError('not-found', missing(input.entityId));
  return { ...found, Details: JSON.stringify(found.DetailsDocument) };
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_BatchDescribeEntities.html */
export const batchDescribeEntities = defineOperation('catalog', 'BatchDescribeEntities', batchInput, (input, call) => {
  const details = new Map<string, object>();
  const errors = new Map<string, object>();
  for (const { EntityId: id } of input.EntityRequestList) {
    const found = find(id, call);
    if (found !== undefined) details.set(id, found);
    else errors.set(id, { ErrorCode: 'ResourceNotFound', ErrorMessage: missing(id) });
  }
  return { EntityDetails: Object.fromEntries(details), Errors: Object.fromEntries(errors) };
});

// Assumed: for another account's entity AWS answers "does not exist", not "access denied".
function find(id: string, { world, caller, origin }: Call) {
  const offer = world.offers.find((candidate) => candidate.id === id);
  const product = world.products.find((candidate) => candidate.id === (offer?.productId ?? id));
  if (product === undefined) return undefined;
  const owner = product.ownerAccountId;
  if (offer !== undefined) {
    return owner === caller.accountId ? described('Offer', id, owner, offerDetails(offer, product)) : undefined;
  }
  const mayRead = [owner, ...product.sharedWith].includes(caller.accountId);
  return mayRead ? described('SaaSProduct', id, owner, productDetails(product, origin)) : undefined;
}

function described(type: EntityType, id: string, ownerAccountId: string, DetailsDocument: object) {
  const head = { EntityType: `${type}@1.0`, EntityIdentifier: `${id}@7` };
  return { ...head, ...entity(type, id, ownerAccountId), DetailsDocument };
}

function missing(id: string): string {
  return `Requested entity '${id}' does not exist.`;
}

/** The same for every entity, because the sandbox changes none. */
const lastModified = '2026-11-02T09:30:00Z';

/** Returns what every answer of the Catalog API says about an entity. The account in the ARN is the owner. */
export function entity(type: EntityType, id: string, ownerAccountId: string) {
  return {
    EntityArn: `arn:aws:aws-marketplace:us-east-1:${ownerAccountId}:AWSMarketplace/${type}/${id}`,
    LastModifiedDate: lastModified,
  };
}

/** `SaaSProduct@1.0`: https://github.com/awslabs/aws-marketplace-catalog-api-shapes-for-python */
function productDetails(product: StoredProduct, origin: string) {
  const { id, title, code, visibility, state, fulfillmentUrl, dimensions, allowlist } = product;
  const delivery = {
    Id: `do-${id}`,
    Type: 'SoftwareRegistration',
    FulfillmentUrl: fulfillmentUrl?.startsWith('/') ? `${origin}${fulfillmentUrl}` : fulfillmentUrl,
  };
  return {
    Description: {
      ProductTitle: title,
      ...(code === null ? {} : { ProductCode: code }),
      ShortDescription: `${title}, a product in the mp-verify sandbox`,
      LongDescription: 'It exists only on this machine.',
      Manufacturer: 'Acme',
      Sku: null,
      Highlights: ['Not for sale'],
      AssociatedProducts: null,
      SearchKeywords: ['sandbox'],
      Visibility: visibility,
      ...(state === null ? {} : { ProductState: state }),
      Categories: ['Application Development'],
    },
    PromotionalResources: { LogoUrl: 'https://acme.example/logo.png', Videos: [], AdditionalResources: [] },
    SupportInformation: { Description: 'support@acme.example', Resources: [] },
    Dimensions: dimensions.map(({ key, name, types }) => {
      return { Name: name, Description: `${name} plan`, Key: key, Unit: 'Units', Types: types };
    }),
    Versions: [{ Id: `version-${id}`, DeliveryOptions: fulfillmentUrl === null ? [] : [delivery] }],
    Targeting: { PositiveTargeting: { BuyerAccounts: allowlist } },
  };
}

/** `Offer@1.0`: https://github.com/awslabs/aws-marketplace-catalog-api-shapes-for-python */
function offerDetails(offer: StoredOffer, product: StoredProduct) {
  return {
    Id: offer.id,
    State: offer.state,
    Name: offer.name,
    Description: 'An offer in the mp-verify sandbox',
    ProductId: offer.productId,
    Terms: [
      { Type: 'SupportTerm', RefundPolicy: 'There is nothing to refund.' },
      { Type: 'LegalTerm', Documents: [{ Type: 'StandardEula', Version: '2022-07-14' }] },
      ...contractTerms(offer, product),
      ...usageTerms(offer, product),
    ],
    Rules: rules(offer),
  };
}

function contractTerms(offer: StoredOffer, { dimensions }: StoredProduct) {
  const sold = dimensions.filter(({ types }) => types.includes('Entitled'));
  if (sold.length === 0 || offer.durations.length === 0) return [];
  const RateCards = offer.durations.map((duration) => ({
    Selector: { Type: 'Duration', Value: duration },
    RateCard: sold.map(({ key }) => ({ DimensionKey: key, Price: priceOf(offer, key) })),
    Constraints: { MultipleDimensionSelection: 'Allowed', QuantityConfiguration: offer.quantities },
  }));
  const term = { Type: 'ConfigurableUpfrontPricingTerm', CurrencyCode: offer.currency, RateCards };
  return [term, { Type: 'RenewalTerm' }];
}

function usageTerms(offer: StoredOffer, { dimensions }: StoredProduct) {
  const metered = dimensions.filter(({ types }) => types.some((type) => type !== 'Entitled'));
  if (metered.length === 0) return [];
  const RateCard = metered.map(({ key }) => ({ DimensionKey: key, Price: priceOf(offer, key) }));
  return [{ Type: 'UsageBasedPricingTerm', CurrencyCode: offer.currency, RateCards: [{ RateCard }] }];
}

function rules({ buyerAccounts, availableUntil }: StoredOffer) {
  const targeting = { Type: 'TargetingRule', PositiveTargeting: { BuyerAccounts: buyerAccounts } };
  const end = availableUntil === null ? null : new Date(availableUntil).toISOString();
  const availability = { Type: 'AvailabilityRule', AvailabilityEndDate: end };
  return [...(buyerAccounts === null ? [] : [targeting]), ...(end === null ? [] : [availability])];
}

type ChangeSetTest = (changeSet: StoredChangeSet, values: readonly string[]) => boolean;

const before =
  (member: 'startedAt' | 'endedAt'): ChangeSetTest =>
  (changeSet, [value]) =>
    (changeSet[member] ?? Number.POSITIVE_INFINITY) <= Date.parse(String(value));

const after =
  (member: 'startedAt' | 'endedAt'): ChangeSetTest =>
  (changeSet, [value]) =>
    (changeSet[member] ?? Number.NEGATIVE_INFINITY) >= Date.parse(String(value));

// Inferred: bounds are inclusive, and a change set without an end is neither before nor after any time.
const changeSetFilters = {
  ChangeSetName: ({ name }, values) => name !== null && values.includes(name),
  Status: ({ status }, values) => values.includes(status),
  EntityId: ({ entityIds }, values) => entityIds.some((id) => values.includes(id)),
  BeforeStartTime: before('startedAt'),
  AfterStartTime: after('startedAt'),
  BeforeEndTime: before('endedAt'),
  AfterEndTime: after('endedAt'),
} as const satisfies Readonly<Record<string, ChangeSetTest>>;

type FilterName = keyof typeof changeSetFilters;
const statuses: readonly string[] = ['PREPARING', 'APPLYING', 'SUCCEEDED', 'CANCELLED', 'FAILED'];

const changeSetFilter = z
  .object({ Name: z.enum(Object.keys(changeSetFilters) as [FilterName, ...FilterName[]]), ValueList: texts })
  .refine(
    ({ Name, ValueList }) => !Name.endsWith('Time') || ValueList.every((value) => !Number.isNaN(Date.parse(value))),
    { error: 'not a date', path: ['ValueList'] },
  )
  .refine(({ Name, ValueList }) => Name !== 'Status' || ValueList.every((value) => statuses.includes(value)), {
    error: `Status is one of ${statuses.join(', ')}`,
    path: ['ValueList'],
  });

const changeSetsInput = z.object({
  Catalog: z.literal('AWSMarketplace'),
  FilterList: z.array(changeSetFilter).min(1).max(8).optional(),
  Sort: z.object({ SortBy: z.enum(['StartTime', 'EndTime']).optional(), SortOrder: sortOrder.optional() }).optional(),
  MaxResults: z.int().min(1).max(20).default(20),
  NextToken: pageToken.optional(),
});

/**
 * The caller's change sets, newest first by default. They come from the world, because the sandbox starts none.
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListChangeSets.html
 */
export const listChangeSets = defineOperation(
  'catalog',
  'ListChangeSets',
  changeSetsInput,
  (input, { world, caller }) => {
    const member = input.Sort?.SortBy === 'EndTime' ? 'endedAt' : 'startedAt';
    const direction = input.Sort?.SortOrder === 'ASCENDING' ? 1 : -1;
    const found = world.changeSets
      .filter(({ ownerAccountId }) => ownerAccountId === caller.accountId)
      .filter((row) => input.FilterList?.every(({ Name, ValueList }) => changeSetFilters[Name](row, ValueList)) ?? true)
      .toSorted((a, b) => direction * ((a[member] ?? 0) - (b[member] ?? 0)));
    const { rows, NextToken } = page(found.map(changeSetSummary), input.MaxResults, input.NextToken);
    return { ChangeSetSummaryList: rows, NextToken };
  },
);

function changeSetSummary({
  id,
  name,
  ownerAccountId,
  startedAt,
  endedAt,
  status,
  entityIds,
  failureCode,
}: StoredChangeSet) {
  return {
    ChangeSetId: id,
    ChangeSetArn: `arn:aws:aws-marketplace:us-east-1:${ownerAccountId}:AWSMarketplace/ChangeSet/${id}`,
    ChangeSetName: name ?? undefined,
    StartTime: isoSecond(startedAt),
    EndTime: endedAt === null ? undefined : isoSecond(endedAt),
    Status: status,
    EntityIdList: entityIds,
    FailureCode: failureCode ?? undefined,
  };
}
