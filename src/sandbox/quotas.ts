/**
 * AWS's quotas in calls per second and account: https://docs.aws.amazon.com/marketplace/latest/developerguide, service
 * quotas. Inferred: BatchDescribeEntities counts as DescribeEntity. Actions that are not listed have no documented
 * quota.
 */
const quotas: Readonly<Record<string, number>> = {
  BatchMeterUsage: 10,
  DescribeAgreement: 5,
  DescribeEntity: 20,
  GetAgreementTerms: 5,
  GetEntitlements: 20,
  GetProduct: 5,
  ListChangeSets: 5,
  ListEntities: 10,
  ListPurchaseOptions: 5,
  SearchAgreements: 5,
};

/** Takes one call, and returns whether the account is within its quota. */
export type TakeCall = (action: string, accountId: string) => boolean;

/**
 * Limits calls to AWS's quotas times `factor`. AWS does not document how it counts. Like other AWS APIs, the sandbox
 * has a bucket that holds the calls of one second and is refilled continuously.
 */
export function limitCalls(factor: number, now: () => number): TakeCall {
  const buckets = new Map<string, { readonly calls: number; readonly at: number }>();
  return (action, accountId) => {
    const name = action === 'BatchDescribeEntities' ? 'DescribeEntity' : action;
    const quota = quotas[name];
    if (quota === undefined) return true;
    const perSecond = quota * factor;
    const [key, at] = [`${name} ${accountId}`, now()];
    const bucket = buckets.get(key) ?? { calls: perSecond, at };
    const calls = Math.min(perSecond, bucket.calls + (Math.max(0, at - bucket.at) / 1000) * perSecond);
    const isWithin = calls >= 1;
    buckets.set(key, { calls: isWithin ? calls - 1 : calls, at });
    return isWithin;
  };
}
