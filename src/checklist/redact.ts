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

/** A quote as it may be written: in JSON inside JSON, by serializers that escape it by number, in HTML. */
const quote = String.raw`(?:\\{0,7}["']|\\{1,8}u002[27]|&(?:quot|#3[49]|#x27);)`;
/** Begins a quoted value. A quote that ends a string of JSON is followed by what no secret begins with. */
const open = String.raw`(?<open>${quote})(?![\s,:}\]]|$)`;
const equals = String.raw`(?:=>?|:|\\{1,8}u003d)`;
const lineEnd = String.raw`(?:\\{1,8}r)?\\{1,8}n`;
/** White space, which in a string of JSON may be written `\n`. */
const space = String.raw`\s*(?:\\{1,8}[nrt]\s*){0,3}`;
/** `"name": ` before a value in an object. */
const key = String.raw`(?:${quote}?[^\s"':=,{}[\]\\]+${quote}?\s*:\s*)?`;
const gap = String.raw`(?=[\s,]|\\{1,8}[nrt])${space}(?:,${space})?`;
/** HTML attributes, or JSON keys, that may stand between a name and its value. */
const others = String.raw`(?:${gap}${quote}?[\w-]+${quote}?(?:\s*[:=]\s*(?:${quote}[^"'<>{}]*["']|[\w.+-]+))?){0,8}?`;
/** Between the columns of a table, and in one of them. */
const tab = String.raw`(?:\t|\\{1,8}t)`;
const cell = String.raw`[^\t\r\n"'\\]`;
/** Every cookie has a name; prose about cookies has none. */
const isCookie = String.raw`(?=[^\s=;:,"'\\{}()<>]+=)`;
/** What stands before a header: the start of its line, or of the string that it is in. */
const headerStart = String.raw`(?:(?<=(?<start>^[ \t<>*|]{0,20}))|(?<=(?<open>${quote}|\\{1,8}[nrt]))|(?<!\w))`;
const authorization = String.raw`authorization${quote}?\]?[ \t]*${equals}[ \t]*(?:\[\s*)?(?:b(?=${quote}))?(?:${open})?`;
const schemes = '(?:Basic|Bearer|Digest|DPoP|OAuth|Negotiate|NTLM|Token|Api-?Key|JWT)';

const dash = '(?:[-_]|%(?:25){0,3}2d)?';
const names = [
  ...['x-amzn-marketplace-token', 'registration-token', 'access-token', 'refresh-token'],
  ...['x-amz-security-token', 'x-amz-signature', 'x-amz-credential', 'aws-security-token', 'session-token'],
]
  .map((name) => name.replaceAll('-', dash))
  // `aws configure` asks for it with the old one in brackets.
  .concat(String.raw`secret[-_ ]?access[-_ ]?key(?: \[[^[\]\r\n]*\])?`)
  .join('|');
const pairNames = `(?:${names}|(?:set-)?cookie|(?:proxy-)?authorization)`;

interface SecretPattern {
  /** Ends where the secret begins. Group `open` is the quote before it, `list` the bracket of several. */
  readonly head: RegExp;
  /** What ends a secret that has no quotes. */
  readonly ends?: RegExp;
  /** What must follow the secret. */
  readonly tail?: RegExp;
  /** The secret goes to the end of its header, which group `start` says begins a line. */
  readonly header?: true;
}

