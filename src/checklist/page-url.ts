import { type ReasonTable, reasonsOf } from './reasons.ts';

/** What the URL of a product page looks like. */
export const pageUrl = /^https:\/\/aws\.amazon\.com\/marketplace\/pp\/prodview-[a-z0-9-]+\/?([?#][\w%&=.~:+/?#-]*)?$/i;

/** Who named a product page, or why it is not known. */
export const pageReasons = {
  'url-given': () => 'The operator gave the product page URL.',
  'url-remembered': () => 'The operator pasted the product page URL in an earlier run.',
  'url-pasted': () => 'The operator pasted the product page URL.',
  'url-found': () => 'The Discovery API returned the product page.',
  'url-unknown': ({ why }: { readonly why: string }) => `${why} The purchase page is used instead of the product page.`,
} satisfies ReasonTable;

export const pageReason = reasonsOf(pageReasons);
