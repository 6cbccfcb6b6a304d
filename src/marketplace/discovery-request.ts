import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Wire } from './ask.ts';
import { parseObject, type RawAnswer } from './door.ts';
import { notAws } from './explain.ts';
import { endpointOf, region } from './settings.ts';

/** An answer of the Discovery API, and the host that gave it. */
interface DiscoveryAnswer {
  readonly json: RawAnswer['json'];
  readonly host: string;
}

/** Puts a question to the Discovery API (apiVersion 2026-02-05): `GetProduct`, `ListPurchaseOptions`. */
export type AskDiscovery = (call: string, input: object) => Promise<DiscoveryAnswer>;

/** A question for a URL must not hold a run up: it is answered soon or not at all. */
const deadlineMs = 10_000;
const maxBytes = 1024 * 1024;

/** The Discovery API has no client that can be installed here, so its requests are signed by hand. */
export function connectDiscovery(wire: Wire): AskDiscovery {
  return async (call, input) => {
    const endpoint = await endpointOf('Marketplace Discovery', wire.options);
    const url = new URL(endpoint ?? `https://discovery-marketplace.${region}.api.aws`);
    const host = endpoint ?? url.host;
    const json = await wire.ask(`aws-marketplace:${call}`, host, (signal) =>
      send(url, host, call, input, wire, signal),
    );
    return { json, host };
  };
}

async function send(
  url: URL,
  host: string,
  call: string,
  input: object,
  { credentials, time }: Wire,
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
    path,
    headers: { 'content-type': 'application/json', host: url.host },
    body,
  });
  const { headers: signed } = await signer.sign(request, { signingDate: new Date(Date.now() + time.signingOffset()) });
  const headers = { ...signed, 'user-agent': 'mp-verify' };
  const { response, text } = await inTime(stop, async (signal) => {
    const response = await fetch(new URL(path, url), { method: 'POST', headers, body, redirect: 'manual', signal });
    time.hear(response.headers.get('date'));
    return { response, text: await limitedText(response, call, host) };
  });
  const { status } = response;
  // A gateway that says that it is busy need not say it as AWS does.
  const answer = status === 429 && !text.startsWith('{') ? {} : parseObject(text, call, host, status);
  if (response.ok) return answer;
  const name = String(response.headers.get('x-amzn-errortype') ?? answer.__type ?? answer.code ?? 'UnknownError');
  throw Object.assign(new Error(String(answer.message ?? answer.Message ?? 'no reason given')), {
    name: name.split(':')[0]?.split('#').at(-1) ?? name,
    $metadata: { httpStatusCode: status },
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

async function limitedText(response: Response, call: string, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw notAws(host, response.status, `its answer to ${call} is larger than any of AWS`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
