import type { LookupAddress } from 'node:dns';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { BlockList } from 'node:net';

const loopback = blockList([
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
]);

/** "This host", and link-local, where clouds hand out credentials: 169.254.169.254 and, in IPv6, fd00:ec2::254. */
const never = blockList([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
]);

/** Why the address may not be asked at all, before its name is looked up; null where it may. */
export function wrongUrl(url: URL, allowLoopback: boolean): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${url.protocol} is no address on the web.`;
  if (url.protocol === 'http:' && !allowLoopback) return `${url.origin} is not https.`;
  if (url.username !== '' || url.password !== '')
    return `The address at ${url.origin} holds a user name or a password; send them as a header.`;
  return null;
}

/** Which header can't be sent; null where all can. Says nothing of values: they may be secret. */
export function wrongHeaders(headers: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return `The header ${name} holds a character that HTTP does not allow (a line break?).`;
    }
  }
  return null;
}

/** Why what the name stands for may not be asked; null where it may. One bad address among good ones is enough. */
export function wrongAddress(url: URL, addresses: readonly LookupAddress[], allowLoopback: boolean): string | null {
  for (const { address, family } of addresses) {
    const type = family === 6 ? 'ipv6' : 'ipv4';
    if (never.check(address, type))
      return `${url.origin} is ${address} here, a link-local or unspecified address, which is never asked.`;
    const isLoopback = loopback.check(address, type);
    if (isLoopback && !allowLoopback)
      return `${url.origin} is ${address} here, this machine itself, where no buyer can get to.`;
    if (!isLoopback && url.protocol === 'http:') return `${url.origin} is not https.`;
  }
  return null;
}

function blockList(subnets: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix, type] of subnets) list.addSubnet(net, prefix, type);
  return list;
}
