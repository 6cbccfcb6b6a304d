import { productPageUrl } from '../checklist/model.ts';
import type { ProductPage, UrlSource } from '../checklist/outputs.ts';
import { type FullReason, pageReason } from '../checklist/reasons.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Caller, ListingAnswer, Marketplace, Product } from '../ports/marketplace.ts';
import type { ProductPages } from '../ports/storage.ts';

const site = 'https://aws.amazon.com/marketplace';

/** How the operator can look up the URL. */
export const pageLookupSteps = [
  'Sign in to AWS Marketplace Management Portal.',
  `Open the list of SaaS products: ${site}/management/products/saas`,
  'Select the SaaS product you want to check.',
  'Take the product page URL from the button "View on AWS Marketplace" at the top right.',
] as const;

/** Returns what is wrong with the URL of a product page, or null. */
export function wrongPageUrl(url: string): string | null {
  return productPageUrl.test(url)
    ? null
    : `A product page URL begins with ${site}/pp/prodview-, such as ${site}/pp/prodview-3xw4sjqv2pb22`;
}

export function checkedPageUrl(url: string): string {
  const wrong = wrongPageUrl(url);
  if (wrong) throw new UserError('bad-url', `"${url}" is not a product page URL.`, wrong);
  return url;
}

/** The page, with a reason that says where its URL comes from or why it is unknown. */
export interface FoundPage extends FullReason {
  readonly page: ProductPage;
}

/**
 * Finds the page of a product. The Catalog API does not have its URL, so it comes from the operator, an earlier run, or
 * the Discovery API; otherwise it is null.
 */
export async function findPage(
  marketplace: Marketplace,
  pages: ProductPages,
  caller: Caller,
  product: Product,
  given: string | null,
  buyerMarketplace: Marketplace | null = null,
  /** True for a URL from a flag, which later runs use too. A URL from a file is read each time. */
  remembers = false,
): Promise<FoundPage> {
  const found = (url: string | null, urlSource: UrlSource | null, reason: FullReason): FoundPage => ({
    page: toPage(caller, product, url, urlSource),
    ...reason,
  });
  if (given !== null) {
    if (remembers) await pages.remember(marketplace.endpoint, product.id, given);
    return found(given, 'operator', pageReason('url-given'));
  }
  const pasted = (await pages.recall(marketplace.endpoint)).get(product.id);
  if (pasted !== undefined) return found(pasted, 'operator', pageReason('url-remembered'));
  const listing = await findListing(marketplace, buyerMarketplace, product.id);
  if (listing.listingId !== null) {
    return found(`${site}/pp/${listing.listingId}`, 'discovery', pageReason('url-found'));
  }
  return found(null, null, pageReason('url-unknown', { why: listing.why }));
}

/**
 * Returns a page without a URL, for a walk, which can continue without one. If the answer of the Discovery API is not
 * from AWS, the reason says so. All other errors are rethrown.
 */
export function withoutPage(caller: Caller, product: Product, trouble: unknown): FoundPage {
  if (!(trouble instanceof CouldNotCheck) || !['not-aws', 'bad-answer'].includes(trouble.code) || trouble.transient)
    throw trouble;
  const why = `The Discovery API did not return the page. ${trouble.message}`;
  return { page: toPage(caller, product, null, null), ...pageReason('url-unknown', { why }) };
}

/** Asks as the seller, then as the buyer, because they may see different products. */
async function findListing(seller: Marketplace, buyer: Marketplace | null, productId: string): Promise<ListingAnswer> {
  const asked = [seller, ...(buyer ? [buyer] : [])];
  let refused: ListingAnswer | null = null;
  let trouble: unknown = null;
  for (const marketplace of asked) {
    try {
      const answer = await marketplace.findListing(productId);
      if (answer.listingId !== null) return answer;
      refused = answer;
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      trouble ??= error;
    }
  }
  if (trouble !== null || refused === null) throw trouble;
  return refused;
}

/** The paths of the purchase page and the portal are those that sellers publish. AWS documents neither. */
export function toPage(caller: Caller, product: Product, url: string | null, urlSource: UrlSource | null): ProductPage {
  return {
    productId: product.id,
    productCode: product.code,
    title: product.title,
    visibility: product.visibility,
    state: product.state,
    url,
    urlSource,
    purchaseUrl: `${site}/procurement?productId=${product.id}`,
    managementUrl: `${site}/management/products/${product.id}/overview`,
    fulfillmentUrl: product.fulfillmentUrl,
    accountId: caller.accountId,
  };
}
