import type { Host } from '../ports/host.ts';
import type { Marketplace, Product } from '../ports/marketplace.ts';
import type { Terminal } from '../ports/terminal.ts';
import { type FoundPage, lookUpByHand, wrongPageUrl } from '../product/product-page.ts';
import { block } from '../text/block.ts';
import { Left } from '../walk/left.ts';

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
  const look = terminal.look();
  terminal.write(
    `\n${block(look, { lead: '? ', leadStyle: 'accent', body: 'What is the URL of the product page?', style: 'bold' })}`,
  );
  terminal.write(block(look, { lead: '  ', body: found.remark }));
  for (const [i, line] of lookUpByHand.entries()) terminal.write(block(look, { lead: `  ${i + 1}. `, body: line }));
  terminal.write(block(look, { lead: '  link    ', leadStyle: 'dim', body: found.page.managementUrl }));
  const url = await pastedUrl(terminal);
  if (url === null) return found;
  await host.productPages.remember(marketplace.endpoint, product.id, url);
  return {
    page: { ...found.page, url, urlSource: 'operator' },
    remark: 'The product page URL is the one that the operator pasted.',
  };
}

/** Null to go on without. Whoever thinks better of pasting is asked again. */
async function pastedUrl(terminal: Terminal): Promise<string | null> {
  for (;;) {
    const key = await terminal.key({ keys: { p: 'paste it', g: 'go on with the purchase page', q: 'quit' } });
    if (key === 'q') throw new Left('quit');
    if (key === 'g') return null;
    const url = await terminal.line({ message: 'Product page URL:', check: wrongPageUrl });
    if (url !== null) return url;
  }
}
