import type { Host } from '../ports/host.ts';
import type { Marketplace, Product } from '../ports/marketplace.ts';
import type { Terminal } from '../ports/terminal.ts';
import { type FoundPage, lookUpByHand, wrongPageUrl } from '../product/product-page.ts';
import { block } from '../text/block.ts';

/** Nobody could name the product page: the operator may paste its URL, or go on with the purchase page. */
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
  const key = await terminal.key({ keys: { p: 'paste it', g: 'go on with the purchase page' } });
  const url = key === 'p' ? await terminal.line({ message: 'Product page URL:', check: wrongPageUrl }) : null;
  if (url === null) return found;
  await host.productPages.remember(marketplace.endpoint, product.id, url);
  return {
    page: { ...found.page, url, urlSource: 'operator' },
    remark: 'The product page URL is the one that the operator pasted.',
  };
}
