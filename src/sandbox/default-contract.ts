import { addMonths } from './add-months.ts';
import type { StoredAgreement } from './stored-agreement.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { SandboxAccount, StoredEntitlement } from './world.ts';

const licence = 'l-5a4db0c0c0ffee00000000000000c0de';

/** Ten of the Pro plan for a month, agreed, licensed and granted from now on. */
export function defaultContract(
  { accountId }: SandboxAccount,
  { accountId: buyerAccountId }: SandboxAccount,
  { id: offerId, productId }: StoredOffer,
  now: number,
) {
  const agreement: StoredAgreement = {
    id: 'agmt-sandboxcontractchange0001',
    initialAgreementId: 'agmt-sandboxcontractchange0001',
    productId,
    buyerAccountId,
    offerId,
    status: 'ACTIVE',
    selector: 'P1M',
    dimensions: [{ key: 'pro', quantity: 10 }],
    price: '0.1',
    acceptedAt: now,
    startsAt: now,
    endsAt: addMonths(now, 1),
    updatedAt: now,
    autoRenew: false,
    licenseArn: `arn:aws:license-manager::${accountId}:license:${licence}`,
    licensedAt: now,
    failure: null,
    visibleAt: now,
  };
  const { licenseArn, endsAt } = agreement;
  const granted = { buyerAccountId, productId, dimension: 'pro', value: 10, licenseArn, endsAt };
  const entitlement: StoredEntitlement = { ...granted, customerIdentifier: null, visibleAt: now, goneAt: null };
  return { agreement, entitlement };
}
