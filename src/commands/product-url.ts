import type { ProductPage } from '../checklist/outputs.ts';
import { pageReason } from '../checklist/reasons.ts';
import { loadConfig } from '../config/load-config.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import type { Caller, Product } from '../ports/marketplace.ts';
import { type FoundPage, findPage, pageLookupSteps, toPage } from '../product/product-page.ts';
import { rememberedPages } from '../product/remembered-pages.ts';
import { askWithCaller, assertOwner } from '../product/target.ts';
import { type Connection, type ConnectionOptions, openConnection } from '../run/connection.ts';
import { block, warning } from '../text/block.ts';
import { jsonText, safe } from '../text/safe.ts';
import { inSandbox, sandboxPage } from '../text/sandbox-address.ts';
import { ago } from '../text/times.ts';

export interface ProductUrlOptions extends ConnectionOptions {
  readonly all?: boolean | undefined;
  /** Ask AWS again for pages found earlier. */
  readonly refresh?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Prints the product page URL, and nothing else, on stdout. */
export async function productUrl(options: ProductUrlOptions, host: Host): Promise<Outcome> {
  if (options.refresh && !options.all)
    throw new UserError(
      'usage',
      '--refresh needs --all: for a single product, mp-verify always asks AWS.',
      'Omit --refresh, or add --all.',
    );
  const terminal = await host.openTerminal(options);
  const config = await loadConfig(options, host);
  const session = await openConnection(
    { ...config.options, urlFromFlag: options.url !== undefined },
    host,
    terminal,
    config.assertProduct,
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
  session: Connection,
  { json, open }: ProductUrlOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  const found = await session.page();
  const sandbox = session.sandbox.url();
  const url = addressOf(found.page, sandbox);
  if (json) host.stdout.write(jsonText(found.page));
  else if (url !== null) host.stdout.write(`${safe(url)}\n`);
  if (url === null) {
    terminal.write(byHand(found, sandbox, terminal));
    return 'error';
  }
  if (open && session.sandbox.isOwn)
    throw new UserError(
      'sandbox-ended',
      'Cannot open the page: the sandbox stops when this command ends.',
      'Start mp-verify sandbox in another terminal, and run the command with the variables that it prints.',
    );
  if (open)
    await host.openLink(url).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code !== 'browser-not-seen') throw error;
      terminal.write(warning(terminal.styles(), error.message));
    });
  return 'pass';
}

/** Returns the URL that people open: in a sandbox, its page. A URL from the operator stays as it is. */
function addressOf({ url, urlSource }: ProductPage, sandbox: string | null): string | null {
  return urlSource === 'discovery' ? (sandboxPage(url, sandbox) ?? url) : url;
}

function byHand({ page, reason }: FoundPage, sandbox: string | null, terminal: Terminal): string {
  const styles = terminal.styles();
  const row = (lead: string, body: string) => block(styles, { lead, body: inSandbox(body, sandbox) });
  return [
    row('', `Could not find the page of ${page.title} (${page.productId}). ${reason}`),
    row('  purchase page  ', page.purchaseUrl),
    row('  portal         ', page.managementUrl),
    row('', 'How to check the product page URL:'),
    ...pageLookupSteps.map((line, i) => row(`  ${i + 1}. `, line)),
    row('', 'Then use it: --url URL'),
  ].join('');
}

