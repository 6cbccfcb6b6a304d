/** Replaces a secret. Needs no escaping in JSON, HTML, a shell or a URL, and matches no pattern below. */
const mark = '[redacted]';

/** Characters that end an unquoted word. */
const wordEnd = /[\s"'\\<>&;,#(){}[\]|^`]/g;
/** Values in place of a secret that are not secret. They may be the very mistake that people are looking for. */
const innocent =
  /^(?:|null|undefined|none|nil|nan|true|false|string|missing|empty|invalid|expired|required|is|was|not|\*+|\.{3}|<[\w -]*>|\$\{?\w+\}?|%\w+%|\[redacted\])$/i;

/**
 * Removes bearer tokens and other Authorization headers, AWS keys, cookies and marketplace tokens from `text`. `count`
 * is the number of secrets replaced. JSON stays valid JSON. Takes linear time.
 */
export function redact(text: string): { readonly text: string; readonly count: number } {
  const json = isJson(text);
  let redacted = { text, count: 0 };
  // A replacement may bring a name and its value together, so repeat until nothing is left.
  for (let pass = 0, before = -1; pass < maxPasses && redacted.count > before; pass++) {
    before = redacted.count;
    for (const each of Object.values(secretPatterns)) redacted = replaced(redacted, each, json);
  }
  return redacted;
}

/** Redacts every text in a value, and removes every secret in `known` wherever it occurs. */
export function redactAll<Value>(value: Value, known: readonly string[] = []): Value {
  if (typeof value === 'string') {
    const text = known.reduce<string>((rest, secret) => rest.replaceAll(secret, mark), value);
    return redact(text).text as Value;
  }
  if (Array.isArray(value)) return value.map((each) => redactAll(each, known)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactAll(each, known)])) as Value;
}

/**
 * Returns the secrets in request headers that a response may repeat: each value, with and without its scheme, longest
 * first.
 */
export function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !/^(?:accept|content-type|user-agent)\b/i.test(name))
    .flatMap(([, value]) => [value, value.slice(value.indexOf(' ') + 1)])
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length);
}

/** More than any real text needs. Limits the cost of a hostile one. */
const maxPasses = 8;

function replaced({ text, count }: { text: string; count: number }, each: SecretPattern, json: boolean) {
  const secrets = [...foundIn(text, each, json)];
  const kept = secrets.map(([from], index) => text.slice(secrets[index - 1]?.[1] ?? 0, from));
  return { text: [...kept, text.slice(secrets.at(-1)?.[1] ?? 0)].join(mark), count: count + secrets.length };
}

/** Yields the start and end of each secret, in order and without overlaps. */
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
  /** The quote or escaped line end before the value; empty if there is none. */
  readonly open: string;
  readonly header: boolean;
  /** The header starts within a line, so quotes around single values belong to it. */
  readonly inLine: boolean;
  /** The whole text is JSON, so its strings must keep their quotes. */
  readonly json: boolean;
}

/**
 * Finds where a value ends: before the quote that closes it or the string around it, at the latest at the end of the
 * line.
 */
function closing(text: string, from: number, { open: opened, header, inLine, json }: Opening): number {
  if (/\\u002[27]$|;$/.test(opened)) return beforeEscapes(text, search(numberedQuote, text, from), from, json);
  const isQuote = /["']$/.test(opened);
  const kind = isQuote ? opened.at(-1) : opened === '' ? '' : '"';
  const depth = isQuote ? depthOf(opened.slice(-1), opened.length - 1) : 31 - Math.clz32(opened.length - 1);
  let inOwnQuotes = false;
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
    if (inLine && found[0] === '"' && (inOwnQuotes || text[at - 1] === '=')) inOwnQuotes = !inOwnQuotes;
    else if (found[0] === kind && level <= depth) {
      return kind === "'" || escapes.endsWith('^') ? start : at - (2 ** level - 1);
    }
  }
  return text.length;
}

