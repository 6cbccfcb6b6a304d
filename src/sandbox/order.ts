import { HTTPException } from 'hono/http-exception';
import { licenseId } from '../checklist/outputs.ts';
import { monthsOf, offerTo } from './contracts.ts';
import type { SandboxWorld, StoredAgreement, StoredDimension, StoredProduct } from './world.ts';

const fields = {
  purchase: ['buyer', 'product', 'dimension', 'quantity', 'months'],
  change: ['buyer', 'product', 'licence', 'dimension', 'quantity', 'months', 'replace'],
};

export type Order = ReturnType<typeof readOrder>;

type Action = keyof typeof fields;

/**
 * Returns what a form orders; undefined if something is missing. Throws `HTTPException`, with a line for the operator,
 * if AWS would not sell.
 */
export function readOrder(action: Action, form: URLSearchParams, world: SandboxWorld) {
  for (const name of form.keys()) {
    if (!fields[action].includes(name)) refuseUnknown('field', name, fields[action]);
    if (form.getAll(name).length > 1) refuse(400, `${name} is specified more than once: specify it once`);
  }
  const product = readProduct(form.get('product'), world);
  const buyer = readBuyer(form.get('buyer') ?? '', product, world);
  const why = action === 'purchase' ? reasonNotSold(product, buyer) : null;
  if (why !== null) refuse(403, why.replace(/\.$/, ''));
  return {
    product,
    buyer,
    /** License id (`l-…`) of the contract to change; null for the newest contract. */
    licence: form.get('licence'),
    dimension: readDimension(form.get('dimension'), product),
    quantity: readQuantity(form.get('quantity'), action, product, buyer, world),
    months: readMonths(form.get('months'), action, product, buyer, world),
    replace: readFlag(form.get('replace'), 'replace'),
  };
}

export function refuse(status: 400 | 403 | 409, line: string): never {
  throw new HTTPException(status, { message: line });
}

function refuseUnknown(what: string, value: string, known: readonly string[]): never {
  return refuse(400, `unknown ${what} ${JSON.stringify(value)}: choose from ${known.join(', ')}`);
}

function readProduct(name: string | null, { products }: SandboxWorld): StoredProduct {
  const product =
    name === null
      ? (products.find(({ visibility }) => visibility === 'Limited') ?? products[0])
      : products.find(({ id, title }) => id === name || title === name);
  const known = products.map(({ id, title }) => `${id} (${title})`);
  return product ?? refuseUnknown('product', name ?? '', known);
}

function readBuyer(
  name: string,
  { title, ownerAccountId, visibility, allowlist }: StoredProduct,
  { buyers }: SandboxWorld,
) {
  const buyer = name.replaceAll('-', '').trim();
  const known = Object.entries(buyers).map(([id, { accountId }]) => `${accountId} (${id})`);
  if (buyer === ownerAccountId) refuse(403, `${buyer} is the seller: buy as another account, ${known.join(', ')}`);
  if (!Object.values(buyers).some(({ accountId }) => accountId === buyer)) refuseUnknown('buyer', name, known);
  if (visibility === 'Limited' && !allowlist.includes(buyer)) {
    refuse(403, `${buyer} is not on the allowlist of ${title}: buy as one of ${allowlist.join(', ')}`);
  }
  return buyer;
}

function readDimension(key: string | null, { dimensions }: StoredProduct): string | undefined {
  const sold = dimensions.filter(({ types }) => types.includes('Entitled')).map((dimension) => dimension.key);
  if (key !== null && !sold.includes(key)) refuseUnknown('dimension', key, sold);
  return key ?? undefined;
}

/** Returns 1 if the buyer cannot choose the quantity. */
function readQuantity(text: string | null, action: Action, product: StoredProduct, buyer: string, world: SandboxWorld) {
  const quantity = readNumber(text, 'quantity', 1_000_000);
  if (soldDimensions(product).length === 0 || termsFor(buyer, product, world).choosesQuantity) return quantity;
  if (quantity !== undefined && quantity !== 1)
    refuse(400, `the quantity of ${product.title} cannot be chosen: omit quantity`);
  return action === 'purchase' ? 1 : undefined;
}

/** Returns one of the offer's durations, by default the first. */
function readMonths(text: string | null, action: Action, product: StoredProduct, buyer: string, world: SandboxWorld) {
  const months = readNumber(text, 'months', 36);
  const { offer, months: offered } = termsFor(buyer, product, world);
  if (action === 'change' || offer === undefined || soldDimensions(product).length === 0) return months;
  if (months !== undefined && !offered.includes(months))
    refuse(400, `${product.title} is not sold for ${months} months: choose from ${offered.join(', ')}`);
  return months ?? offered[0];
}

function readNumber(text: string | null, name: string, max: number): number | undefined {
  if (text === null) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > max) {
    refuse(400, `${name} is ${JSON.stringify(text)}: use a whole number from 1 to ${max}`);
  }
  return number;
}

function readFlag(text: string | null, name: string): boolean {
  if (text !== null && text !== 'true') refuse(400, `${name} is ${JSON.stringify(text)}: use true, or omit it`);
  return text === 'true';
}

/** Returns why a product is not shown or sold to a buyer; null if it is. */
export function reasonNotSold({ title, visibility, allowlist }: StoredProduct, buyer: string): string | null {
  if (visibility === 'Public') return null;
  if (visibility === 'Draft') return `${title} is a Draft, which no account can buy yet.`;
  if (visibility === 'Restricted') return `${title} is Restricted: it is closed to new contracts.`;
  if (allowlist.includes(buyer)) return null;
  return `${title} is Limited, and ${buyer} is not on its allowlist. Sign in as another test buyer.`;
}

/** Returns the dimensions of a contract; empty for a pay-as-you-go product. */
export function soldDimensions({ dimensions }: StoredProduct): readonly StoredDimension[] {
  return dimensions.filter(({ types }) => types.includes('Entitled'));
}

/** Returns the terms on which a product is sold to a buyer. */
export function termsFor(buyer: string, product: StoredProduct, world: SandboxWorld) {
  const offer = offerTo(buyer, product, world);
  const offered = offer?.durations.map(monthsOf).filter((months) => months !== null) ?? [];
  return {
    offer,
    /** The months to choose from; one month if the offer has no duration. */
    months: offered.length > 0 ? offered : [1],
    /** If false, the quantity is 1. */
    choosesQuantity: offer?.quantities !== 'Disallowed',
  };
}

/**
 * Returns the newest version of each of a buyer's agreements, newest first. A buyer sees it at once, before AWS's APIs
 * show it.
 */
export function agreementsOf(buyer: string, { agreements }: SandboxWorld): readonly StoredAgreement[] {
  const versions = agreements.filter(({ buyerAccountId }) => buyerAccountId === buyer);
  return [...new Map(versions.map((row) => [row.id, row])).values()].reverse();
}

export function isActive({ status, endsAt }: StoredAgreement, now: number): boolean {
  return status === 'ACTIVE' && (endsAt === null || endsAt > now);
}

/**
 * Returns when GetEntitlements starts to show the newest contract under the agreement's license (epoch ms); null for
 * never.
 */
export function grantedAt(
  { buyerAccountId, licenseArn }: StoredAgreement,
  { entitlements }: SandboxWorld,
): number | null {
  const row = entitlements.findLast(
    (each) => each.buyerAccountId === buyerAccountId && licenseId(each.licenseArn) === licenseId(licenseArn),
  );
  return row?.visibleAt ?? null;
}
