import type { StoredAgreement } from '../stored-agreement.ts';
import { agreementView, endTimeBehavior } from './agreement-view.ts';
import { epochSeconds } from './epoch-seconds.ts';
import type { Call } from './operation.ts';

export type AgreementSummary = ReturnType<typeof agreementSummary>;

/** `AgreementViewSummary`. That it names no entitlement until there is a licence is inferred. */
export function agreementSummary(agreement: StoredAgreement, { caller, now }: Call) {
  const { licenseArn, licensedAt, updatedAt } = agreement;
  const behavior = endTimeBehavior(agreement);
  return {
    ...agreementView(agreement, caller),
    lastUpdateTime: epochSeconds(updatedAt),
    entitlements: licenseArn === null || licensedAt > now ? [] : [{ licenseArn }],
    endTimeBehaviorType: behavior?.type,
    endTimeBehaviorReasonCode: behavior?.reasonCode,
  };
}
