import type { LookupAddress } from 'node:dns';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { BlockList } from 'node:net';

type Subnet = readonly [net: string, prefix: number];

const loopback = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/**
 * Addresses that mp-verify never connects to, from https://www.iana.org/assignments/iana-ipv4-special-registry and
 * …/iana-ipv6-special-registry, plus multicast and other addresses where clouds provide credentials. Private networks
 * (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7) are allowed: a SaaS may run there while it is tested.
 */
const never: readonly (readonly [what: string, list: BlockList])[] = [
  [
    'an unspecified address',
    blockList([
      ['0.0.0.0', 8],
      ['::', 128],
    ]),
  ],
  [
    'a link-local or metadata address',
    blockList([
      // AWS, Azure and Google Cloud
      ['169.254.0.0', 16],
      ['fe80::', 10],
      ['fd00:ec2::', 32],
      ['fd20:ce::', 32],
      // Azure, Alibaba Cloud, Oracle Cloud
      ['168.63.129.16', 32],
      ['100.100.100.200', 32],
      ['192.0.0.192', 32],
      ['fd00:c1::', 32],
    ]),
  ],
  [
    'a multicast address',
    blockList([
      ['224.0.0.0', 4],
      ['ff00::', 8],
    ]),
  ],
];

/** No web server has such an address. */
const reserved = blockList([
  ['100.64.0.0', 10],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['240.0.0.0', 4],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['100:0:0:1::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fec0::', 10],
]);

/** Returns why the URL is not allowed, before its name is resolved; null if it is. */
export function wrongUrl(url: URL, allowLoopback: boolean): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${url.protocol} URLs are not supported.`;
  if (url.protocol === 'http:' && !allowLoopback) return `${url.origin} is not https.`;
  if (url.username !== '' || url.password !== '')
    return `The URL at ${url.origin} contains a user name or a password; send them in a header instead.`;
  return null;
}

/** Returns the name of a header that cannot be sent, or null. Does not repeat values, which may be secret. */
export function wrongHeaders(headers: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return `The header ${name} contains a character that HTTP does not allow (a line break?).`;
    }
  }
  return null;
}

/** Returns why the addresses of a name are not allowed; null if they are. One forbidden address is enough. */
export function wrongAddress(url: URL, addresses: readonly LookupAddress[], allowLoopback: boolean): string | null {
  for (const { address, family } of addresses) {
    const type = family === 6 ? 'ipv6' : 'ipv4';
    const inside = family === 6 ? ipv4Within(address) : null;
    const isIn = (list: BlockList) => list.check(address, type) || (inside !== null && list.check(inside, 'ipv4'));
    const isLoopback = isIn(loopback);
    const refused = (what: string) =>
      `${url.origin} resolves to ${what} (${address}), and mp-verify never connects to such addresses.`;
    if (isLoopback) {
      if (allowLoopback) continue;
      return `${url.origin} resolves to this machine (${address}), which buyers cannot reach.`;
    }
    const what = never.find(([, list]) => isIn(list))?.[0];
    if (what) return refused(what);
    if (url.protocol === 'http:') return `${url.origin} is not https.`;
    if (isIn(reserved)) return refused('a reserved address');
  }
  return null;
}

/**
 * Returns the IPv4 address embedded in an IPv6 address, `a.b.c.d`, or null. The prefixes: IPv4-compatible and -mapped
 * (RFC 4291), -translated (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056).
 */
function ipv4Within(address: string): string | null {
  const groups = groupsOf(address);
  const startsWith = (...first: readonly number[]) => first.every((group, i) => groups[i] === group);
  const at = startsWith(0x2002)
    ? 1
    : startsWith(0, 0, 0, 0, 0, 0) ||
        startsWith(0, 0, 0, 0, 0, 0xffff) ||
        startsWith(0, 0, 0, 0, 0xffff, 0) ||
        startsWith(0x64, 0xff9b, 0, 0, 0, 0)
      ? 6
      : null;
  if (at === null) return null;
  return groups
    .slice(at, at + 2)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** Returns the eight groups of an IPv6 address in any notation. */
function groupsOf(address: string): readonly number[] {
  const written = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [left = [], right = []] = written.split('::').map((half) => half.split(':').filter(Boolean));
  const gap = written.includes('::') ? Array<string>(8 - left.length - right.length).fill('0') : [];
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16));
}

function blockList(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}
