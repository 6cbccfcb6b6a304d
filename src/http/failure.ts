import type { WebFailure } from '../ports/web.ts';

export function failure(kind: WebFailure['kind'], origin: string | null, why: string): WebFailure {
  return { status: null, kind, origin, why };
}

/** What Node throws when a server can't be asked, in words. Anything else is a bug, and thrown on. */
export function failureOf(error: unknown, { origin, hostname }: URL): WebFailure {
  const code = codeOf(error);
  if (code === null) throw error;
  if (isTls(code)) return failure('tls', origin, tlsWords(code, origin, hostname));
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: `There is no host ${hostname}: the name can't be resolved.`,
    EAI_AGAIN: `The name ${hostname} can't be resolved now: the name server does not answer.`,
    ECONNREFUSED: `${origin} refuses connections.`,
    ECONNRESET: `${origin} closed the connection without a whole answer.`,
    EPIPE: `${origin} closed the connection without a whole answer.`,
    ETIMEDOUT: `${origin} can't be reached from here.`,
    EHOSTUNREACH: `${origin} can't be reached from here.`,
    ENETUNREACH: `${origin} can't be reached from here.`,
  };
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  const other = /^(HPE|Z)_/.test(code)
    ? `What answers at ${origin} does not speak HTTP as it should (${code}).`
    : `${origin} could not be asked (${code}).`;
  return failure('network', origin, known ?? other);
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  // Node's own complaints about how it is called: ours to mend.
  return error.code.startsWith('ERR_INVALID_') ? null : error.code;
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, and what OpenSSL says where no TLS comes about. */
function isTls(code: string): boolean {
  return (
    /^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERROR_IN_CERT_)/.test(code) ||
    /SELF_SIGNED|_CERT$|_CA$|HOSTNAME_MISMATCH|EPROTO|PATH_LENGTH|INVALID_PURPOSE/.test(code)
  );
}

function tlsWords(code: string, origin: string, hostname: string): string {
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${origin} has expired.`;
  if (code === 'CERT_NOT_YET_VALID') return `The certificate of ${origin} is not valid yet (is this clock right?).`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${origin} is not for ${hostname}.`;
  if (code.includes('SELF_SIGNED')) return `The certificate of ${origin} is self-signed, so no browser trusts it.`;
  if (code.startsWith('UNABLE_TO_'))
    return `The certificate of ${origin} can't be traced to a known authority (${code}): does the server send its intermediate certificates?`;
  if (/^CERT_|_CERT$|_CA$/.test(code)) return `The certificate of ${origin} is not valid (${code}).`;
  return `A TLS connection with ${origin} could not be made (${code}).`;
}
