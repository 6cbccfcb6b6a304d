import {
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  MarketplaceAgreementClient,
  SearchAgreementsCommand,
} from '@aws-sdk/client-marketplace-agreement';
import {
  DescribeEntityCommand,
  ListEntitiesCommand,
  MarketplaceCatalogClient,
} from '@aws-sdk/client-marketplace-catalog';
import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { CouldNotTell } from '../errors.ts';
import type { IamAction, PingAnswer, ProbeAnswer, Product } from '../ports/marketplace.ts';
import { type Ask, type Connection, type Credentials, clientConfig, endpointOf, region } from './ask.ts';
import { connectDiscovery } from './discovery.ts';
import { missingPermission, notAws } from './explain.ts';

/** What a probe asks about. */
export interface Subject {
  readonly productId: string;
  readonly productCode: string;
  readonly agreementId: string;
  readonly buyer: string;
}

/** Asks its question. Resolves where AWS answers it, rejects as `Ask` does. */
export type Probe = (subject: Subject, action: IamAction, wire: Connection) => Promise<unknown>;

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

/** Well-formed, because validation may come before authorization. */
const madeUp: Subject = {
  productId: 'prod-mpverifyprobe',
  productCode: 'mpverifyprobe000000000000',
  agreementId: 'agmt-mpverifyprobe000000000000',
  buyer: '000000000000',
};

const Catalog = 'AWSMarketplace';

const probes = {
  'aws-marketplace:ListEntities': catalogProbe((client, abortSignal) =>
    client.send(new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct', MaxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:DescribeEntity': catalogProbe((client, abortSignal, { productId }) =>
    client.send(new DescribeEntityCommand({ Catalog, EntityId: productId }), { abortSignal }),
  ),
  'aws-marketplace:GetEntitlements': entitlementProbe((client, abortSignal, { productCode, buyer }) => {
    const Filter = { CUSTOMER_AWS_ACCOUNT_ID: [buyer] };
    return client.send(new GetEntitlementsCommand({ ProductCode: productCode, Filter, MaxResults: 1 }), {
      abortSignal,
    });
  }),
  'aws-marketplace:SearchAgreements': agreementProbe((client, abortSignal, { buyer }) => {
    const asked = { PartyType: 'Proposer', AgreementType: 'PurchaseAgreement', AcceptorAccountId: buyer };
    const filters = Object.entries(asked).map(([name, value]) => ({ name, values: [value] }));
    return client.send(new SearchAgreementsCommand({ catalog: Catalog, filters, maxResults: 1 }), { abortSignal });
  }),
  'aws-marketplace:GetAgreementTerms': agreementProbe((client, abortSignal, { agreementId }) =>
    client.send(new GetAgreementTermsCommand({ agreementId, maxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:GetAgreementEntitlements': agreementProbe((client, abortSignal, { agreementId }) =>
    client.send(new GetAgreementEntitlementsCommand({ agreementId, maxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:GetProduct': discoveryProbe('GetProduct', ({ productId }) => ({ productId })),
  'aws-marketplace:ListPurchaseOptions': discoveryProbe('ListPurchaseOptions', ({ productId }) => ({
    filters: [{ filterType: 'PRODUCT_ID', filterValues: [productId] }],
  })),
} as const satisfies Record<IamAction, Probe>;

/** What a service says of an id that is not there: it has let the question through. Any other error is no permission. */
const answersOfPermitted = /^(ResourceNotFound|Validation|InvalidParameter|ResourceNotSupported)(Exception)?$/;

/** Whether the action is permitted. Only AWS's own words count: what else happens rejects with `CouldNotTell`. */
export async function probe(
  action: IamAction,
  product: Pick<Product, 'id' | 'code'> | null,
  wire: Connection,
): Promise<ProbeAnswer> {
  const heard: { answer: ProbeAnswer | null } = { answer: null };
  const listening: Ask = (name, host, question) =>
    wire.ask(name, host, async (signal) => {
      try {
        // Of its own: probes run at the same time, and too many listeners on one signal are taken for a leak.
        return await question(AbortSignal.any([signal]));
      } catch (error) {
        heard.answer = meaningOf(error, action);
        throw error;
      }
    });
  const subject = {
    ...madeUp,
    productId: product?.id ?? madeUp.productId,
    productCode: product?.code ?? madeUp.productCode,
  };
  try {
    await probes[action](subject, action, { ...wire, ask: listening });
    return { allowed: true };
  } catch (error) {
    if (heard.answer === null || !(error instanceof CouldNotTell)) throw error;
    return heard.answer;
  }
}

/** Null where an error says nothing of the permission. */
function meaningOf(error: unknown, action: IamAction): ProbeAnswer | null {
  if (!(error instanceof Error)) return null;
  if (answersOfPermitted.test(error.name)) return { allowed: true };
  const missing = missingPermission(error, action);
  if (missing === null) return null;
  const { reason } = error as { readonly reason?: unknown };
  // The service itself gives a reason (INVALID_ACCESS, INVALID_ACCOUNT_STATE, …) where no policy is at fault:
  // client-marketplace-agreement 3.1164.0, AccessDeniedExceptionReason.
  if (typeof reason === 'string' && !/authorized to perform/.test(error.message)) {
    throw new CouldNotTell(
      'refused',
      `AWS refused ${action} for a reason other than a policy: ${reason}. AWS says: ${error.message}`,
    );
  }
  return { allowed: false, missing, why: error.message };
}

/** The request goes out as every other, but without a signature: whoever answers is to be known before anyone is trusted. */
const unsigned = {
  credentials: { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
  signer: { sign: async <Request>(request: Request) => request },
};

/**
 * Whether the Marketplace endpoint answers. A refusal is what AWS gives to an unsigned request, so any error that AWS
 * itself makes is an answer. Rejects with `CouldNotTell` where nobody answers (`network`) or somebody else (`not-aws`).
 */
export async function ping({ options, ask, time }: Connection): Promise<PingAnswer> {
  const endpoint = await endpointOf('Marketplace Catalog', options);
  const host = endpoint ?? `catalog.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceCatalogClient({ ...clientConfig(options, endpoint), ...unsigned });
  let headers: Readonly<Record<string, string>> = {};
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { readonly headers?: typeof headers }).headers ?? {};
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const command = new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct', MaxResults: 1 });
  // All of AWS's answers carry a request id or its like; other endpoints need not.
  const marked = () => Object.keys(headers).some((name) => name.startsWith('x-amz'));
  try {
    await ask('aws-marketplace:ListEntities', host, (abortSignal) => client.send(command, { abortSignal }));
  } catch (error) {
    if (!(error instanceof CouldNotTell) || error.code === 'network') throw error;
    if (error.code === 'not-aws' && !marked()) throw error;
  }
  if (endpoint === null && !marked()) throw notAws(host, null, 'its answer lacks the headers of an AWS answer');
  return { host, awsTime: time.update(headers.date) };
}
