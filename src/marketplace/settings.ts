import { loadConfig } from '@smithy/core/config';
import { UserError } from '../errors.ts';

/** How to reach AWS: what the operator said, before the environment and the shared config files are looked at. */
export interface ConnectOptions {
  readonly profile: string | null;
  /** For every service; wins over AWS_ENDPOINT_URL and its kin. */
  readonly endpointUrl: string | null;
  /** The sandbox brings its own; null asks the SDK's credential chain. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
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
export function clientConfig({ profile, keys }: ConnectOptions, endpoint: string | null) {
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
  { endpointUrl, profile, keys }: ConnectOptions,
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
    `${from} is "${url}", which is not a web address.`,
    'It begins with https:// or http://, as in http://127.0.0.1:4566',
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
export async function customEndpoint(options: ConnectOptions): Promise<string | null> {
  for (const service of services) {
    const endpoint = await endpointOf(service, options);
    if (endpoint !== null) return endpoint;
  }
  return null;
}
