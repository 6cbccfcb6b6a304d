import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { CouldNotCheck } from '../errors.ts';
import type { Caller } from '../ports/marketplace.ts';
import { parseMember } from './answers.ts';
import {
  type Ask,
  type AwsClock,
  type ClientOptions,
  type Credentials,
  clientConfig,
  endpointOf,
  type Keys,
  region,
} from './ask.ts';
import { credentialSource, type Env, flawOfKeys, renewal } from './credentials.ts';
import { notAws } from './explain.ts';

const identityShape = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string().min(1) });

/** What a sandbox reports about itself in a header. */
type SandboxWords = Pick<Caller, 'sandbox' | 'sampleSaas' | 'instance'>;

/** Asks whose keys these are. GetCallerIdentity needs no permission. `keys` is called when the request is sent. */
export async function askCaller(
  options: ClientOptions,
  env: Env,
  ask: Ask,
  time: AwsClock,
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
        time.update(headers.date);
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
  if (Account === undefined && Arn === undefined) throw notAws(host, null, 'GetCallerIdentity returned no account');
  const identity = parseMember(identityShape, { Account, Arn }, 'GetCallerIdentity', host);
  const caller = {
    accountId: identity.Account,
    arn: identity.Arn,
    credentials: source.words,
    credentialsExpire: asked.credentials.expiration ?? null,
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

/** The credentials of one connection, which must stay those of one account. */
interface OneAccount {
  /** Credentials for every request. Rejects with `CouldNotCheck` if the keys now belong to another account. */
  readonly credentials: Credentials;
  /** The current keys of the chain, whatever their account. */
  readonly fresh: Credentials;
  /** Records the account of these keys. The first account is that of the connection. */
  setAccount(keys: Keys, accountId: string): void;
}

/**
 * Keeps a connection to one account. A `credential_process` may return another account's keys during a run, so when the
 * access key changes, its account is checked before anything is signed with it.
 */
export function oneAccount(
  options: ClientOptions,
  env: Env,
  /** The account of these keys (GetCallerIdentity). */
  accountOf: (keys: Keys) => Promise<string>,
): OneAccount {
  const chain = new STSClient(clientConfig(options, null)).config.credentials;
  const fresh = async () => {
    const keys = await chain();
    const source = await credentialSource(options, env);
    const flaw = flawOfKeys(keys, source);
    if (flaw !== null) throw new CouldNotCheck('bad-credentials', flaw, `Set it again without it. ${renewal(source)}`);
    return keys;
  };
  const owners = new Map<string, string>();
  let account: string | null = null;
  return {
    fresh,
    setAccount({ accessKeyId }, accountId) {
      owners.set(accessKeyId, accountId);
      account ??= accountId;
    },
    async credentials() {
      const keys = await fresh();
      if (account === null) return keys;
      const owner = owners.get(keys.accessKeyId) ?? (await accountOf(keys));
      owners.set(keys.accessKeyId, owner);
      if (owner === account) return keys;
      throw new CouldNotCheck(
        'wrong-account',
        `The credentials changed from account ${account} to account ${owner} during the run.`,
        `Sign in to account ${account} again, and run the command again.`,
      );
    },
  };
}
