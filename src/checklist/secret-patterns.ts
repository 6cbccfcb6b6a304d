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

export interface SecretPattern {
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
export const secretPatterns = {
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
export const betweenValues = sticky`${quote}\s*,${space}${key}${open}`;

function pattern(parts: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(String.raw(parts, ...values), 'gim');
}

function sticky(parts: TemplateStringsArray, ...values: readonly string[]): RegExp {
  return new RegExp(String.raw(parts, ...values), 'iy');
}
