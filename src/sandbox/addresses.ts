import type { SandboxAction } from '../checklist/model.ts';
import type { SampleSaas } from '../ports/sandbox.ts';

const pages = {
  'product-page': '/marketplace/management/products/saas',
  'set-up': '/marketplace/contracts',
  'sign-up': '/saas/sign-up',
  'sign-in': '/saas/sign-in',
  inspect: '/saas/contract',
} as const satisfies Record<Exclude<SandboxAction, 'purchase' | 'change'>, string>;

/** Authorizes any request to the contract API. A real SaaS keeps it secret; this one is as public as the sandbox's keys. */
export const apiToken = 'sandbox-only';

/**
 * Where the operator does a buyer's part in the sandbox at `url`: a page or, to buy or to change a contract, a command to
 * paste. The command needs no quoting in POSIX shells or in cmd.exe, whatever `buyer` and `product` (an entity id) are.
 */
export function practiceCommand(
  url: string,
  action: SandboxAction,
  buyer: string,
  product: string | null = null,
): string {
  if (action === 'set-up') return `${url}${pages[action]}?${practiceFields(action, buyer)}`;
  if (action !== 'purchase' && action !== 'change') return `${url}${pages[action]}`;
  const fields = practiceFields(action, buyer, product).split('&');
  return `curl ${fields.map((field) => `-d ${field}`).join(' ')} ${url}/sandbox/${action}`;
}

/** The form that the command sends. */
export function practiceFields(
  action: 'purchase' | 'change' | 'set-up',
  buyer: string,
  product: string | null = null,
): string {
  return [
    `buyer=${buyer.replaceAll(/[^0-9A-Za-z]/g, '')}`,
    ...(product === null ? [] : [`product=${product.replaceAll(/[^0-9A-Za-z-]/g, '')}`]),
    ...(action === 'change' ? ['quantity=20'] : []),
  ].join('&');
}

/** The pages of the sample SaaS, and its contract API. */
export function saasAddresses(url: string): SampleSaas {
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
