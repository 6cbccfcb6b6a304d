import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Fault } from '../../src/sandbox/api/fault.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxWorld, StoredProduct } from '../../src/sandbox/world.ts';
import { nowhere } from '../marketplace/support.ts';
import { listening } from '../support/listening.ts';
import { sellerId } from './support.ts';

interface Received {
  readonly action: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface AwsOptions {
  /** By the action as the API names it, or of all of them. */
  readonly faults?: Readonly<Record<string, Fault>> | Fault;
  /** How far its `Date` header is from this machine's clock, in minutes; null sends none. */
  readonly clockOff?: number | null;
  readonly products?: readonly Partial<StoredProduct>[];
}

/** The sandbox over HTTP, behind a server that counts, lies about the time, and answers what the sandbox does not know. */
export async function openAws({ faults = {}, clockOff = 0, products }: AwsOptions = {}) {
  const world: SandboxWorld = defaultWorld(Date.now());
  const [notes] = world.products;
  if (products && notes) world.products = products.map((product) => ({ ...notes, ...product }));
  const fault = (action: string) => (typeof faults === 'string' ? faults : (faults[action] ?? null));
  const sandbox = await startSandbox({ world, fault });
  onTestFinished(sandbox.close);

  return openServer(async (received, method, path, body) => {
    const answer = await forwarded(sandbox.url, received.headers, method, path, body);
    const unknown = answer.status === 404 && answer.body.includes('nothing at this address');
    const { status, headers, body: said } = unknown ? standIn(received.action, fault(received.action)) : answer;
    const date = clockOff === null ? {} : { date: new Date(Date.now() + clockOff * 60_000).toUTCString() };
    return { status: status ?? 200, headers: { ...headers, ...date }, body: said };
  });
}

/** A server of 127.0.0.1 that ends with the test, also where an answer is still due. It sends no date of its own. */
export async function openServer(
  respond: (received: Received, method: string, path: string, body: string) => Answer | Promise<Answer>,
) {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const body = await text(incoming);
    const request = { action: actionOf(headers, path, body), headers };
    received.push(request);
    const answer = await Promise.resolve(respond(request, method, path, body)).catch(() => null);
    if (answer === null) return void incoming.socket.resetAndDestroy();
    outgoing.sendDate = false;
    outgoing.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  return { url: await listening(server), received };
}

function actionOf(headers: IncomingHttpHeaders, path: string, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const name = new URLSearchParams(body).get('Action') ?? new URL(path, nowhere).pathname.split('/').at(-1) ?? '';
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function forwarded(
  url: string,
  headers: IncomingHttpHeaders,
  method: string,
  path: string,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      new URL(path, url),
      { method, headers: { ...headers, host: new URL(url).host } },
      async (incoming) => {
        const { date, 'transfer-encoding': _, connection, 'keep-alive': __, ...kept } = incoming.headers;
        const answered = Object.entries(kept).map(([name, value]) => [name, String(value)]);
        const status = incoming.statusCode ?? 0;
        resolve({ status, headers: Object.fromEntries(answered), body: await text(incoming) });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The Agreement API and ListPurchaseOptions, as far as probes see them. */
function standIn(action: string, fault: Fault | null): Answer {
  if (fault === 'access-denied') {
    const permission = `aws-marketplace:${action}`;
    const why = `because no identity-based policy allows the ${permission} action`;
    const message = `User: arn:aws:iam::${sellerId}:user/mp-verify-sandbox is not authorized to perform: ${permission} on resource: * ${why}`;
    return awsError('AccessDeniedException', message, 403);
  }
  if (fault === 'throttling') return awsError('ThrottlingException', 'Rate exceeded', 429);
  if (/^GetAgreement/.test(action)) return awsError('ResourceNotFoundException', 'Agreement was not found.', 400);
  return { headers: { 'x-amzn-requestid': 'r-1' }, body: '{}' };
}

/** As REST services and AWS JSON answer it, both at once. */
export function awsError(name: string, message: string, status: number, members: object = {}): Answer {
  const headers = { 'x-amzn-errortype': name, 'x-amzn-requestid': 'r-1', 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify({ __type: name, message, Message: message, ...members }) };
}
