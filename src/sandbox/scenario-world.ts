import { defaultWorld } from './default-world.ts';
import { sandboxAccount } from './sandbox-account.ts';
import { scenarioContract } from './scenario-contract.ts';
import type { Scenario } from './scenario-file.ts';
import { scenarioProducts } from './scenario-products.ts';
import type { SandboxAccount, World } from './world.ts';

/** The world that a scenario tells of; what it leaves open is as in the default one. Ids are the same every time. */
export function scenarioWorld(scenario: Scenario, now: number, delayMs: number): World {
  const usual = defaultWorld(now);
  const seller = scenario.seller === null ? usual.seller : sandboxAccount(scenario.seller, 'SELLER');
  const accounts = Object.entries(scenario.buyers ?? {}).map(([name, account], i) => {
    return [name, sandboxAccount(account, `BUYER${i + 1}`)] as const;
  });
  const buyers = scenario.buyers === null ? usual.buyers : Object.fromEntries(accounts);
  const strangers = [strangerTo([seller, ...Object.values(buyers)], usual)];
  const { tokenLifetimeMs } = scenario;
  const world: World = { ...usual, seller, buyers, strangers, delays: delaysOf(scenario, delayMs), tokenLifetimeMs };
  if (scenario.products === null) return usualProducts(world);
  Object.assign(world, scenarioProducts(scenario.products, world, now));
  const contracts = (scenario.contracts ?? []).map((contract) => scenarioContract(contract, world, now));
  world.agreements = contracts.map(({ agreement }) => agreement);
  world.entitlements = contracts.flatMap(({ entitlements }) => entitlements);
  return world;
}

/** The usual stranger, or the next account id that is nobody's. */
function strangerTo(others: readonly SandboxAccount[], { strangers: [usual] }: World): SandboxAccount {
  const taken = new Set(others.map(({ accountId }) => accountId));
  let account = Number(usual?.accountId);
  while (taken.has(String(account))) account++;
  return { ...(usual as SandboxAccount), accountId: String(account) };
}

function delaysOf({ delays }: Scenario, delayMs: number): World['delays'] {
  if (delays === null) return null;
  // One after the other, also where only one of them is named.
  const { agreementMs = delayMs / 3 } = delays;
  const { licenceMs = Math.max((delayMs * 2) / 3, agreementMs) } = delays;
  const { entitlementMs = Math.max(delayMs, licenceMs) } = delays;
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
