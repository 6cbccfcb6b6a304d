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

interface Identified {
  readonly caller: Caller;
  readonly keys: Keys;
  /** Host as in `Ask`. */
  readonly host: string;
  /** The quotas as a multiple of AWS's: 1, except in a sandbox with others. */
  readonly quotas: number;
}

/** Asks whose keys these are. GetCallerIdentity needs no permission. `keys` is called when the request is sent. */
export async function askCaller(
  options: ClientOptions,
  env: Env,
  ask: Ask,
  time: AwsClock,
  keys: () => Promise<Keys>,
): Promise<Identified> {
  const endpoint = await endpointOf('STS', options);
  const host = endpoint ?? `sts.${region}.amazonaws.com`;
  const source = await credentialSource(options, env);
  let words: SandboxWords = { sandbox: null };
  let quotas = 1;
  const asked = await ask('sts:GetCallerIdentity', host, async (abortSignal) => {
    const credentials = await keys();
    const read = (headers: Headers) => {
      const header = headers['x-mp-verify-sandbox'];
      words = sandboxWords(header);
      quotas = Number(/ quotas=([1-9]\d{0,3})(?= |$)/.exec(header ?? '')?.[1] ?? 1);
    };
    const command = new GetCallerIdentityCommand({});
    const send = (client: STSClient) => client.send(command, { abortSignal });
    return { credentials, answer: await askSts(send, credentials, endpoint, options, time, read) };
  });
  const { Account, Arn } = asked.answer;
  if (Account === undefined && Arn === undefined) throw notAws(host, null, 'GetCallerIdentity returned no account');
  const identity = parseMember(identityShape, { Account, Arn }, 'GetCallerIdentity', host);
  const { expiration, sourceExpiration } = asked.credentials;
  const caller = {
    accountId: identity.Account,
    arn: identity.Arn,
    credentials: source.words,
    credentialsExpire: sourceExpiration === undefined ? (expiration ?? null) : sourceExpiration,
    ...words,
  };
  return { caller, keys: asked.credentials, host, quotas };
}

type Headers = Readonly<Record<string, string>>;

/** Sends one request to STS with these keys, and reads AWS's clock from the headers of its answer. */
export async function askSts<Answer>(
  send: (client: STSClient) => Promise<Answer>,
  credentials: Keys,
  endpoint: string | null,
  options: ClientOptions,
  time: AwsClock,
  read: (headers: Headers) => void = () => undefined,
): Promise<Answer> {
  const systemClockOffset = time.signingOffset();
  const client = new STSClient({ ...clientConfig(options, endpoint), credentials, systemClockOffset });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers = {} } = result.response as { readonly headers?: Headers };
      time.update(headers.date);
      read(headers);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  try {
    return await send(client);
  } finally {
    client.destroy();
  }
}

/** `instance=1f2e3d4c new-signup=444455556666 existing-user=555566667777 quotas=20 saas=sample` */
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

/** Returns the keys of the SDK's credential chain, or of the profile. Rejects with `CouldNotCheck` if they are damaged. */
export function chainOf(options: ClientOptions, env: Env): Credentials {
  const chain = new STSClient(clientConfig(options, null)).config.credentials;
  return async () => {
    const keys = await chain();
    const source = await credentialSource(options, env);
    const flaw = flawOfKeys(keys, source);
    if (flaw !== null) throw new CouldNotCheck('bad-credentials', flaw, `Set it again without it. ${renewal(source)}`);
    return keys;
  };
}

/**
 * Keeps a connection to one account. A `credential_process` may return another account's keys during a run, so when the
 * access key changes, its account is checked before anything is signed with it.
 */
export function oneAccount(
  fresh: Credentials,
  /** The account of these keys (GetCallerIdentity). */
  accountOf: (keys: Keys) => Promise<string>,
): OneAccount {
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
