import type { Marketplace } from '../ports/marketplace.ts';
import { asker } from './ask.ts';
import { connectCatalog } from './catalog.ts';
import type { Env } from './credentials.ts';
import { askListing } from './discovery.ts';
import { connectEntitlements } from './entitlements.ts';
import { askCaller } from './identity.ts';
import { type ConnectOptions, customEndpoint } from './settings.ts';

/** AWS Marketplace behind the SDK. Nothing is asked before the first question. */
export async function connect(options: ConnectOptions, env: Env): Promise<Marketplace> {
  const ask = asker(options, env);
  const catalog = await connectCatalog(options, ask);
  const entitlements = await connectEntitlements(options, ask);
  return {
    endpoint: await customEndpoint(options),
    caller: () => askCaller(options, env, ask),
    listProducts: catalog.listProducts,
    describeProduct: catalog.describeProduct,
    describeProducts: catalog.describeProducts,
    entitlements,
    findListing: (productId) => askListing(productId, options, catalog.credentials, ask),
  };
}
