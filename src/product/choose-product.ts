import { CouldNotTell, UserError } from '../errors.ts';
import type { Marketplace, Product, ProductSummary } from '../ports/marketplace.ts';

/** Asks which of several products is meant; null where nobody can be asked. */
export type Choose = ((products: readonly ProductSummary[]) => Promise<string | null>) | null;

/**
 * The product that is meant by an id, a product code or a title (an exact one beats a partial one); with nothing said,
 * the only one in Limited visibility, else the only one.
 */
export async function chooseProduct(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Product> {
  if (wanted !== null && /^prod-[\w-]+$/.test(wanted)) {
    const product = await marketplace.describeProduct(wanted);
    if (product) return product;
    throw new UserError(
      'unknown-product',
      `AWS knows no product ${wanted} that this account may see.`,
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
  return {
    ...product,
    visibility: visibility ?? listed.visibility,
    ownerAccountId: ownerAccountId ?? listed.ownerAccountId,
  };
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
  const exact = products.filter(({ title }) => title === wanted);
  if (exact.length > 0) return exact;
  const sameWords = products.filter(({ title }) => title.toLowerCase() === lower);
  if (sameWords.length > 0) return sameWords;
  // Product codes are not in the list; only describing the products tells them.
  if (/^[a-z0-9]{25}$/.test(wanted)) {
    const described = await marketplace.describeProducts(products.map(({ id }) => id));
    const coded = described.filter(({ code }) => code === wanted);
    if (coded.length > 0) return coded;
  }
  return products.filter(({ title }) => title.toLowerCase().includes(lower));
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
