import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import type { Caller } from '../ports/marketplace.ts';
import type { Ask } from './ask.ts';
import { credentialSource, type Env } from './credentials.ts';
import { type AwsTime, parseMember } from './door.ts';
import { notAws } from './explain.ts';
import type { Keys } from './same-account.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

const identityShape = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string().min(1) });

/** What the sandbox says of itself in a header. */
type SandboxWords = Pick<Caller, 'sandbox' | 'sampleSaas' | 'instance'>;

/** Whose keys these are. GetCallerIdentity needs no permission. `keys` is asked for when it is its turn. */
export async function askCaller(
  options: ConnectOptions,
  env: Env,
  ask: Ask,
  time: AwsTime,
  keys: () => Promise<Keys>,
): Promise<{ readonly caller: Caller; readonly keys: Keys }> {
  const endpoint = await endpointOf('STS', options);
  const host = endpoint ?? `sts.${region}.amazonaws.com`;
  const source = await credentialSource(options, env);
  let words: SandboxWords = { sandbox: null };
  const asked = await ask('sts:GetCallerIdentity', host, async (abortSignal) => {
    const credentials = await keys();
    const systemClockOffset = time.signingOffset();
    const client = new STSClient({ ...clientConfig(options, endpoint), credentials, systemClockOffset });
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers = {} } = result.response as { readonly headers?: Readonly<Record<string, string>> };
        time.hear(headers.date);
        words = sandboxWords(headers['x-mp-verify-sandbox']);
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    try {
      return { credentials, answer: await client.send(new GetCallerIdentityCommand({}), { abortSignal }) };
    } finally {
      client.destroy();
    }
  });
  const { Account, Arn } = asked.answer;
  if (Account === undefined && Arn === undefined) throw notAws(host, null, 'GetCallerIdentity named no account');
  const identity = parseMember(identityShape, { Account, Arn }, 'GetCallerIdentity', host);
  const caller = {
    accountId: identity.Account,
    arn: identity.Arn,
    credentials: source.words,
    credentialsEnd: asked.credentials.expiration ?? null,
    ...words,
  };
  return { caller, keys: asked.credentials };
}

/** `instance=1f2e3d4c new-signup=444455556666 existing-user=555566667777 saas=sample` */
function sandboxWords(header: string | undefined): SandboxWords {
  if (header === undefined) return { sandbox: null };
  const buyers = [...header.matchAll(/([a-z0-9-]+)=(\d{12})/g)].map(([, id = '', buyer = '']) => [id, buyer]);
  const instance = /^instance=([0-9a-f]{8}) /.exec(header)?.[1];
  return {
    sandbox: Object.fromEntries(buyers),
    ...(/ saas=sample$/.test(header) ? { sampleSaas: true } : {}),
    ...(instance ? { instance } : {}),
  };
}
