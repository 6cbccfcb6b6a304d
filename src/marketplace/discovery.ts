import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { sentence } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { ListingAnswer } from '../ports/marketplace.ts';
import {
  limitedText,
  listOf,
  parseAnswer,
  parseObject,
  type RawAnswer,
  readPages,
  sparseList,
  text,
} from './answers.ts';
import { type ApiConnection, endpointOf, inTime, region, silent } from './ask.ts';

/** An answer of the Discovery API, and its host. */
interface DiscoveryAnswer {
  readonly json: RawAnswer['json'];
  readonly host: string;
}

/** Sends a request to the Discovery API (apiVersion 2026-02-05): `GetProduct`, `ListPurchaseOptions`. */
type AskDiscovery = (call: string, input: object) => Promise<DiscoveryAnswer>;

/** Shorter than for other APIs, because a run must not wait long for a URL. */
const deadlineMs = 10_000;
const maxBytes = 1024 * 1024;

export interface Discovery {
  findListing(productId: string): Promise<ListingAnswer>;
  countPurchaseOptions(productId: string): Promise<number>;
}

export function connectDiscovery(wire: ApiConnection): Discovery {
  const ask = discoveryAsker(wire);
  return {
    findListing: (productId) => askListing(productId, ask),
    countPurchaseOptions: (productId) => askPurchaseOptions(productId, ask),
  };
}

/** Sends requests to the Discovery API. There is no SDK client, so they are signed and sent here. */
export function discoveryAsker(wire: ApiConnection): AskDiscovery {
  const handler = new NodeHttpHandler({ logger: silent });
  return async (call, input) => {
    const endpoint = await endpointOf('Marketplace Discovery', wire.options);
    const url = new URL(endpoint ?? `https://discovery-marketplace.${region}.api.aws`);
    const host = endpoint ?? url.host;
    const json = await wire.ask(`aws-marketplace:${call}`, host, (signal) =>
      send(handler, url, host, call, input, wire, signal),
    );
    return { json, host };
  };
}

async function send(
  handler: NodeHttpHandler,
  url: URL,
  host: string,
  call: string,
  input: object,
  { credentials, time }: ApiConnection,
  stop: AbortSignal,
): Promise<RawAnswer['json']> {
  const body = JSON.stringify(input);
  const path = `${url.pathname.replace(/\/$/, '')}/2026-02-05/${call.charAt(0).toLowerCase()}${call.slice(1)}`;
  const service = 'aws-marketplace';
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path,
    headers: { 'content-type': 'application/json', host: url.host },
    body,
  });
  const { headers } = await signer.sign(request, { signingDate: new Date(Date.now() + time.signingOffset()) });
  // Without it, a proxy may compress the answer.
  request.headers = { ...headers, 'user-agent': 'mp-verify', 'accept-encoding': 'identity' };
  const { response, text } = await inTime(
    deadlineMs,
    stop,
    async (abortSignal) => {
      const { response } = await handler.handle(request, { abortSignal });
      time.update(response.headers.date);
      return { response, text: await limitedText(response.body, maxBytes, call, host, response.statusCode) };
    },
    () => new DOMException('no response in time', 'TimeoutError'),
  );
  const { statusCode: status } = response;
  // A gateway may answer 429 without AWS's JSON.
  const answer = status === 429 && !text.startsWith('{') ? {} : parseObject(text, call, host, status);
  if (status >= 200 && status < 300) return answer;
  const name = String(response.headers['x-amzn-errortype'] ?? answer.__type ?? answer.code ?? 'UnknownError');
  throw Object.assign(new Error(String(answer.message ?? answer.Message ?? 'no reason given')), {
    name: name.split(':')[0]?.split('#').at(-1) ?? name,
    $metadata: { httpStatusCode: status },
  });
}

const productShape = z.looseObject({
  productId: text,
  listingId: text,
  sellerEngagements: sparseList(z.object({ value: text })),
});

/** Errors that mean that AWS does not return the page, now or later. Answers of a proxy are not among them. */
const refusals = ['access-denied', 'aws-error'];

/**
 * Calls GetProduct of the Discovery API. Since about July 2026 the answer has `listingId`; before that, the id may be
 * in a `sellerEngagements` link. AWS does not document whether it answers for a Limited product, so a refusal is an
 * answer, not an error. Transient errors, lost credentials and answers that are not from AWS reject.
 */
async function askListing(productId: string, askDiscovery: AskDiscovery): Promise<ListingAnswer> {
  try {
    const { json, host } = await askDiscovery('GetProduct', { productId });
    const product = parseAnswer(productShape, json, 'GetProduct', host);
    // Otherwise another product's page would be confirmed.
    if (product.productId && product.productId !== productId)
      return {
        listingId: null,
        why: `The Discovery API returned product ${product.productId} instead of ${productId}.`,
      };
    const listingId = listingIn(product);
    return listingId
      ? { listingId }
      : { listingId: null, why: 'The Discovery API returned the product without a listing.' };
  } catch (error) {
    if (!(error instanceof CouldNotCheck) || error.transient || !refusals.includes(error.code)) throw error;
    return { listingId: null, why: `The Discovery API did not return the page. ${sentence(error.message)}` };
  }
}

const optionsShape = z.object({ purchaseOptions: listOf(z.looseObject({})), nextToken: text });

/** Calls ListPurchaseOptions and returns the number of purchase options that the caller, a test buyer, can see. */
async function askPurchaseOptions(productId: string, askDiscovery: AskDiscovery): Promise<number> {
  const filters = [{ filterType: 'PRODUCT_ID', filterValues: [productId] }];
  const ask = (nextToken?: string) => askDiscovery('ListPurchaseOptions', { filters, nextToken });
  const first = await ask();
  const options = await readPages('ListPurchaseOptions', first.host, async (token) => {
    const { json, host } = token === undefined ? first : await ask(token);
    const page = parseAnswer(optionsShape, json, 'ListPurchaseOptions', host);
    return { items: page.purchaseOptions, next: page.nextToken };
  });
  return options.length;
}

function listingIn({ listingId, sellerEngagements }: z.output<typeof productShape>): string | null {
  if (listingId && /^prodview-[a-z0-9-]+$/i.test(listingId)) return listingId;
  const links = sellerEngagements.map(({ value }) => /prodview-[a-z0-9-]+/i.exec(value ?? '')?.[0]);
  return links.find((id) => id !== undefined) ?? null;
}
