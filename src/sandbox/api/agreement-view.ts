import type { StoredAgreement } from '../stored-agreement.ts';
import type { SandboxAccount } from '../world.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** What every description of an agreement says. */
export function agreementView(agreement: StoredAgreement, proposer: SandboxAccount) {
  return {
    agreementId: agreement.id,
    initialAgreementId: agreement.initialAgreementId,
    agreementType: 'PurchaseAgreement',
    status: agreement.status,
    acceptor: { accountId: agreement.buyerAccountId },
    proposer: { accountId: proposer.accountId },
    proposalSummary: { resources: [agreedResource(agreement)], offerId: agreement.offerId },
    acceptanceTime: epochSeconds(agreement.acceptedAt),
    startTime: epochSeconds(agreement.startsAt),
    endTime: epochSeconds(agreement.endsAt),
  };
}

export function agreedResource({ productId }: StoredAgreement) {
  return { id: productId, type: 'SaaSProduct' };
}

/** Undefined where the agreement never ends: pay as you go. */
export function endTimeBehavior({ selector, endsAt, autoRenew }: StoredAgreement) {
  if (selector === null || endsAt === null) return undefined;
  return autoRenew ? { type: 'RENEW' } : { type: 'EXPIRE', reasonCode: 'ACCEPTOR_RENEW_OPTED_OUT' };
}
