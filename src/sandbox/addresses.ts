import type { SandboxAction } from '../checklist/model.ts';
import type { SampleSaas } from '../ports/sandbox.ts';

const pages = {
  'product-page': '/marketplace/management/products/saas',
  'set-up': '/marketplace/contracts',
  'sign-up': '/saas/sign-up',
  'sign-in': '/saas/sign-in',
  inspect: '/saas/contract',
} as const satisfies Record<Exclude<SandboxAction, 'purchase' | 'change'>, string>;

/**
 * Authorizes any request to the contract API. A real SaaS keeps its token secret; this one is as public as the
 * sandbox's keys.
 */
export const apiToken = 'sandbox-only';

/**
 * Returns where the operator does a buyer's part in the sandbox at `url`: a page, or a command to paste that buys or
 * changes a contract. The command needs no quoting in POSIX shells or cmd.exe, whatever `buyer` and `product` (an
 * entity id) are.
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

/** Returns the form fields that the command sends. */
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

/** Returns the URLs of the sample SaaS: its pages and its contract API. */
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