const numberedQuote = /\\u002[27]|&(?:quot|#3[49]|#x27);|["\r\n<]/g;

/**
 * Returns how deep a quote with that many backslashes is nested in strings: `"` is 0, `\"` 1, `\\\"` 2, `\\"` 0. JSON
 * doubles the backslashes before an apostrophe but adds none.
 */
function depthOf(kind: string, backslashes: number): number {
  if (kind === "'") return backslashes;
  return 31 - Math.clz32(~backslashes & (backslashes + 1));
}

/** Finds the start of the backslashes before `at`. The Windows command line mixes carets with them. */
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

/** A quote, including its forms in nested JSON, as a numeric escape and in HTML. */
const quote = String.raw`(?:\\{0,7}["']|\\{1,8}u002[27]|&(?:quot|#3[49]|#x27);)`;
/** The opening quote of a value. After a closing quote comes a character that no secret starts with. */
const open = String.raw`(?<open>${quote})(?![\s,:}\]]|$)`;
const equals = String.raw`(?:=>?|:|\\{1,8}u003d)`;
const lineEnd = String.raw`(?:\\{1,8}r)?\\{1,8}n`;
/** White space, including `\n` in a JSON string. */
const space = String.raw`\s*(?:\\{1,8}[nrt]\s*){0,3}`;
/** `"name": ` before a value in an object. */
const key = String.raw`(?:${quote}?[^\s"':=,{}[\]\\]+${quote}?\s*:\s*)?`;
const gap = String.raw`(?=[\s,]|\\{1,8}[nrt])${space}(?:,${space})?`;
/** HTML attributes or JSON keys that may come between a name and its value. */
const others = String.raw`(?:${gap}${quote}?[\w-]+${quote}?(?:\s*[:=]\s*(?:${quote}[^"'<>{}]*["']|[\w.+-]+))?){0,8}?`;
/** The separator between, or within, the columns of a cookie jar. */
const tab = String.raw`(?:\t|\\{1,8}t)`;
const cell = String.raw`[^\t\r\n"'\\]`;
/** A cookie has a name and `=`. Prose about cookies does not. */
const isCookie = String.raw`(?=[^\s=;:,"'\\{}()<>]+=)`;
/** What precedes a header: the start of its line, or of the string that holds it. */
const headerStart = String.raw`(?:(?<=(?<start>^[ \t<>*|]{0,20}))|(?<=(?<open>${quote}|\\{1,8}[nrt]))|(?<!\w))`;
const authorization = String.raw`authorization${quote}?\]?[ \t]*${equals}[ \t]*(?:\[\s*)?(?:b(?=${quote}))?(?:${open})?`;
const schemes = '(?:Basic|Bearer|Digest|DPoP|OAuth|Negotiate|NTLM|Token|Api-?Key|JWT)';

const dash = '(?:[-_]|%(?:25){0,3}2d)?';
const names = [
  ...['x-amzn-marketplace-token', 'registration-token', 'access-token', 'refresh-token'],
  ...['x-amz-security-token', 'x-amz-signature', 'x-amz-credential', 'aws-security-token', 'session-token'],
]
  .map((name) => name.replaceAll('-', dash))
  // `aws configure` shows the old key in brackets.
  .concat(String.raw`secret[-_ ]?access[-_ ]?key(?: \[[^[\]\r\n]*\])?`)
  .join('|');
const pairNames = `(?:${names}|(?:set-)?cookie|(?:proxy-)?authorization)`;

interface SecretPattern {
  /** Ends where the secret starts. Group `open` is the quote before it, `list` the bracket of a list of values. */
  readonly head: RegExp;
  /** What ends an unquoted secret. */
  readonly ends?: RegExp;
  /** What must follow the secret. */
  readonly tail?: RegExp;
  /** The secret is the rest of its header. Group `start` is set if the header starts its line. */
  readonly header?: true;
}

/** The order matters: the first patterns match whole secrets that later ones would match only in part. */
const secretPatterns = {
  nameBeforeValue: {
    head: pattern`(?:name|key)${quote}?\s*[:=]\s*${quote}?${pairNames}${quote}?${others}${gap}${quote}?value(?:${quote}?\s*:\s*(?=${quote})|\s*=\s*)(?:${open})?`,
  },
  valueBeforeName: {
    head: pattern`\bvalue(?:${quote}?\s*:\s*(?=${quote})|\s*=\s*)(?:${open})?`,
    tail: sticky`${quote}?${others}${gap}${quote}?(?:name|key)${quote}?\s*[:=]\s*${quote}?${pairNames}(?=${quote}|[\s/>])`,
  },
  multipart: {
    head: pattern`name=${quote}?(?:${names})${quote}?\r?\n(?:[\w-]+:[^\r\n]*\r?\n){0,3}\r?\n(?!--|[\s,:}\]])`,
    ends: /[\r\n]/g,
  },
  multipartInString: {
    head: pattern`name=${quote}?(?:${names})${quote}?${lineEnd}(?:[\w-]+:[^\r\n\\]*${lineEnd}){0,3}${lineEnd}(?!--)`,
    ends: /["'\r\n\\]/g,
  },
  /**
   * Quoted cookies: the value of a key, a list or an object of cookies, a PowerShell cookie, an export with domain or
   * flags.
   */
  quotedCookie: {
    head: pattern`(?:(?<=${quote})(?:set-|http_)?cookie${quote}\]?[ \t]*${equals}\s*|cookies?${quote}?[ \t]*${equals}\s*(?=${quote}${isCookie})|cookies?${quote}?[ \t]*${equals}\s*(?<list>\[(?=${space}${quote}${isCookie})|(?<=cookies${quote}?[ \t]*${equals}\s*)\{)${space}${key}|Net\.Cookie\(\s*${quote}[^"'\r\n(]*["']\s*,\s*|${quote}value${quote}\s*:\s*(?=${quote}[^{}]{1,5000}${quote}(?:domain|httpOnly|sameSite|hostOnly)${quote}\s*:))${open}`,
  },
  /** Headers, to the end of the line or of the string that holds them. */
  header: {
    head: pattern`(?=cookie|set-cookie|http_cookie|(?:proxy-)?authorization)${headerStart}(?:(?:(?:set-)?cookie2?[ \t]*:|http_cookie[ \t]*[:=])[ \t]*${isCookie}|(?:proxy-)?authorization[ \t]*:[ \t]*(?:Digest|OAuth)[ \t]+(?=\w+=))`,
    header: true,
  },
  /** Flags of curl, the AWS CLI and shells. */
  flag: {
    head: pattern`(?:(?<![\w-])(?:-b|--cookie)(?:[ \t=]+\$?|${quote}\s*,\s*(?=${quote})|(?=["']))\^?(?=${quote}?${isCookie})|(?:--|setx?[ \t]+(?:profile\.[\w-]+\.)?(?:aws[-_])?)(?:${names})(?:[ \t]+|${quote}\s*,\s*(?=${quote}))(?!-))(?:${open})?`,
  },
  /** A line of a curl or wget cookie jar. */
  cookieJar: {
    head: pattern`${tab}(?:TRUE|FALSE)${tab}/${cell}*${tab}(?:TRUE|FALSE)${tab}\d{1,20}${tab}${cell}+${tab}(?:${open})?`,
    ends: /["'\r\n\\]/g,
  },
  /** `https://name:password@host`, which becomes an Authorization header. */
  passwordInUrl: { head: pattern`://[^\s/:@"'<>\\]{0,200}:(?=[^\s/?#@"'<>\\]{1,500}@)`, ends: /@/g },
  authorization: {
    head: pattern`${authorization}(?:${schemes}(?:[ \t]+|%20)|(?!AWS4-|${schemes}\b)(?:[a-z][\w-]{0,30}[ \t]+)?(?=[\w.~+/=-]{12}))`,
  },
  awsSignature: {
    head: pattern`(?:AWS4-[A-Z0-9-]{1,30}\s+Credential|SignedHeaders=[\w;%-]*[,\s]+Signature)=`,
  },
  quotedName: {
    head: pattern`(?:${names})${quote}\]?[ \t]*${equals}${space}(?:string\(\d+\)\s*)?(?:(?<list>\[)${space})?(?:b(?=${quote}))?${open}`,
  },
  name: {
    head: pattern`(?:${names})\]?[ \t]*(?:${equals}|>)[ \t]*(?!\[redacted\]|[a-z]{1,10}[ \t]+[a-z])\[?(?=[\w+/%.~-]|${quote})(?:b(?=${quote}))?(?:${open})?`,
  },
  nameInUrl: { head: pattern`(?:${names})%(?:25){0,3}3d`, ends: /%(?:25){0,3}26|[\s"'\\<>&;,#(){}[\]|^`]/gi },
  /** Neither plain words nor the parameters of a WWW-Authenticate header. */
  bearer: {
    head: pattern`Bearer(?:[\s:="'\u00a0\u200b]{1,5}|%20|\+)(?=[\w.~+/=%-]{16})(?=[\w.~+/=%-]{0,80}\d|[\w.~+/=%-]{40})(?!\w+=\\{0,7}["'][\w/:])`,
  },
  cookieInProse: {
    head: pattern`(?<![\w-])cookie(?:[ \t]+(?:is[ \t]+)?|=)(?=[\w.-]{1,60}=[^\s;=]{6})`,
    ends: /[\r\n"'\\]/g,
  },
  /** Secrets recognized by their first letters: a JWT, or an AWS session token. */
  token: {
    head: /(?:(?<![\w-])|(?<=\\[nrt]))(?=eyJ[\w-]{10,8000}\.eyJ[\w-]{10,8000}\.)|(?=(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/%=-]{40})/g,
  },
  /** The secret after its access key id, as the console exports it or people write it down. */
  secretAccessKey: {
    head: /(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))(?<=(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?:[ \t,;:|"'\\/]{1,10}(?:(?<=\\)t)?| and |[ \t]{1,5}\d{4}-\d\d-\d\dT[\d:.Z+-]{5,20}[ \t]{1,5}))/g,
    ends: /[^A-Za-z0-9/+]/g,
  },
  accessKeyId: {
    head: /(?<![A-Z0-9]|\\u[0-9a-f]{0,3})(?=(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9]))/g,
    ends: /[^A-Z0-9]/g,
  },
  /** A name and a secret in a table or in prose. Matches only a value that is as long as a secret and has a digit. */
  namedInProse: {
    head: pattern`(?<![a-z])(?:(?:x[-_ ]?amzn[-_ ]?)?(?:registration|marketplace|access|refresh|session|security|bearer)[-_ ]?tokens?|secret[-_ ]?(?:access[-_ ]?)?key)${quote}?[\s:=|>,]{0,20}(?:(?:is|was)[\s:]{1,5})?${quote}?(?=[\w+/%.~=-]{20})(?=[\w+/%.~=-]{0,80}\d)`,
  },
} satisfies Record<string, SecretPattern>;

/** Between the values of a list. */
const betweenValues = sticky`${quote}\s*,${space}${key}${open}`;

function pattern(parts: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(String.raw(parts, ...values), 'gim');
}

function sticky(parts: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(String.raw(parts, ...values), 'iy');
}
