import { HTTPException } from 'hono/http-exception';
import { licenseId } from '../checklist/outputs.ts';
import { practiceFields } from './addresses.ts';
import { addMonths, contractLine, customerIdentifier, delaysOf, newAgreement, type Shop, total } from './contracts.ts';
import { type Order, readOrder, refuse } from './order.ts';
import type { AgreedDimension, SandboxWorld, StoredAgreement, StoredEntitlement, StoredProduct } from './world.ts';

/**
 * Sells a contract under a new license. A buyer may have several, unless the product was created before concurrent
 * agreements. A product with only metered dimensions is sold as pay-as-you-go. Returns a line for the operator; throws
 * like `readOrder`.
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

/** Sells pay-as-you-go: an agreement and a license, but never an entitlement. */
function subscribe({ product, buyer, quantity, months }: Order, shop: Shop): string {
  if (product.dimensions.length === 0)
    refuse(409, `${product.title} has no dimensions, so it cannot be bought: choose another product`);
  if (quantity !== undefined || months !== undefined) {
    refuse(400, `${product.title} is pay as you go: omit quantity and months`);
  }
  const endsAt = Date.UTC(9999, 0, 1);
  const agreement = newAgreement({ product, buyer, selector: null, dimensions: [], endsAt }, shop);
  shop.world.agreements.push(agreement);
  const line = `${product.title}, pay as you go, for ${buyer}, license ${licenseId(agreement.licenseArn)}`;
  return `subscribed: ${line}; AWS shows it in ${delaysOf(shop).entitlementMs / 1000} s`;
}

/**
 * Changes the buyer's newest contract, or the one under the given license. The old contract stays visible until AWS
 * would show the new one. For a dimension of the contract, the quantity changes. A new dimension replaces the only one,
 * or is added to several. The agreement is amended and keeps its id and license; with `replace`, a new agreement with a
 * new license replaces it, in the same chain. It is not known which of the two a change in AWS's console does.
 */
export function changeContract(form: URLSearchParams, shop: Shop): string {
  const { world, now } = shop;
  const { entitlementMs } = delaysOf(shop);
  const { product, buyer, licence, dimension, quantity, months, replace } = readOrder('change', form, world);
  if (months !== undefined) refuse(400, 'a change keeps the end date of the contract: omit months');
  const held = world.entitlements
    .filter((row) => row.buyerAccountId === buyer && row.productId === product.id)
    .filter((row) => licence === null || licenseId(row.licenseArn) === licence)
    .filter((row) => row.goneAt === null && (row.endsAt === null || row.endsAt > now));
  const last = held.at(-1);
  if (last === undefined) {
    const what = `no contract for ${product.title}${licence === null ? '' : ` under license ${licence}`}`;
    return refuse(409, `${buyer} has ${what}: purchase one first`);
  }
  const contract = held.filter((row) => row.licenseArn === last.licenseArn);
  const named = contract.find((row) => row.dimension === (dimension ?? last.dimension));
  const old = named ?? (contract.length === 1 ? last : null);
  const terms = { dimension: dimension ?? last.dimension, value: quantity ?? (old ?? last).value };
  if (terms.dimension === old?.dimension && terms.value === old.value) {
    refuse(
      409,
      `nothing would change, because the contract is already ${contractLine(old)}: specify another quantity or dimension`,
    );
  }
  const agreement = agreementOf(last, world);
  if (replace && agreement === undefined) refuse(409, `${buyer} has no agreement for ${product.title} to replace`);
  const versions =
    agreement === undefined ? [] : changedVersions(agreement, terms, old, replace ? product : null, shop);
  const visibleAt = now + entitlementMs;
  const shown = { licenseArn: versions.at(-1)?.licenseArn ?? last.licenseArn, visibleAt };
  const changed = { ...last, ...terms, ...shown };
  // Under a new license every row is new.
  const gone = replace ? contract : contract.filter((row) => row === old);
  const moved = gone.filter((row) => row !== old).map((row) => ({ ...row, ...shown }));
  world.agreements.push(...versions);
  world.entitlements = world.entitlements.map((row) => (gone.includes(row) ? { ...row, goneAt: visibleAt } : row));
  world.entitlements.push(...moved, changed);
  return `changed: ${product.title}, ${contractLine(changed)}; AWS shows it in ${entitlementMs / 1000} s`;
}

type GrantTerms = Pick<StoredEntitlement, 'dimension' | 'value'>;

/** Returns the newest version of the active agreement of an entitlement, which may have none. */
function agreementOf(old: StoredEntitlement, { agreements }: SandboxWorld): StoredAgreement | undefined {
  return [...new Map(agreements.map((row) => [row.id, row])).values()].findLast(
    (row) =>
      row.status === 'ACTIVE' &&
      row.buyerAccountId === old.buyerAccountId &&
      row.productId === old.productId &&
      row.licenseArn === old.licenseArn,
  );
}

function changedVersions(
  agreement: StoredAgreement,
  { dimension: key, value }: GrantTerms,
  old: GrantTerms | null,
  replaced: StoredProduct | null,
  shop: Shop,
): readonly StoredAgreement[] {
  const kept = agreement.dimensions.filter((row) => row.key !== old?.dimension && row.key !== key);
  const dimensions: readonly AgreedDimension[] = [...kept, { key, quantity: Number(value) }];
  const version = { ...agreement, updatedAt: shop.now, visibleAt: shop.now + delaysOf(shop).agreementMs };
  if (replaced === null) {
    const offer = shop.world.offers.find(({ id }) => id === agreement.offerId);
    return [{ ...version, dimensions, price: total(offer, dimensions) }];
  }
  const { buyerAccountId: buyer, selector, endsAt, initialAgreementId, autoRenew } = agreement;
  const next = newAgreement({ product: replaced, buyer, selector, dimensions, endsAt }, shop);
  return [
    { ...version, status: 'REPLACED' },
    { ...next, initialAgreementId, autoRenew },
  ];
}

const actions = { purchase, change: changeContract };
const useCases = { purchase: 'new-signup', change: 'contract-change' };

/**
 * Finds the account that can use `practiceCommand`: the buyer of that use case or, if the shop would reject it, the
 * first other buyer that it accepts. Null if there is none.
 */
export function practiceBuyer(action: keyof typeof actions, world: SandboxWorld, now: number): string | null {
  const usual = world.buyers[useCases[action]];
  const buyers = [...(usual ? [usual] : []), ...Object.values(world.buyers)].map(({ accountId }) => accountId);
  return buyers.find((buyer) => sells(action, buyer, world, now)) ?? null;
}

function sells(action: keyof typeof actions, buyer: string, world: SandboxWorld, now: number): boolean {
  // Tries it on a copy of the world, so that the shop's rules exist only once.
  const copy = { ...world, agreements: [...world.agreements], entitlements: [...world.entitlements] };
  try {
    actions[action](new URLSearchParams(practiceFields(action, buyer)), { world: copy, now, delayMs: 0 });
    return true;
  } catch (error) {
    if (error instanceof HTTPException) return false;
    throw error;
  }
}
