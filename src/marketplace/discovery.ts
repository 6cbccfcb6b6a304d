import { z } from 'zod';
import { CouldNotTell } from '../errors.ts';
import type { ListingAnswer } from '../ports/marketplace.ts';
import type { AskDiscovery } from './discovery-request.ts';
import { listOf, parseAnswer, sparseList, text } from './door.ts';
import { readPages } from './pages.ts';

const productShape = z.looseObject({
  productId: text,
  listingId: text,
  sellerEngagements: sparseList(z.object({ value: text })),
});

/** What AWS says where it names no page: a refusal of the question, which no other look changes. A proxy refuses nothing. */
const refusals = ['access-denied', 'aws-error'];

/**
 * GetProduct of the Discovery API. Since about July 2026 the answer has `listingId`; before, the id may stand in a
 * `sellerEngagements` link. Whether it answers for a Limited product is not documented, so what it refuses is an answer, not
 * an error. What may pass, lost credentials, and what is no answer of AWS's are errors: nothing is known of the page then.
 */
export async function askListing(productId: string, askDiscovery: AskDiscovery): Promise<ListingAnswer> {
  try {
    const { json, host } = await askDiscovery('GetProduct', { productId });
    const product = parseAnswer(productShape, json, 'GetProduct', host);
    // The page of another product would be confirmed in its place.
    if (product.productId && product.productId !== productId)
      return { listingId: null, why: `The Discovery API answered about ${product.productId}, not about ${productId}.` };
    const listingId = listingIn(product);
    return listingId
      ? { listingId }
      : { listingId: null, why: 'The Discovery API knows the product, but names no listing.' };
  } catch (error) {
    if (!(error instanceof CouldNotTell) || error.transient || !refusals.includes(error.code)) throw error;
    return { listingId: null, why: `The Discovery API did not name the page. ${sentence(error.message)}` };
  }
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

const optionsShape = z.object({ purchaseOptions: listOf(z.looseObject({})), nextToken: text });

/** ListPurchaseOptions: what of the product the caller, a test buyer, can see and buy. */
export async function askPurchaseOptions(productId: string, askDiscovery: AskDiscovery): Promise<number> {
  const filters = [{ filterType: 'PRODUCT_ID', filterValues: [productId] }];
  const ask = (nextToken?: string) => askDiscovery('ListPurchaseOptions', { filters, nextToken });
  const first = await ask();
  const options = await readPages('ListPurchaseOptions', first.host, async (token) => {
    const { json, host } = token === undefined ? first : await ask(token);
    const page = parseAnswer(optionsShape, json, 'ListPurchaseOptions', host);
    return { items: page.purchaseOptions, next: page.nextToken };
  });
  return options.length;
}

function listingIn({ listingId, sellerEngagements }: z.output<typeof productShape>): string | null {
  if (listingId && /^prodview-[a-z0-9-]+$/i.test(listingId)) return listingId;
  const links = sellerEngagements.map(({ value }) => /prodview-[a-z0-9-]+/i.exec(value ?? '')?.[0]);
  return links.find((id) => id !== undefined) ?? null;
}
