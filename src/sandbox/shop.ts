import { addMonths } from './add-months.ts';
import { contractLine, licenceId } from './contract-line.ts';
import { customerIdentifier } from './customer-identifier.ts';
import { delaysOf } from './delays.ts';
import { newAgreement } from './new-agreement.ts';
import { type Order, readOrder, refuse } from './order.ts';
import type { World } from './world.ts';

export interface Shop {
  readonly world: World;
  /** Epoch ms. */
  readonly now: number;
  /** From a purchase or a change until GetEntitlements shows it; the agreement shows after a third of it. */
  readonly delayMs: number;
}

/**
 * Sells a contract under a new licence, also to a buyer who has one, unless the product is older than concurrent agreements.
 * A product that has metered dimensions only is sold as you go. Returns a line for the operator; throws as `readOrder` does.
 */
export function purchase(form: URLSearchParams, shop: Shop): string {
  const order = readOrder('purchase', form, shop.world);
  const { product, buyer, quantity = 10, months = 1 } = order;
  if (!product.concurrentAgreements && hasBought(order, shop)) {
    refuse(409, `${buyer} already has a contract for ${product.title}: change it, or buy as another buyer`);
  }
  const dimension = order.dimension ?? product.dimensions.find(({ types }) => types.includes('Entitled'))?.key;
  if (dimension === undefined) return subscribe(order, shop);
  const endsAt = addMonths(shop.now, months);
  const dimensions = [{ key: dimension, quantity }];
  const agreement = newAgreement({ product, buyer, selector: `P${months}M`, dimensions, endsAt }, shop);
  const bought = {
    buyerAccountId: buyer,
    productId: product.id,
    dimension,
    value: quantity,
    licenseArn: agreement.licenseArn,
    customerIdentifier: customerIdentifier(product, buyer),
    endsAt,
    visibleAt: shop.now + delaysOf(shop).entitlementMs,
    goneAt: null,
  };
  shop.world.agreements.push(agreement);
  shop.world.entitlements.push(bought);
  return `bought: ${product.title}, ${contractLine(bought)}; AWS shows it in ${delaysOf(shop).entitlementMs / 1000} s`;
}

function hasBought({ product, buyer }: Order, { world, now }: Shop): boolean {
  const newest = new Map(world.agreements.map((row) => [row.id, row]));
  return [...newest.values()].some(
    ({ productId, buyerAccountId, status, endsAt }) =>
      productId === product.id && buyerAccountId === buyer && status === 'ACTIVE' && (endsAt === null || endsAt > now),
  );
}

/** Pay as you go: there is an agreement and a licence, and never an entitlement. */
function subscribe({ product, buyer, quantity, months }: Order, shop: Shop): string {
  if (product.dimensions.length === 0) refuse(409, `${product.title} has no dimensions: buy another product`);
  if (quantity !== undefined || months !== undefined) {
    refuse(400, `${product.title} is paid for as you go: leave quantity and months out`);
  }
  const endsAt = Date.UTC(9999, 0, 1);
  const agreement = newAgreement({ product, buyer, selector: null, dimensions: [], endsAt }, shop);
  shop.world.agreements.push(agreement);
  const line = `${product.title}, pay as you go, for ${buyer}, licence ${licenceId(agreement.licenseArn)}`;
  return `subscribed: ${line}; AWS shows it in ${delaysOf(shop).entitlementMs / 1000} s`;
}
