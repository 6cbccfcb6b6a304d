import { setTimeout } from 'node:timers/promises';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { CouldNotTell } from '../errors.ts';
import type { Ask } from './ask.ts';
import { notAws } from './explain.ts';
import { type ConnectOptions, endpointOf, region } from './settings.ts';

export type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];
type Answer = Readonly<Record<string, unknown>>;

/** Puts a question to the Discovery API (apiVersion 2026-02-05): `getProduct`, `listPurchaseOptions`. */
export type AskDiscovery = (operation: string, input: object) => Promise<Answer>;

/** A question for a URL must not hold a run up: it is answered soon or not at all. */
const deadlineMs = 10_000;
const maxBytes = 1024 * 1024;

/** The Discovery API has no client that can be installed here, so its requests are signed by hand. */
export function connectDiscovery(options: ConnectOptions, credentials: Credentials, ask: Ask): AskDiscovery {
  return async (operation, input) => {
    const endpoint = await endpointOf('Marketplace Discovery', options);
    const url = new URL(endpoint ?? `https://discovery-marketplace.${region}.api.aws`);
    const permission = `aws-marketplace:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
    return retried(options.signal, (attempts) =>
      ask(permission, endpoint ?? url.host, (signal) => send(url, operation, input, credentials, signal, attempts)),
    );
  };
}

/** As patient as the SDK's clients are: what is transient is asked again twice. */
async function retried<T>(signal: AbortSignal, question: (attempts: number) => Promise<T>): Promise<T> {
  for (const [attempt, pauseMs] of [200, 800].entries()) {
    try {
      return await question(attempt + 1);
    } catch (error) {
      if (!(error instanceof CouldNotTell && error.code !== 'network' && error.transient)) throw error;
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
  return question(3);
}

async function send(
  url: URL,
  operation: string,
  input: object,
  credentials: Credentials,
  stop: AbortSignal,
  attempts: number,
): Promise<Answer> {
  const body = JSON.stringify(input);
  const path = `${url.pathname.replace(/\/$/, '')}/2026-02-05/${operation}`;
  const service = 'aws-marketplace';
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path,
    headers: { 'content-type': 'application/json', host: url.host },
    body,
  });
  const { headers: signed } = await signer.sign(request);
  const headers = { ...signed, 'user-agent': 'mp-verify' };
  const { response, text } = await inTime(stop, async (signal) => {
    const response = await fetch(new URL(path, url), { method: 'POST', headers, body, redirect: 'manual', signal });
    return { response, text: await limitedText(response) };
  });
  const answer = parsed(text);
  if (response.ok && answer) return answer;
  if (!answer) throw notAws(url.host, response.status, 'it is not in the form of an AWS answer');
  const name = String(response.headers.get('x-amzn-errortype') ?? answer.__type ?? answer.code ?? 'UnknownError');
  throw Object.assign(new Error(String(answer.message ?? answer.Message ?? 'no reason given')), {
    name: name.split(':')[0]?.split('#').at(-1) ?? name,
    $metadata: { httpStatusCode: response.status, attempts },
  });
}

/** A timer of our own: Node 20 may collect what AbortSignal.any and AbortSignal.timeout make together, and the limit with it. */
async function inTime<T>(stop: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort(stop.reason);
  stop.addEventListener('abort', end, { once: true });
  const late = globalThis.setTimeout(
    () => ending.abort(new DOMException('no answer in time', 'TimeoutError')),
    deadlineMs,
  );
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', end);
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw notAws(response.url, response.status, 'the answer is larger than any of AWS');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
