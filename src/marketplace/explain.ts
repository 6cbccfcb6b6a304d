import { CouldNotCheck } from '../errors.ts';
import { iamStatement } from '../ports/marketplace.ts';
import { type CredentialSource, missingCredentials, renewal } from './credentials.ts';

/**
 * The parts of an SDK exception used here, whatever its class. The entitlement client does not even model AccessDenied.
 */
interface AwsError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | null;
  readonly hostname: string;
}

/**
 * Explains an exception of a request to AWS: what happened, to what, and what to do next. Names and messages are those
 * of the SDK, reproduced with client-marketplace-catalog 3.1142.0.
 */
export function explain(
  error: unknown,
  action: string,
  source: CredentialSource,
  host: string,
  /** The number of attempts so far. */
  attempts: number,
): CouldNotCheck {
  if (error instanceof CouldNotCheck) return error;
  const aws = read(error);
  const { name, message } = aws;

  const network = networkTrouble(aws);
  if (network) return unreachable(action, aws.hostname || host, network);
  const ofCredentials = /^(CredentialsProviderError|TokenProviderError)$/.test(name);
  if (ofCredentials && /SSO (session|Token)|sso login/.test(message) && !/invalid SSO credentials/.test(message)) {
    const what = `The sign-in of ${source.words} has expired or does not exist: ${message}`;
    return new CouldNotCheck('expired-credentials', what, renewal(source), false, { profile: source.profile });
  }
  if (ofCredentials || source.lostSession !== null || aws.code === 'ENOENT') {
    const { message: why, hint } = missingCredentials(source);
    // The SDK has one message for most causes. If it says more, that is better than a guess.
    const what = /from any providers/.test(message) || source.lostSession !== null ? why : `${why} ${message}`;
    const setUp = /invalid SSO credentials/.test(message)
      ? `Complete it: aws configure sso --profile ${source.profile}`
      : hint;
    return new CouldNotCheck('no-credentials', what, setUp, false, { profile: source.profile });
  }
  if (/^(ExpiredToken(Exception)?|RequestExpired)$/.test(name)) {
    const what = `The credentials (${source.words}) have expired.`;
    return new CouldNotCheck('expired-credentials', what, renewal(source), false, { profile: source.profile });
  }
  if (/TimeTooSkewed|Signature (expired|not yet current)/i.test(`${name} ${message}`)) {
    return new CouldNotCheck(
      'clock-skew',
      `AWS rejected the signature because this machine's clock is wrong: ${message}`,
      'Set the clock (turn on automatic time), and run the command again.',
      false,
      { action },
    );
  }
  if (
    /^(UnrecognizedClientException|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|InvalidAccessKeyId)$/.test(
      name,
    )
  ) {
    return new CouldNotCheck(
      'bad-credentials',
      `AWS did not accept the credentials (${source.words}): ${message}`,
      renewal(source),
      false,
      { profile: source.profile },
    );
  }
  const missing = missingPermission(error, action);
  if (missing !== null) return denied(message, missing);
  if (/Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name) || aws.status === 429) {
    return new CouldNotCheck(
      'throttled',
      `AWS throttled ${action}, ${attempts} ${attempts === 1 ? 'time' : 'times in a row'}.`,
      'Wait a minute and run the command again. Other tools may be using the same account.',
      true,
      { action },
    );
  }
  if (notFromAws(error, aws)) {
    const what = `its response to ${action} is not a valid AWS response`;
    return notAws(host, aws.status, what, (aws.status ?? 0) >= 500);
  }
  const transient = aws.status === null || aws.status >= 500;
  return new CouldNotCheck(
    'aws-error',
    `AWS returned ${name}${aws.status ? ` (HTTP ${aws.status})` : ''} for ${action}: ${message}`,
    transient ? 'Run the command again in a minute; see https://health.aws.amazon.com' : null,
    transient,
    { action, error: name, status: aws.status },
  );
}

/**
 * Returns the error for an answer that is not from AWS, such as a proxy's sign-in page or that of a wrong endpoint URL.
 */
