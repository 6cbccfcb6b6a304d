import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

/** A complete answer. */
export interface LoadedPage {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface PageRequest {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** The fields of a form to post. */
  readonly form?: URLSearchParams | null;
}

/**
 * Loads a page of a sandbox. Does not follow redirects. Rejects if there is no complete answer. The global `fetch` would
 * do too, but Node takes longer to prepare it than the sandbox to answer.
 */
export async function loadPage(url: URL, { signal, headers, form = null }: PageRequest): Promise<LoadedPage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { method: form ? 'POST' : 'GET', headers: { ...headers, ...type }, signal }, resolve);
    sent.on('error', reject).end(form?.toString());
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
