import type { ProductPage } from '../checklist/model.ts';
import { CouldNotTell, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { Terminal } from '../ports/terminal.ts';
import { assertOwn } from '../product/own-product.ts';
import { type FoundPage, findPage, lookUpByHand } from '../product/product-page.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/json-text.ts';
import { safe } from '../text/safe.ts';
import { type ConfigOptions, loadConfig } from './load-config.ts';
import { openSession, type Session } from './session.ts';

export interface ProductUrlOptions extends ConfigOptions {
  readonly all?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Prints the product page URL, and nothing else, on stdout. */
export async function productUrl(options: ProductUrlOptions, host: Host): Promise<Outcome> {
  const terminal = await host.openTerminal(options);
  const session = await openSession(
    { ...(await loadConfig(options, host)).options, urlSaid: options.url !== undefined },
    host,
    terminal,
  );
  try {
    return options.all
      ? await everyProduct(session, options, host, terminal)
      : await oneProduct(session, options, host, terminal);
  } finally {
    await session.close();
  }
}

async function oneProduct(
  session: Session,
  { json, open }: ProductUrlOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  const found = await session.page();
  const { url } = found.page;
  if (json) host.stdout.write(jsonText(found.page));
  else if (url !== null) host.stdout.write(`${safe(url)}\n`);
  if (url === null) {
    terminal.write(byHand(found, terminal));
    return 'error';
  }
  if (open)
    await host.openLink(url).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code !== 'browser-not-seen') throw error;
      terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body: error.message }));
    });
  return 'pass';
}

function byHand({ page, remark }: FoundPage, terminal: Terminal): string {
  const look = terminal.look();
  const row = (lead: string, body: string) => block(look, { lead, body });
  return [
    row('', `The page of ${page.title} (${page.productId}) could not be told. ${remark}`),
    row('  purchase page  ', page.purchaseUrl),
    row('  portal         ', page.managementUrl),
    row('', 'How to check the product page URL by hand:'),
    ...lookUpByHand.map((line, i) => row(`  ${i + 1}. `, line)),
    row('', 'Then give it to mp-verify with --url URL.'),
  ].join('');
}

/** At most so many questions to the Discovery API at a time. */
const atOnce = 5;

async function everyProduct(
  { marketplace, buyerMarketplace }: Session,
  { json }: ProductUrlOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  const caller = await marketplace.caller();
  const ids = (await marketplace.listProducts()).map(({ id }) => id);
  const products = await marketplace.describeProducts(ids);
  if (products.length === 0)
    throw new CouldNotTell(
      'no-product',
      'This account owns no SaaS product on AWS Marketplace.',
      "Is it the seller's account? Choose its credentials with --profile NAME.",
    );
  for (const product of products) assertOwn(caller, product);

  const pages: ProductPage[] = [];
  for (let start = 0; start < products.length; start += atOnce) {
    const batch = products
      .slice(start, start + atOnce)
      .map((product) => findPage(marketplace, host.productPages, caller, product, null, buyerMarketplace));
    for (const { page, remark } of await Promise.all(batch)) {
      pages.push(page);
      if (page.url === null) terminal.write(block(terminal.look(), { lead: `${page.productId}: `, body: remark }));
    }
  }
  if (json) host.stdout.write(jsonText({ products: pages }));
  else for (const page of pages) host.stdout.write(`${line(page)}\n`);
  return 'pass';
}

/** The URL first, for scripts that cut; then which product it is of. */
function line({ url, productId, visibility, title }: ProductPage): string {
  return [url ?? '-', productId, visibility ?? '-', title].map(safe).join('  ');
}
