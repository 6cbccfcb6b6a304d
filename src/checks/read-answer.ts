/** What a person would see of an answer, according to its source. */
export interface SeenPage {
  /** The visible text on one line, with common entities decoded. */
  readonly text: string;
  /** The same text, one line per block of HTML or object of JSON: `code: invalid_token; message: No.` */
  readonly lines: readonly string[];
  /** The page has a field for a password, an email address or other account data. */
  readonly asksForAccount: boolean;
  /** The page has a list to choose from, or a button to continue. */
  readonly offersToContinue: boolean;
  /** The JSON lists errors by field, as validators do. */
  readonly fieldErrors: boolean;
  /** Scripts may change the page. */
  readonly scripted: boolean;
}

const unseen = new Set(['script', 'style', 'noscript', 'template', 'svg']);
const empty = new Set(['input', 'br', 'hr', 'img', 'link', 'meta', 'source', 'wbr', 'area', 'base', 'col', 'embed']);
/** All other elements start a new line. */
const inline = new Set('a abbr b br code em font i kbd label mark s small span strong sub sup tt u var'.split(' '));
const hides =
  /[\s"'](hidden|d-none|is-hidden|sr-only|visually-hidden)(?=[\s"'=>/])|display:\s*none|visibility:\s*hidden/i;
const accountField =
  /\b(?:type|name|id|autocomplete|placeholder)\s*=\s*["']?(?:[\w-]*password|e-?mail|tel\b|(?:first|last|full|user|company)[\s_-]?name|company|organi[sz]ation|phone|work e-?mail|your e-?mail)/i;
const goesOn =
  /^(?:continue|next|proceed|create|submit|activate|complete|finish|confirm|set ?up|register|get started|続ける|続行|次へ|登録|作成)(?!.{0,60}(?:aws|amazon|marketplace|back|again|support))/i;
const setsLook = /\b(?:name|id|class|aria-label)\s*=\s*["']?[^"'>]{0,40}(?:lang|locale|currency|theme)/i;
/** In characters. The rest of a longer answer is ignored. */
const longest = 20_000;

/**
 * Reads HTML, JSON or plain text in one pass, in linear time whatever the source. HTML parsers that build a stack of
 * open elements do not guarantee that.
 */
export function readPage(source: string): SeenPage {
  const data = /^\s*[{["]/.test(source) ? parsed(source) : undefined;
  if (data !== undefined) return { ...seen(linesOf(data)), fieldErrors: listsErrorsByField(data) };
  if (!/^\s*</.test(source)) return seen([source]);
  const lower = source.toLowerCase();
  const texts: string[] = [];
  let asksForAccount = false;
  let offersToContinue = false;
  /** Index in `texts` where the text of a link or button begins. */
  let label: number | null = null;
  let scripted = false;
  /** The element that hides its content, and the number of open elements with that name. */
  let hidden: { readonly name: string; depth: number } | null = null;
  for (let at = 0; at < source.length; ) {
    const open = source.indexOf('<', at);
    if (!hidden) texts.push(source.slice(at, open < 0 ? source.length : open).replaceAll('\n', ' '));
    if (open < 0) break;
    const isComment = source.startsWith('<!--', open);
    const close = source.indexOf(isComment ? '-->' : '>', open);
    if (close < 0) break;
    at = close + (isComment ? 3 : 1);
    const tag = source.slice(open, at);
    const [, slash, raw] = /^<(\/?)([a-z][a-z0-9-]*)/i.exec(tag) ?? [];
    if (isComment || raw === undefined) continue;
    const name = raw.toLowerCase();
    if (!slash && unseen.has(name)) {
      scripted ||= name === 'script';
      const end = lower.indexOf(`</${name}`, at);
      if (end < 0) break;
      at = end;
    } else if (hidden) {
      if (name === hidden.name) hidden.depth += slash ? -1 : 1;
      if (hidden.depth === 0) hidden = null;
    } else if (name === 'input') {
      asksForAccount ||= accountField.test(tag) && !/\btype\s*=\s*["']?hidden/i.test(tag);
      const [, value = 'submit'] = /\bvalue\s*=\s*["']?([^"'>]{1,80})/i.exec(tag) ?? [];
      offersToContinue ||= /\btype\s*=\s*["']?(?:submit|image)/i.test(tag) && goesOn.test(value);
    } else if (!slash && !empty.has(name) && hides.test(tag)) {
      hidden = { name, depth: 1 };
    } else if (name === 'select') {
      offersToContinue ||= !slash && !setsLook.test(tag);
    } else if (name === 'button' || name === 'a') {
      offersToContinue ||= label !== null && goesOn.test(oneLine(texts.slice(label).join('').slice(0, 200)));
      label = slash ? null : texts.length;
    }
    texts.push(inline.has(name) ? ' ' : '\n');
  }
  return { ...seen(texts.join('').split('\n')), asksForAccount, offersToContinue, scripted };
}

function seen(raw: readonly string[]): SeenPage {
  const lines = oneLineEach(raw);
  return {
    text: lines.join(' '),
    lines,
    asksForAccount: false,
    offersToContinue: false,
    fieldErrors: false,
    scripted: false,
  };
}

function oneLineEach(raw: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let left = longest;
  for (const each of raw) {
    const line = oneLine(each.slice(0, left));
    if (line !== '') lines.push(line);
    left -= each.length;
    if (left <= 0) break;
  }
  return lines;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** Returns one line per object, with its plain values and lists of plain values. */
function linesOf(data: unknown): readonly string[] {
  const lines: string[] = [];
  const groups: unknown[] = [data];
  for (let at = 0; at < groups.length && at < 1000; at += 1) {
    const group = groups[at];
    if (typeof group !== 'object' || group === null) {
      lines.push(String(group));
      continue;
    }
    const parts: string[] = [];
    for (const [key, value] of Object.entries(group)) {
      const isPlainList = Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);
      // The page shows an empty value, such as `"body": {}`.
      if (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
        parts.push(`${Array.isArray(group) ? '' : `${key}: `}${isPlainList ? '[]' : '{}'}`);
      else if (typeof value === 'object' && value !== null && !isPlainList) groups.push(value);
      else parts.push(`${Array.isArray(group) ? '' : `${key}: `}${isPlainList ? value.join(' ') : value}`);
    }
    lines.push(parts.join('; '));
  }
  return lines;
}

/** Recognizes the format of zod, Rails, Laravel, ASP.NET and others: `{ errors: { token: ['is invalid'] } }`. */
function listsErrorsByField(data: unknown): boolean {
  const groups: unknown[] = [data];
  for (let at = 0; at < groups.length && at < 1000; at += 1) {
    for (const [key, value] of Object.entries(groups[at] ?? {})) {
      if (typeof value !== 'object' || value === null) continue;
      if (/^(?:field_?errors|form_?errors|violations|invalid-?_?params|validation_?errors?|constraints)$/i.test(key))
        return true;
      if (Array.isArray(value) ? /token$/i.test(key) : key === 'errors') return true;
      groups.push(value);
    }
  }
  return false;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function oneLine(text: string): string {
  return text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (found, decimal, hex, name) => {
      if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? found) : found;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : found;
    })
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

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

/** The words in the address of a page, as in `/signup?error=invalid_token` or `/link-expired`. */
interface AddressWords {
  /** The words as lines of text: `link-expired`, `error: invalid_token`. */
  readonly lines: readonly string[];
  /** The address mentions an error of any kind: `/login?error`. */
  readonly tellsOfError: boolean;
  /** The address is on AWS Marketplace, so the buyer is sent back. */
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

/** Whether the segment consists only of such words. `/error-tracking` does not. */
function tellsOfErrorInPath(segment: string): boolean {
  const words = wordsOf(segment);
  return words.some((word) => bad.includes(word)) && words.every((word) => [...bad, ...beside].includes(word));
}

/**
 * Returns the query parameters, without those that are switched off (`error=false`) and return addresses, which may
 * contain any word.
 */
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
