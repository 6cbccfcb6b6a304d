import { createHash } from 'node:crypto';
import type { ScenarioProduct } from './scenario-file.ts';
import type { StoredChangeSet } from './stored-change-set.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { StoredProduct, World } from './world.ts';

const day = 24 * 60 * 60 * 1000;

/** The products that a scenario names, each with its offer, and with its change set where it has one. */
export function scenarioProducts(
  given: readonly ScenarioProduct[],
  world: World,
  now: number,
): Pick<World, 'products' | 'offers' | 'changeSets'> {
  const ids = productIds(given);
  const products = given.map((product, i) => storedProduct(product, ids[i] as string, world));
  return {
    products,
    offers: given.map((product, i) => storedOffer(product, products[i] as StoredProduct)),
    changeSets: given.flatMap(({ changeSet }, i) =>
      changeSet === null ? [] : [storedChangeSet(changeSet, products[i] as StoredProduct, now)],
    ),
  };
}

/** The ids of the products; those that are made up are neither ids nor titles that the scenario gives. */
function productIds(products: readonly ScenarioProduct[]): readonly string[] {
  const given = new Set(products.flatMap(({ id, title }) => [id, title]));
  // Enough even where every name that is given is in the way.
  const candidates = Array.from({ length: products.length + given.size }, (_, i) => `prod-scenario${i + 1}`);
  const free = candidates.filter((id) => !given.has(id));
  return products.map(({ id }) => id ?? (free.shift() as string));
}

function storedProduct(given: ScenarioProduct, id: string, { seller, buyers }: World): StoredProduct {
  const { title, visibility, discoverable, concurrentAgreements } = given;
  return {
    id,
    code: given.code ?? madeUp(id, 25),
    listingId: `prodview-${madeUp(id, 13)}`,
    title,
    ownerAccountId: seller.accountId,
    sharedWith: [],
    visibility,
    state: 'Active',
    fulfillmentUrl: given.fulfillmentUrl ?? '/saas/registration',
    dimensions: given.dimensions.map(({ key, name, type }) => ({ key, name, types: [type] })),
    allowlist: (given.allowlist ?? Object.keys(buyers)).flatMap((name) => buyers[name]?.accountId ?? []),
    discoverable,
    engagementUrl: null,
    concurrentAgreements,
  };
}

function storedOffer({ dimensions, months, currency, quantities }: ScenarioProduct, product: StoredProduct) {
  const prices = Object.fromEntries(dimensions.map(({ key, price }) => [key, decimal(price)]));
  return {
    id: `offer-${madeUp(product.id, 13)}`,
    productId: product.id,
    name: `${product.title}, public offer`,
    state: 'Released',
    buyerAccounts: null,
    availableUntil: null,
    durations: months.map((count) => `P${count}M`),
    price: null,
    prices,
    currency,
    quantities,
  } satisfies StoredOffer;
}

function storedChangeSet(status: StoredChangeSet['status'], { id, title, ownerAccountId }: StoredProduct, now: number) {
  const isDone = status !== 'PREPARING' && status !== 'APPLYING';
  return {
    id: madeUp(`change set ${id}`, 25),
    name: `Update of ${title}`.replaceAll(/[^\w\s+=.:@-]/g, '').slice(0, 100),
    ownerAccountId,
    entityIds: [id],
    status,
    failureCode: status === 'FAILED' ? 'CLIENT_ERROR' : null,
    startedAt: now - day,
    endedAt: isDone ? now - day / 2 : null,
  } satisfies StoredChangeSet;
}

/** Lowercase letters and digits, the same for the same text. */
function madeUp(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}

/** As AWS writes prices: never with an exponent. */
function decimal(price: number): string {
  return price.toFixed(10).replace(/\.?0+$/, '');
}
