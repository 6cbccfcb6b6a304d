import type { Hop } from './send.ts';

const redirects: Readonly<Record<number, { readonly keepsMethod: boolean }>> = {
  301: { keepsMethod: false },
  302: { keepsMethod: false },
  303: { keepsMethod: false },
  307: { keepsMethod: true },
  308: { keepsMethod: true },
};

/**
 * Where an answer leads on to, as a browser goes; null where it is the end. Headers stay behind with the first origin,
 * also when a later redirect leads back to it: they may be credentials.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | 'nowhere' | null {
  const redirect = redirects[status];
  if (!redirect || location === undefined) return null;
  if (!URL.canParse(location, hop.url.href)) return 'nowhere';
  const url = new URL(location, hop.url);
  const headers = url.origin === hop.url.origin ? hop.headers : {};
  return redirect.keepsMethod ? { ...hop, url, headers } : { method: 'GET', url, headers, form: null };
}
