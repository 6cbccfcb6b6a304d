/** What a placeholder stands for, and how its values are counted: one, several. */
export const placeholderKinds = {
  account: ['account', 'accounts'],
  'account-name': ['account name', 'account names'],
  customer: ['customer', 'customers'],
  license: ['license', 'licenses'],
  agreement: ['agreement', 'agreements'],
  offer: ['offer', 'offers'],
  product: ['product title', 'product titles'],
  'product-id': ['product ID', 'product IDs'],
  operator: ['name', 'names'],
  owner: ['owner', 'owners'],
  caller: ['IAM name', 'IAM names'],
  profile: ['profile', 'profiles'],
  resource: ['AWS resource', 'AWS resources'],
  host: ['host', 'hosts'],
  email: ['email address', 'email addresses'],
  file: ['file name', 'file names'],
} as const satisfies Record<string, readonly [string, string]>;
export type PlaceholderKind = keyof typeof placeholderKinds;

export interface Placeholders {
  /** Returns the placeholder of a value. From now on, `search` finds the value in sentences. */
  readonly of: (kind: PlaceholderKind, value: string) => string;
  /** Replaces known values, and everything that looks like an id, a host, an ARN or an email address. */
  readonly search: (text: string) => string;
  /** How many different values have a placeholder. */
  readonly counts: () => Readonly<Record<PlaceholderKind, number>>;
}

