import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadSharedConfigFiles, type Profile } from '@smithy/core/config';
import type { CredentialsFrom } from '../ports/marketplace.ts';

/** Where the SDK looks for credentials and what it finds there, for messages. Contains no secrets. */
export interface CredentialSource {
  readonly words: string;
  /** The profile in use; null for keys from the environment or a sandbox. */
  readonly profile: string | null;
  readonly settings: Profile | null;
  readonly profiles: readonly string[];
  /** The operator chose the profile with a flag or AWS_PROFILE. */
  readonly named: boolean;
  /** The configuration file that names the profile, or null. */
  readonly namedBy: string | null;
  /** The missing sso-session that the profile refers to; null if none is missing. */
  readonly lostSession: string | null;
  /** The settings of the profile's source_profile, or null. */
  readonly startsFrom: Profile | null;
  /** A sentence about an unreadable config file that may contain the profile, or null. */
  readonly fileTrouble: string | null;
}

/**
 * Settings with which a profile can provide credentials:
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
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

export async function credentialSource(
  { role, ...from }: CredentialsFrom & { readonly keys: object | null },
  env: Env,
): Promise<CredentialSource> {
  const source = await sourceWithoutRole(from, env);
  return role ? { ...source, words: `role ${roleName(role.arn)}, assumed with ${source.words}` } : source;
}

/** `mp-verify` of `arn:aws:iam::111122223333:role/tools/mp-verify`. */
export function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

async function sourceWithoutRole(
  { profile, profileFrom = null, keys }: CredentialsFrom & { readonly keys: object | null },
  env: Env,
): Promise<CredentialSource> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const profiles = profilesIn(configFile, credentialsFile);
  const fileTroubles = await Promise.all(sharedFiles(env).map(troubleOfFile));
  const of = (words: string, name: string | null, named = false): CredentialSource => {
    const known = name !== null && (profiles.includes(name) || name in configFile || name in credentialsFile);
    const settings = known && name !== null ? { ...configFile[name], ...credentialsFile[name] } : null;
    const session = settings?.sso_session;
    const lostSession = session && !(`sso-session.${session}` in configFile) ? session : null;
    const startsFrom = settings?.source_profile
      ? { ...configFile[settings.source_profile], ...credentialsFile[settings.source_profile] }
      : null;
    const misplaced =
      name !== null && `profile.${name}` in credentialsFile
        ? `The credentials file has a section [profile ${name}]: there it must be called [${name}].`
        : null;
    const fileTrouble = [...fileTroubles, misplaced].filter((trouble) => trouble !== null).join(' ') || null;
    return {
      words,
      profile: name,
      settings,
      profiles,
      named,
      lostSession,
      startsFrom,
      fileTrouble,
      namedBy: profileFrom,
    };
  };
  if (keys) return of('sandbox credentials', null);
  const wanted = profile ?? env.AWS_PROFILE;
  if (wanted) return of(`profile ${wanted}`, wanted, true);
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return of('AWS_ACCESS_KEY_ID from the environment', null);
  const found = of('profile default', 'default');
  const { settings } = found;
  if (settings !== null && giving.some((key) => settings[key])) return found;
  if (env.AWS_ACCESS_KEY_ID) return of('AWS_ACCESS_KEY_ID from the environment', null);
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return { ...found, words: 'the web identity from the environment' };
  const container = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  return { ...found, words: container ? 'the credentials of this container' : 'the credentials of this machine' };
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The profiles of this machine, by name. */
export async function profileNames(): Promise<readonly string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  return profilesIn(configFile, credentialsFile);
}

type File = Readonly<Record<string, Profile>>;

/** Lists the profiles. `[profile x]` is the profile x in the config file; in the credentials file it is invalid. */
function profilesIn(configFile: File, credentialsFile: File): readonly string[] {
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
  return names.filter((name) => !/^(sso-session|services|profile)\./.test(name)).sort();
}

function sharedFiles(env: Env): readonly string[] {
  const folder = join(env.HOME || env.USERPROFILE || homedir(), '.aws');
  return [
    env.AWS_CONFIG_FILE || join(folder, 'config'),
    env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'),
  ];
}

/** Explains why a file cannot be read. The SDK treats such a file as missing. */
async function troubleOfFile(path: string): Promise<string | null> {
  try {
    const start = (await readFile(path)).subarray(0, 200);
    const isUtf16 =
      (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff) || start.includes(0);
    return isUtf16 ? `${path} is in UTF-16, which AWS tools cannot read: save it as UTF-8.` : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return code === 'EISDIR' ? `${path} is a folder, not a file.` : `${path} could not be read (${code}).`;
  }
}

