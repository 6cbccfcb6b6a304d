import { createHash, randomBytes } from 'node:crypto';
import { licenseId } from '../checklist/outputs.ts';
import type {
  AgreedDimension,
  Delays,
  RegistrationOrder,
  SandboxWorld,
  StoredAgreement,
  StoredEntitlement,
  StoredOffer,
  StoredProduct,
} from './world.ts';

export interface Shop {
  readonly world: SandboxWorld;
  /** Epoch ms. */
  readonly now: number;
  /**
   * Time from a purchase or a change until GetEntitlements shows it, in ms. The agreement appears after a third of it.
   */
  readonly delayMs: number;
}

interface Agreed {
  readonly product: StoredProduct;
  readonly buyer: string;
  readonly selector: string | null;
  readonly dimensions: readonly AgreedDimension[];
  /** Epoch ms. */
  readonly endsAt: number | null;
}

/** Returns an agreement accepted now, under a new license. `delaysOf` sets when AWS shows them. */
export function newAgreement({ product, buyer, selector, dimensions, endsAt }: Agreed, shop: Shop): StoredAgreement {
  const { world, now } = shop;
  const { agreementMs, licenceMs } = delaysOf(shop);
  const id = `agmt-${Array.from(randomBytes(25), (byte) => (byte % 36).toString(36)).join('')}`;
  const offer = offerTo(buyer, product, world);
  return {
    id,
    initialAgreementId: id,
    productId: product.id,
    buyerAccountId: buyer,
    // A product may have no offer, but an agreement always names one.
    offerId: offer?.id ?? 'offer-sandboxnone1',
    status: 'ACTIVE',
    selector,
    dimensions,
    price: total(offer, dimensions),
    acceptedAt: now,
    startsAt: now,
    endsAt,
    updatedAt: now,
    autoRenew: false,
    licenseArn: `arn:aws:license-manager::${product.ownerAccountId}:license:l-${randomBytes(16).toString('hex')}`,
    licensedAt: now + licenceMs,
    failure: null,
    visibleAt: now + agreementMs,
  };
}

/** Returns the total price of the dimensions; null if the offer has no price for one. */
export function total(offer: StoredOffer | undefined, dimensions: readonly AgreedDimension[]): string | null {
  const prices = dimensions.map(({ key, quantity }) => Number(offer && priceOf(offer, key)) * quantity);
  const sum = prices.reduce((a, b) => a + b, 0);
  // Finer than any price. Removes floating-point noise.
  return Number.isNaN(sum) ? null : String(Math.round(sum * 1e6) / 1e6);
}

/** Finds the offer that a buyer accepts: a private offer to the buyer, otherwise the public one. */
export function offerTo(
  buyer: string,
  { id }: { readonly id: string },
  { offers }: Pick<SandboxWorld, 'offers'>,
): StoredOffer | undefined {
  const released = offers.filter(({ productId, state }) => productId === id && state === 'Released');
  return (
    released.find(({ buyerAccounts }) => buyerAccounts?.includes(buyer)) ??
    released.find(({ buyerAccounts }) => buyerAccounts === null)
  );
}

/** Returns the price of one unit of the dimension, in the currency of the offer; undefined if the offer has none. */
export function priceOf({ price, prices }: StoredOffer, dimension: string): string | undefined {
  return prices[dimension] ?? price ?? undefined;
}

/** Describes a contract for the operator. */
export function contractLine({ buyerAccountId, dimension, value, endsAt, licenseArn }: StoredEntitlement): string {
  const end = endsAt === null ? 'without end' : `until ${new Date(endsAt).toISOString()}`;
  return `${dimension}, quantity ${value}, ${end}, for ${buyerAccountId}, license ${licenseId(licenseArn)}`;
}

/**
 * Returns a buyer's CustomerIdentifier for a product: eleven letters and digits, always the same. Null for products
 * under concurrent agreements, for which AWS has none.
 */
export function customerIdentifier({ id, concurrentAgreements }: StoredProduct, buyerAccountId: string): string | null {
  if (concurrentAgreements) return null;
  const digest = createHash('sha256').update(`${id} ${buyerAccountId}`).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 11);
}

/**
 * Returns how long after a purchase or a change AWS shows it. Agreement, license and entitlement appear in this order,
 * as observed on AWS, a third of `delayMs` apart, unless the world sets the delays.
 */
export function delaysOf({ world, delayMs }: { readonly world: SandboxWorld; readonly delayMs: number }): Delays {
  return world.delays ?? { agreementMs: delayMs / 3, licenceMs: (delayMs * 2) / 3, entitlementMs: delayMs };
}

/** Adds calendar months (epoch ms, UTC) at the same time of day. In a shorter month, the last day counts. */
export function addMonths(epochMs: number, months: number): number {
  const date = new Date(epochMs);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}

/** Returns the months of an offer's ISO 8601 duration (`P1M`, `P1Y`); null if it is not in months or years. */
export function monthsOf(duration: string): number | null {
  const [, count, unit] = /^P(\d{1,3})([MY])$/.exec(duration) ?? [];
  return count === undefined ? null : Number(count) * (unit === 'Y' ? 12 : 1);
}

/**
 * AWS's guide says 4 hours and, on the same page, "approximately one hour". The sandbox uses the shorter time, so that
 * no SaaS depends on the longer one.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/saas-product-customer-setup.html
 */
const lifetimeMs = 60 * 60 * 1000;

/**
 * Issues a new token for each visit, which "Set up your account" sends as `x-amzn-marketplace-token`. Base64, always
 * with `+`, `/` and `=`: decoding the form twice would turn the `+` into a space.
 */
export function issueToken(
  world: SandboxWorld,
  { now, ...order }: RegistrationOrder & { readonly now: number },
): string {
  let token: string;
  do token = randomBytes(97).toString('base64');
  while (!token.includes('+') || !token.includes('/'));
  world.registrationTokens.push({ ...order, token, expiresAt: now + (world.tokenLifetimeMs ?? lifetimeMs) });
  return token;
}

/** Resolves a token, any number of times until it expires, always to the same order. */
export function resolveToken(
  world: SandboxWorld,
  token: string,
  now: number,
): RegistrationOrder | 'expired' | 'unknown' {
  const issued = world.registrationTokens.find((row) => row.token === token);
  if (issued === undefined) return 'unknown';
  const { buyerAccountId, productId, licenseArn, expiresAt } = issued;
  return now < expiresAt ? { buyerAccountId, productId, licenseArn } : 'expired';
}
