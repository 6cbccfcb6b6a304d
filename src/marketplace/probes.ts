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
import { CouldNotCheck } from '../errors.ts';
import type { IamAction, PingAnswer, ProbeAnswer, Product } from '../ports/marketplace.ts';
import { type ApiConnection, type Ask, type Credentials, clientConfig, endpointOf, region } from './ask.ts';
import { discoveryAsker } from './discovery.ts';
import { missingPermission, notAws } from './explain.ts';

/** What a probe asks about. */
interface Subject {
  readonly productId: string;
  readonly productCode: string;
  readonly agreementId: string;
  readonly buyer: string;
}

/** Sends the request. Resolves if AWS answers it, and rejects like `Ask`. */
type Probe = (subject: Subject, action: IamAction, wire: ApiConnection) => Promise<unknown>;

type Send<Client> = (client: Client, abortSignal: AbortSignal, subject: Subject) => Promise<unknown>;
type ClientConfig = Omit<ReturnType<typeof clientConfig>, 'credentials'> & { readonly credentials: Credentials };

const catalogProbe = withClient(
  'Marketplace Catalog',
  `catalog.marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceCatalogClient(config),
);

const entitlementProbe = withClient(
  'Marketplace Entitlement Service',
  `entitlement.marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceEntitlementServiceClient(config),
);

const agreementProbe = withClient(
  'Marketplace Agreement',
  `agreement-marketplace.${region}.amazonaws.com`,
  (config) => new MarketplaceAgreementClient(config),
);

function discoveryProbe(call: string, input: (subject: Subject) => object): Probe {
  return (subject, _action, wire) => discoveryAsker(wire)(call, input(subject));
}

/** Makes probes that use the SDK client of one service. */
function withClient<Client>(service: string, host: string, make: (config: ClientConfig) => Client) {
  return (send: Send<Client>): Probe =>
    async (subject, action, { options, credentials, ask }) => {
      const endpoint = await endpointOf(service, options);
      const client = make({ ...clientConfig(options, endpoint), credentials });
      return ask(action, endpoint ?? host, (signal) => send(client, signal, subject));
    };
}

/** Well-formed ids, because validation may come before authorization. */
const sampleIds: Subject = {
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

/** Errors about an unknown id. They mean that the action is allowed. */
const answersOfPermitted = /^(ResourceNotFound|Validation|InvalidParameter|ResourceNotSupported)(Exception)?$/;

/** Checks whether the action is allowed, by AWS's answer. Rejects with `CouldNotCheck` for anything else. */
export async function probe(
  action: IamAction,
  product: Pick<Product, 'id' | 'code'> | null,
  wire: ApiConnection,
): Promise<ProbeAnswer> {
  const found: { answer: ProbeAnswer | null } = { answer: null };
  const listening: Ask = (name, host, question) =>
    wire.ask(name, host, async (signal) => {
      try {
        // A separate signal: probes run concurrently, and Node warns about too many listeners on one signal.
        return await question(AbortSignal.any([signal]));
      } catch (error) {
        found.answer = meaningOf(error, action);
        throw error;
      }
    });
  const subject = {
    ...sampleIds,
    productId: product?.id ?? sampleIds.productId,
    productCode: product?.code ?? sampleIds.productCode,
  };
  try {
    await probes[action](subject, action, { ...wire, ask: listening });
    return { allowed: true };
  } catch (error) {
    if (found.answer === null || !(error instanceof CouldNotCheck)) throw error;
    return found.answer;
  }
}

/** Null if the error says nothing about the permission. */
function meaningOf(error: unknown, action: IamAction): ProbeAnswer | null {
  if (!(error instanceof Error)) return null;
  if (answersOfPermitted.test(error.name)) return { allowed: true };
  const missing = missingPermission(error, action);
  if (missing === null) return null;
  const { reason } = error as { readonly reason?: unknown };
  // The service gives a reason of its own (INVALID_ACCESS, INVALID_ACCOUNT_STATE, …) if no policy is at fault:
  // client-marketplace-agreement 3.1164.0, AccessDeniedExceptionReason.
  if (typeof reason === 'string' && !/authorized to perform/.test(error.message)) {
    throw new CouldNotCheck(
      'refused',
      `AWS refused ${action} for a reason other than a policy: ${reason}. AWS says: ${error.message}`,
    );
  }
  return { allowed: false, missing, why: error.message };
}

/** Sends the request unsigned, because the server is not trusted yet. */
const unsigned = {
  credentials: { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
  signer: { sign: async <Request>(request: Request) => request },
};

/**
 * Checks that the Marketplace endpoint answers. AWS rejects an unsigned request, so any error from AWS is an answer.
 * Rejects with `CouldNotCheck` if there is no answer (`network`) or another server answers (`not-aws`).
 */
export async function ping({ options, ask, time }: ApiConnection): Promise<PingAnswer> {
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
  // Every answer of AWS has x-amz headers. Those of other endpoints may not.
  const marked = () => Object.keys(headers).some((name) => name.startsWith('x-amz'));
  try {
    await ask('aws-marketplace:ListEntities', host, (abortSignal) => client.send(command, { abortSignal }));
  } catch (error) {
    if (!(error instanceof CouldNotCheck) || error.code === 'network') throw error;
    if (error.code === 'not-aws' && !marked()) throw error;
  }
  if (endpoint === null && !marked()) throw notAws(host, null, 'its response lacks the headers of an AWS response');
  return { host, awsTime: time.update(headers.date) };
}
