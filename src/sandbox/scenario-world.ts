import { createHash } from 'node:crypto';
import type { Fault } from './api/fault.ts';
import { addMonths, customerIdentifier, newAgreement } from './contracts.ts';
import { defaultWorld, sandboxAccount } from './default-world.ts';
import type { Scenario, ScenarioContract, ScenarioFault, ScenarioProduct } from './scenario-file.ts';
import type {
  SandboxAccount,
  SandboxWorld,
  StoredAgreement,
  StoredChangeSet,
  StoredEntitlement,
  StoredOffer,
  StoredProduct,
} from './world.ts';

/** Builds the world of a scenario. The default world fills in what it omits. Ids are the same every time. */
export function scenarioWorld(scenario: Scenario, now: number, delayMs: number): SandboxWorld {
  const usual = defaultWorld(now);
  const seller = scenario.seller === null ? usual.seller : sandboxAccount(scenario.seller, 'SELLER');
  const accounts = Object.entries(scenario.buyers ?? {}).map(([name, account], i) => {
    return [name, sandboxAccount(account, `BUYER${i + 1}`)] as const;
  });
  const buyers = scenario.buyers === null ? usual.buyers : Object.fromEntries(accounts);
  const strangers = [strangerTo([seller, ...Object.values(buyers)], usual)];
  const { tokenLifetimeMs } = scenario;
  const world: SandboxWorld = {
    ...usual,
    seller,
    buyers,
    strangers,
    delays: scenarioDelays(scenario, delayMs),
    tokenLifetimeMs,
  };
  if (scenario.products === null) return usualProducts(world);
  Object.assign(world, scenarioProducts(scenario.products, world, now));
  const contracts = (scenario.contracts ?? []).map((contract) => existingContract(contract, world, now));
  world.agreements = contracts.map(({ agreement }) => agreement);
  world.entitlements = contracts.flatMap(({ entitlements }) => entitlements);
  return world;
}

/** Returns the usual stranger, or one with the next unused account id. */
function strangerTo(others: readonly SandboxAccount[], { strangers: [usual] }: SandboxWorld): SandboxAccount {
  const taken = new Set(others.map(({ accountId }) => accountId));
  let account = Number(usual?.accountId);
  while (taken.has(String(account))) account++;
  return { ...(usual as SandboxAccount), accountId: String(account) };
}

function scenarioDelays({ delays }: Scenario, delayMs: number): SandboxWorld['delays'] {
  if (delays === null) return null;
  // Keeps the delays in order, even if the scenario sets only one.
  const { agreementMs = delayMs / 3 } = delays;
  const { licenceMs = Math.max((delayMs * 2) / 3, agreementMs) } = delays;
  const { entitlementMs = Math.max(delayMs, licenceMs) } = delays;
  return { agreementMs, licenceMs, entitlementMs };
}

/**
 * Returns the default products, sold by the scenario's seller to its buyers. The contract is that of contract-change's
 * buyer.
 */
function usualProducts(world: SandboxWorld): SandboxWorld {
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

/** Returns a contract that exists when the sandbox starts. AWS shows all of it, even after its end. */
function existingContract(given: ScenarioContract, world: SandboxWorld, now: number) {
  const buyer = world.buyers[given.buyer]?.accountId ?? '';
  const product = world.products.find(({ id, title }) => id === given.product || title === given.product);
  const bought = (given.product === null ? world.products[0] : product) as StoredProduct;
  const startedAt = now - given.startedMsAgo;
  const endsAt = addMonths(startedAt, given.months);
  const dimensions = Object.entries(given.dimensions).map(([key, quantity]) => ({ key, quantity }));
  const agreed = { product: bought, buyer, selector: `P${given.months}M`, dimensions, endsAt };
  const agreement: StoredAgreement = {
    ...newAgreement(agreed, { world: { ...world, delays: null }, now: startedAt, delayMs: 0 }),
    status: endsAt > now ? 'ACTIVE' : 'EXPIRED',
    autoRenew: given.autoRenew,
    ...(given.granted ? {} : { licenseArn: null, licensedAt: Number.POSITIVE_INFINITY }),
  };
  const entitlements = dimensions.map(({ key, quantity }): StoredEntitlement => {
    const { licenseArn } = agreement;
    const common = { buyerAccountId: buyer, productId: bought.id, licenseArn, endsAt, goneAt: null };
    const identifier = customerIdentifier(bought, buyer);
    return { ...common, dimension: key, value: quantity, customerIdentifier: identifier, visibleAt: startedAt };
  });
  return { agreement, entitlements: given.granted ? entitlements : [] };
}

const day = 24 * 60 * 60 * 1000;

/** Returns the scenario's products, each with its offer and, if the scenario sets one, its change set. */
function scenarioProducts(
  given: readonly ScenarioProduct[],
  world: SandboxWorld,
  now: number,
): Pick<SandboxWorld, 'products' | 'offers' | 'changeSets'> {
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

/** Returns the ids of the products. Generated ones differ from every id and title in the scenario. */
function productIds(products: readonly ScenarioProduct[]): readonly string[] {
  const given = new Set(products.flatMap(({ id, title }) => [id, title]));
  // Enough even if the scenario uses many of them as names.
  const candidates = Array.from({ length: products.length + given.size }, (_, i) => `prod-scenario${i + 1}`);
  const free = candidates.filter((id) => !given.has(id));
  return products.map(({ id }) => id ?? (free.shift() as string));
}

function storedProduct(given: ScenarioProduct, id: string, { seller, buyers }: SandboxWorld): StoredProduct {
  const { title, visibility, discoverable, concurrentAgreements } = given;
  return {
    id,
    code: given.code ?? makeId(id, 25),
    listingId: `prodview-${makeId(id, 13)}`,
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
    id: `offer-${makeId(product.id, 13)}`,
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
    id: makeId(`change set ${id}`, 25),
    name: `Update of ${title}`.replaceAll(/[^\w\s+=.:@-]/g, '').slice(0, 100),
    ownerAccountId,
    entityIds: [id],
    status,
    failureCode: status === 'FAILED' ? 'CLIENT_ERROR' : null,
    startedAt: now - day,
    endedAt: isDone ? now - day / 2 : null,
  } satisfies StoredChangeSet;
}

/** Returns lowercase letters and digits, the same for the same text. */
function makeId(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}

/** Formats a price like AWS: never with an exponent. */
function decimal(price: number): string {
  return price.toFixed(10).replace(/\.?0+$/, '');
}

/** Returns the fault of the nth call (from 1) of an action: the first one that applies. */
export function scenarioFaults(faults: readonly ScenarioFault[]): (action: string, nth: number) => Fault | null {
  return (action, nth) =>
    faults.find((each) => each.action === action && (each.calls?.includes(nth) ?? true))?.fault ?? null;
}
