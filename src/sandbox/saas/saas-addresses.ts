/** Who has it may ask for anybody's contract. Of a SaaS it is a secret; this one is as public as the sandbox's keys. */
export const apiToken = 'sandbox-only';

/** How a run in the sandbox reaches the sample SaaS: its pages, and its own view of a contract, as `mp-verify.yaml` has them. */
export function saasAddresses(url: string) {
  return {
    signIn: `${url}/saas/sign-in`,
    contractPage: `${url}/saas/contract`,
    contractApi: {
      url: `${url}/saas/api/contract?account=\${buyer}&licence=\${licence}`,
      headers: { authorization: `Bearer ${apiToken}` },
      items: 'plans',
      plan: 'plan',
      quantity: 'quantity',
      endDate: 'endsAt',
      accounts: 'accounts',
      plans: {},
    },
  };
}
