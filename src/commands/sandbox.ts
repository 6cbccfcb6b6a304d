import { requireDuration } from '../checklist/fields.ts';
import { requireText } from '../config/find-config.ts';
import { Interrupted, type Outcome } from '../errors.ts';
import type { BaseHost, ColorMode } from '../ports/host.ts';
import {
  type RunningSandbox,
  type SaasBugName,
  type SandboxCall,
  type SandboxPort,
  unawareClients,
} from '../ports/sandbox.ts';
import { useCaseIds } from '../run/checklists.ts';
import { warning } from '../text/block.ts';
import { safe, safeJson } from '../text/safe.ts';

export interface SandboxCommandOptions {
  /** Print JSON for programs instead of lines to paste. */
  readonly json?: boolean | undefined;
  readonly port?: number | undefined;
  /** Time from a purchase until AWS grants it. */
  readonly delay?: string | undefined;
  /** Path of a YAML file. */
  readonly scenario?: string | undefined;
  readonly saasBug?: SaasBugName | undefined;
  readonly fulfillmentUrl?: string | undefined;
  /** The address to listen on. */
  readonly host?: string | undefined;
  readonly allowHost?: readonly string[] | undefined;
  /** Do not list calls on stderr. */
  readonly quiet?: boolean | undefined;
  readonly color?: ColorMode | undefined;
}

