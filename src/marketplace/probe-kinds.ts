import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Action } from '../ports/permissions.ts';
import type { Ask } from './ask.ts';
import { type Credentials, connectDiscovery } from './discovery-request.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

/** What a probe asks about. */
export interface Subject {
  readonly productId: string;
  readonly productCode: string;
  readonly agreementId: string;
  readonly buyer: string;
}

interface Wires {
  readonly options: ConnectOptions;
  /** One chain for all clients, so that a credential_process is started once. */
  readonly credentials: Credentials;
  readonly ask: Ask;
}

/** Asks its question. Resolves where AWS answers it, rejects as `Ask` does. */
export type Probe = (subject: Subject, action: Action, wires: Wires) => Promise<unknown>;

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

export function discoveryProbe(operation: string, input: (subject: Subject) => object): Probe {
  return (subject, _action, { options, credentials, ask }) =>
    connectDiscovery(options, credentials, ask)(operation, input(subject));
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
