import type { ProductPage } from '../checklist/model.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Caller, Marketplace, Product, ProductSummary } from '../ports/marketplace.ts';

export interface Target {
  readonly caller: Caller;
  readonly product: Product;
}

/** Who asks, about which product: the caller first, and nothing is concluded before the product is the caller's. */
export async function resolveTarget(marketplace: Marketplace, wanted: string | null, choose: Choose): Promise<Target> {
  const caller = await marketplace.caller();
  const product = await chooseProduct(marketplace, wanted, choose);
  assertOwner(caller, product);
  return { caller, product };
}

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
      'The name of the product is empty.',
      'Set --product, or product: in mp-verify.yaml, to an id, a product code or a title; or leave it out.',
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
  // Only describing the products tells their codes, and the titles that are shown: the list may have others.
  const { products: described, failed } = await marketplace.describeProducts(products.map(({ id }) => id));
  const ways = [
    described.filter(({ code }) => code === wanted),
    titled((title) => title === wanted, described),
    titled((title) => title.toLowerCase() === lower, described),
  ];
  const exact = ways.find((some) => some.length > 0);
  // What was not told may be the one that is meant.
  if (!exact && failed[0]) throw failed[0].error;
  const part = (title: string) => title.toLowerCase().includes(lower);
  const shown = new Map(described.map(({ id, title }) => [id, title]));
  return exact ?? products.filter(({ id, title }) => part(title) || part(shown.get(id) ?? ''));
}

function nothingFound(products: readonly ProductSummary[], wanted: string | null): Error {
  if (wanted !== null && products.length > 0) {
    return new UserError(
      'unknown-product',
      `No SaaS product of this account has the id, product code or title "${wanted}".`,
      `The account has ${named(products)}.`,
    );
  }
  return new CouldNotTell(
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

function named(products: readonly ProductSummary[]): string {
  return products
    .map(({ title, id, visibility }) => `"${title}" ${id}${visibility ? ` (${visibility})` : ''}`)
    .join(', ');
}

/** A product as it is known without asking AWS. */
interface Known {
  readonly id: string;
  readonly code: string | null;
  readonly title: string;
}

/** The products that are meant by an id, a product code or a title (an exact one beats a partial one). */
export function matchProduct<Product extends Known>(said: string, products: readonly Product[]): readonly Product[] {
  const lower = said.toLowerCase();
  const wantedId = entityIdIn(said) ?? said;
  const ways: readonly ((product: Known) => boolean)[] = [
    ({ id, code }) => id === wantedId || code === said,
    ({ title }) => title === said,
    ({ title }) => title.toLowerCase() === lower,
    ({ title }) => title.toLowerCase().includes(lower),
  ];
  return ways.map((fits) => products.filter(fits)).find((found) => found.length > 0) ?? [];
}

/** Whether that product can be meant. */
export function matchesProduct(
  said: string,
  { productId, productCode, title }: Pick<ProductPage, 'productId' | 'productCode' | 'title'>,
) {
  return matchProduct(said, [{ id: productId, code: productCode, title }]).length > 0;
}

/**
 * The entity id in what somebody gave for a product: `prod-…`, or a GUID, as older products have; also with a revision
 * (`prod-…@7`), or in an ARN. Null for what can only be a product code or a title.
 */
export function entityIdIn(said: string): string | null {
  const inArn = /^arn:[\w-]+:aws-marketplace:[\w-]*:\d*:[\w-]+\/\w+\/([^/\s]+)$/.exec(said.trim())?.[1];
  const id = (inArn ?? said.trim()).replace(/@\d+$/, '');
  const isId = /^prod-[\w-]+$/.test(id) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  return isId || inArn !== undefined ? id : null;
}

/**
 * Before any other conclusion: is the product the caller's own? From another account GetEntitlements answers an empty list
 * for ever, which looks like a purchase that never arrives.
 */
export function assertOwner(caller: Caller, product: Product): void {
  if (product.ownerAccountId === caller.accountId) return;
  const { title, id, ownerAccountId } = product;
  throw ownerAccountId === null
    ? new CouldNotTell(
        'no-owner',
        `AWS does not say which account owns ${title} (${id}).`,
        'Run the command again. If that does not help, the endpoint is not AWS.',
        false,
        { product: id },
      )
    : new CouldNotTell(
        'wrong-account',
        `You are signed in to account ${caller.accountId} (${caller.credentials}), but ${title} (${id}) belongs to account ${ownerAccountId}.`,
        `Sign in to the seller's account ${ownerAccountId}, and choose its credentials with --profile NAME.`,
        false,
        { account: caller.accountId, owner: ownerAccountId },
      );
}

/** A question whose first good answer is kept, until it is to be forgotten: what failed is asked again. */
export interface Remembered<Answer> {
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