/** Placeholders such as `account-1`. The same value always has the same one, whatever its letter case. */
export function openPlaceholders(): Placeholders {
  const known = new Map<string, string>();
  const counts = Object.fromEntries(Object.keys(placeholderKinds).map((kind) => [kind, 0])) as Record<
    PlaceholderKind,
    number
  >;
  /** Values that no pattern finds, by their first two characters; with their lengths, the longest first. */
  const index = new Map<string, { readonly values: Map<string, string>; readonly lengths: number[] }>();

  const find = (value: string, placeholder: string) => {
    if (value.length < 2 || ownWords.has(value) || /^\d{1,5}$/.test(value)) return;
    const start = value.slice(0, 2);
    const { values, lengths } = index.get(start) ?? { values: new Map<string, string>(), lengths: [] };
    index.set(start, { values, lengths });
    values.set(value, placeholder);
    if (!lengths.includes(value.length)) lengths.push(value.length);
    lengths.sort((a, b) => b - a);
  };

  const of = (kind: PlaceholderKind, given: string): string => {
    const value = keyOf(kind, given);
    const before = known.get(value);
    if (before !== undefined) return before;
    counts[kind]++;
    const placeholder = `${kind}-${counts[kind]}`;
    known.set(value, placeholder);
    if (!wholeId.test(value)) {
      find(value, placeholder);
      const encoded = encodeURIComponent(value.replace(/\p{Surrogate}/gu, '')).toLowerCase();
      if (encoded !== value) find(encoded, placeholder);
    }
    return placeholder;
  };

  /** The longest known value that starts at `at`. */
  const knownAt = (lower: string, at: number) => {
    const { values, lengths } = index.get(lower.slice(at, at + 2)) ?? {};
    for (const length of lengths ?? []) {
      const placeholder = values?.get(lower.slice(at, at + length));
      if (placeholder !== undefined && (length >= 6 || isWhole(lower, at, length))) return { placeholder, length };
    }
    return undefined;
  };

  const search = (text: string): string => {
    const lower = folded(text);
    const found: string[] = [];
    let done = 0;
    structured.lastIndex = 0;
    let next = structured.exec(text);
    for (let at = 0; at < text.length; ) {
      if (next && next.index < at) {
        structured.lastIndex = at;
        next = structured.exec(text);
        continue;
      }
      const match = next?.index === at ? next[0].replace(/[.,;:!?]+$/, '') : '';
      const name = knownAt(lower, at);
      if (match === '' && !name) {
        at++;
        continue;
      }
      const isName = name !== undefined && name.length >= match.length;
      found.push(text.slice(done, at), isName ? name.placeholder : replaced(match));
      at += isName ? name.length : match.length;
      done = at;
    }
    return found.join('') + text.slice(done);
  };

  /** Replaces what the pattern has found. */
  const replaced = (match: string): string => {
    if (match.includes('://')) return urlWithout(match);
    if (/^arn:/i.test(match)) return arnWithout(match);
    if (match.includes('@')) return of('email', match);
    if (/^\d/.test(match)) return of('account', match);
    if (/^l-/i.test(match)) return of('license', match);
    if (/^agmt-/i.test(match)) return of('agreement', match);
    if (/^offer-/i.test(match)) return of('offer', match);
    return of('product-id', match);
  };

  /** Keeps addresses of AWS Marketplace and of this machine. Of others, only the scheme and the port stay. */
  const urlWithout = (url: string): string => {
    const [, scheme = '', host = '', port = '', rest = ''] =
      /^([^:]+:\/\/)(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(:\d*)?(.*)$/s.exec(url) ?? [];
    if (publicHost.test(host)) return `${scheme}${host}${port}${search(rest)}`;
    return `${scheme}${host === '' ? '' : of('host', host)}${port}${rest.length > 1 ? '/…' : rest}`;
  };

  const arnWithout = (arn: string): string => {
    const [, partition = '', service = '', region = '', account = '', ...parts] = arn.split(':');
    const resource = parts.join(':');
    if (service === 'license-manager' && resource.startsWith('license:')) return of('license', arn);
    const named = (kind: PlaceholderKind) => {
      const [type = '', ...names] = resource.split('/');
      return names.length === 0
        ? type === 'root'
          ? type
          : of(kind, type)
        : [type, ...names.map((each) => (each === '' ? '' : of(kind, each)))].join('/');
    };
    const left =
      service === 'iam' || service === 'sts'
        ? named('caller')
        : service === 'aws-marketplace'
          ? search(resource)
          : named('resource');
    return ['arn', partition, service, region, account === '' ? '' : search(account), left].join(':');
  };

  return { of, search, counts: () => counts };
}

/** Different spellings of one value have one key. */
function keyOf(kind: PlaceholderKind, value: string): string {
  if (kind === 'account' && /^[\d-]+$/.test(value)) return value.replaceAll('-', '');
  if (kind === 'license') return folded(value.slice(value.lastIndexOf(':') + 1));
  return folded(value);
}

/** In lower case, at the same length. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether no letter or digit continues a value. Scripts without spaces between words have no such limit. */
function isWhole(text: string, at: number, length: number): boolean {
  const continues = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && letter.test(a) && letter.test(b);
  const end = at + length;
  return !continues(text[at - 1], text[at]) && !continues(text[end - 1], text[end]);
}

const letter = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u;

const ids = [
  String.raw`(?<!\d)(?:\d{12}|\d{4}-\d{4}-\d{4})(?!\d)`,
  '(?<![a-z0-9])l-[0-9a-f]{6,64}(?![a-z0-9])',
  String.raw`(?<![a-z0-9])(?:agmt|prod|prodview|offer)-(?=[a-z]{0,64}\d)[a-z0-9]{6,64}(?![a-z0-9])`,
].join('|');

const wholeId = new RegExp(`^(?:${ids})$`, 'i');

const structured = new RegExp(
  [
    String.raw`(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,40}:\/\/[^\s"'<>()\\]+`,
    String.raw`arn:[\w-]{0,20}:[\w-]{0,40}:[\w-]{0,20}:\w{0,20}:[^\s"'<>();]+`,
    String.raw`(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,256}@(?:[\p{L}\p{N}-]{1,63}\.){0,8}[\p{L}\p{N}-]{1,63}`,
    ids,
  ].join('|'),
  'giu',
);

/** Hosts that identify no one: pages and APIs of AWS Marketplace, and this machine. */
const publicHost =
  /^(?:(?:[a-z0-9-]+\.){0,3}aws\.amazon\.com|(?:[\w-]+\.)?(?:marketplace|sts)(?:\.[\w-]+)?\.amazonaws\.com|localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Words of the reports themselves. Such a name is replaced in its own field, but not in sentences. */
const ownWords = new Set(
  [
    'account',
    'admin',
    'agreement',
    'aws',
    'aws marketplace',
    'buyer',
    'check',
    'contract',
    'default',
    'entitlement',
  ].concat(
    ['license', 'marketplace', 'mp-verify', 'operator', 'pass', 'person', 'plan', 'product', 'program', 'quantity'],
    ['root', 'run', 'saas', 'sandbox', 'seller', 'step', 'test', 'user'],
  ),
);
