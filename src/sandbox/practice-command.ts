import type { RehearsedAction } from './rehearsal/rehearse.ts';

const pages = {
  'product-page': '/marketplace/management/products/saas',
  'set-up': '/marketplace/contracts',
  'sign-up': '/saas/sign-up',
  'sign-in': '/saas/sign-in',
  inspect: '/saas/contract',
} as const satisfies Record<Exclude<RehearsedAction, 'purchase' | 'change'>, string>;

/**
 * Where an operator does a part in the sandbox: the address of its page; to buy, or to change a contract, the line to paste.
 * That needs no quoting in POSIX shells or in cmd.exe, whatever `buyer` and `product` (an entity id) are.
 */
export function practiceCommand(
  action: RehearsedAction,
  sandboxUrl: string,
  buyer: string,
  product: string | null = null,
): string {
  if (action === 'set-up') return `${sandboxUrl}${pages[action]}?${practiceFields(action, buyer)}`;
  if (action !== 'purchase' && action !== 'change') return `${sandboxUrl}${pages[action]}`;
  const fields = practiceFields(action, buyer, product).split('&');
  return `curl ${fields.map((field) => `-d ${field}`).join(' ')} ${sandboxUrl}/sandbox/${action}`;
}

/** The form that the line sends. */
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
