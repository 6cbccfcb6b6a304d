import * as http from 'node:http';
import * as https from 'node:https';
import { listening } from '../support/listening.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface LocalServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
}

type Handle = (asked: Received, response: http.ServerResponse) => void;

/** A server on loopback that ends with the test, and remembers what it was asked. */
export async function localServer(
  handle: Handle,
  tls?: { readonly key: string; readonly cert: string },
): Promise<LocalServer> {
  const received: Received[] = [];
  const listen: http.RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString() };
      received.push(asked);
      handle(asked, response);
    });
  };
  const server = tls ? https.createServer(tls, listen) : http.createServer(listen);
  const port = Number(new URL(await listening(server)).port);
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, received };
}

/** Answers by path: status, headers, body. */
export function pages(table: Readonly<Record<string, Page>>): Handle {
  return ({ method, path }, response) => {
    const [status, headers, body] = table[`${method} ${path}`] ?? table[path] ?? [404, {}, 'no such page'];
    response.writeHead(status, headers).end(body);
  };
}

export type Page = readonly [
  status: number,
  headers?: Readonly<Record<string, string | string[]>>,
  body?: string | Buffer,
];

/** Nobody listens here: the port needs privileges, and its service died out. */
export const deaf = 'http://127.0.0.1:1';
