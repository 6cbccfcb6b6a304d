import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { CookieJar } from 'tough-cookie';
import type { WebAnswer, WebFailure, WebRequest } from '../ports/saas.ts';
import { wrongAddress, wrongHeaders, wrongUrl } from './addresses.ts';

export interface Limits {
  /** Limit for everything: name resolution, redirects and body. */
  readonly timeoutMs: number;
  readonly redirects: number;
  readonly bytes: number;
  /** A certificate (PEM) to trust instead of the usual authorities. */
  readonly trusted?: string;
  lookup(hostname: string): Promise<readonly LookupAddress[]>;
}

export const limits: Limits = {
  timeoutMs: 10_000,
  redirects: 5,
  bytes: 1024 * 1024,
  lookup: (hostname) => lookup(hostname, { all: true }),
};

/** Implements the port `Web` with Node's HTTP. */
export async function request(asked: WebRequest, signal: AbortSignal, within: Limits = limits): Promise<WebAnswer> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(within.timeoutMs);
  const stop = AbortSignal.any([signal, deadline]);
  if (!URL.canParse(asked.url)) return failure('refused', null, 'The address is not a URL.');
  const first = new URL(asked.url);
  const chain: Chain = {
    first,
    allowLoopback: asked.allowLoopback,
    redirects: [],
    jar: new CookieJar(),
    within,
    stop,
  };
  let hop: Hop = { method: asked.method, url: first, headers: asked.headers ?? {}, form: asked.form ?? null };
  for (;;) {
    try {
      const answer = await ask(hop, chain);
      if ('status' in answer) return answer;
      hop = answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { origin } = hop.url;
      const late = `${origin} did not send a complete response within ${within.timeoutMs / 1000} s.`;
      return afterRedirects(deadline.aborted ? failure('timeout', origin, late) : failureOf(error, hop.url), chain);
    }
  }
}

interface Chain {
  readonly first: URL;
  readonly allowLoopback: boolean;
  readonly redirects: string[];
  readonly jar: CookieJar;
  readonly within: Limits;
  readonly stop: AbortSignal;
}

/** Returns the answer, or the next request of a redirect. */
async function ask(hop: Hop, chain: Chain): Promise<WebAnswer | Hop> {
  const { allowLoopback, redirects, jar, within, stop } = chain;
  const { url } = hop;
  const refuse = (why: string) => afterRedirects(failure('refused', url.origin, why), chain);
  const flaw = wrongUrl(url, allowLoopback) ?? wrongHeaders(hop.headers);
  if (flaw !== null) return refuse(flaw);
  const addresses = await addressesOf(url, chain);
  const wrong = wrongAddress(url, addresses, allowLoopback);
  if (wrong !== null) return refuse(wrong);

  const response = await send(hop, jar.getCookieStringSync(url.href) || null, addresses, within.trusted, stop);
  for (const cookie of response.headers['set-cookie'] ?? []) jar.setCookieSync(cookie, url.href, { ignoreError: true });
  const status = response.statusCode ?? 0;
  if (status === 101) {
    // What follows is not HTTP.
    response.destroy();
    const why = `${url.origin} returned 101 Switching Protocols, which mp-verify did not request.`;
    return afterRedirects(failure('network', url.origin, why), chain);
  }
  const next = nextHop(hop, status, response.headers.location);
  if (next === null) {
    const body = await readBody(response, within.bytes);
    // A body without a length can appear complete when it was cut off.
    stop.throwIfAborted();
    if (body === null)
      return afterRedirects(
        failure('too-large', url.origin, `${url.origin} returned ${status} with more than ${within.bytes} bytes.`),
        chain,
      );
    return { status, url: url.href, redirects, contentType: response.headers['content-type'] ?? null, body };
  }
  response.destroy();
  if (next === 'nowhere') return refuse(`${url.origin} redirects to an invalid URL.`);
  if (redirects.length === within.redirects)
    return failure('redirects', url.origin, `${chain.first.origin} redirects more than ${within.redirects} times.`);
  redirects.push(next.url.href);
  return next;
}

/** Resolves a name, and stops when the request does: name resolution has no time limit of its own. */
function addressesOf({ hostname }: URL, { within, stop }: Chain): Promise<readonly LookupAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return Promise.resolve([{ address: host, family }]);
  return new Promise((resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
    within.lookup(host).then(resolve, reject);
  });
}

function afterRedirects(failed: WebFailure, { first }: Chain): WebFailure {
  if (failed.origin === first.origin) return failed;
  return { ...failed, why: `${failed.why} (${first.origin} redirects there.)` };
}

const redirects: Readonly<Record<number, { readonly keepsMethod: boolean }>> = {
  301: { keepsMethod: false },
  302: { keepsMethod: false },
  303: { keepsMethod: false },
  307: { keepsMethod: true },
  308: { keepsMethod: true },
};

/**
 * Returns the request to which an answer redirects, following a browser's rules; null if it is not a redirect. Headers
 * may be credentials, so they are sent only to the first origin, and not again if a later redirect leads back to it.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | 'nowhere' | null {
  const redirect = redirects[status];
  if (!redirect || location === undefined) return null;
  if (!URL.canParse(location, hop.url.href)) return 'nowhere';
  const url = new URL(location, hop.url);
  const headers = url.origin === hop.url.origin ? hop.headers : {};
  return redirect.keepsMethod ? { ...hop, url, headers } : { method: 'GET', url, headers, form: null };
}

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
    EAI_AGAIN: `Cannot resolve the name ${hostname} now: the DNS server does not respond.`,
    ECONNREFUSED: `${origin} refused the connection.`,
    ECONNRESET: `${origin} closed the connection before its response was complete.`,
    EPIPE: `${origin} closed the connection before its response was complete.`,
    ETIMEDOUT: `${origin} cannot be reached from this machine.`,
    EHOSTUNREACH: `${origin} cannot be reached from this machine.`,
    ENETUNREACH: `${origin} cannot be reached from this machine.`,
  };
  const known = Object.hasOwn(words, code) ? words[code] : undefined;
  const other = /^(HPE|Z)_/.test(code)
    ? `The response from ${origin} is not valid HTTP (${code}).`
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
