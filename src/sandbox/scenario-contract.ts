import { addMonths } from './add-months.ts';
import { customerIdentifier } from './customer-identifier.ts';
import { newAgreement } from './new-agreement.ts';
import type { ScenarioContract } from './scenario-file.ts';
import type { StoredAgreement } from './stored-agreement.ts';
import type { StoredEntitlement, StoredProduct, World } from './world.ts';

/** A contract that a buyer has had for a while: AWS shows all of it, also after its end. */
export function scenarioContract(given: ScenarioContract, world: World, now: number) {
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
