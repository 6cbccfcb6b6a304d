import { setMaxListeners } from 'node:events';
import { CouldNotCheck } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { ConnectOptions, Marketplace } from '../ports/marketplace.ts';
import type { FoundPlace, RememberedPage } from '../ports/storage.ts';
import { remember } from '../product/target.ts';
import type { Session } from '../run/prepare.ts';
import { readConfirmations } from '../run/saved-runs.ts';
import { silent } from '../run/session.ts';

/** What the products of a fleet share: AWS is asked, and files are read, once for all of them. */
export interface Shared extends Pick<Session, 'confirmations'> {
  /** Its connections, saved pages and signal are those of the fleet. */
  readonly host: Host;
  /** Shows nothing and asks nothing. */
  readonly terminal: Terminal;
  /** How far this machine's clock is ahead of AWS's, in ms; null before AWS's first answer. */
  clockSkew(): number | null;
  /** Why AWS did not identify the callers of some accounts. */
  readonly troubles: readonly CouldNotCheck[];
  /** Stops the work at all products. */
  stop(): void;
  /** Saves the product pages that have changed. */
  save(): Promise<void>;
}

/** Opens what products share until `stop` is called, or the program is stopped. */
export function openShared(host: Host, terminal: Terminal, operator: string | null): Shared {
  const stopping = new AbortController();
  const signal = AbortSignal.any([host.signal, stopping.signal]);
  // Every product listens to it.
  setMaxListeners(0, signal);
  const { connect, clockSkew, troubles } = connections(host.connect);
  const { save, ...pages } = savedPages(host);
  const confirmed = new Map<number, ReturnType<Shared['confirmations']>>();
  return {
    host: { ...host, ...pages, connect, signal, operator: async () => operator },
    terminal: { ...silent(terminal), interactive: false },
    confirmations: (maxAge) => once(confirmed, maxAge, () => readConfirmations(host.runs, maxAge, host)),
    clockSkew,
    troubles,
    // A plain error, which nothing takes for a result of a check.
    stop: () => stopping.abort(new Error('the fleet run ends')),
    save,
  };
}

/** One connection for each account, however many products it has. */
function connections(connect: Host['connect']): Pick<Host, 'connect'> & Pick<Shared, 'clockSkew' | 'troubles'> {
  const opened = new Map<string, Promise<Marketplace>>();
  const answered: Marketplace[] = [];
  const troubles: CouldNotCheck[] = [];
  const open = async (options: ConnectOptions) => {
    const marketplace = askedOnce(await connect(options));
    answered.push(marketplace);
    // The quotas belong to the account, so the other requests must wait until it is known.
    await marketplace.caller().catch((error: unknown) => {
      if (!(error instanceof CouldNotCheck)) throw error;
      troubles.push(error);
    });
    return marketplace;
  };
  return {
    connect(options) {
      const { profile, role, endpointUrl, keys } = options;
      const key = JSON.stringify([profile, role?.arn, role?.externalId, endpointUrl, keys?.accessKeyId]);
      return once(opened, key, () => open(options));
    },
    troubles,
    clockSkew: () => answered.map((each) => each.clockSkew()).find((skew) => skew !== null) ?? null,
  };
}

/** Asks AWS once for what is the same for all products of an account. */
function askedOnce(connected: Marketplace): Marketplace {
  const listProducts = remember(connected.listProducts);
  const described = new Map<string, ReturnType<Marketplace['describeProducts']>>();
  let refused: CouldNotCheck | null = null;
  const caller = remember(async () => {
    // Credentials that AWS has refused stay refused. Asking for them may even prompt somebody.
    if (refused !== null) throw refused;
    return connected.caller().catch((error: unknown) => {
      if (error instanceof CouldNotCheck && !error.transient) refused = error;
      throw error;
    });
  });
  return {
    ...connected,
    caller,
    listProducts,
    describeProducts(ids) {
      const key = ids.join();
      const known = described.get(key);
      if (known) return known;
      const asked = connected.describeProducts(ids);
      described.set(key, asked);
      const forget = () => described.delete(key);
      asked.then(({ failed }) => failed.length > 0 && forget(), forget);
      return asked;
    },
    async refreshCredentials() {
      refused = null;
      caller.forget();
      await connected.refreshCredentials();
    },
  };
}

/** Reads what earlier commands know of product pages once, and saves what has changed at the end. */
function savedPages({ foundPages, productPages }: Pick<Host, 'foundPages' | 'productPages'>) {
  const places = new Map<string, ReturnType<typeof foundPages.recall>>();
  const changed = new Map<string, { readonly place: FoundPlace; readonly pages: Map<string, RememberedPage | null> }>();
  const entered = new Map<string | null, ReturnType<typeof productPages.recall>>();
  return {
    foundPages: {
      recall: (place: FoundPlace) => once(places, JSON.stringify(place), () => foundPages.recall(place)),
      async remember(place: FoundPlace, pages: ReadonlyMap<string, RememberedPage | null>) {
        const before = once(changed, JSON.stringify(place), () => ({ place, pages: new Map() }));
        for (const [id, page] of pages) before.pages.set(id, page);
      },
    },
    productPages: {
      ...productPages,
      recall: (endpoint: string | null) => once(entered, endpoint, () => productPages.recall(endpoint)),
    },
    async save() {
      for (const { place, pages } of changed.values()) await foundPages.remember(place, pages);
    },
  };
}

function once<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
