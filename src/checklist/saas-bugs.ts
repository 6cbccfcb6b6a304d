/** Ways in which the sample SaaS of the sandbox can be broken, as real integrations break. */
export const saasBugs = [
  'ignores-contract-change',
  'drops-quantity',
  'wrong-plan',
  'get-only-registration',
  'decodes-token-twice',
  'duplicates-existing-user',
  'never-stores-contract',
  'crashes-on-empty-entitlements',
] as const;

export type SaasBugName = (typeof saasBugs)[number];
