/** What the URL of a product page looks like. */
export const pageUrl = /^https:\/\/aws\.amazon\.com\/marketplace\/pp\/prodview-[a-z0-9-]+\/?([?#][\w%&=.~:+/?#-]*)?$/i;
