import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, vi } from 'vitest';
import { CouldNotCheck } from '../../src/errors.ts';
import type { ClientOptions } from '../../src/marketplace/ask.ts';
import { connect } from '../../src/marketplace/connect.ts';
import type { Pacers } from '../../src/marketplace/pacer.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { fastPacers } from '../support/fast-pacers.ts';
import { listening } from '../support/listening.ts';

export const { accessKeyId: sellerKey } = defaultWorld(0).seller;

const { lookup } = dns;

/** Nothing that a user sees may contain this word: it is in every secret of these tests. */
const canary = 'canary';
/** The seller's keys in the sandbox, as the environment holds them. */
export const keys = {
  AWS_ACCESS_KEY_ID: sellerKey,
  AWS_SECRET_ACCESS_KEY: `${canary}-secret-access-key`,
  AWS_SESSION_TOKEN: `${canary}-session-token`,
} as const;
export const keysInProfile = Object.entries(keys)
  .map(([name, value]) => `${name.toLowerCase()} = ${value}\n`)
  .join('');

/** Nothing listens there, whatever else the machine runs. */
export const nowhere = 'http://127.0.0.1:2';

export interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  /** By path below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * The machine as the SDK sees it in this test: these settings and files and no others, a network that ends at 127.0.0.1,
 * and retries that do not pause. Returns the home folder, and every name that was to be resolved.
 */
export async function useMachine({ env = {}, files = {} }: Machine = {}) {
  const home = await mkdtemp(join(tmpdir(), 'mp-verify-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), content);
  }

  const inherited = Object.keys(process.env).filter((name) => /^AWS_(?!SDK_JS_)/.test(name));
  for (const name of inherited) vi.stubEnv(name, undefined);
  const settings = { HOME: home, USERPROFILE: home, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);

  const lookups: string[] = [];
  const noNetwork = (host: string, ...rest: readonly unknown[]) => {
    if (host === '127.0.0.1') return Reflect.apply(lookup, dns, [host, ...rest]);
    lookups.push(host);
    const answer = rest.at(-1) as (error: Error) => void;
    answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host }));
  };
  const spies = [
    vi.spyOn(dns, 'lookup').mockImplementation(noNetwork as typeof dns.lookup),
    vi.spyOn(Math, 'random').mockReturnValue(0),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { home, lookups };
}

/** AWS Marketplace through the real SDK, as `main` connects to it. */
export function connected(
  url: string | null,
  options: Partial<ClientOptions> = {},
  paced: Pacers = fastPacers(),
): Promise<Marketplace> {
  const { signal } = new AbortController();
  return connect({ profile: null, endpointUrl: url, keys: null, signal, ...options }, process.env, paced);
}

/** One question to each service that the SDK has a client for. */
export const questions = {
  STS: (marketplace: Marketplace): Promise<unknown> => marketplace.caller(),
  Catalog: (marketplace: Marketplace): Promise<unknown> => marketplace.listProducts(),
  Entitlement: (marketplace: Marketplace): Promise<unknown> => marketplace.entitlements('acmenotes', '444455556666'),
} as const;

/** What the operator learns of a question that could not be answered; fails where that contains a secret. */
export async function troubleOf(question: Promise<unknown>) {
  const error = await question.then(
    (answer) => expect.fail(`there was an answer: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CouldNotCheck)) throw error;
  const { code, values, transient, message, hint } = error;
  expect(`${message} ${hint} ${error.stack} ${JSON.stringify(values)}`).not.toContain(canary);
  return { code, values, transient, message, hint: hint ?? '' };
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers that the sandbox would never give. The server ends with the test, also where an answer is still due. */
export async function openServer(respond: (request: Received) => Reply | Promise<Reply>) {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, path: url, headers, body: await text(incoming) };
    received.push(request);
    const reply = await respond(request);
    outgoing.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  });
  const url = await listening(server);
  return { url, received };
}

/**
 * Answers with headers and the beginning of a body, and no end. `begun` resolves when the asker has the headers, `closed`
 * when the connection is.
 */
export async function openStallingServer() {
  const answers: ServerResponse[] = [];
  const { promise: begun, resolve: begin } = deferred();
  const { promise: closed, resolve: close } = deferred();
  subscribe('http.client.response.finish', begin);
  onTestFinished(() => void unsubscribe('http.client.response.finish', begin));
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.socket.once('close', close);
    outgoing.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'r-1' }).write('{');
    answers.push(outgoing);
  });
  const url = await listening(server);
  const answer = () => answers[0] ?? expect.fail('nobody has asked');
  return { url, begun, closed, answer, asked: () => answers.length };
}

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((resolveIt) => {
    resolve = resolveIt;
  });
  return { promise, resolve };
}

/** An answer with the marks of AWS. */
export function json(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': 'r-1' },
    body: JSON.stringify(body),
  };
}

/** An error as Catalog and Discovery answer it. */
export function awsError(name: string, message: string, status: number): Reply {
  const { headers, body } = json({ message }, status);
  return { status, headers: { ...headers, 'x-amzn-errortype': name }, body };
}

/** An error as STS answers it. */
export function stsError(name: string, message: string): Reply {
  const error = `<Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`;
  return { status: 403, headers: { 'content-type': 'text/xml' }, body };
}

export const pending: Promise<never> = new Promise(() => {});
