import { betweenValues, type SecretPattern, secretPatterns } from './secret-patterns.ts';

/** Stands where a secret was. It needs no escape in JSON, HTML, a shell or a URL, and no pattern takes it. */
const mark = '[redacted]';

/** Ends a word that no quotes hold. */
const wordEnd = /[\s"'\\<>&;,#(){}[\]|^`]/g;
/** Stands where a secret would, and may be the very mistake that is looked for. */
const innocent =
  /^(?:|null|undefined|none|nil|nan|true|false|string|missing|empty|invalid|expired|required|is|was|not|\*+|\.{3}|<[\w -]*>|\$\{?\w+\}?|%\w+%|\[redacted\])$/i;

/**
 * `text` without bearer tokens and other Authorization headers, AWS keys, cookies and marketplace tokens. `count` is
 * how many were replaced. What was JSON stays JSON. Takes time in proportion to the length, whatever the text.
 */
export function redact(text: string): { readonly text: string; readonly count: number } {
  const json = isJson(text);
  let redacted = { text, count: 0 };
  // What is replaced may bring a name and its value together: what is redacted has nothing left to redact.
  for (let pass = 0, before = -1; pass < maxPasses && redacted.count > before; pass++) {
    before = redacted.count;
    for (const each of Object.values(secretPatterns)) redacted = replaced(redacted, each, json);
  }
  return redacted;
}

/** Every text in it without secrets, as `redact` takes them out; those in `known` are taken out as they stand. */
export function redactAll<Value>(value: Value, known: readonly string[] = []): Value {
  if (typeof value === 'string') {
    const text = known.reduce<string>((left, secret) => left.replaceAll(secret, mark), value);
    return redact(text).text as Value;
  }
  if (Array.isArray(value)) return value.map((each) => redactAll(each, known)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactAll(each, known)])) as Value;
}

/** What headers carry may come back in an answer: each value, and what stands behind a scheme in it. Longest first. */
export function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !/^(?:accept|content-type|user-agent)\b/i.test(name))
    .flatMap(([, value]) => [value, value.slice(value.indexOf(' ') + 1)])
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length);
}

/** Far more than any text needs: a limit only to what a hostile one can cost. */
const maxPasses = 8;

function replaced({ text, count }: { text: string; count: number }, each: SecretPattern, json: boolean) {
  const secrets = [...foundIn(text, each, json)];
  const kept = secrets.map(([from], index) => text.slice(secrets[index - 1]?.[1] ?? 0, from));
  return {
    text: [...kept, text.slice(secrets.at(-1)?.[1] ?? 0)].join(mark),
    count: count + secrets.length,
  };
}

/** From and to, in the order of the text, none inside another. */
function* foundIn(
  text: string,
  { head, ends, tail, header }: SecretPattern,
  json: boolean,
): Generator<[number, number]> {
  head.lastIndex = 0;
  for (let found = head.exec(text); found !== null; found = head.exec(text)) {
    let from = head.lastIndex;
    let quoted = found.groups?.open;
    const inLine = header === true && quoted === undefined && found.groups?.start === undefined;
    if (found[0] === '') head.lastIndex++;
    for (;;) {
      const to =
        quoted === undefined && !header
          ? search(ends ?? wordEnd, text, from)
          : closing(text, from, { open: quoted ?? (inLine ? '"' : ''), header: header ?? false, inLine, json });
      if (!innocent.test(text.slice(from, to)) && (tail === undefined || matchAt(tail, text, to) !== null)) {
        yield [from, to];
        head.lastIndex = to;
      } else if (quoted === undefined) head.lastIndex = Math.max(head.lastIndex, to);
      const more = found.groups?.list === undefined ? null : matchAt(betweenValues, text, to);
      if (more === null) break;
      from = to + more[0].length;
      quoted = more.groups?.open;
    }
  }
}

interface Opening {
  /** The quote, or the written line end, that the value stands in; empty where it stands in none. */
  readonly open: string;
  readonly header: boolean;
  /** It is a header somewhere in a line: quotes round single values are its own. */
  readonly inLine: boolean;
  /** The whole text is JSON: its strings must keep their quotes, however wrong what is in them. */
  readonly json: boolean;
}

/** Where a value ends: before the quote that closes it, or closes what it stands in; at the latest with its line. */
function closing(text: string, from: number, { open: opened, header, inLine, json }: Opening): number {
  if (/\\u002[27]$|;$/.test(opened)) return beforeEscapes(text, search(numberedQuote, text, from), from, json);
  const isQuote = /["']$/.test(opened);
  const kind = isQuote ? opened.at(-1) : opened === '' ? '' : '"';
  const depth = isQuote ? depthOf(opened.slice(-1), opened.length - 1) : 31 - Math.clz32(opened.length - 1);
  let own = false;
  const stop = header ? /["'\r\n]|\\[rn]/g : /["'\r\n]/g;
  stop.lastIndex = from;
  for (let found = stop.exec(text); found !== null; found = stop.exec(text)) {
    const at = found.index;
    if (/[\r\n]$/.test(found[0])) return at;
    const start = beforeEscapes(text, at, from, json);
    if (found[0].length > 1) return start;
    const escapes = text.slice(start, at);
    const level = depthOf(found[0], escapes.replaceAll('^', '').length);
    if (json && level === 0 && found[0] === '"') return at;
    if (inLine && found[0] === '"' && (own || text[at - 1] === '=')) own = !own;
    else if (found[0] === kind && level <= depth) {
      return kind === "'" || escapes.endsWith('^') ? start : at - (2 ** level - 1);
    }
  }
  return text.length;
}

const numberedQuote = /\\u002[27]|&(?:quot|#3[49]|#x27);|["\r\n<]/g;

/**
 * How deep in strings a quote with that many backslashes opens or closes one: `"` is 0, `\"` 1, `\\\"` 2, `\\"` 0. JSON
 * around an apostrophe doubles its backslashes, but puts none where there was none.
 */
function depthOf(kind: string, backslashes: number): number {
  if (kind === "'") return backslashes;
  return 31 - Math.clz32(~backslashes & (backslashes + 1));
}

/** The start of the backslashes before `at`; the command line of Windows has carets among them. */
function beforeEscapes(text: string, at: number, from: number, json: boolean): number {
  let start = at;
  while (start > from && (text[start - 1] === '\\' || (text[start - 1] === '^' && !json))) start--;
  return start;
}

function search(ends: RegExp, text: string, from: number): number {
  ends.lastIndex = from;
  return ends.exec(text)?.index ?? text.length;
}

function matchAt(expected: RegExp, text: string, at: number): RegExpExecArray | null {
  expected.lastIndex = at;
  return expected.exec(text);
}

function isJson(text: string): boolean {
  if (!/^\s*["[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
