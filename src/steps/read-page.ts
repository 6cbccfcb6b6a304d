/** What of an HTML page a person would see, as far as its source tells. */
export interface SeenPage {
  /** The visible text on one line, entities of common signs resolved. */
  readonly text: string;
  /** It has a field for a password or an e-mail address. */
  readonly asksForAccount: boolean;
  /** Scripts may make another page of it. */
  readonly scripted: boolean;
}

const unseen = new Set(['script', 'style', 'noscript', 'template', 'svg']);
const empty = new Set(['input', 'br', 'hr', 'img', 'link', 'meta', 'source', 'wbr', 'area', 'base', 'col', 'embed']);
const hides =
  /[\s"'](hidden|d-none|is-hidden|sr-only|visually-hidden)(?=[\s"'=>/])|display:\s*none|visibility:\s*hidden/i;
const accountField = /\b(?:type|name|id|autocomplete)\s*=\s*["']?(?:password|new-password|current-password|e-?mail)/i;

/** One pass over the source, so that no page can hold it up. Texts that are not HTML are taken as they are. */
export function readPage(source: string): SeenPage {
  if (!/^\s*</.test(source)) return { text: oneLine(source), asksForAccount: false, scripted: false };
  const lower = source.toLowerCase();
  const texts: string[] = [];
  let asksForAccount = false;
  let scripted = false;
  /** The element that hides what is in it, and how many of its name are open. */
  let hidden: { readonly name: string; depth: number } | null = null;
  for (let at = 0; at < source.length; ) {
    const open = source.indexOf('<', at);
    if (!hidden) texts.push(source.slice(at, open < 0 ? source.length : open));
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
    } else if (!slash && !empty.has(name) && hides.test(tag)) {
      hidden = { name, depth: 1 };
    }
    texts.push(' ');
  }
  return { text: oneLine(texts.join('')), asksForAccount, scripted };
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
