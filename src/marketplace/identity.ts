import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Caller } from '../ports/marketplace.ts';
import type { Ask } from './ask.ts';
import { credentialSource, type Env } from './credentials.ts';
import { notAws } from './explain.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

/** Whose credentials these are. GetCallerIdentity needs no permission. */
export async function askCaller(options: ConnectOptions, env: Env, ask: Ask): Promise<Caller> {
  const endpoint = await endpointOf('STS', options);
  const host = endpoint ?? `sts.${region}.amazonaws.com`;
  const client = new STSClient(clientConfig(options, endpoint));
  let sandbox: Caller['sandbox'] = null;
  let sampleSaas = false;
  let instance: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      sandbox = buyersIn(headers?.['x-mp-verify-sandbox']);
      instance = /^instance=([0-9a-f]{8}) /.exec(headers?.['x-mp-verify-sandbox'] ?? '')?.[1];
      sampleSaas = / saas=sample$/.test(headers?.['x-mp-verify-sandbox'] ?? '');
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const source = await credentialSource(options, env);
  const { Account, Arn, expiration } = await ask('sts:GetCallerIdentity', host, async (abortSignal) => {
    const { expiration } = await client.config.credentials();
    return { ...(await client.send(new GetCallerIdentityCommand({}), { abortSignal })), expiration };
  });
  if (!Account || !/^\d{12}$/.test(Account) || !Arn) throw notAws(host, null, 'GetCallerIdentity named no account');
  const credentials = { credentials: source.words, credentialsEnd: expiration ?? null };
  return {
    accountId: Account,
    arn: Arn,
    ...credentials,
    sandbox,
    ...(sampleSaas ? { sampleSaas } : {}),
    ...(instance ? { instance } : {}),
  };
}

/** `instance=1f2e3d4c new-signup=444455556666 existing-user=555566667777` */
function buyersIn(header: string | undefined): Caller['sandbox'] {
  if (header === undefined) return null;
  return Object.fromEntries(
    [...header.matchAll(/([a-z0-9-]+)=(\d{12})/g)].map(([, id = '', buyer = '']) => [id, buyer]),
  );
}
