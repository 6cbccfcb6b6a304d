import type { Output } from '../checklist/outputs.ts';

/** Addresses in a text that may be pages of AWS Marketplace or its consoles. */
const addresses = /https:\/\/(?:[\w-]+\.)*aws\.amazon\.com(?:\/[^\s()"'<>]*[^\s()"'<>.,;:])?/g;

/**
 * Returns the sandbox page (`sandbox` is its URL) that replaces a page of AWS: the shop and the portal have the same
 * paths in both. Null if there is no sandbox or no such page, as for AWS documentation.
 */
export function sandboxPage(url: string | null, sandbox: string | null): string | null {
  if (sandbox === null || url === null || !URL.canParse(url)) return null;
  const { hostname, pathname, search } = new URL(url);
  const isConsole = /^([\w-]+\.)?console\.aws\.amazon\.com$/.test(hostname);
  if (isConsole && /^\/partnercentral\b/.test(pathname)) return `${sandbox}${portal}`;
  if (!/^\/marketplace(\/|$)/.test(pathname)) return null;
  // The buyer's subscriptions.
  if (isConsole) return `${sandbox}/marketplace/contracts`;
  if (hostname !== 'aws.amazon.com') return null;
  return pathname.startsWith('/marketplace/management') ? `${sandbox}${portal}` : `${sandbox}${pathname}${search}`;
}

/** The only page of the portal that the sandbox has: the list of the seller's products. */
const portal = '/marketplace/management/products/saas';

/** Replaces addresses of AWS with those of the sandbox. Returns the text unchanged without a sandbox. */
export function inSandbox(text: string, sandbox: string | null): string {
  return sandbox === null ? text : text.replace(addresses, (url) => sandboxPage(url, sandbox) ?? url);
}

/** Does the same for what a check found. Only for the screen: documents keep AWS's addresses. */
export function outputInSandbox(output: Output, sandbox: string | null): Output {
  if (output.kind !== 'product' || sandbox === null) return output;
  const { url, purchaseUrl } = output.product;
  const product = { ...output.product, url: sandboxPage(url, sandbox), purchaseUrl: inSandbox(purchaseUrl, sandbox) };
  return { ...output, product };
}
