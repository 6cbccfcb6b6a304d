import type { STSClient } from '@aws-sdk/client-sts';
import { loadConfig } from '@smithy/core/config';
import { CouldNotTell, Interrupted, UserError } from '../errors.ts';
import type { Clock, ConnectOptions } from '../ports/host.ts';
import { credentialSource, type Env, missingCredentials } from './credentials.ts';
import { explain, noAnswer } from './explain.ts';
import type { Pacers } from './pacer.ts';

/** The connection options, and a signal that stops every request. */
export interface ClientOptions extends ConnectOptions {
  /** Stops every question under way. */
  readonly signal: AbortSignal;
}

/** The Marketplace APIs live here alone, whatever AWS_REGION says: other regions resolve to hosts that do not exist. */
export const region = 'us-east-1';

const nothing = (): void => undefined;
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * For one try of a question. Connecting and silence have limits of their own, below; what they do not bound is left for this,
 * such as a sign-in in a credential_process, or an answer that stops in the middle or never ends.
 */
export const answerLimitMs = 90_000;

/** What every SDK client is built with. A silent server must not hold an operator for ever. */
export function clientConfig({ profile, keys }: ClientOptions, endpoint: string | null) {
  return {
    region,
    // The pacer puts questions again.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...(profile ? { profile } : {}),
    ...(keys ? { credentials: keys } : {}),
    ...(endpoint ? { endpoint } : {}),
    // A sandbox tells our questions from those of the SaaS, which asks with the same keys.
    customUserAgent: 'mp-verify',
    // Some of its credential providers write to the console otherwise, in the middle of the walk.
    logger: silent,
  };
}

/**
 * The custom endpoint of a service, or null for AWS: as the SDK clients find it (AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL,
 * then `services` and `endpoint_url` of the profile), but of the profile that was asked for, and for the Discovery API
 * too, which has no client here. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
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
    'It must begin with https:// or http://, as in http://127.0.0.1:4566',
  );
}

const services = [
  'Marketplace Catalog',
  'Marketplace Entitlement Service',
  'Marketplace Agreement',
  'Marketplace Discovery',
  'STS',
];

/** The first endpoint of any service that is not AWS's own: then what is seen is not AWS alone. */
export async function customEndpoint(options: ClientOptions): Promise<string | null> {
  for (const service of services) {
    const endpoint = await endpointOf(service, options);
    if (endpoint !== null) return endpoint;
  }
  return null;
}

/**
 * Puts one question to AWS, in its turn, and again where trouble may pass; what goes wrong comes out as `CouldNotTell`, a stop
 * of the run as `Interrupted`.
 */
export type Ask = <Answer>(
  action: string,
  host: string,
  question: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

/** What a request is signed with. */
export type Keys = Awaited<ReturnType<STSClient['config']['credentials']>>;
export type Credentials = () => Promise<Keys>;

/** What the adapters of one connection share. */
export interface Connection {
  readonly options: ClientOptions;
  /** One chain for all clients, so that a credential_process is started once, and is the same account's to the end. */
  readonly credentials: Credentials;
  readonly ask: Ask;
  readonly time: AwsClock;
}

export function asker(options: ClientOptions, env: Env, pacers: Pacers): Ask {
  return (action, host, question) => {
    const once = async (attempt: number) => {
      const source = await credentialSource(options, env);
      if (source.profile !== null && source.settings === null && source.named) {
        // The SDK would go on to other credentials of the machine: not the ones that were asked for.
        const { message, hint } = missingCredentials(source);
        throw new CouldNotTell('no-credentials', message, hint, false, { profile: source.profile });
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
      // The client has taken AWS's time from the refusal: with that the same question can be signed.
      (attempt) => once(attempt).catch((error) => (isCorrectedClock(error) ? once(attempt) : Promise.reject(error))),
      options.signal,
    );
  };
}

/** What tells these credentials from others before their account is known. */
export function credentialsName({ keys, profile }: ClientOptions, env: Env): string {
  return keys?.accessKeyId ?? profile ?? (env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID || '');
}

function isCorrectedClock(error: unknown): boolean {
  return error instanceof CouldNotTell && error.code === 'clock-skew';
}

/**
 * The answer, unless `stopped` is aborted or `limitMs` has passed before it is there. Not every part of the SDK listens to its
 * signal (fetching credentials does not), so the answer is not awaited after that. The timer is our own: Node 20 may
 * garbage-collect what AbortSignal.any and AbortSignal.timeout make together, and the limit with it.
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
    // After the end its rejection is handled by no one else.
    answer.catch(() => undefined);
    return await Promise.race([ended, answer]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', stop);
  }
}

/** What AWS's clock says beside ours. */
export interface AwsClock {
  /** The `Date` header of any answer, errors included; whatever is no time is passed over. Returns the time. */
  update(header: string | null | undefined): Date | null;
  /** By how many ms our clock is ahead of AWS's, to a second or two; negative where it is behind, null where AWS has not said. */
  skew(): number | null;
  /** The time that AWS takes a signature with, in ms beside ours; 0 while the two are close. */
  signingOffset(): number;
}

/** Signatures are good for 5 minutes; below that the header, which has whole seconds and travels, says nothing better. */
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
