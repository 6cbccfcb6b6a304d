import { pageReason } from '../checklist/reasons.ts';
import type { ConfigOptions } from '../config/load-config.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import type { Rehearsal, SaasBugName, SampleSaas } from '../ports/sandbox.ts';
import type { Terminal } from '../ports/terminal.ts';
import { checkedPageUrl, type FoundPage, findPage, toPage, withoutPage } from '../product/product-page.ts';
import { type Choose, remember, resolveTarget, type Target } from '../product/target.ts';

export interface SessionOptions extends ConfigOptions {
  readonly endpointUrl?: string | undefined;
  readonly saasBug?: SaasBugName | undefined;
  readonly rehearse?: boolean | undefined;
  /** It was said with a flag. */
  readonly urlSaid?: boolean | undefined;
}

/** A connection to AWS, or to a sandbox of its own, and what was learned over it. */
export interface Session {
  readonly marketplace: Marketplace;
  /** With the test buyer's own credentials, where there are some. */
  readonly buyerMarketplace: Marketplace | null;
  target(): Promise<Target>;
  page(): Promise<FoundPage>;
  /** The operator has pasted the URL of the page that was found without one: later runs remember it. */
  namePage(url: string): Promise<FoundPage>;
  /** Test buyers of the sandbox that is asked, by checklist id; none where AWS is real. */
  sandboxBuyers(): Promise<Readonly<Record<string, string>>>;
  /** What is known so far, whatever failed. */
  readonly known: { caller: Caller | null; product: Product | null; page: FoundPage | null };
  /** The sandbox of this process ends with it. */
  readonly ownSandbox: boolean;
  /** Entity id of the product, where the operator has named one: else the sandbox's own choice is meant. */
  namedProduct(): string | null;
  /** The people who do their parts on the pages of the sandbox that is asked; null where AWS is. */
  rehearsal(): Rehearsal | null;
  /** The SaaS of the sandbox that is asked, as far as it is known; null where there is none. */
  sandboxSaas(): SampleSaas | null;
  close(): Promise<void>;
}

/** What a run was about when it was last walked. */
export interface Pinned {
  readonly accountId: string | null;
}

export async function openSession(
  options: SessionOptions,
  host: Host,
  terminal: Terminal,
  /** The account of a run that is gone on with: another one is never asked by mistake. */
  pinned: Pinned = { accountId: null },
): Promise<Session> {
  const said = options.url === undefined ? null : checkedPageUrl(options.url);
  if (options.saasBug !== undefined && !options.sandbox)
    throw new UserError(
      'no-sandbox',
      "--saas-bug breaks the sample SaaS of the program's own sandbox, and this run has none.",
      'Add --sandbox, or say it to mp-verify sandbox.',
    );
  const sandbox = options.sandbox ? await host.sandbox.start(sandboxOptions(options)) : null;
  const known: Session['known'] = { caller: null, product: null, page: null };
  const connected = await host.connect({
    profile: options.profile ?? null,
    endpointUrl: sandbox?.url ?? options.endpointUrl ?? null,
    keys: sandbox?.seller ?? null,
  });
  const buyerMarketplace = options.buyerProfile
    ? await host.connect({ profile: options.buyerProfile, endpointUrl: options.endpointUrl ?? null, keys: null })
    : null;
  const caller = remember(async () => {
    known.caller = await connected.caller();
    return known.caller;
  });
  const marketplace: Marketplace = {
    ...connected,
    caller,
    async refreshCredentials() {
      // Fresh credentials may be another account's, and the product may have been mended: both are looked at again.
      caller.forget();
      target.forget();
      page.forget();
      await connected.refreshCredentials();
    },
  };
  const sandboxBuyers = async () => {
    if (connected.endpoint === null) return {};
    try {
      return (await caller()).sandbox ?? {};
    } catch (error) {
      if (error instanceof CouldNotTell) return {};
      throw error;
    }
  };
  const target = remember(async () => {
    const asking = await caller();
    if (pinned.accountId !== null && asking.accountId !== pinned.accountId)
      throw otherAccount(pinned.accountId, asking);
    const found = await resolveTarget(marketplace, known.product?.id ?? options.product ?? null, chooser(terminal));
    known.product = found.product;
    return found;
  });
  const page = remember(async () => {
    const { caller, product } = await target();
    // What was found of the page's URL stands, and nobody is asked for it again; the product around it is as it is now.
    if (known.page?.page.productId === product.id) {
      const { url, urlSource } = known.page.page;
      known.page = { ...known.page, page: toPage(caller, product, url, urlSource) };
      return known.page;
    }
    const found = await findPage(
      marketplace,
      host.productPages,
      caller,
      product,
      said,
      buyerMarketplace,
      options.urlSaid === true && !options.sandbox,
    ).catch((error: unknown) => withoutPage(caller, product, error));
    known.page = found;
    return found;
  });
  // The newest there is: `page` remembers what was found before the operator was asked.
  const found = async () => {
    const first = await page();
    return known.page ?? first;
  };
  const namePage = async (url: string) => {
    const { page } = await found();
    await host.productPages.remember(marketplace.endpoint, page.productId, url);
    known.page = { page: { ...page, url, urlSource: 'operator' }, ...pageReason('url-pasted') };
    return known.page;
  };
  let people: Rehearsal | null = null;
  const close = async () => sandbox?.close();
  return {
    marketplace,
    buyerMarketplace,
    target,
    page: found,
    namePage,
    sandboxBuyers,
    known,
    ownSandbox: sandbox !== null,
    namedProduct: () => (options.product === undefined ? null : (known.product?.id ?? null)),
    rehearsal: () => {
      if (connected.endpoint !== null)
        people ??= host.sandbox.openRehearsal(connected.endpoint, () => ({
          product: known.product?.id ?? null,
          page: known.page?.page.url ?? null,
        }));
      return people;
    },
    sandboxSaas: () =>
      sandbox?.saas ??
      (known.caller?.sampleSaas && connected.endpoint ? host.sandbox.sampleSaas(connected.endpoint) : null),
    close,
  };
}

function otherAccount(pinned: string, { accountId, credentials }: Caller): CouldNotTell {
  return new CouldNotTell(
    'wrong-account',
    `This run was begun with account ${pinned}, and you are signed in to account ${accountId} (${credentials}).`,
    `Sign in to account ${pinned}, and choose its credentials with --profile NAME.`,
    false,
    { account: accountId, owner: pinned },
  );
}

/** A rehearsal has nobody who would watch AWS take its time. */
function sandboxOptions({ saasBug, rehearse }: SessionOptions) {
  return { ...(saasBug === undefined ? {} : { saasBug }), ...(rehearse ? { delayMs: 300 } : {}) };
}

function chooser(terminal: Terminal): Choose {
  if (!terminal.interactive) return null;
  return (products) =>
    terminal.choose({
      message: 'Which product?',
      choices: products.map(({ id, title, visibility }) => ({
        value: id,
        name: `${title}  ${id}  ${visibility ?? ''}`,
      })),
    });
}
