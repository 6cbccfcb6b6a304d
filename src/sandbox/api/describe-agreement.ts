import { agreementQuery } from './agreement-query.ts';
import { agreementView, endTimeBehavior } from './agreement-view.ts';
import { defineOperation } from './operation.ts';
import { findProposed } from './proposed-agreements.ts';

/** https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_DescribeAgreement.html */
export const describeAgreement = defineOperation('agreement', 'DescribeAgreement', agreementQuery, (asked, call) => {
  const agreement = findProposed(asked.agreementId, call);
  const currencyCode = call.world.offers.find(({ id }) => id === agreement.offerId)?.currency ?? 'USD';
  return {
    ...agreementView(agreement, call.caller),
    estimatedCharges: agreement.price === null ? undefined : { currencyCode, agreementValue: agreement.price },
    // What has ended does not come to its end any more: the model of DescribeAgreement.
    endTimeBehavior: agreement.status === 'ACTIVE' ? endTimeBehavior(agreement) : undefined,
  };
});
