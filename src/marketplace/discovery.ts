import { CouldNotTell } from '../errors.ts';
import type { ListingAnswer } from '../ports/marketplace.ts';
import type { AskDiscovery } from './discovery-request.ts';

/**
 * GetProduct of the Discovery API. Since about July 2026 the answer has `listingId`; before, the id may stand in a
 * `sellerEngagements` link. Whether it answers for a Limited product is not documented, so whatever it refuses is an
 * answer, not an error.
 */
export async function askListing(productId: string, askDiscovery: AskDiscovery): Promise<ListingAnswer> {
  try {
    const answer = await askDiscovery('getProduct', { productId });
    // The page of another product would be confirmed in its place.
    if (typeof answer.productId === 'string' && answer.productId !== productId)
      return { listingId: null, why: `The Discovery API answered about ${answer.productId}, not about ${productId}.` };
    const listingId = listingIn(answer);
    return listingId
      ? { listingId }
      : { listingId: null, why: 'The Discovery API knows the product, but names no listing.' };
  } catch (error) {
    if (!(error instanceof CouldNotTell)) throw error;
    return { listingId: null, why: `The Discovery API did not name the page. ${sentence(error.message)}` };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** ListPurchaseOptions: what of the product the caller, a test buyer, can see and buy. */
export async function askPurchaseOptions(productId: string, askDiscovery: AskDiscovery): Promise<number> {
  const { purchaseOptions } = await askDiscovery('listPurchaseOptions', {
    filters: [{ filterType: 'PRODUCT_ID', filterValues: [productId] }],
  });
  return Array.isArray(purchaseOptions) ? purchaseOptions.length : 0;
}

function listingIn(product: unknown): string | null {
  const { listingId, sellerEngagements } = product as {
    readonly listingId?: unknown;
    readonly sellerEngagements?: unknown;
  };
  if (typeof listingId === 'string' && /^prodview-[a-z0-9-]+$/i.test(listingId)) return listingId;
  const links = Array.isArray(sellerEngagements)
    ? sellerEngagements.map((engagement) => String(engagement?.value ?? ''))
    : [];
  return links.map((link) => /prodview-[a-z0-9-]+/i.exec(link)?.[0]).find((id) => id !== undefined) ?? null;
}
