/** The cookies of one request and its redirects: many pages keep what they have to say in a session. */
export interface Cookies {
  /** What servers see of it: the Cookie header, or null. */
  header(url: URL): string | null;
  keep(url: URL, setCookie: readonly string[]): void;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  /** Hosts below `host` get it too. */
  readonly wide: boolean;
  readonly secure: boolean;
}

/** As RFC 6265, without paths: a cookie lives for a handful of requests here. */
export function cookies(): Cookies {
  let kept: readonly Cookie[] = [];
  return {
    header(url) {
      const sent = kept.filter(
        ({ host, wide, secure }) =>
          (url.hostname === host || (wide && url.hostname.endsWith(`.${host}`))) &&
          (!secure || url.protocol === 'https:'),
      );
      return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    keep(url, setCookie) {
      for (const line of setCookie) {
        const cookie = parse(line, url);
        if (!cookie) continue;
        kept = kept.filter(({ name, host }) => name !== cookie.name || host !== cookie.host);
        if (!cookie.gone) kept = [...kept, cookie];
      }
    },
  };
}

function parse(line: string, { hostname }: URL): (Cookie & { readonly gone: boolean }) | null {
  const [pair = '', ...rest] = line.split(';');
  const at = pair.indexOf('=');
  if (at < 1) return null;
  const attributes = new Map(
    rest.map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() || null;
  // A server sets cookies for itself and the domain it is in, not for others.
  if (domain !== null && hostname !== domain && !(domain.includes('.') && hostname.endsWith(`.${domain}`))) return null;
  const maxAge = attributes.get('max-age');
  const expires = attributes.get('expires');
  return {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    host: domain ?? hostname,
    wide: domain !== null,
    secure: attributes.has('secure'),
    gone: maxAge ? Number(maxAge) <= 0 : expires ? Date.parse(expires) <= 0 : false,
  };
}
