import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Marketplace } from '../ports/marketplace.ts';
import { connectAgreements } from './agreements.ts';
import { asker } from './ask.ts';
import { connectCatalog } from './catalog.ts';
import type { Env } from './credentials.ts';
import { askListing, askPurchaseOptions } from './discovery.ts';
import { connectDiscovery } from './discovery-request.ts';
import { connectEntitlements } from './entitlements.ts';
import { askCaller } from './identity.ts';
import { type ConnectOptions, customEndpoint } from './settings.ts';

/** AWS Marketplace behind the SDK. Nothing is asked before the first question. */
export async function connect(options: ConnectOptions, env: Env): Promise<Marketplace> {
  const ask = asker(options, env);
  let clients = await makeClients();
  return {
    endpoint: await customEndpoint(options),
    caller: () => askCaller(options, env, ask),
    listProducts: () => clients.catalog.listProducts(),
    describeProduct: (id) => clients.catalog.describeProduct(id),
    describeProducts: (ids) => clients.catalog.describeProducts(ids),
    publicOffer: (productId) => clients.catalog.publicOffer(productId),
    entitlements: (productCode, buyer) => clients.entitlements(productCode, buyer),
    agreements: (productId, buyer) => clients.agreements(productId, buyer),
    findListing: (productId) => askListing(productId, clients.discovery),
    purchaseOptions: (productId) => askPurchaseOptions(productId, clients.discovery),
    async renew() {
      // The clients and the files keep what they have read: both must go, or a new sign-in is never seen.
      await loadSharedConfigFiles({ ignoreCache: true });
      clients = await makeClients();
    },
    reach: async () => (await import('./reach.ts')).reach(options, ask),
    async probe(action, product) {
      const { probe } = await import('./probes.ts');
      return probe(action, product, options, clients.catalog.credentials, ask);
    },
  };

  async function makeClients() {
    const catalog = await connectCatalog(options, ask);
    return {
      catalog,
      entitlements: await connectEntitlements(options, ask),
      agreements: await connectAgreements(options, ask),
      discovery: connectDiscovery(options, catalog.credentials, ask),
    };
  }
}
