import type { RunningSandbox } from '../ports/sandbox.ts';

/**
 * The services that a sandbox plays, as the variables of their endpoints end: the id of the service in capitals, with
 * underscores. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
const services = [
  'STS',
  'MARKETPLACE_CATALOG',
  'MARKETPLACE_DISCOVERY',
  'MARKETPLACE_ENTITLEMENT_SERVICE',
  'MARKETPLACE_METERING',
  'MARKETPLACE_AGREEMENT',
] as const;

/** Variables that some SDKs would use before the keys, or that have them leave the endpoints aside. */
export const inTheWay = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

/** Whoever has a proxy reaches the sandbox without it. */
export function noProxy({ url }: Pick<RunningSandbox, 'url'>): string {
  return [...new Set(['127.0.0.1', 'localhost', new URL(url).hostname.replace(/^\[|\]$/g, '')])].join(',');
}

/**
 * The environment in which mp-verify and the AWS SDKs ask a sandbox, as its seller, about Marketplace and STS. What a SaaS
 * asks of other services goes where it would go without a sandbox.
 */
export function sandboxEnv({ url, seller }: Pick<RunningSandbox, 'url' | 'seller'>): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_ACCESS_KEY_ID: seller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: seller.secretAccessKey,
    AWS_REGION: 'us-east-1',
    // boto3 and version 1 of the AWS CLI know this name only.
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}
