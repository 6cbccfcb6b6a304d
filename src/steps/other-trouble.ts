import type { Words } from './refusal-words.ts';

/**
 * What else than the token a page may refuse a POST for, and what it says then: by the frameworks, gateways and clouds that
 * say so. The first row that fits is the reason. Patterns are for the plain words of one sentence.
 */
const rows = [
  ['route-missing', /^(?:\w+: )?missing authentication token$|\bcannot post |allow the http request method|only cachable requests/],
  [
    'request-blocked',
    /^(?:just a moment\b|attention required!)|\b(?:java ?script and cookies to continue|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|human verification|not a robot|security checkpoint|you have been blocked|incapsula incident|support id is|request blocked|request (?:is|has been|was) blocked|pardon our interruption|press & hold|unusual traffic|web ?site firewall|mod ?security|ddos|wordfence|access to this (?:site|page) (?:has been|is) (?:limited|denied|blocked)|you don't have permission to access .{0,200} on this server|reference #\d)/,
  ],
  ['post-throttled', /\b(?:too many requests|rate ?limit|rate exceeded|throttl(?:ed|ing)|quota exceeded|slow ?down)\b/],
  [
    'gateway-refused',
    /\banonymous is not authorized to perform|\bexecute api:invoke|\bnot authorized to access this resource\b|\bfunction url authorization|\bweb app is (?:stopped|unavailable)|\bsite (?:is )?disabled|\binvalid host(?:name| header)|\bblocked hosts?\b|\bhost is not allowed|\bmisdirected request|\brbac: access denied|\bpermission to get url/,
  ],
  [
    'saas-credentials',
    /\b(?:security token included in the request|security token .{0,30}(?:invalid|expired)|unrecognized ?client|invalid ?client ?token ?id|invalid ?access ?key ?id|signature ?does ?not ?match|invalid ?signature ?exception|incomplete ?signature|request signature we calculated|signature expired|not authorized to perform|not authorized to (?:call|invoke|use) .{0,40}(?:resolve ?customer|marketplace)|access ?denied ?exception|access key id|secret access key|(?:get|load|locate|retrieve|refresh|obtain) (?:\w+ )?credentials|no ?credentials ?error|credentials ?provider|missing credentials in config|expired credentials|aws credentials|credentials (?:have|are) expired|is missing authentication token|provided token (?:has expired|is malformed or otherwise|must be refreshed)|disabled ?api ?exception|api disabled for|assume ?role)\b/,
  ],
  [
    'csrf-protection',
    /\b(?:csrf|xsrf|cross (?:site|origin)|authenticity ?token|anti ?forgery|request ?verification ?token|page expired|change you wanted was rejected|cors request|by cors|origin checking failed|origin header|invalid server actions? request)/,
  ],
  [
    'body-not-read',
    /\bnot valid json\b|\binvalid json\b|\b(?:malformed|bad) (?:json|request body|payload|body)\b|\bjson (?:parse|parsing|decode|decoding|syntax|format|object|invalid)|\b(?:parse|parsing|decode|decoding|deserializ\w+|unmarshal\w*|load|read) (?:the )?(?:request )?(?:body |payload |input )?(?:as |of |from )?json\b|\bnot .{0,20}application json\b|\bunexpected (?:token|character|end of|identifier|string)\b|\bunrecogni[sz]ed token .{0,60}was expecting\b|\binvalid character .{0,40}looking for\b|\bexpecting value\b|\binvalid start of a value\b|\bexpected value at line\b|\bline \d+,? col(?:umn)? \d+|\bat position \d+|\bmedia ?type\b|\bcontent ?type\b|\b(?:could not|cannot|unable to|failed to|error) (?:read|parse|parsing|decode|deserialize|occurred while parsing) .{0,20}(?:request|body|payload|document|parameters)\b|\bmessage not readable\b|\bvalid dictionary\b|\bnot a valid dict\b|^syntax error\b/,
  ],
] as const satisfies readonly (readonly [string, RegExp])[];

/** What the same servers say in general words: read after what is said of the token, which may stand beside them. */
const generalRows = [
  [
    'body-not-read',
    /\b(?:request )?body (?:is |was )?(?:missing|required|empty|must|should|cannot|could not)\b|\bno (?:request )?body\b|\b(?:invalid|missing) (?:request )?body\b|\bmissing required\b|\brequired (?:request )?(?:parameter|field|part|property|header)s?\b|\bfields? (?:are |is )?required\b|\bparam is missing\b/,
  ],
  [
    'route-missing',
    /\bno route (?:matches|found|for)\b|\broute .{0,100}\bnot (?:found|defined)\b|\bmethod not allowed\b|\bmethod .{0,20}(?:is )?not (?:supported|allowed)\b|\bno ?such ?(?:bucket|key)\b|\bspecified (?:key|bucket) does not exist|\bpage (?:could |can )?(?:not|cannot) be found\b|\bpage not found\b|\bno (?:static resource|handler found)\b|\brequested (?:url|resource|page) .{0,200}\b(?:not found|does not exist)\b|\bno such app\b|\bsite not found\b|\bdeployment not found\b|^(?:\w+: )?(?:not found|gone)[.!]?$/,
  ],
  [
    'sign-in-demanded',
    /\b(?:not authenticated|unauthenticated|authentication (?:is )?required|full authentication|authentication credentials|invalid authentication|must (?:be )?(?:log|sign)(?:ged|ned)? in|please (?:log|sign) in|(?:log|sign) in (?:to continue|first|again|required)|login required|no authorization|(?:missing|invalid|no|lacks|expired) (?:an? )?(?:authorization|auth|bearer|access|api|id|jwt)\b|authorization header|jwt|bearer token|(?:access|incoming) token|api ?key|subscription key|invalid credentials|o ?auth)\b|ログインしてください|ログインが必要/,
  ],
  [
    'gateway-refused',
    /\b(?:nginx|openresty|apache (?:http )?server|apache \d|cloudfront|cloudflare|varnish|envoy|haproxy|akamai|fastly|traefik|awselb|azure front door|microsoft azure application gateway|microsoft iis|request header or cookie too large|plain http request was sent to https|your browser sent (?:a request that this server could not understand|an invalid request)|request could not be satisfied|bad request invalid (?:url|header)|no healthy upstream|upstream (?:connect|request)|bad gateway|gateway time ?out|request entity too large)\b/,
  ],
] as const satisfies readonly (readonly [string, RegExp])[];

export interface Trouble<Kind extends string> {
  readonly kind: Kind;
  /** The sentence that says so. */
  readonly said: string;
}

export type OtherTrouble = Trouble<(typeof rows)[number][0]>;
export type GeneralTrouble = Trouble<(typeof generalRows)[number][0]>;

/** What the text surely complains of, whatever it says of a token; null where it names nothing of it. */
export function otherTrouble(sentences: readonly Words[]): OtherTrouble | null {
  return firstOf(rows, sentences);
}

export function generalTrouble(sentences: readonly Words[]): GeneralTrouble | null {
  return firstOf(generalRows, sentences);
}

function firstOf<Kind extends string>(
  table: readonly (readonly [Kind, RegExp])[],
  sentences: readonly Words[],
): Trouble<Kind> | null {
  for (const [kind, pattern] of table) {
    const found = sentences.find(({ plain }) => pattern.test(plain));
    if (found) return { kind, said: found.said };
  }
  return null;
}
