import { pageReason } from '../checklist/reasons.ts';
import type { ConfigOptions, Configured } from '../config/load-config.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { ConnectOptions, Marketplace } from '../ports/marketplace.ts';
import { checkedPageUrl, type FoundPage, findPage, toPage, withoutPage } from '../product/product-page.ts';
import { rememberedPages } from '../product/remembered-pages.ts';
import { type Choose, remember, resolveTarget, type Target } from '../product/target.ts';
import { block } from '../text/block.ts';
import {
  type ConnectedSandbox,
  connectedSandbox,
  type KnownSoFar,
  type SandboxFlags,
  startOwnSandbox,
} from './sandbox.ts';

/** The flags that select the account and the product. */
export interface ConnectionOptions extends ConfigOptions, SandboxFlags {
  readonly endpointUrl?: string | undefined;
  /** True if the URL comes from a flag. */
  readonly urlFromFlag?: boolean | undefined;
}

/** A connection to AWS or a sandbox, and what it has returned. */
export interface Connection {
  readonly marketplace: Marketplace;
  /** Uses the test buyer's credentials; null without them. */
  readonly buyerMarketplace: Marketplace | null;
  target(): Promise<Target>;
  page(): Promise<FoundPage>;
  /** Keeps the page URL that the operator pasted, for this run and later ones. */
  namePage(url: string): Promise<FoundPage>;
  readonly known: KnownSoFar;
  readonly sandbox: ConnectedSandbox;
  close(): Promise<void>;
}

/** Returns how to connect as the seller, except to a sandbox inside the process. */
export function sellerOf({ profile, profileFrom, role, endpointUrl }: ConnectionOptions): ConnectOptions {
  return {
    profile: profile ?? null,
    profileFrom: profileFrom ?? null,
    role: role ?? null,
    endpointUrl: endpointUrl ?? null,
    keys: null,
  };
}

/** Opens a connection. It calls AWS when an answer is first needed, and remembers the answer. */
export async function openConnection(
  options: ConnectionOptions,
  host: Host,
  terminal: Terminal,
  /** Called with every product that AWS finds, before anything uses it. */
  assertProduct: Configured<unknown>['assertProduct'] = () => undefined,
  /** The account of a resumed run. Protects against asking another account by mistake. */
  accountId: string | null = null,
): Promise<Connection> {
  const givenUrl = options.url === undefined ? null : checkedPageUrl(options.url);
  const ownSandbox = await startOwnSandbox(options, host);
  const known: KnownSoFar = { caller: null, product: null, page: null };
  const connect = (to: ConnectOptions) =>
    host.connect(to).catch(async (error: unknown) => {
      // Otherwise it would keep the process alive.
      await ownSandbox?.close();
      throw error;
    });
  const seller = sellerOf(options);
  const connected = await connect(
    ownSandbox ? { ...seller, endpointUrl: ownSandbox.url, keys: ownSandbox.seller } : seller,
  );
  const buyerMarketplace = options.buyerProfile
    ? await connect({ profile: options.buyerProfile, endpointUrl: options.endpointUrl ?? null, keys: null })
    : null;
  const caller = remember(async () => {
    known.caller = await connected.caller();
    return known.caller;
  });
  const marketplace: Marketplace = {
    ...connected,
    caller,
    async refreshCredentials() {
      // Fresh credentials may belong to another account, and the product may have been fixed, so both are asked again.
      for (const each of [caller, target, page]) each.forget();
      await connected.refreshCredentials();
    },
  };
  const target = remember(async () => {
    if (accountId !== null) await assertAccount(accountId, caller);
    const found = await resolveTarget(marketplace, known.product?.id ?? options.product ?? null, chooser(terminal));
    assertProduct(found.product);
    known.product = found.product;
    return found;
  });
  const page = remember(async () => {
    const { caller, product } = await target();
    // The URL stays, so that the operator is not asked for it again. The rest of the product is current.
    if (known.page?.page.productId === product.id) {
      const { url, urlSource } = known.page.page;
      known.page = { ...known.page, page: toPage(caller, product, url, urlSource) };
      return known.page;
    }
    const remembered = rememberedPages(host.foundPages, marketplace.endpoint, caller, host.clock.now);
    const found = await findPage(
      marketplace,
      host.productPages,
      caller,
      product,
      givenUrl,
      buyerMarketplace,
      options.urlFromFlag === true && !options.sandbox,
    ).then(
      async (answer) => {
        // `product-url --all` must not keep printing a URL that is no longer right.
        const pages = await remembered;
        if (pages.note(answer.page)) await pages.save();
        return answer;
      },
      (error: unknown) => withoutPage(caller, product, error),
    );
    known.page = found;
    return found;
  });
  // `page` remembers what was found before the operator was asked. `known` is newer.
  const newestPage = async () => {
    const first = await page();
    return known.page ?? first;
  };
  const namePage = async (url: string) => {
    const { page } = await newestPage();
    await host.productPages.remember(marketplace.endpoint, page.productId, url);
    known.page = { page: { ...page, url, urlSource: 'operator' }, ...pageReason('url-pasted') };
    return known.page;
  };
  const sandbox = connectedSandbox(ownSandbox, options, marketplace, known, host);
  return {
    marketplace,
    buyerMarketplace,
    target,
    page: newestPage,
    namePage,
    known,
    sandbox,
    close: sandbox.close,
  };
}

/**
 * Asks AWS who is signed in, and finds the product, before the first step. Returns why it could not; the first check
 * reports that as its result.
 */
export async function askTarget({ target }: Connection, terminal: Terminal): Promise<string | null> {
  return whileAsking(terminal, target).then(
    () => null,
    (error: unknown) => {
      if (error instanceof CouldNotCheck) return error.message;
      throw error;
    },
  );
}

/** Shows that AWS is being asked. Otherwise the screen can stay blank for a minute. */
export async function whileAsking<Answer>(terminal: Terminal, question: () => Promise<Answer>): Promise<Answer> {
  if (!terminal.interactive) return question();
  const body = 'Checking your AWS credentials';
  const progress = terminal.progress(() => block(terminal.styles(), { lead: '… ', leadStyle: 'accent', body }));
  try {
    return await question();
  } finally {
    progress.stop();
  }
}

async function assertAccount(expected: string, caller: Marketplace['caller']): Promise<void> {
  const { accountId, credentials } = await caller();
  if (accountId === expected) return;
  throw new CouldNotCheck(
    'wrong-account',
    `This run was started with account ${expected}, but you are signed in to account ${accountId} (${credentials}).`,
    `Sign in to account ${expected}, or use its profile: --profile NAME`,
    false,
    { account: accountId, owner: expected },
  );
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