async function everyProduct(
  session: Connection,
  { json, refresh }: ProductUrlOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  const { marketplace } = session;
  const [caller, listed] = await askWithCaller(marketplace, () => marketplace.listProducts());
  const ids = listed.map(({ id }) => id);
  if (ids.length === 0)
    throw new CouldNotCheck(
      'no-product',
      'This account owns no SaaS product on AWS Marketplace.',
      "Is this the seller's account? Use its profile: --profile NAME",
    );
  const { products, failed } = await marketplace.describeProducts(ids);
  for (const product of products) assertOwner(caller, product);
  const say = (id: string, words: string) => terminal.write(block(terminal.styles(), { lead: `${id}: `, body: words }));

  const finder = await pageFinder(session, caller, products, refresh === true, host);
  // In parallel: the marketplace keeps to AWS's quotas. The output is in order.
  const asked = products.map(finder.find);
  const all = Promise.all(asked);
  all.catch(() => undefined);
  const pages: ProductPage[] = [];
  for (const { id, error } of failed) say(id, error.message);
  const described = new Set([...products, ...failed].map(({ id }) => id));
  for (const id of ids) if (!described.has(id)) say(id, 'AWS listed this product but did not return its details.');
  let lost = ids.length - products.length;
  try {
    for (const [nth, product] of products.entries()) {
      const found = await asked[nth];
      if (found === undefined || found instanceof CouldNotCheck) {
        lost++;
        say(product.id, found?.message ?? '');
        continue;
      }
      const { page, reason } = found;
      pages.push(page);
      if (page.url === null) say(page.productId, reason);
      if (!json) host.stdout.write(`${line(page, session.sandbox.url())}\n`);
    }
    await all;
  } finally {
    // Also if the command was stopped: AWS answers only a few requests a second.
    await finder.save();
  }
  if (json) host.stdout.write(jsonText({ products: pages }));
  if (finder.oldest !== null) {
    const age = ago(host.clock.now(), finder.oldest);
    const body = `${finder.earlier} of ${ids.length} URLs were found earlier, the oldest ${age}; --refresh asks again`;
    terminal.write(block(terminal.styles(), { body }));
  }
  if (lost === 0) return 'pass';
  const body = `Could not find the pages of ${lost} of ${ids.length} products, so they are not listed. Run the command again in a minute.`;
  terminal.write(block(terminal.styles(), { body }));
  return 'error';
}

/** Finds the page of each product, and asks AWS only if no earlier command has found it. */
interface PageFinder {
  find(product: Product): Promise<FoundPage | CouldNotCheck>;
  /** How many pages were found earlier, and when AWS returned the oldest; null if there are none. */
  readonly earlier: number;
  readonly oldest: string | null;
  /** Saves what AWS has returned now. */
  save(): Promise<void>;
}

async function pageFinder(
  { marketplace, buyerMarketplace, sandbox }: Connection,
  caller: Caller,
  products: readonly Product[],
  refresh: boolean,
  { productPages, foundPages, clock }: Host,
): Promise<PageFinder> {
  // Read once for all products. What the operator entered takes precedence over what AWS returned.
  const entered = await productPages.recall(marketplace.endpoint);
  const remembered = await rememberedPages(foundPages, marketplace.endpoint, caller, clock.now);
  const earlier = new Map(
    products.flatMap((product) => {
      const page = refresh || entered.has(product.id) ? null : remembered.of(product);
      return page === null ? [] : [[product.id, page] as const];
    }),
  );
  const pages = { ...productPages, recall: async () => entered };
  return {
    async find(product) {
      const page = earlier.get(product.id);
      if (page) return { page: toPage(caller, product, page.url, 'discovery'), ...pageReason('url-found') };
      try {
        const found = await findPage(marketplace, pages, caller, product, null, buyerMarketplace);
        remembered.note(found.page);
        return found;
      } catch (error) {
        if (error instanceof CouldNotCheck) return error;
        throw error;
      }
    },
    earlier: earlier.size,
    oldest: [...earlier.values()].map(({ at }) => at).sort()[0] ?? null,
    async save() {
      if (earlier.size < products.length && !sandbox.isOwn) await remembered.save();
    },
  };
}

/** The URL comes first, for scripts that cut; the product follows. */
function line(page: ProductPage, sandbox: string | null): string {
  const { productId, visibility, title } = page;
  return [addressOf(page, sandbox) ?? '-', productId, visibility ?? '-', title].map(safe).join('  ');
}
