import type { STSClient } from '@aws-sdk/client-sts';
import { loadConfig } from '@smithy/core/config';
import { CouldNotCheck, Interrupted, UserError } from '../errors.ts';
import type { Clock } from '../ports/host.ts';
import type { ConnectOptions } from '../ports/marketplace.ts';
import { credentialSource, type Env, missingCredentials } from './credentials.ts';
import { explain, noAnswer } from './explain.ts';
import type { Pacers } from './pacer.ts';

/** The connection options, and a signal that aborts all requests. */
export interface ClientOptions extends ConnectOptions {
  readonly signal: AbortSignal;
}

/** The Marketplace APIs exist only in this region, so AWS_REGION is ignored. */
export const region = 'us-east-1';

const nothing = (): void => undefined;
export const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Limit for one attempt at a request, in ms. Connecting and silence have their own limits below. This one covers the
 * rest, such as the sign-in of a credential_process, or an answer that stops in the middle or never ends.
 */
const answerLimitMs = 90_000;

/** Returns the configuration of every SDK client. Its time limits keep a silent server from blocking the operator. */
export function clientConfig({ profile, keys }: ClientOptions, endpoint: string | null) {
  return {
    region,
    // The pacer retries instead.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...(profile ? { profile } : {}),
    ...(keys ? { credentials: keys } : {}),
    ...(endpoint ? { endpoint } : {}),
    // A sandbox uses this to tell mp-verify from the SaaS, which may have the same keys.
    customUserAgent: 'mp-verify',
    // Otherwise some credential providers write to the console in the middle of a walk.
    logger: silent,
  };
}

/**
 * Finds the custom endpoint of a service; null for AWS. Searches like the SDK clients (AWS_ENDPOINT_URL_<SERVICE>,
 * AWS_ENDPOINT_URL, then `services` and `endpoint_url` of the profile), but for the chosen profile, and also for the
 * Discovery API, which has no SDK client. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function endpointOf(
  service: string,
  { endpointUrl, profile, keys }: ClientOptions,
): Promise<string | null> {
  if (endpointUrl) return checked(endpointUrl, '--endpoint-url');
  if (keys) return null;
  const init = profile ? { profile } : {};
  const ignore = await loadConfig<string>(
    {
      environmentVariableSelector: (env) => env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS,
      configFileSelector: (file) => file.ignore_configured_endpoint_urls,
      default: 'false',
    },
    init,
  )();
  if (ignore === 'true') return null;

  const suffix = service.toUpperCase().replaceAll(' ', '_');
  const key = service.toLowerCase().replaceAll(' ', '_');
  const url = await loadConfig<string>(
    {
      environmentVariableSelector: (env) => env[`AWS_ENDPOINT_URL_${suffix}`] || env.AWS_ENDPOINT_URL || undefined,
      configFileSelector: (file, config) => {
        const services = file.services ? config?.[`services.${file.services}`] : undefined;
        return services?.[`${key}.endpoint_url`] ?? file.endpoint_url;
      },
      default: '',
    },
    init,
  )();
  return url ? checked(url, `AWS_ENDPOINT_URL, for ${service},`) : null;
}

function checked(url: string, from: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  throw new UserError(
    'bad-endpoint',
    `${from} is "${url}", which is not a URL.`,
    'It must begin with https:// or http://, such as http://127.0.0.1:4566',
  );
}

const services = [
  'Marketplace Catalog',
  'Marketplace Entitlement Service',
  'Marketplace Agreement',
  'Marketplace Discovery',
  'STS',
];

/** Finds the first custom endpoint of any service; null if all requests go to AWS. Rejects if any is not a URL. */
export async function customEndpoint(options: ClientOptions): Promise<string | null> {
  const endpoints: (string | null)[] = [];
  for (const service of services) endpoints.push(await endpointOf(service, options));
  return endpoints.find((endpoint) => endpoint !== null) ?? null;
}

/**
 * Sends one request to AWS when the quota allows, and retries after transient errors. Rejects with `CouldNotCheck`, or
 * with `Interrupted` if the run was stopped.
 */
