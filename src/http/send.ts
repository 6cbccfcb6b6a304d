import type { LookupAddress } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';

/** One request, without the redirects that it may lead to. */
export interface Hop {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>> | null;
}

/** Sends to these very addresses: looked up again, the name could stand for others. Rejects as Node does. */
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
    // A connection of its own, whatever proxies and agents the environment names.
    agent: false,
    // Holds against NODE_TLS_REJECT_UNAUTHORIZED=0 too.
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
    // Without a listener Node closes the connection and tells nobody.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    // Also after the answer has begun, when the reader of the body hears of it.
    request.on('error', reject);
    request.once('close', () => reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' })));
    request.end(form ? new URLSearchParams(form).toString() : undefined);
  });
}
