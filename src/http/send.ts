import type { LookupAddress } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { WebFailure } from '../ports/saas.ts';

/** One request of a redirect chain. */
export interface Hop {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>> | null;
}

/** Connects only to these addresses, because a second lookup could return others. Rejects with Node's errors. */
export function send(
  { method, url, headers, form }: Hop,
  cookie: string | null,
  addresses: readonly LookupAddress[],
  trusted: string | undefined,
  stop: AbortSignal,
): Promise<http.IncomingMessage> {
  const options: https.RequestOptions = {
    method,
    signal: stop,
    // Its own connection: ignores proxies and agents from the environment.
    agent: false,
    // Verified even with NODE_TLS_REJECT_UNAUTHORIZED=0.
    rejectUnauthorized: true,
    ...(trusted === undefined ? {} : { ca: trusted }),
    lookup: (_, { all }, callback) => {
      const [first] = addresses;
      if (all) callback(null, [...addresses]);
      else callback(null, first?.address ?? '', first?.family ?? 4);
    },
    headers: {
      'user-agent': 'mp-verify',
      'accept-encoding': 'identity',
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...headers,
      ...(cookie === null ? {} : { cookie }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
    request.once('response', resolve);
    // Without a listener Node closes the connection silently.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    // Once the answer has started, the reader of the body receives the error.
    request.on('error', reject);
    request.once('close', () => reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' })));
    request.end(form ? new URLSearchParams(form).toString() : undefined);
  });
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Returns the text of the answer; null if it is longer than `maxBytes`. */
export async function readBody(response: http.IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(response)) {
    bytes += (chunk as Buffer).length;
    // Leaving the loop destroys the stream.
    if (bytes > maxBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return decoderFor(response.headers['content-type']).decode(Buffer.concat(chunks));
}

/** Decompresses the answer. Some servers compress files whatever the request accepts. */
function decoded(response: http.IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding]?.() : undefined;
  // An error in one destroys the other. The reader of the decoder receives it.
  return decoder ? pipeline(response, decoder, () => {}) : response;
}

function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

export function failure(kind: WebFailure['kind'], origin: string | null, why: string): WebFailure {
  return { status: null, kind, origin, why };
}

/** Explains Node's error for a failed request. Any other error is a bug and is rethrown. */
export function failureOf(error: unknown, { origin, hostname }: URL): WebFailure {
  const code = nodeErrorCode(error);
  if (code === null) throw error;
  if (isTls(code)) return failure('tls', origin, tlsWords(code, origin, hostname));
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: `There is no host ${hostname}: its name cannot be resolved.`,
    EAI_AGAIN: `Cannot resolve the name ${hostname} now: the name server does not answer.`,
    ECONNREFUSED: `${origin} refuses connections.`,
    ECONNRESET: `${origin} closed the connection before its answer was complete.`,
    EPIPE: `${origin} closed the connection before its answer was complete.`,
    ETIMEDOUT: `${origin} cannot be reached from here.`,
    EHOSTUNREACH: `${origin} cannot be reached from here.`,
    ENETUNREACH: `${origin} cannot be reached from here.`,
  };
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  const other = /^(HPE|Z)_/.test(code)
    ? `The answer of ${origin} is not valid HTTP (${code}).`
    : `Could not connect to ${origin} (${code}).`;
  return failure('network', origin, known ?? other);
}

function nodeErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  // A wrong call of Node's API is a bug.
  return error.code.startsWith('ERR_INVALID_') ? null : error.code;
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, and OpenSSL's codes of failed handshakes. */
function isTls(code: string): boolean {
  return (
    /^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERROR_IN_CERT_)/.test(code) ||
    /SELF_SIGNED|_CERT$|_CA$|HOSTNAME_MISMATCH|EPROTO|PATH_LENGTH|INVALID_PURPOSE/.test(code)
  );
}

function tlsWords(code: string, origin: string, hostname: string): string {
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${origin} has expired.`;
  if (code === 'CERT_NOT_YET_VALID')
    return `The certificate of ${origin} is not valid yet (is the clock of this machine right?).`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${origin} is not for ${hostname}.`;
  if (code.includes('SELF_SIGNED')) return `The certificate of ${origin} is self-signed, so no browser trusts it.`;
  if (code.startsWith('UNABLE_TO_'))
    return `The certificate of ${origin} was not issued by a known authority (${code}): does the server send its intermediate certificates?`;
  if (/^CERT_|_CERT$|_CA$/.test(code)) return `The certificate of ${origin} is not valid (${code}).`;
  return `Could not make a TLS connection to ${origin} (${code}).`;
}
