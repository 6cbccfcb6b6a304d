import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CookieJar } from 'tough-cookie';
import type { WebAnswer, WebFailure, WebRequest } from '../ports/web.ts';
import { wrongAddress, wrongHeaders, wrongUrl } from './addresses.ts';
import { failure, failureOf } from './failure.ts';
import { nextHop } from './next-hop.ts';
import { readBody } from './read-body.ts';
import { type Hop, send } from './send.ts';

export interface Limits {
  /** In all: names, redirects and the body. */
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

/** The port `Web`, by Node's own HTTP. */
export async function request(asked: WebRequest, signal: AbortSignal, within: Limits = limits): Promise<WebAnswer> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(within.timeoutMs);
  const stop = AbortSignal.any([signal, deadline]);
  if (!URL.canParse(asked.url)) return failure('refused', null, 'The address is no URL.');
  const first = new URL(asked.url);
  const journey: Journey = {
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
      const answer = await ask(hop, journey);
      if ('status' in answer) return answer;
      hop = answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { origin } = hop.url;
      const late = `${origin} has not answered in full after ${within.timeoutMs / 1000} s.`;
      return ledThere(deadline.aborted ? failure('timeout', origin, late) : failureOf(error, hop.url), journey);
    }
  }
}

interface Journey {
  readonly first: URL;
  readonly allowLoopback: boolean;
  readonly redirects: string[];
  readonly jar: CookieJar;
  readonly within: Limits;
  readonly stop: AbortSignal;
}

/** The answer, or where it leads on to. */
async function ask(hop: Hop, journey: Journey): Promise<WebAnswer | Hop> {
  const { allowLoopback, redirects, jar, within, stop } = journey;
  const { url } = hop;
  const refuse = (why: string) => ledThere(failure('refused', url.origin, why), journey);
  const flaw = wrongUrl(url, allowLoopback) ?? wrongHeaders(hop.headers);
  if (flaw !== null) return refuse(flaw);
  const addresses = await addressesOf(url, journey);
  const wrong = wrongAddress(url, addresses, allowLoopback);
  if (wrong !== null) return refuse(wrong);

  const response = await send(hop, jar.getCookieStringSync(url.href) || null, addresses, within.trusted, stop);
  for (const cookie of response.headers['set-cookie'] ?? []) jar.setCookieSync(cookie, url.href, { ignoreError: true });
  const status = response.statusCode ?? 0;
  if (status === 101) {
    // No text follows that HTTP could read.
    response.destroy();
    const why = `${url.origin} answers 101 Switching Protocols, and mp-verify asked for no other protocol.`;
    return ledThere(failure('network', url.origin, why), journey);
  }
  const next = nextHop(hop, status, response.headers.location);
  if (next === null) {
    const body = await readBody(response, within.bytes);
    // A body without a length may seem to end where it was cut off.
    stop.throwIfAborted();
    if (body === null)
      return ledThere(
        failure('too-large', url.origin, `${url.origin} answers ${status} with more than ${within.bytes} bytes.`),
        journey,
      );
    return { status, url: url.href, redirects, contentType: response.headers['content-type'] ?? null, body };
  }
  response.destroy();
  if (next === 'nowhere') return refuse(`${url.origin} redirects to something that is no URL.`);
  if (redirects.length === within.redirects)
    return failure(
      'redirects',
      url.origin,
      `${journey.first.origin} leads through more than ${within.redirects} redirects.`,
    );
  redirects.push(next.url.href);
  return next;
}

/** Names that take for ever to resolve end with the rest. */
function addressesOf({ hostname }: URL, { within, stop }: Journey): Promise<readonly LookupAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return Promise.resolve([{ address: host, family }]);
  return new Promise((resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
    within.lookup(host).then(resolve, reject);
  });
}

function ledThere(failed: WebFailure, { first }: Journey): WebFailure {
  if (failed.origin === first.origin) return failed;
  return { ...failed, why: `${failed.why} (${first.origin} redirects there.)` };
}
