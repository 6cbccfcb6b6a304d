import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  ListEntitiesCommand,
  type ListEntitiesCommandInput,
  MarketplaceCatalogClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-marketplace-catalog';
import { z } from 'zod';
import type { Offer } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { DescribedProducts, Product, ProductSummary } from '../ports/marketplace.ts';
import type { Wire } from './ask.ts';
import { listOf, misshapen, openDoor, parseAnswer, parseMember, rawAnswer, text } from './door.ts';
import { mayBePublic, offerSummaryShape, toPublicOffer } from './offer-entity.ts';
import { readPages } from './pages.ts';
import { entityShape, ownerOf, toProduct } from './product-entity.ts';
import { clientConfig, endpointOf, region } from './settings.ts';

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
type Summary = z.output<typeof listShape>['EntitySummaryList'][number];

const batchShape = z.object({
  /** Each is looked at by itself: one that is not in form takes nothing away from the others. */
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
export async function connectCatalog({ options, credentials, ask, time }: Wire): Promise<Catalog> {
  const endpoint = await endpointOf('Marketplace Catalog', options);
  const host = endpoint ?? `catalog.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceCatalogClient({ ...clientConfig(options, endpoint), credentials });
  openDoor(client, host, time);

  /** 50 a page is the most that ListEntities gives. */
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

  /** Offers of a product are listed with the product's id; their details tell the price. */
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

  /** 20 at a time is the most that BatchDescribeEntities takes; the DescribeEntity permission covers it. */
  const describeBatch = async (ids: readonly string[]): Promise<readonly Described[]> => {
    const command = new BatchDescribeEntitiesCommand({
      EntityRequestList: ids.map((EntityId) => ({ Catalog, EntityId })),
    });
    const batch = ask('aws-marketplace:DescribeEntity', host, (abortSignal) =>
      rawAnswer(client.send(command, { abortSignal })),
    );
    const answer = await otherwise<Awaited<typeof batch> | null>(batch, async () => null);
    if (answer === null) return Promise.all(ids.map((id) => described(id, describeProduct(id))));
    const { EntityDetails, Errors } = parseAnswer(batchShape, answer.json, 'BatchDescribeEntities', host);
    const details = new Map(Object.entries(EntityDetails ?? {}));
    const errors = new Map(Object.entries(Errors ?? {}));
    return Promise.all(
      ids.map((id) => {
        const detail = details.get(id);
        if (detail !== undefined && detail !== null) return described(id, inBatch(id, detail));
        const { ErrorCode, ErrorMessage } = errors.get(id) ?? {};
        // A partial failure comes with HTTP 200. "Not found" is an answer; anything else must not look like one.
        if (/NotFound/.test(ErrorCode ?? '')) return { id, product: null, error: null };
        if (!errors.has(id))
          return described(
            id,
            Promise.reject(misshapen('BatchDescribeEntities', host, `EntityDetails leaves out ${id}`)),
          );
        // What failed there may be had alone, in its own time.
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
    describeProduct: (id) => otherwise(describeProduct(id), async () => only(await describeBatch([id]))),
    publicOffer,
    async describeProducts(ids) {
      const batches = Array.from({ length: Math.ceil(ids.length / 20) }, (_, nth) =>
        ids.slice(nth * 20, nth * 20 + 20),
      );
      const found = (
        await Promise.all(
          batches.map((batch) =>
            describeBatch(batch).catch((error: unknown): readonly Described[] => {
              if (!(error instanceof CouldNotTell)) throw error;
              return batch.map((id) => ({ id, product: null, error }));
            }),
          ),
        )
      ).flat();
      return {
        products: found.flatMap(({ product }) => product ?? []),
        untold: found.flatMap(({ id, error }) => (error ? [{ id, error }] : [])),
      };
    },
  };
}

/** `product` null and `error` null: AWS knows none. */
interface Described {
  readonly id: string;
  readonly product: Product | null;
  readonly error: CouldNotTell | null;
}

async function described(id: string, answer: Promise<Product | null>): Promise<Described> {
  try {
    return { id, product: await answer, error: null };
  } catch (error) {
    if (error instanceof CouldNotTell) return { id, product: null, error };
    throw error;
  }
}

function only([found]: readonly Described[]): Product | null {
  if (found?.error) throw found.error;
  return found?.product ?? null;
}

/** Not everything that speaks for AWS has both operations; what it says of the first one stands where the other fails too. */
async function otherwise<T>(first: Promise<T>, other: () => Promise<T>): Promise<T> {
  try {
    return await first;
  } catch (error) {
    const lacks =
      error instanceof CouldNotTell && (error.code === 'not-aws' || (error.code === 'aws-error' && !error.transient));
    if (!lacks) throw error;
    return other().catch(() => Promise.reject(error));
  }
}

function toSummary({ EntityId, EntityArn, Name, Visibility, SaaSProductSummary }: Summary): readonly ProductSummary[] {
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
