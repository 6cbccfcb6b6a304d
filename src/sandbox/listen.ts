import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { UserError } from '../errors.ts';

/** The address of a sandbox. */
export interface Listening {
  /** `http://ADDRESS:PORT`; on loopback if it listens on every address. */
  readonly url: string;
  /** Other machines may be able to reach the address. */
  readonly isExposed: boolean;
}

/** Rejects with `UserError` if the port or the address cannot be used. */
export async function listen(server: Server, host: string, port: number): Promise<Listening> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const bound = server.address() as AddressInfo;
  const isEvery = bound.address === '0.0.0.0' || bound.address === '::';
  return {
    url: `http://${isEvery ? '127.0.0.1' : inUrl(bound.address)}:${bound.port}`,
    isExposed: !/^(127\.|::1$)/.test(bound.address),
  };
}

/**
 * Whether a Host header names the sandbox: loopback, the address that received the request, or one of `names`. This
 * rejects web pages whose host name resolves to this machine (DNS rebinding).
 */
export function isOwnHost(header: string, localAddress: string | undefined, names: readonly string[]): boolean {
  const host = /^(\[[^\]]*\]|[^:]+)(:\d+)?$/.exec(header)?.[1]?.toLowerCase() ?? '';
  const accepted = ['127.0.0.1', 'localhost', '[::1]', inUrl(localAddress ?? ''), ...names];
  return host !== '' && accepted.some((name) => name.toLowerCase() === host);
}

/** Throws `UserError` for an invalid host name. */
export function checkHostNames(names: readonly string[]): void {
  const wrong = names.find((name) => !/^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$/i.test(name));
  if (wrong === undefined) return;
  const hint = 'use only the name, without http:// and port: host.docker.internal';
  throw new UserError('bad-host', `${JSON.stringify(wrong)} is not a host name`, hint);
}

function inUrl(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:') ? `[${address}]` : address.replace(/^::ffff:/, '');
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'].includes(String(code))) {
    const hint = 'use an address of this machine, or 0.0.0.0 to listen on all of them';
    return new UserError('bad-host', `this machine has no address ${JSON.stringify(host)}`, hint);
  }
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const why = code === 'EADDRINUSE' ? 'is in use' : 'cannot be opened by this user';
  const hint = 'choose another port, or omit --port to use a free one';
  return new UserError('port-in-use', `port ${port} of ${host} ${why}`, hint);
}
