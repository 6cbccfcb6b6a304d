import { ListEntitiesCommand, MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { CouldNotTell } from '../errors.ts';
import type { Reached } from '../ports/marketplace.ts';
import type { Wire } from './ask.ts';
import { notAws } from './explain.ts';
import { clientConfig, endpointOf, region } from './settings.ts';

/** The request goes out as every other, but without a signature: whoever answers is to be known before anyone is trusted. */
const unsigned = {
  credentials: { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
  signer: { sign: async <Request>(request: Request) => request },
};

/**
 * Whether the Marketplace endpoint answers. A refusal is what AWS gives to an unsigned request, so any error that AWS
 * itself makes is an answer. Rejects with `CouldNotTell` where nobody answers (`network`) or somebody else (`not-aws`).
 */
export async function reach({ options, ask, time }: Wire): Promise<Reached> {
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
  if (endpoint === null && !marked()) throw notAws(host, null, 'it lacks the marks of an AWS answer');
  return { host, awsTime: time.hear(headers.date) };
}