/** In this order: the first take whole what later ones would take parts of. */
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
  cookieKey: { head: pattern`(?<=${quote})(?:set-|http_)?cookie${quote}\]?[ \t]*${equals}\s*${open}` },
  cookieText: { head: pattern`cookies?${quote}?[ \t]*${equals}\s*${open}${isCookie}` },
  cookieList: { head: pattern`cookies?${quote}?[ \t]*${equals}\s*(?<list>\[)${space}${open}${isCookie}` },
  cookieObject: { head: pattern`cookies${quote}?[ \t]*${equals}\s*(?<list>\{)${space}${key}${open}` },
  cookieHeader: {
    head: pattern`(?=cookie|set-cookie|http_cookie)${headerStart}(?:(?:set-)?cookie2?[ \t]*:|http_cookie[ \t]*[:=])[ \t]*${isCookie}`,
    header: true,
  },
  cookieFlag: {
    head: pattern`(?<![\w-])(?:-b|--cookie)(?:[ \t=]+\$?|${quote}\s*,\s*(?=${quote})|(?=["']))\^?(?:${open})?${isCookie}`,
  },
  /** A line of curl's or wget's cookie jar. */
  cookieJar: {
    head: pattern`${tab}(?:TRUE|FALSE)${tab}/${cell}*${tab}(?:TRUE|FALSE)${tab}\d{1,20}${tab}${cell}+${tab}(?:${open})?`,
    ends: /["'\r\n\\]/g,
  },
  cookieOfPowerShell: { head: pattern`Net\.Cookie\(\s*${quote}[^"'\r\n(]*["']\s*,\s*${open}` },
  /** What makes an Authorization header: the password of `https://name:password@host`. */
  passwordInUrl: {
    head: pattern`://[^\s/:@"'<>\\]{0,200}:(?=[^\s/?#@"'<>\\]{1,500}@)`,
    ends: /@/g,
  },
  digest: {
    head: pattern`(?=authorization|proxy-authorization)${headerStart}(?:proxy-)?authorization[ \t]*:[ \t]*(?:Digest|OAuth)[ \t]+(?=\w+=)`,
    header: true,
  },
  authorization: { head: pattern`${authorization}${schemes}(?:[ \t]+|%20)` },
  otherAuthorization: {
    head: pattern`${authorization}(?!AWS4-|${schemes}\b)(?:[a-z][\w-]{0,30}[ \t]+)?(?=[\w.~+/=-]{12})`,
  },
  awsCredential: { head: pattern`AWS4-[A-Z0-9-]{1,30}\s+Credential=` },
  awsSignature: { head: pattern`SignedHeaders=[\w;%-]*[,\s]+Signature=` },
  quotedName: {
    head: pattern`(?:${names})${quote}\]?[ \t]*${equals}${space}(?:string\(\d+\)\s*)?(?:(?<list>\[)${space})?(?:b(?=${quote}))?${open}`,
  },
  name: {
    head: pattern`(?:${names})\]?[ \t]*(?:${equals}|>)[ \t]*(?!\[redacted\]|[a-z]{1,10}[ \t]+[a-z])\[?(?=[\w+/%.~-]|${quote})(?:b(?=${quote}))?(?:${open})?`,
  },
  nameInUrl: {
    head: pattern`(?:${names})%(?:25){0,3}3d`,
    ends: /%(?:25){0,3}26|[\s"'\\<>&;,#(){}[\]|^`]/gi,
  },
  nameOfFlag: {
    head: pattern`(?:--|setx?[ \t]+(?:profile\.[\w-]+\.)?(?:aws[-_])?)(?:${names})(?:[ \t]+|${quote}\s*,\s*(?=${quote}))(?!-)(?:${open})?`,
  },
  bearer: {
    // Not the parameters of a WWW-Authenticate header.
    head: pattern`Bearer(?:[ \t]+|%20|\+)(?=[\w.~+/=-]{16})(?!\w+=\\{0,7}["'][\w/:])`,
  },
  bearerInProse: { head: pattern`(?<![\w-])Bearer[\s:="'\u00a0\u200b]{1,5}(?=[\w.~+/=%-]{20})(?=[\w.~+/=%-]{0,80}\d)` },
  /** As browsers and test tools export cookies: an object for each, with its domain or its flags. */
  cookieExport: {
    head: pattern`${quote}value${quote}\s*:\s*${open}(?=[^{}]{1,5000}${quote}(?:domain|httpOnly|sameSite|hostOnly)${quote}\s*:)`,
  },
  cookieInProse: {
    head: pattern`(?<![\w-])cookie(?:[ \t]+(?:is[ \t]+)?|=)(?=[\w.-]{1,60}=[^\s;=]{6})`,
    ends: /[\r\n"']/g,
  },
  jwt: { head: pattern`(?:(?<![\w-])|(?<=\\[nrt]))(?=eyJ[\w-]{10,8000}\.eyJ[\w-]{10,8000}\.)`, ends: /[^\w.-]/g },
  sessionToken: { head: /(?=(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/%=-]{40})/g },
  /** As the console exports it, or as people write the two down: the secret behind its access key id. */
  secretBehindId: {
    head: /(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))(?<=(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?:[ \t,;:|"'\\/]{1,10}(?:(?<=\\)t)?| and |[ \t]{1,5}\d{4}-\d\d-\d\dT[\d:.Z+-]{5,20}[ \t]{1,5}))/g,
    ends: /[^A-Za-z0-9/+]/g,
  },
  accessKeyId: {
    head: /(?<![A-Z0-9]|\\u[0-9a-f]{0,3})(?=(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9]))/g,
    ends: /[^A-Z0-9]/g,
  },
  /** As people write a name, and what stands behind it in a table or in prose; only what is as long as a secret, with a digit. */
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
