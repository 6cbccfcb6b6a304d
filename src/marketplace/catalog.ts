import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  ListEntitiesCommand,
  type ListEntitiesCommandInput,
  MarketplaceCatalogClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-marketplace-catalog';
import * as z from 'zod';
import type { Offer } from '../checklist/outputs.ts';
import { CouldNotCheck } from '../errors.ts';
import type { DescribedProducts, Product, ProductSummary } from '../ports/marketplace.ts';
import {
  keepRawAnswers,
  listOf,
  misshapen,
  parseAnswer,
  parseMember,
  rawAnswer,
  readPages,
  sparseList,
  text,
} from './answers.ts';
import { type ApiConnection, clientConfig, endpointOf, region } from './ask.ts';

/** The members that DescribeEntity and BatchDescribeEntities share. */
const entityShape = z.object({
  /** With the version: `SaaSProduct@1.0`. */
  EntityType: text,
  /** With the revision: `prod-…@7`. */
  EntityIdentifier: text,
  EntityArn: text,
  DetailsDocument: z.unknown().optional(),
  /** The document as a JSON string. */
  Details: text,
});
type Entity = z.output<typeof entityShape>;

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

/** Converts an entity. If it is not a SaaS product, only its type is known. */
function toProduct(id: string, entity: Entity, call: string, host: string): Product {
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

/** Parses the document of an entity, from `DetailsDocument` or else from `Details`. */
function parseDetails<Schema extends z.ZodType>(
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

/**
 * Returns the owner's account id in an ARN:
 * `arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-…`
 */
function ownerOf(arn: string | null | undefined): string | null {
  const account = arn?.split(':')[4];
  return account && /^\d{12}$/.test(account) ? account : null;
}

const rateCard = z.object({
  Selector: z.object({ Type: text, Value: text }).nullish(),
  RateCard: sparseList(z.object({ DimensionKey: text, Price: z.union([z.string(), z.number()]).nullish() })),
  Constraints: z.object({ QuantityConfiguration: text }).nullish(),
});

/** `Offer@1.0`: aws-samples/aws-marketplace-reference-code, `CreateLimitedSaasAndPublicOfferWithContractPricing`. */
const offerShape = z
  .object({
    State: text,
    ProductId: text,
    Terms: sparseList(z.object({ Type: text, CurrencyCode: text, RateCards: sparseList(rateCard) })),
    Rules: sparseList(
      z.object({ Type: text, PositiveTargeting: z.object({ BuyerAccounts: sparseList(z.string()) }).nullish() }),
    ),
  })
  .nullish();

/** Converts an offer; null if it is not a released public offer for the product. Private offers name their buyers. */
function toPublicOffer(id: string, productId: string, entity: Entity, call: string, host: string): Offer | null {
  const details = parseDetails(offerShape, entity, call, host);
  const { State, ProductId, Terms = [], Rules = [] } = details ?? {};
  const isPrivate = Rules.some(
    ({ Type, PositiveTargeting }) => Type === 'TargetingRule' && (PositiveTargeting?.BuyerAccounts ?? []).length > 0,
  );
  if ((State || 'Released') !== 'Released' || (ProductId || productId) !== productId || isPrivate) return null;
  const pricing = Terms.filter(({ Type }) => Type?.endsWith('PricingTerm'));
  const cards = pricing.flatMap(({ RateCards }) => RateCards);
  const rates = cards.flatMap(({ Selector, RateCard }) =>
    RateCard.flatMap(({ DimensionKey, Price }) =>
      DimensionKey
        ? [
            {
              dimension: DimensionKey,
              price: priceOf(Price),
              duration: Selector?.Type === 'Duration' ? Selector.Value || null : null,
            },
          ]
        : [],
    ),
  );
  const quantities = cards.flatMap(({ Constraints }) => Constraints?.QuantityConfiguration || []);
  const currencies = [...new Set(pricing.flatMap(({ CurrencyCode }) => CurrencyCode || []))];
  const unread = [...new Set(rates.filter(({ price }) => price === null).map(({ dimension }) => dimension))];
  return {
    id,
    currency: currencies.join(', ') || 'USD',
    prices: rates.flatMap(({ price, ...rate }) => (price === null ? [] : [{ ...rate, price }])),
    ...(unread.length > 0 ? { unread } : {}),
    quantityCanChange: quantities[0] === undefined ? null : quantities[0] === 'Allowed',
  };
}

/** Parses `0.01`, `1,000.00`; null for anything else, because an empty text is not 0. */
function priceOf(price: string | number | null | undefined): number | null {
  if (typeof price === 'number') return Number.isFinite(price) ? price : null;
  const digits = (price ?? '').trim();
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits) ? digits.replaceAll(',', '') : digits;
  return /^(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/** The parts of `OfferSummary` that tell public offers from others. */
const offerSummaryShape = z
  .object({ ProductId: text, State: text, Targeting: sparseList(z.string()), BuyerAccounts: sparseList(z.string()) })
  .nullish();

/** Whether, by its summary, an offer may be the public one of the product. */
function mayBePublic(summary: z.output<typeof offerSummaryShape>, productId: string): boolean {
  const { ProductId, State, Targeting = [], BuyerAccounts = [] } = summary ?? {};
  return (
    (ProductId || productId) === productId &&
    (State || 'Released') === 'Released' &&
    BuyerAccounts.length === 0 &&
    !Targeting.includes('BuyerAccounts')
  );
}

const Catalog = 'AWSMarketplace';

const listShape = z.object({
  EntitySummaryList: listOf(
    z.object({
      EntityId: text,
      EntityArn: text,
      Name: text,
      Visibility: text,
      SaaSProductSummary: z.object({ ProductTitle: text, Visibility: text }).nullish(),
      OfferSummary: offerSummaryShape,
    }),
  ),
  NextToken: text,
});
type EntitySummary = z.output<typeof listShape>['EntitySummaryList'][number];

const batchShape = z.object({
  /** Validated separately, so that an invalid entity does not affect the others. */
  EntityDetails: z.record(z.string(), z.unknown()).nullish(),
  Errors: z.record(z.string(), z.object({ ErrorCode: text, ErrorMessage: text }).nullish()).nullish(),
});

export interface Catalog {
  listProducts(): Promise<readonly ProductSummary[]>;
  describeProduct(id: string): Promise<Product | null>;
  describeProducts(ids: readonly string[]): Promise<DescribedProducts>;
  publicOffer(productId: string): Promise<Offer | null>;
}

/** The Catalog API: https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference */
export async function connectCatalog({ options, credentials, ask, time }: ApiConnection): Promise<Catalog> {
  const endpoint = await endpointOf('Marketplace Catalog', options);
  const host = endpoint ?? `catalog.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceCatalogClient({ ...clientConfig(options, endpoint), credentials });
  keepRawAnswers(client, host, time);

  /** ListEntities returns at most 50 items per page. */
  const listEntities = (asked: Pick<ListEntitiesCommandInput, 'EntityType' | 'EntityTypeFilters'>) =>
    readPages('ListEntities', host, async (NextToken) => {
      const command = new ListEntitiesCommand({ Catalog, ...asked, MaxResults: 50, NextToken });
      const answer = await ask('aws-marketplace:ListEntities', host, (abortSignal) =>
        rawAnswer(client.send(command, { abortSignal })),
      );
      const page = parseAnswer(listShape, answer.json, 'ListEntities', host);
      return { items: page.EntitySummaryList, next: page.NextToken };
    });

  const describeEntity = async (id: string) => {
    const command = new DescribeEntityCommand({ Catalog, EntityId: id });
    const answer = await ask('aws-marketplace:DescribeEntity', host, async (abortSignal) => {
      try {
        return await rawAnswer(client.send(command, { abortSignal }));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    });
    return answer && parseAnswer(entityShape, answer.json, 'DescribeEntity', host);
  };

  const describeProduct = async (id: string): Promise<Product | null> => {
    const entity = await describeEntity(id);
    return entity && toProduct(id, entity, 'DescribeEntity', host);
  };

  /** Finds the offer by product id. Only the offer's details have prices. */
  const publicOffer = async (productId: string): Promise<Offer | null> => {
    const OfferFilters = { ProductId: { ValueList: [productId] }, State: { ValueList: ['Released' as const] } };
    const offers = await listEntities({ EntityType: 'Offer', EntityTypeFilters: { OfferFilters } });
    for (const { EntityId, OfferSummary } of offers) {
      if (!EntityId || !mayBePublic(OfferSummary, productId)) continue;
      const entity = await describeEntity(EntityId);
      const offer = entity && toPublicOffer(EntityId, productId, entity, 'DescribeEntity', host);
      if (offer) return offer;
    }
    return null;
  };

  /** BatchDescribeEntities accepts at most 20 ids and needs the permission for DescribeEntity. */
  const describeBatch = async (ids: readonly string[]): Promise<readonly Described[]> => {
    const command = new BatchDescribeEntitiesCommand({
      EntityRequestList: ids.map((EntityId) => ({ Catalog, EntityId })),
    });
    const batch = ask('aws-marketplace:DescribeEntity', host, (abortSignal) =>
      rawAnswer(client.send(command, { abortSignal })),
    );
    const answer = await tryEither<Awaited<typeof batch> | null>(batch, async () => null);
    if (answer === null) return Promise.all(ids.map((id) => described(id, describeProduct(id))));
    const { EntityDetails, Errors } = parseAnswer(batchShape, answer.json, 'BatchDescribeEntities', host);
    const details = new Map(Object.entries(EntityDetails ?? {}));
    const errors = new Map(Object.entries(Errors ?? {}));
    return Promise.all(
      ids.map((id) => {
        const detail = details.get(id);
        if (detail !== undefined && detail !== null) return described(id, inBatch(id, detail));
        const { ErrorCode, ErrorMessage } = errors.get(id) ?? {};
        // Partial failures come with HTTP 200. Only "not found" means that AWS does not know the product.
        if (/NotFound/.test(ErrorCode ?? '')) return { id, product: null, error: null };
        if (!errors.has(id))
          return described(
            id,
            Promise.reject(misshapen('BatchDescribeEntities', host, `EntityDetails leaves out ${id}`)),
          );
        // A failed one is requested again, alone.
        return described(id, alone(id, ErrorCode, ErrorMessage));
      }),
    );
  };

  const inBatch = async (id: string, detail: unknown) => {
    const entity = parseMember(entityShape, detail, 'BatchDescribeEntities', host, `EntityDetails.${id}`);
    return toProduct(id, entity, 'BatchDescribeEntities', host);
  };

  const alone = async (id: string, code: string | null | undefined, why: string | null | undefined) => {
    const failure = Object.assign(new Error(`${id}: ${why || 'no reason given'}`), { name: code || 'UnknownError' });
    let first: unknown = failure;
    return ask('aws-marketplace:DescribeEntity', host, async (abortSignal) => {
      const error = first;
      first = null;
      if (error) throw error;
      return rawAnswer(client.send(new DescribeEntityCommand({ Catalog, EntityId: id }), { abortSignal }));
    }).then(({ json }) => {
      const entity = parseAnswer(entityShape, json, 'DescribeEntity', host);
      return toProduct(id, entity, 'DescribeEntity', host);
    });
  };

  return {
    listProducts: async () => (await listEntities({ EntityType: 'SaaSProduct' })).flatMap(toSummary),
    describeProduct: (id) => tryEither(describeProduct(id), async () => only(await describeBatch([id]))),
    publicOffer,
    async describeProducts(ids) {
      const batches = Array.from({ length: Math.ceil(ids.length / 20) }, (_, nth) =>
        ids.slice(nth * 20, nth * 20 + 20),
      );
      const found = (
        await Promise.all(
          batches.map((batch) =>
            describeBatch(batch).catch((error: unknown): readonly Described[] => {
              if (!(error instanceof CouldNotCheck)) throw error;
              return batch.map((id) => ({ id, product: null, error }));
            }),
          ),
        )
      ).flat();
      return {
        products: found.flatMap(({ product }) => product ?? []),
        failed: found.flatMap(({ id, error }) => (error ? [{ id, error }] : [])),
      };
    },
  };
}

/** If both are null, AWS does not know the product. */
interface Described {
  readonly id: string;
  readonly product: Product | null;
  readonly error: CouldNotCheck | null;
}

async function described(id: string, answer: Promise<Product | null>): Promise<Described> {
  try {
    return { id, product: await answer, error: null };
  } catch (error) {
    if (error instanceof CouldNotCheck) return { id, product: null, error };
    throw error;
  }
}

function only([found]: readonly Described[]): Product | null {
  if (found?.error) throw found.error;
  return found?.product ?? null;
}

/** Tries a second operation, because some emulators have only one of the two. If both fail, the first error counts. */
async function tryEither<T>(first: Promise<T>, other: () => Promise<T>): Promise<T> {
  try {
    return await first;
  } catch (error) {
    const lacks =
      error instanceof CouldNotCheck && (error.code === 'not-aws' || (error.code === 'aws-error' && !error.transient));
    if (!lacks) throw error;
    return other().catch(() => Promise.reject(error));
  }
}

function toSummary({
  EntityId,
  EntityArn,
  Name,
  Visibility,
  SaaSProductSummary,
}: EntitySummary): readonly ProductSummary[] {
  if (!EntityId) return [];
  return [
    {
      id: EntityId,
      title: SaaSProductSummary?.ProductTitle || Name || EntityId,
      visibility: SaaSProductSummary?.Visibility || Visibility || null,
      ownerAccountId: ownerOf(EntityArn),
    },
  ];
}