export function notAws(host: string, status: number | null, what: string, transient = false): CouldNotCheck {
  return new CouldNotCheck(
    'not-aws',
    `${host}${status ? ` (HTTP ${status})` : ''} is not AWS: ${what}.`,
    'A proxy, a captive portal or a wrong AWS_ENDPOINT_URL may be answering instead of AWS. Sign in to the network or fix the setting, and run the command again.',
    transient,
    { host, status },
  );
}

/** Returns the error for an answer that was not complete in time. */
export function noAnswer(action: string, host: string, limitMs: number): CouldNotCheck {
  const what = `${action} timed out: the response from ${host} was not complete after ${limitMs / 1000} s.`;
  return networkFailure(what, action, host);
}

function unreachable(action: string, host: string, why: string): CouldNotCheck {
  return networkFailure(`${action} did not reach ${host}: ${why}`, action, host);
}

function networkFailure(what: string, action: string, host: string): CouldNotCheck {
  return new CouldNotCheck(
    'network',
    what,
    'Check the network, VPN, proxy and, if one is set, AWS_ENDPOINT_URL; then run the command again.',
    true,
    { action, host },
  );
}

/** Returns the missing IAM action, as AWS names it or else `asked`; null for any other error. */
export function missingPermission(error: unknown, asked: string): string | null {
  const { name, message } = read(error);
  if (!/^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/.test(name)) return null;
  return /perform: ([a-z0-9-]+:\w+)/.exec(message)?.[1] ?? asked;
}

function denied(message: string, action: string): CouldNotCheck {
  const statement = JSON.stringify(iamStatement([action]));
  return new CouldNotCheck(
    'access-denied',
    `The credentials lack the permission ${action}. AWS says: ${message}`,
    `Add this statement to their IAM policy: ${statement}`,
    false,
    { action },
  );
}

function networkTrouble({ code, message, status, name }: AwsError): string | null {
  if (status !== null) return null;
  const codes = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b/;
  const found = codes.exec(`${code} ${message}`)?.[1];
  if (found === 'ENOTFOUND' || found === 'EAI_AGAIN') return `the name could not be resolved (${found}).`;
  if (found === 'ECONNREFUSED') return 'the connection was refused (ECONNREFUSED).';
  if (found === 'ECONNRESET' || found === 'EPIPE') return `the connection was closed (${found}).`;
  if (name === 'TimeoutError' || found === 'ETIMEDOUT') return 'it timed out.';
  if (found) return `there is no route to it (${found}).`;
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code)) {
    return `its certificate is not trusted (${code}); behind a company proxy set NODE_EXTRA_CA_CERTS.`;
  }
  return /socket hang up/i.test(message) ? `${message}.` : null;
}

function notFromAws(error: unknown, { name, message, status }: AwsError): boolean {
  if (error instanceof SyntaxError || /deserializ/i.test(message)) return true;
  return status !== null && /^(Error|Unknown|UnknownError)$/.test(name);
}

function read(error: unknown): AwsError {
  const thing = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>;
  const metadata = (thing.$metadata ?? {}) as { readonly httpStatusCode?: number };
  const cause = thing.cause as
    | { readonly code?: unknown; readonly message?: unknown; readonly hostname?: unknown }
    | undefined;
  const inner = Array.isArray(thing.errors) ? (thing.errors[0] as { readonly code?: unknown } | undefined) : undefined;
  return {
    name: String(thing.name ?? 'Error'),
    // AWS may quote the rejected request, with the session token, after the first line.
    message: (String(cause?.message || thing.message || error).split('\n')[0] ?? '').trim(),
    hostname: hostIn(String(thing.hostname ?? cause?.hostname ?? ''), String(thing.message ?? '')),
    code: String(thing.code ?? cause?.code ?? inner?.code ?? ''),
    status: metadata.httpStatusCode ?? null,
  };
}

function hostIn(hostname: string, message: string): string {
  return hostname || (/(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/.exec(message)?.[1] ?? '');
}
