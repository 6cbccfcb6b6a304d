const bad = [
  'error',
  'errors',
  'invalid',
  'expired',
  'failed',
  'failure',
  'denied',
  'refused',
  'rejected',
  'unauthorized',
];
const beside = [
  'token',
  'registration',
  'register',
  'signup',
  'sign',
  'up',
  'link',
  'purchase',
  'marketplace',
  'aws',
  'page',
];
const no = ['', '0', 'false', 'no', 'none', 'null'];

/** Whether the address of a page tells of an error, as in `/signup?error=invalid_token`, `/link-expired` or `/login?error`. */
export function refusalInLocation(location: string): boolean {
  const { origin, pathname, search, hash } = new URL(location);
  // Where a buyer is sent back to, to begin again.
  if (origin === 'https://aws.amazon.com' && /^\/marketplace\b/.test(pathname)) return true;
  const inHash = new URL(hash.slice(1).replace(/^[/\\]*/, '/'), origin);
  return [pathname, inHash.pathname].some(badPath) || [search, inHash.search].some(badQuery);
}

/** A segment of such words alone: `/error-tracking` is another thing. */
function badPath(path: string): boolean {
  return path.split('/').some((segment) => {
    const words = wordsOf(segment);
    return words.some((word) => bad.includes(word)) && words.every((word) => [...bad, ...beside].includes(word));
  });
}

function badQuery(search: string): boolean {
  return search
    .replace(/^\?/, '')
    .split('&')
    .some((part) => {
      const [[key, value] = ['', '']] = [...new URLSearchParams(part)];
      const named = wordsOf(key).some((word) => bad.includes(word));
      if (named) return !part.includes('=') || !no.includes(value.toLowerCase());
      // An address to go on to may hold any word.
      return !value.includes('/') && wordsOf(value).some((word) => bad.includes(word));
    });
}

function wordsOf(text: string): readonly string[] {
  const apart = text.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return apart.split(/[^a-z]+/).filter((word) => word !== '' && word !== 'html' && word !== 'php');
}
