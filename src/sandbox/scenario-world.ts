import { createHash } from 'node:crypto';
import { defaultWorld } from './default-world.ts';
import { sandboxAccount } from './sandbox-account.ts';
import type { Scenario, ScenarioProduct } from './scenario.ts';
import { scenarioContract } from './scenario-contract.ts';
import type { StoredChangeSet } from './stored-change-set.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { StoredProduct, World } from './world.ts';

const day = 24 * 60 * 60 * 1000;

/** The world that a scenario tells of; what it leaves open is as in the default one. Ids are the same every time. */
export function scenarioWorld(scenario: Scenario, now: number, delayMs: number): World {
  const usual = defaultWorld(now);
  const seller = scenario.seller === null ? usual.seller : sandboxAccount(scenario.seller, 'SELLER');
  const accounts = Object.entries(scenario.buyers ?? {}).map(([name, account], i) => {
    return [name, sandboxAccount(account, `BUYER${i + 1}`)] as const;
  });
  const buyers = scenario.buyers === null ? usual.buyers : Object.fromEntries(accounts);
  const world: World = { ...usual, seller, buyers, delays: delaysOf(scenario, delayMs) };
  if (scenario.products === null) return usualProducts(world);
  const products = scenario.products.map((product, i) => storedProduct(product, i, world));
  world.products = products;
  world.offers = scenario.products.map((product, i) => storedOffer(product, products[i] as StoredProduct));
  world.changeSets = scenario.products.flatMap(({ changeSet }, i) =>
    changeSet === null ? [] : [storedChangeSet(changeSet, products[i] as StoredProduct, now)],
  );
  const contracts = (scenario.contracts ?? []).map((contract) => scenarioContract(contract, world, now));
  world.agreements = contracts.map(({ agreement }) => agreement);
  world.entitlements = contracts.flatMap(({ entitlements }) => entitlements);
  return world;
}

function delaysOf({ delays }: Scenario, delayMs: number): World['delays'] {
  if (delays === null) return null;
  const { agreementMs = delayMs / 3, licenceMs = (delayMs * 2) / 3, entitlementMs = delayMs } = delays;
  return { agreementMs, licenceMs, entitlementMs };
}

/** The default products, sold by the scenario's seller to its buyers; the contract is of the buyer of its checklist. */
function usualProducts(world: World): World {
  const ownerAccountId = world.seller.accountId;
  const allowlist = Object.values(world.buyers).map(({ accountId }) => accountId);
  const buyerAccountId = world.buyers['contract-change']?.accountId;
  const theirs = <Row>(rows: readonly Row[]) =>
    buyerAccountId === undefined ? [] : rows.map((row) => ({ ...row, buyerAccountId }));
  return {
    ...world,
    products: world.products.map((product) => ({
      ...product,
      ownerAccountId,
      allowlist: product.visibility === 'Limited' ? allowlist : product.allowlist,
    })),
    agreements: theirs(world.agreements),
    entitlements: theirs(world.entitlements),
  };
}

function storedProduct(given: ScenarioProduct, index: number, { seller, buyers }: World): StoredProduct {
  const { title, visibility, discoverable, concurrentAgreements } = given;
  const id = given.id ?? `prod-scenario${index + 1}`;
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
