import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { CouldNotCheck } from '../errors.ts';
import { assumeStatement, policyHolder, type RoleToAssume } from '../ports/marketplace.ts';
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
import { type CredentialSource, credentialSource, type Env, roleName } from './credentials.ts';
import { missingPermission, notAws } from './explain.ts';
import { askSts } from './identity.ts';

/**
 * Returns keys of the role, assumed with the keys of `source` and renewed before they expire. If those keys already are
 * the role's (a job of CI that has the role), returns them as they are.
 * `options` and `ask` are those of the source.
 */
export function assumedKeys(
  role: RoleToAssume,
  source: Credentials,
  options: ClientOptions,
  env: Env,
  ask: Ask,
  time: AwsClock,
): Credentials {
  const assume = async (): Promise<Keys> => {
    const endpoint = await endpointOf('STS', options);
    const host = endpoint ?? `sts.${region}.amazonaws.com`;
    return ask('sts:AssumeRole', host, async (abortSignal) => {
      const keys = await source();
      // AWS's default duration is one hour, which is also the longest for a role that assumes another.
      const command = new AssumeRoleCommand({
        RoleArn: role.arn,
        RoleSessionName: 'mp-verify',
        ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
      });
      const send = (client: STSClient) => client.send(command, { abortSignal });
      const answer = await askSts(send, keys, endpoint, options, time).catch(async (error: unknown) => {
        if (missingPermission(error, 'sts:AssumeRole') === null) throw error;
        const { message } = error as Error;
        if (isSession(principalIn(message), role.arn)) return null;
        throw notAssumed(role, await credentialSource(options, env), message);
      });
      if (answer === null) return keys;
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
        throw notAws(host, null, 'AssumeRole returned no credentials');
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        // The SDK compares it with this machine's clock, which may be wrong.
        expiration: new Date(Expiration.getTime() - time.signingOffset()),
        sourceExpiration: keys.expiration ?? null,
      };
    });
  };
  // The SDK remembers what a provider returns until shortly before it expires.
  return new STSClient({ ...clientConfig(options, null), credentials: assume }).config.credentials;
}

/** The ARN after `User:` in a message such as `User: arn:… is not authorized to perform: sts:AssumeRole on resource: arn:…`. */
function principalIn(message: string): string | null {
  return /User: (arn:\S+)/.exec(message)?.[1] ?? null;
}

/** Whether the ARN is that of a session of the role. It has no path: `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`. */
function isSession(arn: string | null, role: string): boolean {
  const [, account, name] = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  return account === role.split(':')[4] && name === roleName(role);
}

/** AWS refuses in the same words, whichever of the two policies lacks the permission, and if there is no such role. */
function notAssumed({ arn, externalId }: RoleToAssume, { words }: CredentialSource, why: string): CouldNotCheck {
  const principal = principalIn(why);
  const holder = principal === null ? 'these credentials' : policyHolder(principal);
  const who = principal === null ? words : `${principal} (${words})`;
  const hint = /explicit deny/.test(why)
    ? 'A policy denies it explicitly: ask its owner to remove that statement.'
    : [
        `Check role-arn in mp-verify.yaml. Add this statement to a policy of ${holder}: ${JSON.stringify(assumeStatement(arn))}`,
        externalId === null
          ? `The trust policy of the role must allow it too. If that asks for an external ID, set external-id in mp-verify.yaml.`
          : `The trust policy of the role must allow it too, with the external ID ${externalId}.`,
      ].join(' ');
  const what = `${who} cannot assume the role ${arn}. AWS says: ${why}`;
  return new CouldNotCheck('role-not-assumed', what, hint, false, { action: 'sts:AssumeRole', role: arn });
}
