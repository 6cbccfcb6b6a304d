import { randomBytes } from 'node:crypto';
import { addMonths } from './add-months.ts';
import { readOrder, refuse } from './order.ts';
import type { StoredEntitlement, World } from './world.ts';

interface Shop {
  readonly world: World;
  /** Epoch ms. */
  readonly now: number;
  /** From a purchase or a change until GetEntitlements shows it. */
  readonly delayMs: number;
}

/**
 * Sells a contract under a new licence, also to a buyer who has one: the products are under concurrent agreements.
 * Returns a line for the operator; throws as `readOrder` does.
 */
export function purchase(form: URLSearchParams, { world, now, delayMs }: Shop): string {
  const { product, buyer, dimension, quantity = 10, months = 1 } = readOrder(form, world);
  const firstSold = product.dimensions.find(({ types }) => types.includes('Entitled'))?.key;
  const bought = {
    buyerAccountId: buyer,
    productId: product.id,
    dimension: dimension ?? firstSold ?? refuse(409, `${product.title} sells no contracts: buy another product`),
    value: quantity,
    licenseArn: `arn:aws:license-manager::${product.ownerAccountId}:license:l-${randomBytes(16).toString('hex')}`,
    customerIdentifier: null,
    endsAt: addMonths(now, months),
    visibleAt: now + delayMs,
    goneAt: null,
  };
  world.entitlements.push(bought);
  return `bought: ${product.title}, ${terms(bought)}; AWS shows it in ${delayMs / 1000} s`;
}

/** Changes the buyer's newest contract: the same licence, and the old row until the new one shows. */
export function changeContract(form: URLSearchParams, { world, now, delayMs }: Shop): string {
  const { product, buyer, dimension, quantity, months } = readOrder(form, world);
  if (months !== undefined) refuse(400, 'a change keeps the end of the contract: leave months out');
  const old = world.entitlements
    .filter((row) => row.buyerAccountId === buyer && row.productId === product.id)
    .findLast((row) => row.goneAt === null && (row.endsAt === null || row.endsAt > now));
  if (old === undefined) return refuse(409, `${buyer} has no contract for ${product.title}: purchase one first`);
  const visibleAt = now + delayMs;
  const changed = { ...old, dimension: dimension ?? old.dimension, value: quantity ?? old.value, visibleAt };
  if (changed.dimension === old.dimension && changed.value === old.value) {
    refuse(409, `nothing changes, the contract is ${terms(old)}: give another quantity or dimension`);
  }
  world.entitlements = world.entitlements.map((row) => (row === old ? { ...old, goneAt: visibleAt } : row));
  world.entitlements.push(changed);
  return `changed: ${product.title}, ${terms(changed)}; AWS shows it in ${delayMs / 1000} s`;
}

function terms({ buyerAccountId, dimension, value, endsAt, licenseArn }: StoredEntitlement): string {
  const end = endsAt === null ? 'without end' : `until ${new Date(endsAt).toISOString()}`;
  return `${dimension}, quantity ${value}, ${end}, for ${buyerAccountId}, licence ${licenseArn?.split(':').at(-1)}`;
}
