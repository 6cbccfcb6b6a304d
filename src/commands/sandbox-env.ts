import type { Host } from '../ports/host.ts';

export type Sandbox = Awaited<ReturnType<Host['startSandbox']>>;

/**
 * Variables that some SDKs would use before the keys and the endpoint, or together with them:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const inTheWay = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ...[
    'STS',
    'MARKETPLACE_CATALOG',
    'MARKETPLACE_DISCOVERY',
    'MARKETPLACE_ENTITLEMENT_SERVICE',
    'MARKETPLACE_METERING',
    'MARKETPLACE_AGREEMENT',
  ].map((service) => `AWS_ENDPOINT_URL_${service}`),
];

/** Whoever has a proxy reaches this machine without it. */
export const noProxy = '127.0.0.1,localhost';

/** The environment in which mp-verify and every AWS SDK ask a sandbox, as its seller. */
export function sandboxEnv({ url, seller }: Pick<Sandbox, 'url' | 'seller'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: seller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: seller.secretAccessKey,
    AWS_REGION: 'us-east-1',
    // boto3 and version 1 of the AWS CLI know this name only.
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}
