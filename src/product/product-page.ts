import { type ProductPage, productPageUrl, type UrlSource } from '../checklist/model.ts';
import { type FullReason, pageReason } from '../checklist/reasons.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Caller, ListingAnswer, Marketplace, Product } from '../ports/marketplace.ts';
import type { ProductPages } from '../ports/runs.ts';

const site = 'https://aws.amazon.com/marketplace';

/** What an operator can do who must look the URL up by hand. */
export const pageLookupSteps = [
  'Sign in to AWS Marketplace Management Portal.',
  `Open the list of SaaS products: ${site}/management/products/saas`,
  'Select the SaaS product you want to check.',
  'Take the product page URL from the button "View on AWS Marketplace" at the top right.',
] as const;

/** Null if the URL is one of a product page, otherwise what is wrong with it. */
export function wrongPageUrl(url: string): string | null {
  return productPageUrl.test(url)
    ? null
    : `A product page URL begins with ${site}/pp/prodview-, as in ${site}/pp/prodview-3xw4sjqv2pb22`;
}

export function checkedPageUrl(url: string): string {
  const wrong = wrongPageUrl(url);
  if (wrong) throw new UserError('bad-url', `"${url}" is not a product page URL.`, wrong);
  return url;
}

/** The reason says who named the page, or why nobody could. */
export interface FoundPage extends FullReason {
  readonly page: ProductPage;
}

/**
 * The page of a product. The Catalog API does not carry its URL, so: what the operator says, then what was pasted in an
 * earlier run, then the Discovery API, or null.
 */
export async function findPage(
  marketplace: Marketplace,
  pages: ProductPages,
  caller: Caller,
  product: Product,
  said: string | null,
  buyerMarketplace: Marketplace | null = null,
  /** What was said with a flag holds for later runs too; what a file says is said each time. */
  remembers = false,
): Promise<FoundPage> {
  const found = (url: string | null, urlSource: UrlSource | null, said: FullReason): FoundPage => ({
    page: toPage(caller, product, url, urlSource),
    ...said,
  });
  if (said !== null) {
    if (remembers) await pages.remember(marketplace.endpoint, product.id, said);
    return found(said, 'operator', pageReason('url-given'));
  }
  const pasted = await pages.recall(marketplace.endpoint, product.id);
  if (pasted !== null) return found(pasted, 'operator', pageReason('url-remembered'));
  const listing = await findListing(marketplace, buyerMarketplace, product.id);
  if (listing.listingId !== null) {
    return found(`${site}/pp/${listing.listingId}`, 'discovery', pageReason('url-found'));
  }
  return found(null, null, pageReason('url-unknown', { why: listing.why }));
}

/**
 * For a walk, which needs the page less than it needs AWS: where something else answers in the place of the Discovery API
 * alone, it continues without the page, and says why. All other trouble is thrown.
 */
export function withoutPage(caller: Caller, product: Product, trouble: unknown): FoundPage {
  if (!(trouble instanceof CouldNotTell) || !['not-aws', 'bad-answer'].includes(trouble.code) || trouble.transient)
    throw trouble;
  const why = `The Discovery API did not return the page. ${trouble.message}`;
  return { page: toPage(caller, product, null, null), ...pageReason('url-unknown', { why }) };
}

/** As the seller, then as the buyer. What the one could not tell, the other may. */
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
      if (!(error instanceof CouldNotTell)) throw error;
      trouble ??= error;
    }
  }
  if (trouble !== null || refused === null) throw trouble;
  return refused;
}

/** Paths of the purchase page and of the portal as sellers publish them; neither is documented by AWS. */
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
