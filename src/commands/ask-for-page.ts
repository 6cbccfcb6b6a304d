import { pageReason } from '../checklist/reasons.ts';
import type { Host } from '../ports/host.ts';
import type { Marketplace, Product } from '../ports/marketplace.ts';
import type { Terminal } from '../ports/terminal.ts';
import { type FoundPage, lookUpByHand, wrongPageUrl } from '../product/product-page.ts';
import { block } from '../text/block.ts';
import { inSandbox, sandboxPage } from '../text/sandbox-address.ts';
import { Left } from '../walk/left.ts';

/** The list of the seller's products, where each has its button. */
const portal = 'https://aws.amazon.com/marketplace/management/products/saas';

/**
 * Nobody could name the product page: the operator may paste its URL, go on with the purchase page, or end the walk (`Left`).
 */
export async function askForPage(
  found: FoundPage,
  product: Product,
  marketplace: Marketplace,
  host: Host,
  terminal: Terminal,
): Promise<FoundPage> {
  if (!terminal.interactive) return found;
  const sandbox = (await marketplace.caller()).sandbox === null ? null : marketplace.endpoint;
  const look = terminal.look();
  terminal.write(
    `\n${block(look, { lead: '? ', leadStyle: 'accent', body: 'What is the URL of the product page?', style: 'bold' })}`,
  );
  terminal.write(block(look, { lead: '  ', body: found.reason }));
  for (const [i, line] of lookUpByHand.entries())
    terminal.write(block(look, { lead: `  ${i + 1}. `, body: inSandbox(line, sandbox) }));
  terminal.write(
    block(look, {
      lead: '  link    ',
      leadStyle: 'dim',
      body: sandboxPage(portal, sandbox) ?? found.page.managementUrl,
    }),
  );
  const url = await pastedUrl(terminal, sandbox);
  if (url === null) return found;
  await host.productPages.remember(marketplace.endpoint, product.id, url);
  return {
    page: { ...found.page, url, urlSource: 'operator' },
    ...pageReason('url-pasted'),
  };
}

/** Null to go on without. Whoever thinks better of pasting is asked again. */
async function pastedUrl(terminal: Terminal, sandbox: string | null): Promise<string | null> {
  // The sandbox's own page is at the path of AWS's.
  const asOfAws = (url: string) =>
    sandbox !== null && url.startsWith(`${sandbox}/marketplace/pp/`)
      ? url.replace(sandbox, 'https://aws.amazon.com')
      : url;
  for (;;) {
    const key = await terminal.key({ keys: { p: 'paste it', g: 'go on with the purchase page', q: 'quit' } });
    if (key === 'q') throw new Left('quit');
    if (key === 'g') return null;
    const check = (text: string) => {
      const wrong = wrongPageUrl(asOfAws(text));
      return wrong && inSandbox(wrong, sandbox);
    };
    const url = await terminal.line({ message: 'Product page URL:', check });
    if (url !== null) return asOfAws(url);
  }
}
