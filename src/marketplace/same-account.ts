import { STSClient } from '@aws-sdk/client-sts';
import { CouldNotTell } from '../errors.ts';
import { credentialSource, type Env, flawOfKeys, renewal } from './credentials.ts';
import { type ConnectOptions, clientConfig } from './settings.ts';

/** What a request is signed with. */
export type Keys = Awaited<ReturnType<STSClient['config']['credentials']>>;
export type Credentials = () => Promise<Keys>;

/** The credentials of one connection, which belong to one account as long as it lasts. */
export interface OneAccount {
  /** For every request: rejects with `CouldNotTell` where the keys have become those of another account. */
  readonly credentials: Credentials;
  /** As the chain gives them now, whosever they are. */
  readonly fresh: Credentials;
  /** These keys are that account's; the first account that is named is the one of the connection. */
  belong(keys: Keys, accountId: string): void;
}

/**
 * A `credential_process` may hand out another account's keys in mid-run. So whenever the access key changes, and the account
 * is known, it is asked for again before anything is signed with the new key.
 */
export function oneAccount(
  options: ConnectOptions,
  env: Env,
  /** The account of these keys (GetCallerIdentity). */
  accountOf: (keys: Keys) => Promise<string>,
): OneAccount {
  const chain = new STSClient(clientConfig(options, null)).config.credentials;
  const fresh = async () => {
    const keys = await chain();
    const source = await credentialSource(options, env);
    const flaw = flawOfKeys(keys, source);
    if (flaw !== null)
      throw new CouldNotTell('bad-credentials', flaw, `Set it again, without that. ${renewal(source)}`);
    return keys;
  };
  const owners = new Map<string, string>();
  let account: string | null = null;
  return {
    fresh,
    belong({ accessKeyId }, accountId) {
      owners.set(accessKeyId, accountId);
      account ??= accountId;
    },
    async credentials() {
      const keys = await fresh();
      if (account === null) return keys;
      const owner = owners.get(keys.accessKeyId) ?? (await accountOf(keys));
      owners.set(keys.accessKeyId, owner);
      if (owner === account) return keys;
      throw new CouldNotTell(
        'wrong-account',
        `The credentials were those of account ${account}, and have become those of account ${owner}.`,
        `Sign in to account ${account} again, and run the command again.`,
      );
    },
  };
}