/** Runs a local AWS Marketplace until it is stopped, and prints how to connect to it. */
export async function sandbox(
  options: SandboxCommandOptions,
  host: Pick<BaseHost, 'files' | 'openTerminal' | 'sandbox' | 'signal' | 'stdout'>,
): Promise<Outcome> {
  const { json = false, quiet = json, port, delay, scenario: path, saasBug, fulfillmentUrl } = options;
  const { host: address, allowHost: allowHosts = [], color = 'auto' } = options;
  const scenarioFile = path === undefined ? undefined : { path, source: await requireText(path, host.files) };
  const terminal = await host.openTerminal({ input: false, color });
  const started = await host.sandbox.start({
    ...(address === undefined ? {} : { host: address }),
    ...(quiet ? {} : { onCall: (call) => terminal.write(`${callLine(call)}\n`) }),
    allowHosts,
    ...(port === undefined ? {} : { port }),
    ...(delay === undefined ? {} : { delayMs: requireDuration(delay, '0s, 30s or 2m', '--delay: ') }),
    ...(saasBug === undefined ? {} : { saasBug }),
    ...(fulfillmentUrl === undefined ? {} : { fulfillmentUrl }),
    ...(scenarioFile === undefined ? {} : { scenarioFile }),
  });
  try {
    const lines = json
      ? [sandboxDocument(started)]
      : sandboxLines(started, { saasBug, allowHosts }, host.sandbox.practiceCommand);
    if (started.isExposed) terminal.write(warning(terminal.styles(), exposed(options.host ?? started.url)));
    host.stdout.write(lines.map((line) => `${line}\n`).join(''));
    await new Promise<void>((resolve) => {
      if (host.signal.aborted) resolve();
      else host.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    if (host.signal.reason instanceof Interrupted) return host.signal.reason.signal;
    throw host.signal.reason;
  } finally {
    await started.close();
  }
}

/** Describes a call on one line, however long it is. */
function callLine({ at, who, action, about, answer }: SandboxCall): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return safe([`${time} UTC`, who, action, about, answer].filter((part) => part !== '').join(' | '));
}

function exposed(address: string): string {
  return `The sandbox listens on ${address}, which other machines may reach. Its keys are not secret: anyone who can reach it can use it. Omit --host to listen on 127.0.0.1 only.`;
}

/**
 * How to connect to a sandbox, as one line of JSON for programs. With `env` set and the variables of `unset` removed, a
 * program calls it as the seller; `accessKeyIds`, by account id, make it another caller. `saas` is null if buyers are
 * sent to another SaaS: `sentTo`.
 */
export function sandboxDocument(sandbox: RunningSandbox): string {
  const { url, seller, buyers, accessKeyIds, saas, sentTo } = sandbox;
  return safeJson(
    JSON.stringify({
      schemaVersion: 1,
      url,
      endpoint: url,
      env: { ...sandboxEnv(sandbox), NO_PROXY: noProxy(sandbox) },
      unset: inTheWay,
      seller: seller.accountId,
      buyers,
      accessKeyIds: { [seller.accountId]: seller.accessKeyId, ...accessKeyIds },
      shop: `${url}/marketplace`,
      saas: saas && { signIn: saas.signIn, contractPage: saas.contractPage },
      sentTo,
    }),
  );
}

interface SandboxTexts {
  readonly saasBug: SaasBugName | undefined;
  /** More host names that the sandbox answers to. */
  readonly allowHosts: readonly string[];
}

/**
 * Returns how to connect to a sandbox and what to do in it, as lines to paste into a shell. Everything except the
 * variables is a comment.
 */
export function sandboxLines(
  sandbox: RunningSandbox,
  { saasBug, allowHosts }: SandboxTexts,
  practiceCommand: SandboxPort['practiceCommand'],
): readonly string[] {
  const { url, seller, buyers, products, accessKeyIds, practiceBuyers, sentTo } = sandbox;
  return [
    '# A local AWS Marketplace to practice on. It is not AWS, and forgets everything',
    '# when it stops. Paste these lines into another terminal: there, mp-verify and',
    '# AWS SDKs call it for Marketplace and STS, and AWS for everything else.',
    `unset ${inTheWay.join(' ')}`,
    ...Object.entries(sandboxEnv(sandbox)).map(([name, value]) => `export ${name}=${value}`),
    `export NO_PROXY="${noProxy(sandbox)}\${NO_PROXY:+,$NO_PROXY}"`,
    `# Not ${unawareClients}:`,
    '#   they ignore these variables and call AWS. Set the endpoint in code, or',
    `#   with --endpoint-url ${url}`,
    ...allowHosts.map((name) => `# From a container, in place of ${url}: http://${safe(name)}:${new URL(url).port}`),
    ...products.map(({ id, code, title }) =>
      safe(`# Product: ${title}, ${id}${code === null ? '' : `, product code ${code}`}`),
    ),
    `# The seller is account ${seller.accountId}. Test buyers:`,
    ...Object.entries(buyers).map(([name, buyer]) => {
      const isUseCase = useCaseIds.some((id) => id === name);
      return `#   ${buyer}  ${isUseCase ? `for mp-verify run ${name} --buyer ${buyer}` : name}`;
    }),
    '# The access key ID selects the caller: a buyer or, last, an unknown account:',
    ...Object.entries(accessKeyIds).map(([account, id]) => `#   ${account}  export AWS_ACCESS_KEY_ID=${id}`),
    ...(['purchase', 'change'] as const).flatMap((action) => {
      const buyer = practiceBuyers[action];
      return buyer === null ? [] : [`#   ${action}: ${practiceCommand(url, action, buyer, null)}`];
    }),
    `# Pages to click through: the shop ${url}/marketplace`,
    `#   its API calls ${url}/sandbox/calls`,
    sentTo.length > 0
      ? `#   buyers are sent to ${safe(sentTo.join(', '))}`
      : `#   the sample SaaS ${url}/saas/sign-in${saasBug === undefined ? '' : `, bug: ${saasBug}`}`,
    '# Ctrl+C stops it.',
  ];
}

/**
 * The services of a sandbox, as they end the names of endpoint variables: the service id in capitals, with underscores.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
const services = [
  'STS',
  'MARKETPLACE_CATALOG',
  'MARKETPLACE_DISCOVERY',
  'MARKETPLACE_ENTITLEMENT_SERVICE',
  'MARKETPLACE_METERING',
  'MARKETPLACE_AGREEMENT',
] as const;

/** Variables that some SDKs prefer to the keys, or that make them ignore the endpoints. */
export const inTheWay = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

/** Programs must call the sandbox without a proxy. */
export function noProxy({ url }: Pick<RunningSandbox, 'url'>): string {
  return [...new Set(['127.0.0.1', 'localhost', new URL(url).hostname.replace(/^\[|\]$/g, '')])].join(',');
}

/**
 * Returns the environment in which mp-verify and the AWS SDKs call a sandbox, as its seller, for Marketplace and STS.
 * Requests to other services are not affected.
 */
export function sandboxEnv({ url, seller }: Pick<RunningSandbox, 'url' | 'seller'>): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_ACCESS_KEY_ID: seller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: seller.secretAccessKey,
    AWS_REGION: 'us-east-1',
    // boto3 and AWS CLI version 1 read only this variable.
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}
