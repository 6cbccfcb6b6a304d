import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CookieJar } from 'tough-cookie';
import type { WebAnswer, WebFailure, WebRequest } from '../ports/saas.ts';
import { wrongAddress, wrongHeaders, wrongUrl } from './addresses.ts';
import { failure, failureOf, type Hop, readBody, send } from './send.ts';

export interface Limits {
  /** For everything: name resolution, redirects and the body. */
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

/** The port `Web`, with Node's own HTTP. */
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

/** The answer, or the request that it redirects to. */
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
    // A body without a length can seem complete where it was cut off.
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

/** Stops with the rest: resolving a name has no time limit of its own. */
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
 * The request that an answer redirects to, as a browser follows it; null where it is no redirect. Headers are sent to the first
 * origin only, and not again when a later redirect leads back to it: they may be credentials.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | 'nowhere' | null {
  const redirect = redirects[status];
  if (!redirect || location === undefined) return null;
  if (!URL.canParse(location, hop.url.href)) return 'nowhere';
  const url = new URL(location, hop.url);
  const headers = url.origin === hop.url.origin ? hop.headers : {};
  return redirect.keepsMethod ? { ...hop, url, headers } : { method: 'GET', url, headers, form: null };
}
