import * as z from 'zod';
import type { StoredOffer, StoredProduct } from '../world.ts';
import { AwsError } from './errors.ts';
import { type Call, defineOperation } from './operation.ts';
import { epochSeconds, page, pageToken } from './values.ts';

/** The pattern of ids and filter values in Discovery's model. */
const word = z
  .string()
  .max(255)
  .regex(/^[\w-]+$/);

/** One or two languages, in order of preference. The sandbox answers in English. */
const locale = z
  .string()
  .max(256)
  .regex(/^[^;,]+(\s*,\s*[^;,]+)?$/);

/** The sandbox's seller in the Discovery API. */
const sellerProfile = { sellerProfileId: 'seller-sandboxacme', displayName: 'Acme' };

const productInput = z.object({ productId: word, locale: locale.optional() });

/**
 * Discovery, apiVersion 2026-02-05. Unproven: whether AWS shows a Limited product to its seller and its allowlist. The
 * sandbox does, unless the product is not `discoverable`.
 */
export const getProduct = defineOperation(
  'discovery',
  'GetProduct',
  productInput,
  ({ productId }, { world, caller }) => {
    const product = world.products.find(({ id }) => id === productId);
    const invited = [...(product?.allowlist ?? []), product?.ownerAccountId ?? ''];
    if (product === undefined || !maySee(caller.accountId, { ...product, allowlist: invited })) {
      throw new AwsError('not-found', `Product ${productId} was not found.`);
    }
    return productPage(product);
  },
);

function productPage({ id, title, listingId, engagementUrl }: StoredProduct) {
  const engagement = { engagementType: 'REQUEST_FOR_DEMO', contentType: 'LINK', value: engagementUrl };
  return {
    catalog: 'AWSMarketplace',
    productId: id,
    productName: title,
    ...(listingId === null ? {} : { listingId }),
    manufacturer: sellerProfile,
    deployedOnAws: 'DEPLOYED',
    shortDescription: `${title}, a product in the mp-verify sandbox`,
    longDescription: 'It exists only on this machine.',
    logoThumbnailUrl: 'https://acme.example/logo.png',
    fulfillmentOptionSummaries: [{ fulfillmentOptionType: 'SAAS', displayName: 'SaaS' }],
    categories: [],
    highlights: [],
    promotionalMedia: [],
    resources: [],
    sellerEngagements: engagementUrl === null ? [] : [engagement],
  };
}

const filterType = z.enum(['PRODUCT_ID', 'PURCHASE_OPTION_TYPE', 'SELLER_OF_RECORD_PROFILE_ID'], {
  error: 'the sandbox filters by PRODUCT_ID, PURCHASE_OPTION_TYPE and SELLER_OF_RECORD_PROFILE_ID only',
});

// The model has an enum of these types, but allows any word as a filter value. Inferred: AWS rejects others.
const optionTypes: readonly string[] = ['OFFER', 'OFFERSET'];

const filter = z
  .object({ filterType, filterValues: z.array(word).min(1).max(10) })
  .refine(
    (by) => by.filterType !== 'PURCHASE_OPTION_TYPE' || by.filterValues.every((type) => optionTypes.includes(type)),
    { error: `use one of ${optionTypes.join(', ')}`, path: ['filterValues'] },
  );

type DiscoveryFilter = z.infer<typeof filter>;

const optionsInput = z.object({
  filters: z.array(filter).min(1).max(10).default([]),
  maxResults: z.int().min(1).max(100).default(100),
  nextToken: pageToken.optional(),
  locale: locale.optional(),
});

/**
 * Discovery, apiVersion 2026-02-05. Request, members and limits are from its model; no captured answer was found.
 * Inferred: a Limited product's options are shown to its allowlist but not to its seller, and a private offer to its
 * buyers whatever the product's visibility; without options the list is empty; the id of an option is the id of its
 * offer, as public programs use it. AWS's filters VISIBILITY_SCOPE and AVAILABILITY_STATUS are rejected here, because
 * their values are not published.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-discovery_ListPurchaseOptions.html
 */
export const listPurchaseOptions = defineOperation('discovery', 'ListPurchaseOptions', optionsInput, (input, call) => {
  if (!input.filters.some((by) => by.filterType === 'PRODUCT_ID')) {
    throw new AwsError('invalid', 'A PRODUCT_ID filter is required.', { reason: 'MALFORMED_REQUEST_PARAMETERS' });
  }
  const options = call.world.products.flatMap((product) =>
    call.world.offers
      .filter((offer) => offer.productId === product.id && isOpen(offer, product, call))
      .map((offer) => option(offer, product))
      .filter((candidate) => input.filters.every((by) => matches(candidate, by))),
  );
  const { rows, NextToken: nextToken } = page(options, input.maxResults, input.nextToken);
  return { purchaseOptions: rows, nextToken };
});

function isOpen(offer: StoredOffer, product: StoredProduct, { caller: { accountId }, now }: Call): boolean {
  const { state, buyerAccounts, availableUntil } = offer;
  const isForCaller = buyerAccounts?.includes(accountId) ?? maySee(accountId, product);
  const isAvailable = state === 'Released' && (availableUntil === null || now < availableUntil);
  return product.discoverable && isAvailable && isForCaller;
}

function option(offer: StoredOffer, product: StoredProduct) {
  const badge = { displayName: 'Private pricing', badgeType: 'PRIVATE_PRICING' };
  return {
    purchaseOptionId: offer.id,
    catalog: 'AWSMarketplace',
    purchaseOptionType: 'OFFER',
    purchaseOptionName: offer.name,
    expirationTime: epochSeconds(offer.availableUntil),
    sellerOfRecord: sellerProfile,
    badges: offer.buyerAccounts === null ? [] : [badge],
    associatedEntities: [
      {
        product: { productId: product.id, productName: product.title, manufacturer: sellerProfile },
        offer: { offerId: offer.id, offerName: offer.name, sellerOfRecord: sellerProfile },
      },
    ],
  };
}

function matches(candidate: ReturnType<typeof option>, { filterType: type, filterValues }: DiscoveryFilter): boolean {
  const actual = {
    PRODUCT_ID: candidate.associatedEntities.map(({ product }) => product.productId),
    PURCHASE_OPTION_TYPE: [candidate.purchaseOptionType],
    SELLER_OF_RECORD_PROFILE_ID: [candidate.sellerOfRecord.sellerProfileId],
  };
  return actual[type].some((value) => filterValues.includes(value));
}

/** Whether Discovery shows a product to an account. Unproven for a Limited product. */
function maySee(accountId: string, { visibility, allowlist, discoverable }: StoredProduct): boolean {
  return discoverable && (visibility === 'Public' || (visibility === 'Limited' && allowlist.includes(accountId)));
}
