import type { StoredAgreement } from '../stored-agreement.ts';
import { agreementPage, agreementQuery } from './agreement-query.ts';
import { agreedResource } from './agreement-view.ts';
import { defineOperation } from './operation.ts';
import { page } from './page.ts';
import { findProposed } from './proposed-agreements.ts';

const input = agreementQuery.extend(agreementPage);

/**
 * One entitlement per agreement, of the type that AWS's sample has for a SaaS product; that a pay-as-you-go agreement has
 * one as well follows from AWS's reference code, which waits for it. The registration token is the acceptor's alone.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_GetAgreementEntitlements.html
 */
export const getAgreementEntitlements = defineOperation(
  'agreement',
  'GetAgreementEntitlements',
  input,
  (asked, call) => {
    const agreement = findProposed(asked.agreementId, call);
    const [status, statusReasonCode] = provisioning(agreement, call.now);
    const isLicensed = status === 'PROVISIONED' || status === 'DEPROVISIONED';
    const entitlement = {
      resource: agreedResource(agreement),
      type: 'AWS::Marketplace::Usage',
      status,
      statusReasonCode,
      licenseArn: (isLicensed && agreement.licenseArn) || undefined,
    };
    const { rows, NextToken: nextToken } = page([entitlement], asked.maxResults, asked.nextToken);
    return { agreementEntitlements: rows, nextToken };
  },
);

// Which reason goes with which status is inferred, except for the first and the last, which are in AWS's sample.
function provisioning({ status, failure, startsAt, licensedAt }: StoredAgreement, now: number) {
  if (failure !== null) return ['FAILED', failure];
  if (status !== 'ACTIVE') return ['DEPROVISIONED', 'AGREEMENT_INACTIVE'];
  if (startsAt > now) return ['SCHEDULED', 'FUTURE_START_DATE'];
  if (licensedAt > now) return ['PENDING', 'PROVISIONING_IN_PROGRESS'];
  return ['PROVISIONED', 'AGREEMENT_ACTIVE'];
}