/** Returns how to renew the credentials. */
export function renewal({ profile, settings, startsFrom }: CredentialSource): string {
  if (profile === null)
    return 'Set new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and run the command again.';
  const sso = settings !== null && ['sso_session', 'sso_start_url'].some((key) => settings[key]);
  if (sso) return `Run: aws sso login --profile ${profile}`;
  if (settings?.login_session) return `Run: aws login --profile ${profile}`;
  if (settings?.credential_process)
    return `Check the credential_process of profile ${profile}, and run the command again.`;
  if (settings?.mfa_serial) return withMfa(profile, settings);
  const source = settings?.source_profile;
  if (source) {
    const start = startsFrom ?? {};
    const how = ['sso_session', 'sso_start_url'].some((key) => start[key])
      ? `aws sso login --profile ${source}`
      : `aws configure --profile ${source}, or your company's sign-in tool`;
    return `Renew the credentials of profile ${source}, the source of profile ${profile} (${how}).`;
  }
  return `Renew the keys of profile ${profile} (aws configure --profile ${profile}, or your company's sign-in tool).`;
}

/** Only AWS's own tools ask for an MFA code. They return temporary keys that need none. */
function withMfa(profile: string, { role_arn: role, source_profile: source, mfa_serial: serial }: Profile): string {
  const asks = source ?? (role ? null : profile);
  const call = role
    ? `aws sts assume-role --role-arn ${role} --role-session-name mp-verify`
    : 'aws sts get-session-token';
  return `Get temporary keys with a code: ${call}${asks ? ` --profile ${asks}` : ''} --serial-number ${serial} --token-code CODE. Put them into AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and run the command without profile ${profile}.`;
}

/** Explains why there are no credentials, and what to do. The SDK has one message for all causes. */
export function missingCredentials(source: CredentialSource): { message: string; hint: string } {
  const found = missing(source);
  return source.fileTrouble === null ? found : { ...found, message: `${found.message} ${source.fileTrouble}` };
}

function missing(source: CredentialSource): { message: string; hint: string } {
  const { profile, settings, profiles } = source;
  const known =
    profiles.length > 0
      ? `Profiles on this machine: ${profiles.join(', ')}.`
      : 'There are no profiles on this machine.';
  const choose = `${known} ${profiles.length > 0 ? 'Choose one with --profile NAME, or create' : 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or create'} one with the AWS CLI: aws configure sso`;
  const { lostSession } = source;
  if (profile === null) {
    return { message: 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.', hint: `Set both. ${choose}` };
  }
  if (settings === null) {
    const message =
      profile === 'default'
        ? 'There are no AWS credentials: AWS_ACCESS_KEY_ID is not set and there is no default profile.'
        : `There is no AWS profile ${profile} in the shared config and credentials files.`;
    if (source.namedBy === null) return { message, hint: choose };
    return {
      message: `${message} ${source.namedBy} names it.`,
      hint: `${choose}. Credentials in the environment (AWS_PROFILE, keys, a role of CI) take precedence over ${source.namedBy}. If this machine has credentials without a profile, remove profile from the file.`,
    };
  }
  if (!giving.some((key) => settings[key])) {
    return {
      message: `Profile ${profile} has no setting that provides credentials (sso_session, role_arn, aws_access_key_id or credential_process).`,
      hint: `${known} Complete it: aws configure sso --profile ${profile}`,
    };
  }
  if (lostSession !== null) {
    return {
      message: `Profile ${profile} signs in with the sso-session ${lostSession}, which is not in the config file.`,
      hint: `${known} Create it again: aws configure sso --profile ${profile}`,
    };
  }
  if (settings.mfa_serial) {
    const message = `Profile ${profile} needs an MFA code (mfa_serial), and mp-verify does not ask for one.`;
    return { message, hint: withMfa(profile, settings) };
  }
  const start = settings.source_profile;
  if (start && !profiles.includes(start)) {
    return { message: `Profile ${profile} uses profile ${start} as its source, which does not exist.`, hint: choose };
  }
  const tried = giving.filter((key) => settings[key]).join(', ');
  return {
    message: `Profile ${profile} exists, but its ${tried} provided no credentials.`,
    hint: `${known} ${renewal(source)}`,
  };
}

/**
 * Returns what is wrong with keys that do not fit into a header (a pasted line break, for example), in a sentence that
 * names the setting; null if nothing is. Never quotes the keys.
 */
export function flawOfKeys(
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string },
  { profile, settings }: CredentialSource,
): string | null {
  const named = {
    accessKeyId: 'access_key_id',
    secretAccessKey: 'secret_access_key',
    sessionToken: 'session_token',
  } as const;
  for (const [key, name] of Object.entries(named) as [keyof typeof named, string][]) {
    const flaw = flawOf(keys[key]);
    if (flaw === null) continue;
    const where =
      profile === null
        ? `AWS_${name.toUpperCase()}`
        : settings?.[`aws_${name}`]
          ? `aws_${name} of profile ${profile}`
          : `The ${name.replaceAll('_', ' ')} that profile ${profile} gives`;
    return `${where} ${flaw}.`;
  }
  return null;
}

function flawOf(value: string | undefined): string | null {
  if (value === undefined || /^[\x21-\x7e]*$/.test(value)) return null;
  const what = /[\r\n]/.test(value)
    ? 'a line break'
    : /\s/.test(value)
      ? 'a space or a tab'
      : 'a character that is not ASCII, or a control character';
  const at =
    value.search(/[^\x21-\x7e]/) === 0 ? 'begins with' : /[^\x21-\x7e]$/.test(value) ? 'ends with' : 'contains';
  return `${at} ${what}, probably pasted by mistake`;
}
