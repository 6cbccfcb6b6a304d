import type { ProductPage } from '../checklist/outputs.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import { type Caller, entityIdIn, type Marketplace, type Product, type ProductSummary } from '../ports/marketplace.ts';

export interface Target {
  readonly caller: Caller;
  readonly product: Product;
}

/** Finds the caller and the product, and checks that the caller owns the product. */
export async function resolveTarget(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Target> {
  const [caller, product] = await askWithCaller(marketplace, async (asked) => {
    // The operator is not asked to choose before the caller is known.
    const chooseAfter: Choose = choose && (async (products) => asked.then(() => choose(products)));
    return chooseProduct(marketplace, wanted, chooseAfter);
  });
  assertOwner(caller, product);
  return { caller, product };
}

/**
 * Asks who the caller is, and something else at the same time. If both fail, the error about the caller counts,
 * whichever comes first.
 */
export async function askWithCaller<Answer>(
  marketplace: Marketplace,
  question: (caller: Promise<Caller>) => Promise<Answer>,
): Promise<readonly [Caller, Answer]> {
  const caller = marketplace.caller();
  const answer = question(caller);
  answer.catch(() => undefined);
  return [await caller, await answer];
}

/** Asks the operator to choose a product. Null if there is no terminal. */
export type Choose = ((products: readonly ProductSummary[]) => Promise<string | null>) | null;

/**
 * Finds the product by id, product code or title (an exact title takes precedence over a partial one). If `wanted` is
 * null, takes the only Limited product, otherwise the only product.
 */
export async function chooseProduct(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Product> {
  if (wanted?.trim() === '')
    throw new UserError(
      'unknown-product',
      'The name of the product is empty.',
      'Set --product, or product: in mp-verify.yaml, to an ID, a product code or a title; or omit it.',
    );
  const wantedId = wanted === null ? null : entityIdIn(wanted);
  if (wantedId !== null) {
    const product = await marketplace.describeProduct(wantedId);
    if (product) return saas(product);
    throw new UserError(
      'unknown-product',
      `AWS found no product ${wantedId} that this account can see.`,
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
    throw new CouldNotCheck(
      'product-gone',
      `AWS listed the product ${id} but did not return its details.`,
      'Run the command again in a minute.',
      true,
      { product: id },
    );
  // The list may have what the details lack.
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
    `${product.id} is not a SaaS product: its type is ${type}.`,
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
  // Only the details have product codes and displayed titles. The list may have other titles.
  const { products: described, failed } = await marketplace.describeProducts(products.map(({ id }) => id));
  const ways = [
    described.filter(({ code }) => code === wanted),
    titled((title) => title === wanted, described),
    titled((title) => title.toLowerCase() === lower, described),
  ];
  const exact = ways.find((some) => some.length > 0);
  // A product that could not be described may be the wanted one.
  if (!exact && failed[0]) throw failed[0].error;
  const part = (title: string) => title.toLowerCase().includes(lower);
  const shown = new Map(described.map(({ id, title }) => [id, title]));
  return exact ?? products.filter(({ id, title }) => part(title) || part(shown.get(id) ?? ''));
}

function nothingFound(products: readonly ProductSummary[], wanted: string | null): Error {
  if (wanted !== null && products.length > 0) {
    return new UserError(
      'unknown-product',
      `No SaaS product of this account has the ID, product code or title "${wanted}".`,
      `The account has ${named(products)}.`,
    );
  }
  return new CouldNotCheck(
    'no-product',
    'This account owns no SaaS product on AWS Marketplace.',
    "If it is not the seller's account, choose the seller's credentials with --profile NAME.",
  );
}

function ambiguous(products: readonly ProductSummary[], wanted: string | null): UserError {
  const what =
    wanted === null
      ? `This account has ${products.length} SaaS products`
      : `"${wanted}" matches ${products.length} products`;
  return new UserError('ambiguous-product', `${what}: ${named(products)}.`, 'Choose one with --product ID.');
}

/** Each of many products of a fleet may have this in its reason, at each of its steps. */
const maxNamed = 20;

function named(products: readonly ProductSummary[]): string {
  const more = products.length - maxNamed;
  const names = products
    .slice(0, maxNamed)
    .map(({ title, id, visibility }) => `"${title}" ${id}${visibility ? ` (${visibility})` : ''}`)
    .join(', ');
  return more > 0 ? `${names} and ${more} more (mp-verify product-url --all lists them)` : names;
}

/** The part of a product that can be matched without asking AWS. */
interface Known {
  readonly id: string;
  readonly code: string | null;
  readonly title: string;
}

/** Returns the products with this id, product code or title. An exact title takes precedence over a partial one. */
export function matchProduct<Product extends Known>(wanted: string, products: readonly Product[]): readonly Product[] {
  const lower = wanted.toLowerCase();
  const wantedId = entityIdIn(wanted) ?? wanted;
  const ways: readonly ((product: Known) => boolean)[] = [
    ({ id, code }) => id === wantedId || code === wanted,
    ({ title }) => title === wanted,
    ({ title }) => title.toLowerCase() === lower,
    ({ title }) => title.toLowerCase().includes(lower),
  ];
  return ways.map((fits) => products.filter(fits)).find((found) => found.length > 0) ?? [];
}

/** Whether this product matches. */
export function matchesProduct(
  wanted: string,
  { productId, productCode, title }: Pick<ProductPage, 'productId' | 'productCode' | 'title'>,
) {
  return matchProduct(wanted, [{ id: productId, code: productCode, title }]).length > 0;
}

/**
 * Throws unless the caller's account owns the product. For any other account GetEntitlements returns an empty list,
 * which looks like a purchase that never arrives.
 */
export function assertOwner(caller: Caller, product: Product): void {
  if (product.ownerAccountId === caller.accountId) return;
  const { title, id, ownerAccountId } = product;
  throw ownerAccountId === null
    ? new CouldNotCheck(
        'no-owner',
        `AWS did not return the account that owns ${title} (${id}).`,
        'Run the command again. If this happens again, the endpoint is not AWS.',
        false,
        { product: id },
      )
    : new CouldNotCheck(
        'wrong-account',
        `You are signed in to account ${caller.accountId} (${caller.credentials}), but ${title} (${id}) belongs to account ${ownerAccountId}.`,
        `Sign in to the seller's account ${ownerAccountId}, and choose its credentials with --profile NAME.`,
        false,
        { account: caller.accountId, owner: ownerAccountId },
      );
}

/** Keeps the first successful answer until `forget`. A failed request is repeated. */
interface Remembered<Answer> {
  (): Promise<Answer>;
  forget(): void;
}

export function remember<Answer>(question: () => Promise<Answer>): Remembered<Answer> {
  let kept: Promise<Answer> | null = null;
  const ask = () => {
    kept ??= question().catch((error: unknown) => {
      kept = null;
      throw error;
    });
    return kept;
  };
  return Object.assign(ask, {
    forget: () => {
      kept = null;
    },
  });
}
