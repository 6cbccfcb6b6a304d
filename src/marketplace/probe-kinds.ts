import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Action } from '../ports/permissions.ts';
import type { Wire } from './ask.ts';
import { connectDiscovery } from './discovery-request.ts';
import type { Credentials } from './same-account.ts';
import { clientConfig, endpointOf, region } from './settings.ts';

/** What a probe asks about. */
export interface Subject {
  readonly productId: string;
  readonly productCode: string;
  readonly agreementId: string;
  readonly buyer: string;
}

/** Asks its question. Resolves where AWS answers it, rejects as `Ask` does. */
export type Probe = (subject: Subject, action: Action, wire: Wire) => Promise<unknown>;

type Send<Client> = (client: Client, abortSignal: AbortSignal, subject: Subject) => Promise<unknown>;
type ClientConfig = Omit<ReturnType<typeof clientConfig>, 'credentials'> & { readonly credentials: Credentials };

export const catalogProbe = through(
  'Marketplace Catalog',
  `catalog.marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceCatalogClient(config),
);

export const entitlementProbe = through(
  'Marketplace Entitlement Service',
  `entitlement.marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceEntitlementServiceClient(config),
);

export const agreementProbe = through(
  'Marketplace Agreement',
  `agreement-marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceAgreementClient(config),
);

export function discoveryProbe(call: string, input: (subject: Subject) => object): Probe {
  return (subject, _action, wire) => connectDiscovery(wire)(call, input(subject));
}

/** Probes through the SDK's client of one service. */
function through<Client>(service: string, host: string, make: (config: ClientConfig) => Client) {
  return (send: Send<Client>): Probe =>
    async (subject, action, { options, credentials, ask }) => {
      const endpoint = await endpointOf(service, options);
      const client = make({ ...clientConfig(options, endpoint), credentials });
      return ask(action, endpoint ?? host, (signal) => send(client, signal, subject));
    };
}
