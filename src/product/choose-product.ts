import { CouldNotTell, UserError } from '../errors.ts';
import type { Marketplace, Product, ProductSummary } from '../ports/marketplace.ts';
import { entityIdIn } from './product-id.ts';

/** Asks which of several products is meant; null where nobody can be asked. */
export type Choose = ((products: readonly ProductSummary[]) => Promise<string | null>) | null;

/**
 * The product that is meant by an id, a product code or a title (an exact one beats a partial one); with nothing said,
 * the only one in Limited visibility, else the only one.
 */
export async function chooseProduct(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Product> {
  if (wanted?.trim() === '')
    throw new UserError(
      'unknown-product',
      'The product is named by an empty text.',
      'Give --product, or product: in mp-verify.yaml, an id, a product code or a title; or leave it out.',
    );
  const wantedId = wanted === null ? null : entityIdIn(wanted);
  if (wantedId !== null) {
    const product = await marketplace.describeProduct(wantedId);
    if (product) return saas(product);
    throw new UserError(
      'unknown-product',
      `AWS knows no product ${wantedId} that this account may see.`,
      'mp-verify product-url --all lists the products of the account.',
    );
  }
  const products = await marketplace.listProducts();
  const found = wanted === null ? undecided(products) : await matching(marketplace, products, wanted);
  const [first, ...others] = found;
  if (!first) throw nothingFound(products, wanted);
  const id = others.length === 0 ? first.id : ((await choose?.(found)) ?? null);
  if (id === null) throw ambiguous(found, wanted);
  const product = await marketplace.describeProduct(id);
  if (!product)
    throw new CouldNotTell(
      'product-gone',
      `AWS lists the product ${id}, but does not describe it.`,
      'Run the command again in a minute.',
      true,
      { product: id },
    );
  // The list may name what the details leave out.
  const listed = found.find((each) => each.id === id) ?? first;
  const { visibility, ownerAccountId } = product;
  return saas({
    ...product,
    visibility: visibility ?? listed.visibility,
    ownerAccountId: ownerAccountId ?? listed.ownerAccountId,
  });
}

function saas(product: Product): Product {
  const type = product.entityType ?? 'SaaSProduct';
  if (type === 'SaaSProduct') return product;
  throw new UserError(
    'not-saas',
    `${product.id} is not a SaaS product: AWS says that it is of the type ${type}.`,
    'mp-verify product-url --all lists the SaaS products of the account.',
  );
}

function undecided(products: readonly ProductSummary[]): readonly ProductSummary[] {
  const limited = products.filter(({ visibility }) => visibility === 'Limited');
  return limited.length === 1 ? limited : products;
}

async function matching(
  marketplace: Marketplace,
  products: readonly ProductSummary[],
  wanted: string,
): Promise<readonly ProductSummary[]> {
  const lower = wanted.toLowerCase();
  const titled = (fits: (title: string) => boolean, some: readonly ProductSummary[]) =>
    some.filter(({ title }) => fits(title));
  const byId = products.filter(({ id }) => id === wanted);
  if (byId.length > 0) return byId;
  const listed = [
    titled((title) => title === wanted, products),
    titled((title) => title.toLowerCase() === lower, products),
  ].find((some) => some.length > 0);
  if (listed) return listed;
  // Only describing the products tells their codes, and the titles that are shown: the list may have others.
  const { products: described, untold } = await marketplace.describeProducts(products.map(({ id }) => id));
  const ways = [
    described.filter(({ code }) => code === wanted),
    titled((title) => title === wanted, described),
    titled((title) => title.toLowerCase() === lower, described),
  ];
  const exact = ways.find((some) => some.length > 0);
  // What was not told may be the one that is meant.
  if (!exact && untold[0]) throw untold[0].error;
  const part = (title: string) => title.toLowerCase().includes(lower);
  const shown = new Map(described.map(({ id, title }) => [id, title]));
  return exact ?? products.filter(({ id, title }) => part(title) || part(shown.get(id) ?? ''));
}

function nothingFound(products: readonly ProductSummary[], wanted: string | null): Error {
  if (wanted !== null && products.length > 0) {
    return new UserError(
      'unknown-product',
      `No SaaS product of this account has the id, product code or title "${wanted}".`,
      `There is ${named(products)}.`,
    );
  }
  return new CouldNotTell(
    'no-product',
    'This account owns no SaaS product on AWS Marketplace.',
    "Is it the seller's account? Choose its credentials with --profile NAME.",
  );
}

function ambiguous(products: readonly ProductSummary[], wanted: string | null): UserError {
  const what =
    wanted === null
      ? `This account has ${products.length} SaaS products`
      : `"${wanted}" can mean ${products.length} products`;
  return new UserError('ambiguous-product', `${what}: ${named(products)}.`, 'Say which one with --product ID.');
}

function named(products: readonly ProductSummary[]): string {
  return products
    .map(({ title, id, visibility }) => `"${title}" ${id}${visibility ? ` (${visibility})` : ''}`)
    .join(', ');
}
