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

/** What the address of a page says, as in `/signup?error=invalid_token` or `/link-expired`. */
export interface AddressWords {
  /** Its words, for those who read texts: `link-expired`, `error: invalid_token`. */
  readonly lines: readonly string[];
  /** It tells of an error of some kind: `/login?error`. */
  readonly tellsOfError: boolean;
  /** AWS Marketplace itself, where a buyer is sent back to. */
  readonly isMarketplace: boolean;
}

export function addressWords(location: string): AddressWords {
  const { origin, pathname, search, hash } = new URL(location);
  const inHash = new URL(hash.slice(1).replace(/^[/\\]*/, '/'), origin);
  const segments = [pathname, inHash.pathname].flatMap((path) => path.split('/')).filter(tellsOfErrorInPath);
  const pairs = [search, inHash.search].flatMap(pairsOf);
  return {
    lines: [
      ...segments.map((segment) => wordsOf(segment).join(' ')),
      ...pairs.map(({ key, value }) => (value === '' ? key : `${key}: ${value}`)),
    ],
    tellsOfError: segments.length > 0 || pairs.some(({ isError }) => isError),
    isMarketplace: origin === 'https://aws.amazon.com' && /^\/marketplace\b/.test(pathname),
  };
}

/** A segment of such words alone: `/error-tracking` is another thing. */
function tellsOfErrorInPath(segment: string): boolean {
  const words = wordsOf(segment);
  return words.some((word) => bad.includes(word)) && words.every((word) => [...bad, ...beside].includes(word));
}

/** Without what is switched off (`error=false`), and without addresses to go on to, which may hold any word. */
function pairsOf(search: string) {
  return search
    .replace(/^\?/, '')
    .split('&')
    .flatMap((part) => {
      const [[key, value] = ['', '']] = [...new URLSearchParams(part)];
      const named = wordsOf(key).some((word) => bad.includes(word));
      if (key === '' || value.includes('/') || (part.includes('=') && no.includes(value.toLowerCase()))) return [];
      // `invalid_token=1`
      const shown = named && /^(?:1|true|yes)$/i.test(value) ? '' : value;
      return [{ key, value: shown, isError: named || wordsOf(value).some((word) => bad.includes(word)) }];
    });
}

function wordsOf(text: string): readonly string[] {
  const apart = text.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return apart.split(/[^a-z]+/).filter((word) => word !== '' && word !== 'html' && word !== 'php');
}
