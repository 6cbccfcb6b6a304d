import { detailOf, type SeenPage, sectionsOf, type Visitor } from './visitor.ts';

/** The test buyer, in the shop for one product. */
export interface Shopper {
  readonly visitor: Visitor;
  readonly buyer: string;
  /** Id of the product that the walk is about; null where it is not known: the first. */
  readonly product: string | null;
}

export interface ListedProduct {
  readonly title: string;
  /** Of its page; null where it has none. */
  readonly link: string | null;
}

/** Signs the buyer in; answers with the page of what can be bought. */
export async function signedInShop({ visitor, buyer }: Shopper): Promise<SeenPage> {
  const shop = await visitor.open('/marketplace');
  return (await visitor.submit(shop, 'Switch', { buyer })) ?? shop;
}

/** The product as the seller's portal lists it; null where it does not. */
export async function listedProduct({ visitor, product }: Shopper): Promise<ListedProduct | null> {
  const portal = await visitor.open('/marketplace/management/products/saas');
  const listed = sectionsOf(portal, 'li').filter((each) => detailOf(each, 'Product id') !== null);
  const found = product === null ? listed[0] : listed.find((each) => detailOf(each, 'Product id') === product);
  if (found === undefined) return null;
  const [title] = sectionsOf(found, 'h2');
  return { title: title?.text ?? '', link: /href="([^"]+)">View on AWS Marketplace/.exec(found.source)?.[1] ?? null };
}

/** The page of the buyer's newest contract for the product; null where there is none. */
export async function newestContract(shopper: Shopper): Promise<SeenPage | null> {
  await signedInShop(shopper);
  const { visitor } = shopper;
  const product = await listedProduct(shopper);
  const list = sectionsOf(await visitor.open('/marketplace/contracts'), 'li');
  const own = list.find((each) => product !== null && sectionsOf(each, 'bdi')[0]?.text === product.title);
  const link = own && /href="([^"]+)"/.exec(own.source)?.[1];
  return link === undefined ? null : visitor.open(link);
}
