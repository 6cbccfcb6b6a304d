import { setTimeout } from 'node:timers/promises';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { CouldNotTell } from '../errors.ts';
import type { ListingAnswer } from '../ports/marketplace.ts';
import type { Ask } from './ask.ts';
import { notAws } from './explain.ts';
import { type ConnectOptions, endpointOf, region } from './settings.ts';

export type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

/** A question for a URL must not hold a run up: it is answered soon or not at all. */
const deadlineMs = 10_000;
const maxBytes = 1024 * 1024;

/**
 * Discovery API, GetProduct (apiVersion 2026-02-05). It has no client that can be installed here, so the request is signed
 * by hand. Since about July 2026 the answer has `listingId`; before, the id may stand in a `sellerEngagements` link.
 * Whether it answers for a Limited product is not documented, so whatever it refuses is an answer, not an error.
 */
export async function askListing(
  productId: string,
  options: ConnectOptions,
  credentials: Credentials,
  ask: Ask,
): Promise<ListingAnswer> {
  const endpoint = await endpointOf('Marketplace Discovery', options);
  const url = new URL(endpoint ?? `https://discovery-marketplace.${region}.api.aws`);
  try {
    const product = await retried(options.signal, (attempts) =>
      ask('aws-marketplace:GetProduct', endpoint ?? url.host, (signal) =>
        getProduct(url, productId, credentials, signal, attempts),
      ),
    );
    const listingId = listingIn(product);
    return listingId
      ? { listingId }
      : { listingId: null, why: 'The Discovery API knows the product, but names no listing.' };
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    if (!(error instanceof CouldNotTell)) throw error;
    return { listingId: null, why: `The Discovery API did not name the page. ${sentence(error.message)}` };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** As patient as the SDK's clients are: what is transient is asked again twice. */
async function retried<Answer>(signal: AbortSignal, question: (attempts: number) => Promise<Answer>): Promise<Answer> {
  for (const [attempt, pauseMs] of [200, 800].entries()) {
    try {
      return await question(attempt + 1);
    } catch (error) {
      if (!(error instanceof CouldNotTell && error.code !== 'network' && error.transient)) throw error;
      await setTimeout(pauseMs, undefined, { signal });
    }
  }
  return question(3);
}

async function getProduct(
  url: URL,
  productId: string,
  credentials: Credentials,
  stop: AbortSignal,
  attempts: number,
): Promise<unknown> {
  const body = JSON.stringify({ productId });
  const path = `${url.pathname.replace(/\/$/, '')}/2026-02-05/getProduct`;
  const signer = new SignatureV4({
    credentials,
    region,
    service: 'aws-marketplace',
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path,
    headers: { 'content-type': 'application/json', host: url.host },
    body,
  });
  const { headers } = await signer.sign(request);
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.any([stop, AbortSignal.timeout(deadlineMs)]),
  });
  const answer = parsed(await limitedText(response));
  if (response.ok && answer) return answer;
  if (!answer) throw notAws(url.host, response.status, 'it is not in the form of an AWS answer');
  const name = String(response.headers.get('x-amzn-errortype') ?? answer.__type ?? answer.code ?? 'UnknownError');
  throw Object.assign(new Error(String(answer.message ?? answer.Message ?? 'no reason given')), {
    name: name.split(':')[0]?.split('#').at(-1) ?? name,
    $metadata: { httpStatusCode: response.status, attempts },
  });
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

function listingIn(product: unknown): string | null {
  const { listingId, sellerEngagements } = product as {
    readonly listingId?: unknown;
    readonly sellerEngagements?: unknown;
  };
  if (typeof listingId === 'string' && /^prodview-[a-z0-9-]+$/i.test(listingId)) return listingId;
  const links = Array.isArray(sellerEngagements)
    ? sellerEngagements.map((engagement) => String(engagement?.value ?? ''))
    : [];
  return links.map((link) => /prodview-[a-z0-9-]+/i.exec(link)?.[0]).find((id) => id !== undefined) ?? null;
}