export type Ask = <Answer>(
  action: string,
  host: string,
  question: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

/** The keys that sign a request. */
export type Keys = Awaited<ReturnType<STSClient['config']['credentials']>> & {
  /** For the keys of a role: when the credentials that assume it expire. Until then, the role is assumed again. */
  readonly sourceExpiration?: Date | null;
};
export type Credentials = () => Promise<Keys>;

/** What the APIs of one connection share. */
export interface ApiConnection {
  readonly options: ClientOptions;
  /** One credential chain for all clients, so that a credential_process starts once and the account stays the same. */
  readonly credentials: Credentials;
  readonly ask: Ask;
  readonly time: AwsClock;
}

export function asker(options: ClientOptions, env: Env, pacers: Pacers): Ask {
  return (action, host, question) => {
    const once = async (attempt: number) => {
      const source = await credentialSource(options, env);
      if (source.profile !== null && source.settings === null && source.named) {
        // The SDK would fall back to other credentials of the machine, which the operator did not choose.
        const { message, hint } = missingCredentials(source);
        throw new CouldNotCheck('no-credentials', message, hint, false, { profile: source.profile });
      }
      try {
        return await inTime(answerLimitMs, options.signal, question, () => noAnswer(action, host, answerLimitMs));
      } catch (error) {
        if (options.signal.aborted) throw options.signal.reason;
        if (error instanceof Interrupted || error instanceof UserError) throw error;
        throw explain(error, action, await credentialSource(options, env), host, attempt);
      }
    };
    return pacers.of(credentialsName(options, env), host, action).put(
      // The rejection contains AWS's time, so the client can sign the retry correctly.
      (attempt) => once(attempt).catch((error) => (isCorrectedClock(error) ? once(attempt) : Promise.reject(error))),
      options.signal,
    );
  };
}

/** Names these credentials before their account is known. */
export function credentialsName({ keys, profile, role }: ClientOptions, env: Env): string {
  const name = keys?.accessKeyId ?? profile ?? (env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID || '');
  return role ? `${name} ${role.arn}` : name;
}

function isCorrectedClock(error: unknown): boolean {
  return error instanceof CouldNotCheck && error.code === 'clock-skew';
}

/**
 * Returns the answer, unless `stopped` is aborted or `limitMs` passes first. Parts of the SDK ignore their signal
 * (fetching credentials, for example), so the answer is not awaited after that. Has its own timer, because Node 20 may
 * garbage-collect a combination of AbortSignal.any and AbortSignal.timeout, and the limit with it.
 */
export async function inTime<Answer>(
  limitMs: number,
  stopped: AbortSignal,
  question: (signal: AbortSignal) => Promise<Answer>,
  late: () => Error,
): Promise<Answer> {
  stopped.throwIfAborted();
  const ending = new AbortController();
  const { signal } = ending;
  const stop = () => ending.abort(stopped.reason);
  stopped.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => ending.abort(late()), limitMs);
  try {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const answer = question(signal);
    // Ignores a rejection after the end.
    answer.catch(() => undefined);
    return await Promise.race([ended, answer]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', stop);
  }
}

/** AWS's clock, compared with that of this machine. */
export interface AwsClock {
  /** Reads the `Date` header of any answer, errors included, and returns its time; null if there is none. */
  update(header: string | null | undefined): Date | null;
  /**
   * How far this machine's clock is ahead of AWS's, in ms, accurate to a second or two. Negative if behind, null if
   * unknown.
   */
  skew(): number | null;
  /** The correction in ms for signatures; 0 while the clocks are close. */
  signingOffset(): number;
}

/** Signatures are valid for 5 minutes, so smaller differences need no correction. */
const closeMs = 4 * 60_000;

export function awsClock(clock: Clock): AwsClock {
  let skew: number | null = null;
  let offset = 0;
  return {
    update(header) {
      const time = Date.parse(header ?? '');
      if (Number.isNaN(time)) return null;
      skew = clock.now().getTime() - time;
      offset = time - Date.now();
      return new Date(time);
    },
    skew: () => skew,
    signingOffset: () => (Math.abs(offset) > closeMs ? offset : 0),
  };
}
