/** An IAM action that mp-verify uses, and what for. */
interface Permission {
  /** What could not be done without it. */
  readonly neededFor: string;
  /** The questions to AWS that need it: those of a group go together. */
  readonly group: 'product' | 'entitlements' | 'agreements' | 'discovery';
  /** Where it is not required: ends the sentence "without it …". */
  readonly without: string | null;
}

const byEntitlements = 'purchases and changes are seen by the entitlements alone, which come later';

/**
 * Every IAM action that mp-verify uses, in the order in which it needs them: the one source of the policy that is printed,
 * of the probes, and of the policy in the README. sts:GetCallerIdentity needs no permission, BatchDescribeEntities has none
 * of its own.
 */
export const permissions = {
  'aws-marketplace:ListEntities': { neededFor: 'finding the product and its offer', group: 'product', without: null },
  'aws-marketplace:DescribeEntity': { neededFor: 'reading the product and its offer', group: 'product', without: null },
  'aws-marketplace:GetEntitlements': {
    neededFor: 'seeing what a buyer is entitled to',
    group: 'entitlements',
    without: 'nothing is lost, because a usage-based product has no entitlements',
  },
  'aws-marketplace:SearchAgreements': {
    neededFor: 'seeing purchases and changes',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetAgreementTerms': {
    neededFor: 'comparing plan and quantity',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetAgreementEntitlements': {
    neededFor: 'comparing licences',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetProduct': {
    neededFor: 'finding the product page',
    group: 'discovery',
    without: 'you are asked for the URL of the product page',
  },
  'aws-marketplace:ListPurchaseOptions': {
    neededFor: 'seeing what the test buyer sees',
    group: 'discovery',
    without: 'nobody can tell whether the test buyer sees the product',
  },
} as const satisfies Readonly<Record<`aws-marketplace:${string}`, Permission>>;

export type Action = keyof typeof permissions;

export const actions = Object.keys(permissions) as readonly Action[];
