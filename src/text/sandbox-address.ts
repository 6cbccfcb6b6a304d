import type { Output } from '../checklist/model.ts';
import type { StepReport } from '../checklist/report-document.ts';

/** Addresses of AWS Marketplace, and of the consoles that are a way to it, as they stand in a text. */
const addresses = /https:\/\/(?:[\w-]+\.)*aws\.amazon\.com(?:\/[^\s()"'<>]*[^\s()"'<>.,;:])?/g;

/**
 * The page of a sandbox (its URL) that stands for one of AWS: shop and portal stand at the same paths. Null where there is no
 * sandbox, or where it has no such page: AWS's documentation is AWS's.
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

/** The sandbox has the list of the seller's products only. */
const portal = '/marketplace/management/products/saas';

/** A text with the sandbox's addresses in place of AWS's; as it is where there is no sandbox. */
export function inSandbox(text: string, sandbox: string | null): string {
  return sandbox === null ? text : text.replace(addresses, (url) => sandboxPage(url, sandbox) ?? url);
}

/** What a check found, as `inSandbox`: for the screen, documents keep AWS's addresses. */
export function outputInSandbox<Found extends Output | NonNullable<StepReport['output']>>(
  output: Found,
  sandbox: string | null,
): Found {
  if (output.kind !== 'product' || sandbox === null) return output;
  const { url, purchaseUrl } = output.product;
  const product = { ...output.product, url: sandboxPage(url, sandbox), purchaseUrl: inSandbox(purchaseUrl, sandbox) };
  return { ...output, product };
}
