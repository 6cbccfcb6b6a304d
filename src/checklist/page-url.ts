import { type ReasonTable, reasonsOf } from './reasons.ts';

/** What the URL of a product page looks like. */
export const pageUrl = /^https:\/\/aws\.amazon\.com\/marketplace\/pp\/prodview-[a-z0-9-]+\/?([?#][\w%&=.~:+/?#-]*)?$/i;

/** Who named a product page, or why it is not known. */
export const pageReasons = {
  'url-given': () => 'The product page URL is the one that the operator gave.',
  'url-remembered': () => 'The product page URL is the one that was pasted in an earlier run.',
  'url-pasted': () => 'The product page URL is the one that the operator pasted.',
  'url-found': () => 'The product page is found (Discovery API).',
  'url-unknown': ({ why }: { readonly why: string }) => `${why} The purchase page stands in for the product page.`,
} satisfies ReasonTable;

export const pageReason = reasonsOf(pageReasons);
