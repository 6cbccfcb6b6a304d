import { randomBytes } from 'node:crypto';
import { delaysOf } from './delays.ts';
import { offerTo } from './offer-to.ts';
import { priceOf } from './price-of.ts';
import type { Shop } from './shop.ts';
import type { AgreedDimension, StoredAgreement } from './stored-agreement.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { StoredProduct } from './world.ts';

interface Agreed {
  readonly product: StoredProduct;
  readonly buyer: string;
  readonly selector: string | null;
  readonly dimensions: readonly AgreedDimension[];
  /** Epoch ms. */
  readonly endsAt: number | null;
}

/**
 * An agreement that is accepted now, under a new licence. Agreement, licence and entitlement show one after the other: see
 * `delaysOf`.
 */
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
    // A world may sell without an offer; an agreement always names one.
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

/** What the dimensions cost; null where the offer names no price. */
export function total(offer: StoredOffer | undefined, dimensions: readonly AgreedDimension[]): string | null {
  const prices = dimensions.map(({ key, quantity }) => Number(offer && priceOf(offer, key)) * quantity);
  const sum = prices.reduce((a, b) => a + b, 0);
  // A millionth is finer than any price: what is beyond is noise of the addition.
  return Number.isNaN(sum) ? null : String(Math.round(sum * 1e6) / 1e6);
}
