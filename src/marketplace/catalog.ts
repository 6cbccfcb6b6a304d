import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  type EntitySummary,
  ListEntitiesCommand,
  MarketplaceCatalogClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-marketplace-catalog';
import type { Offer } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { Product, ProductSummary } from '../ports/marketplace.ts';
import { guardAnswers } from './answer-guard.ts';
import type { Ask } from './ask.ts';
import { notAws } from './explain.ts';
import { toPublicOffer } from './offer-entity.ts';
import { listed, readPages } from './pages.ts';
import { ownerOf, toProduct } from './product-entity.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

const Catalog = 'AWSMarketplace';
/** Of the answers of ListEntities, DescribeEntity and BatchDescribeEntities. */
const members = [
  'EntitySummaryList',
  'NextToken',
  'EntityArn',
  'EntityIdentifier',
  'EntityDetails',
  'Errors',
  'Details',
  'DetailsDocument',
];

export interface Catalog {
  /** The SDK's own credential chain, for the one request that is signed by hand. */
  readonly credentials: MarketplaceCatalogClient['config']['credentials'];
  listProducts(): Promise<readonly ProductSummary[]>;
  describeProduct(id: string): Promise<Product | null>;
  describeProducts(ids: readonly string[]): Promise<readonly Product[]>;
  publicOffer(productId: string): Promise<Offer | null>;
}

/** The Catalog API: https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference */
export async function connectCatalog(options: ConnectOptions, ask: Ask): Promise<Catalog> {
  const endpoint = await endpointOf('Marketplace Catalog', options);
  const host = endpoint ?? `catalog.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceCatalogClient(clientConfig(options, endpoint));
  guardAnswers(client, host, members);
  const misshapen = () => notAws(host, null, 'its members are not those of an AWS answer');

  /** 50 a page is the most that ListEntities gives. Filters are left alone: not every emulator takes them. */
  const listProducts = () =>
    readPages(host, async (NextToken) => {
      const command = new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct', MaxResults: 50, NextToken });
      const answer = await ask('aws-marketplace:ListEntities', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return {
        items: listed(answer.EntitySummaryList ?? [], misshapen).flatMap((entity) => toSummary(entity) ?? []),
        next: answer.NextToken,
      };
    });

  const describeProduct = async (id: string): Promise<Product | null> => {
    const command = new DescribeEntityCommand({ Catalog, EntityId: id });
    const answer = await ask('aws-marketplace:DescribeEntity', host, async (abortSignal) => {
      try {
        return await client.send(command, { abortSignal });
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    });
    return answer && toProduct(id, answer);
  };

  /** Offers of a product are listed with the product's id; which of them is public only its details tell. */
  const publicOffer = async (productId: string): Promise<Offer | null> => {
    const ids = await readPages(host, async (NextToken) => {
      const EntityTypeFilters = {
        OfferFilters: { ProductId: { ValueList: [productId] }, State: { ValueList: ['Released' as const] } },
      };
      const command = new ListEntitiesCommand({
        Catalog,
        EntityType: 'Offer',
        EntityTypeFilters,
        MaxResults: 50,
        NextToken,
      });
      const answer = await ask('aws-marketplace:ListEntities', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return {
        items: (answer.EntitySummaryList ?? []).flatMap(({ EntityId }) => EntityId ?? []),
        next: answer.NextToken,
      };
    });
    for (const EntityId of ids) {
      const command = new DescribeEntityCommand({ Catalog, EntityId });
      const entity = await ask('aws-marketplace:DescribeEntity', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      const offer = toPublicOffer(EntityId, productId, entity);
      if (offer) return offer;
    }
    return null;
  };

  /** 20 at a time is the most that BatchDescribeEntities takes; the DescribeEntity permission covers it. */
  const describeBatch = async (ids: readonly string[]): Promise<readonly Product[]> => {
    const command = new BatchDescribeEntitiesCommand({
      EntityRequestList: ids.map((EntityId) => ({ Catalog, EntityId })),
    });
    const batch = ask('aws-marketplace:DescribeEntity', host, (abortSignal) => client.send(command, { abortSignal }));
    const answer = await otherwise<Awaited<typeof batch> | null>(batch, async () => null);
    if (answer === null) return describeEach(ids, describeProduct);
    const details = answer.EntityDetails ?? {};
    for (const [id, error] of Object.entries(answer.Errors ?? {})) {
      const { ErrorCode, ErrorMessage } = error ?? {};
      // A partial failure comes with HTTP 200. "Not found" is an answer; anything else must not look like one.
      if (/NotFound/.test(ErrorCode ?? '')) continue;
      await ask('aws-marketplace:DescribeEntity', host, () =>
        Promise.reject(
          Object.assign(new Error(`${id}: ${ErrorMessage ?? 'no reason given'}`), {
            name: ErrorCode ?? 'UnknownError',
          }),
        ),
      );
    }
    const unanswered = ids.find((id) => !details[id] && !answer.Errors?.[id]);
    if (unanswered) throw notAws(host, null, `BatchDescribeEntities left out ${unanswered}`);
    return ids.flatMap((id) => {
      const detail = details[id];
      return detail ? [toProduct(id, detail)] : [];
    });
  };

  return {
    credentials: client.config.credentials,
    listProducts,
    describeProduct: (id) => otherwise(describeProduct(id), async () => (await describeBatch([id]))[0] ?? null),
    publicOffer,
    async describeProducts(ids) {
      const products: Product[] = [];
      for (let start = 0; start < ids.length; start += 20) {
        products.push(...(await describeBatch(ids.slice(start, start + 20))));
      }
      return products;
    },
  };
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

async function describeEach(
  ids: readonly string[],
  describe: (id: string) => Promise<Product | null>,
): Promise<readonly Product[]> {
  const products: Product[] = [];
  for (const id of ids) products.push(...[await describe(id)].flatMap((product) => product ?? []));
  return products;
}

function toSummary(entity: EntitySummary | null): ProductSummary | null {
  const { EntityId, EntityArn, Name, Visibility, SaaSProductSummary } = entity ?? {};
  if (typeof EntityId !== 'string' || EntityId === '') return null;
  return {
    id: EntityId,
    title: String(SaaSProductSummary?.ProductTitle ?? Name ?? EntityId),
    visibility: SaaSProductSummary?.Visibility ?? Visibility ?? null,
    ownerAccountId: ownerOf(EntityArn),
  };
}
