import { loadSharedConfigFiles, type Profile } from '@smithy/core/config';
import type { ConnectOptions } from './settings.ts';

/** Where the SDK looks for credentials, and what there is: for words to the operator, never the secrets themselves. */
export interface CredentialSource {
  readonly words: string;
  /** The profile that is looked at; null where keys of the environment or of the sandbox are used. */
  readonly profile: string | null;
  readonly settings: Profile | null;
  readonly profiles: readonly string[];
  /** The operator named the profile, by flag or AWS_PROFILE. */
  readonly named: boolean;
  /** The sso-session that the profile names, where the config has none of that name. */
  readonly lostSession: string | null;
}

/** Keys that can make a profile give credentials: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
const giving = [
  'aws_access_key_id',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'role_arn',
  'credential_process',
  'web_identity_token_file',
  'login_session',
];

export async function credentialSource({ profile, keys }: ConnectOptions, env: Env): Promise<CredentialSource> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
  const profiles = names.filter((name) => !/^(sso-session|services)\./.test(name)).sort();
  const of = (words: string, name: string | null, named = false): CredentialSource => {
    const known = name !== null && (profiles.includes(name) || name in configFile || name in credentialsFile);
    const settings = known && name !== null ? { ...configFile[name], ...credentialsFile[name] } : null;
    const session = settings?.sso_session;
    const lostSession = session && !(`sso-session.${session}` in configFile) ? session : null;
    return { words, profile: name, settings, profiles, named, lostSession };
  };
  if (keys) return of('throw-away credentials of the sandbox', null);
  const wanted = profile ?? env.AWS_PROFILE;
  if (wanted) return of(`profile ${wanted}`, wanted, true);
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return of('AWS_ACCESS_KEY_ID of the environment', null);
  const found = of('profile default', 'default');
  if (found.settings !== null) return found;
  if (env.AWS_ACCESS_KEY_ID) return of('AWS_ACCESS_KEY_ID of the environment', null);
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return { ...found, words: 'the web identity of the environment' };
  const container = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  return { ...found, words: container ? 'the credentials of this container' : 'the credentials of this machine' };
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The command that brings fresh credentials. */
export function renewal({ profile, settings }: CredentialSource): string {
  if (profile === null)
    return 'Set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and run the command again.';
  const sso = settings !== null && ['sso_session', 'sso_start_url'].some((key) => settings[key]);
  if (sso) return `Run: aws sso login --profile ${profile}`;
  if (settings?.login_session) return `Run: aws login --profile ${profile}`;
  if (settings?.credential_process)
    return `Check the credential_process of profile ${profile}, and run the command again.`;
  const source = settings?.source_profile;
  if (source)
    return `Renew the credentials of profile ${source}, which profile ${profile} starts from (aws sso login --profile ${source}).`;
  return `Renew the keys of profile ${profile} (aws configure --profile ${profile}, or your company's sign-in tool).`;
}

/** Why there are no credentials, and what to do: the SDK says the same of every cause. */
export function missingCredentials(source: CredentialSource): { message: string; hint: string } {
  const { profile, settings, profiles } = source;
  const known =
    profiles.length > 0
      ? `Profiles on this machine: ${profiles.join(', ')}.`
      : 'There are no profiles on this machine.';
  const choose = `${known} ${profiles.length > 0 ? 'Choose one with --profile NAME, or make' : 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or make'} one with the AWS CLI: aws configure sso`;
  const { lostSession } = source;
  if (profile === null) {
    return { message: 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.', hint: `Set both. ${choose}` };
  }
  if (settings === null) {
    const message =
      profile === 'default'
        ? 'There are no AWS credentials: AWS_ACCESS_KEY_ID is not set and there is no profile default.'
        : `There is no AWS profile ${profile} in the shared config and credentials files.`;
    return { message, hint: choose };
  }
  if (!giving.some((key) => settings[key])) {
    return {
      message: `Profile ${profile} has nothing that gives credentials (sso_session, role_arn, aws_access_key_id or credential_process).`,
      hint: `${known} Complete it: aws configure sso --profile ${profile}`,
    };
  }
  if (lostSession !== null) {
    return {
      message: `Profile ${profile} signs in with the sso-session ${lostSession}, which is not in the config file.`,
      hint: `${known} Make it again: aws configure sso --profile ${profile}`,
    };
  }
  const start = settings.source_profile;
  if (start && !profiles.includes(start)) {
    return { message: `Profile ${profile} starts from profile ${start}, which does not exist.`, hint: choose };
  }
  const tried = giving.filter((key) => settings[key]).join(', ');
  return {
    message: `Profile ${profile} is there, but its ${tried} gave no credentials.`,
    hint: `${known} ${renewal(source)}`,
  };
}
