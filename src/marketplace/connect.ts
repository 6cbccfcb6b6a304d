import { setMaxListeners } from 'node:events';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Caller, Marketplace } from '../ports/marketplace.ts';
import {
  type ApiConnection,
  asker,
  awsClock,
  type ClientOptions,
  type Credentials,
  credentialsName,
  customEndpoint,
  type Keys,
  region,
} from './ask.ts';
import type { Env } from './credentials.ts';
import { askCaller, chainOf, oneAccount } from './identity.ts';
import type { Pacers } from './pacer.ts';
import { assumedKeys } from './role.ts';

/**
 * Connects to AWS Marketplace with the SDK. Sends nothing before the first request, and loads the client of an API with
 * the first request to it. `pacers` belong to the process, so that its connections share one quota.
 */
export async function connect(options: ClientOptions, env: Env, pacers: Pacers): Promise<Marketplace> {
  // Many concurrent requests listen to it.
  setMaxListeners(0, options.signal);
  const ask = asker(options, env, pacers);
  const time = awsClock(pacers.clock);
  const { role } = options;
  /** The credentials that assume the role. Without a role, those of the connection. */
  const source = { ...options, role: null };
  const askAsSource = asker(source, env, pacers);
  const identify = async (keys: () => Promise<Keys>) => {
    const found = await askCaller(options, env, ask, time, keys);
    pacers.setAccount(credentialsName(options, env), found.caller.accountId);
    pacers.setQuotas(found.host, found.quotas);
    return found;
  };
  let clients = makeClients();
  return {
    endpoint: await customEndpoint(options),
    caller: () => clients.caller(),
    assumedBy: () => clients.assumedBy(),
    listProducts: async () => (await clients.catalog()).listProducts(),
    describeProduct: async (id) => (await clients.catalog()).describeProduct(id),
    describeProducts: async (ids) => (await clients.catalog()).describeProducts(ids),
    publicOffer: async (productId) => (await clients.catalog()).publicOffer(productId),
    entitlements: async (productCode, buyer) => (await clients.entitlements())(productCode, buyer),
    agreements: async (productId, buyer) => (await clients.agreements())(productId, buyer),
    findListing: async (productId) => (await clients.discovery()).findListing(productId),
    purchaseOptions: async (productId) => (await clients.discovery()).countPurchaseOptions(productId),
    clockSkew: time.skew,
    async refreshCredentials() {
      // The SDK caches config files. Without a reload it would not notice a new sign-in.
      await loadSharedConfigFiles({ ignoreCache: true });
      clients = makeClients();
    },
    ping: async () => (await import('./probes.ts')).ping(clients.wire),
    async probe(action, product) {
      const { probe } = await import('./probes.ts');
      return probe(action, product, clients.wire);
    },
  };

  function makeClients() {
    const chain = chainOf(source, env);
    const fresh = role ? assumedKeys(role, chain, source, env, askAsSource, time) : chain;
    const one = oneAccount(fresh, async (keys) => (await identify(async () => keys)).caller.accountId);
    const wire: ApiConnection = { options, credentials: one.credentials, ask, time };
    return {
      wire,
      assumedBy: async () => (role ? (await askCaller(source, env, askAsSource, time, chain)).caller : null),
      async caller(): Promise<Caller> {
        const { caller, keys } = await identify(one.fresh);
        one.setAccount(keys, caller.accountId);
        return caller;
      },
      catalog: once(async () => (await import('./catalog.ts')).connectCatalog(wire)),
      entitlements: once(async () => (await import('./entitlements.ts')).connectEntitlements(wire)),
      agreements: once(async () => (await import('./agreements.ts')).connectAgreements(wire)),
      discovery: once(async () => (await import('./discovery.ts')).connectDiscovery(wire)),
    };
  }
}

/** Returns the keys of these credentials, for another service of AWS. They reject with `CouldNotCheck`. */
export function keysFor(options: ClientOptions, env: Env, pacers: Pacers): Credentials {
  const source = { ...options, role: null };
  const ask = asker(source, env, pacers);
  const chain = chainOf(source, env);
  const keys = () => ask('sts:GetSessionToken', `sts.${region}.amazonaws.com`, () => chain());
  return options.role ? assumedKeys(options.role, keys, source, env, ask, awsClock(pacers.clock)) : keys;
}

/** Makes the value on first use, and keeps it. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
