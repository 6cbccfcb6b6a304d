import type { Words } from './refusal-words.ts';

/**
 * What else than the token a page may refuse a POST for, and what it says then: by the frameworks, gateways and clouds that
 * say so. The first row that fits is the reason. Patterns are for the plain words of one sentence, from the start of a word.
 */
const rows = [
  [
    'route-missing',
    ['^(?:\\w+: )?missing authentication token$', 'cannot post |allow the http request method|only cachable requests'],
  ],
  [
    'request-blocked',
    [
      '^just a moment\\b',
      '^attention required!',
      '^error code: 1\\d{3}$',
      'java ?script and cookies to continue|checking your browser',
      'verify(?:ing)? (?:that )?you are (?:a )?human|human verification|not a robot|security checkpoint',
      'you have been blocked|incapsula incident|support id is|request blocked',
      'request (?:is|has been|was) blocked|pardon our interruption|press & hold|unusual traffic',
      'web ?site firewall|mod ?security|ddos|wordfence',
      'access to this (?:site|page) (?:has been|is) (?:limited|denied|blocked)',
      "you don't have permission to access .{0,200} on this server",
      'reference #\\d',
    ],
  ],
  [
    'post-throttled',
    ['too many requests', 'rate ?limit', 'rate exceeded', 'throttl(?:ed|ing)', 'quota exceeded', 'slow ?down'],
  ],
  [
    'gateway-refused',
    [
      'anonymous is not authorized to perform|execute api:invoke|not authorized to access this resource\\b',
      'function url authorization|web app is (?:stopped|unavailable)|site (?:is )?disabled',
      'invalid host(?:name| header)|blocked hosts?\\b|host is not allowed|misdirected request',
      'rbac: access denied|permission to get url',
    ],
  ],
  [
    'saas-credentials',
    [
      'security token included in the request|security token .{0,30}(?:invalid|expired)|unrecognized ?client',
      'invalid ?client ?token ?id|invalid ?access ?key ?id|signature ?does ?not ?match',
      'invalid ?signature ?exception|incomplete ?signature|request signature we calculated|signature expired',
      'not authorized to perform',
      'not authorized to (?:call|invoke|use) .{0,40}(?:resolve ?customer|marketplace)',
      'access ?denied ?exception|access key id|secret access key',
      '(?:get|load|locate|retrieve|refresh|obtain) (?:\\w+ )?credentials|no ?credentials ?error',
      'credentials ?provider|missing credentials in config|expired credentials|aws credentials',
      'credentials (?:have|are) expired|is missing authentication token',
      'provided token (?:has expired|is malformed or otherwise|must be refreshed)|disabled ?api ?exception',
      'api disabled for|assume ?role|identity ?token|web ?identity|token audience',
      'current date time .{0,60}expiration|open ?id ?connect provider|idp ?(?:rejected|communication)',
      'request ?expired|invalid ?grant ?exception|sso (?:session|token)|token from sso|unauthorized ?sso',
      'aws sso login|imds ?(?:v2 )?token|metadata (?:token|service)|opt ?in ?required',
      'subscription ?required ?exception|missing ?authentication ?token ?exception|service control policy',
    ],
  ],
  [
    'page-breaks',
    [
      'getaddrinfo|enotfound|eai ?again|econn(?:refused|reset|aborted)|etimedout|ehostunreach|enetunreach',
      'epipe|socket hang ?up|fetch failed',
      'connection (?:was |has been )?(?:refused|reset|closed|terminated|aborted|lost|timed out|time ?out|failure|error)',
      'connect(?:ion)? ?time(?:d )?out',
      '(?:connect|read|request|operation|query|socket|task|lambda|function|call) timed out|request ?time ?out',
      'task timed out|i o time ?out|deadline exceeded|dial tcp|no such host|name or service not known',
      'name resolution|max retries exceeded|https? ?connection ?pool|upstream connect error',
      'could not connect to (?:the )?(?:server|endpoint|database)|endpoint ?connection ?error',
      'inaccessible host|unknown ?(?:endpoint|host)|network ?error|host not found|could not resolve host',
      'status code 5\\d\\d|(?:column|table) .{1,60} does not exist|throughput ?exceeded',
      'conditional ?(?:check|request) ?failed|connection ?bad|active ?record|time ?out of \\d',
      '(?:missing|no|specify a) region|region is missing|(?:database|table) is locked',
      'certificate verify failed|self ?signed certificate|local issuer certificate|certificate has expired',
      'tls handshake|ssl ?error',
      '(?:database|db|sql|query|redis|mongo\\w*|cache|storage) (?:error|connection|failure|exception|query|is (?:down|unavailable))',
      'prisma client (?:known|unknown|initialization|validation|rust)',
      "can't reach database",
      'sequelize (?:connection|database|unique|access|host|base|time)|psycopg|sqlalchemy|sqlstate',
      'operational error|programming error|query failed error|jdbc|hikari|sql exception',
      'communications link failure|connection to server at|too many (?:connections|clients)|no such table',
      'relation .{1,60} does not exist|(?:duplicate key|unique constraint|foreign key)',
      'password authentication failed|ora \\d{5}|mongo (?:network|server|timeout)',
      'requested resource not found|internal ?service ?(?:error|failure)|service ?unavailable ?exception',
    ],
  ],
  [
    'csrf-protection',
    [
      '[cx]srf\\b.{0,60}\\b(?:fail\\w*|invalid|missing|mismatch\\w*|incorrect|expired|required|rejected|denied|not|aborted|verif\\w+|error|forbidden|token is|attack)\\b',
      '(?:fail\\w*|invalid|missing|bad|incorrect|expired|no|without|verify|validate|wrong|error|mismatch\\w*)\\b.{0,40}\\b[cx]srf',
      'cross (?:site|origin)|authenticity ?token|anti ?forgery|request ?verification ?token|page expired',
      'change you wanted was rejected|cors request|by cors|origin checking failed|origin header',
      'invalid origin|origin (?:is )?not allowed|referer checking|invalid server actions? request',
    ],
  ],
  [
    'body-not-read',
    [
      'not valid json\\b|invalid json\\b|(?:malformed|bad) (?:json|request body|payload|body)\\b',
      'json (?:parse|parsing|decode|decoding|syntax|invalid)',
      '(?:parse|parsing|decode|decoding|deserializ\\w+|unmarshal\\w*|load|read) (?:the )?(?:request )?(?:body |payload |input )?(?:as |of |from )?json\\b',
      'not .{0,20}application json\\b|unexpected (?:token|character|end of|identifier|string)\\b',
      'unrecogni[sz]ed token .{0,60}was expecting\\b|invalid character .{0,40}looking for\\b',
      'expecting value\\b|invalid start of a value\\b|expected value at line\\b',
      '(?:unsupported|invalid|missing|wrong|bad|expected|request) (?:media|content) ?type\\b',
      '(?:media|content) ?type\\b.{0,60}\\b(?:application|not|must|expected|unsupported)\\b',
      '(?:is|was) not json\\b|literal in json\\b',
      '(?:could not|cannot|unable to|failed to|error) (?:read|parse|parsing|decode|deserialize|occurred while parsing) .{0,20}(?:request|body|payload|document|parameters|form)\\b',
      'message not readable\\b|valid dictionary\\b|not a valid dict\\b',
      '^syntax error\\b',
    ],
  ],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** Traces of the same, which stand beside other reasons too: `"csrfToken": "x"`, and places in a stack. */
const traceRows = [
  ['csrf-protection', ['[cx]srf']],
  ['body-not-read', ['json (?:format|object)', 'line \\d+,? col(?:umn)? \\d+', 'at position \\d+']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** What the same servers say in general words: read after what is said of the token, which may stand beside them. */
const generalRows = [
  [
    'body-not-read',
    [
      '(?:request )?body (?:is |was )?(?:missing|required|empty|must|should|cannot|could not)\\b',
      'no (?:request )?body\\b|(?:invalid|missing) (?:request )?body\\b|missing required\\b',
      'required (?:request )?(?:parameter|field|part|property|header)s?\\b|fields? (?:are |is )?required\\b',
      'param is missing\\b',
    ],
  ],
  [
    'route-missing',
    [
      'no route (?:matches|found|for)\\b|route .{0,100}\\bnot (?:found|defined)\\b|method not allowed\\b',
      'method .{0,20}(?:is )?not (?:supported|allowed)\\b|no ?such ?(?:bucket|key)\\b',
      'specified (?:key|bucket) does not exist|page (?:could |can )?(?:not|cannot) be found\\b',
      'page not found\\b|no (?:static resource|handler found)\\b',
      'requested (?:url|resource|page) .{0,200}\\b(?:not found|does not exist)\\b|no such app\\b',
      'site not found\\b|deployment not found\\b',
      '^(?:\\w+: )?(?:not found|gone)[.!]?$',
    ],
  ],
  [
    'sign-in-demanded',
    [
      'not authenticated|unauthenticated|authentication (?:is )?required|full authentication',
      'authentication credentials|invalid authentication|(?:log|sign) ?in required|no authorization',
      '(?:missing|invalid|no|lacks|expired) (?:an? )?(?:authorization|auth|bearer|access|api|id|jwt)\\b',
      'authorization header|jwt|bearer token|(?:access|incoming) token|api ?key|subscription key',
      'invalid credentials|o ?auth2?\\b|iap credentials',
    ],
  ],
  [
    'gateway-refused',
    [
      'nginx|openresty|apache (?:http )?server|apache \\d|cloudfront|cloudflare|varnish|envoy\\b|haproxy',
      'akamai|fastly|traefik|awselb|azure front door|microsoft azure application gateway|microsoft iis',
      "our services aren't available right now",
      'request header or cookie too large|plain http request was sent to https',
      'your browser sent (?:a request that this server could not understand|an invalid request)',
      'request could not be satisfied|bad request invalid (?:url|header)|no healthy upstream',
      'upstream (?:connect|request)|bad gateway|gateway time ?out|request entity too large',
    ],
  ],
  [
    'page-breaks',
    [
      'cannot read propert|is not a function\\b|is not defined\\b|undefined method|null ?pointer ?exception',
      "none ?type' ?object",
      'traceback \\(most recent',
    ],
  ],
] as const satisfies readonly (readonly [string, readonly string[]])[];

const notThere = '\\b(?!.{0,60}\\b(?:aws|amazon|marketplace)\\b)';
/** An invitation, which may also stand beside a refusal of the token, or show the way back to AWS Marketplace. */
const invitationRows = [
  [
    'sign-in-demanded',
    [
      `must (?:be )?(?:log|sign)(?:ged|ned)? in${notThere}`,
      `(?:please|need to) (?:log|sign) in${notThere}`,
      `(?:log|sign) in (?:to continue|first|again)${notThere}`,
      'ログインしてください',
      'ログインが必要',
    ],
  ],
] as const satisfies readonly (readonly [string, readonly string[]])[];

interface Trouble<Kind extends string> {
  readonly kind: Kind;
  /** The sentence that says so. */
  readonly said: string;
}

export type OtherTrouble = Trouble<(typeof rows)[number][0]>;
export type GeneralTrouble = Trouble<(typeof generalRows)[number][0]>;

/** What the text surely complains of, whatever it says of a token; null where it names nothing of it. */
export function otherTrouble(sentences: readonly Words[]): OtherTrouble | null {
  return firstOf(compiled, sentences);
}

export function generalTrouble(sentences: readonly Words[]): GeneralTrouble | null {
  return firstOf(compiledGeneral, sentences);
}

export function traceOfTrouble(sentences: readonly Words[]): Trouble<(typeof traceRows)[number][0]> | null {
  return firstOf(compiledTraces, sentences);
}

export function invitationToSignIn(sentences: readonly Words[]): Trouble<'sign-in-demanded'> | null {
  return firstOf(compiledInvitations, sentences);
}

type Compiled<Kind extends string> = readonly (readonly [Kind, RegExp])[];

function compile<Kind extends string>(table: readonly (readonly [Kind, readonly string[]])[]): Compiled<Kind> {
  return table.map(([kind, patterns]) => {
    const from = patterns.map((pattern) => (/^[\w(]/.test(pattern) ? `\\b(?:${pattern})` : pattern));
    return [kind, new RegExp(from.join('|'))] as const;
  });
}

const compiled = compile(rows);
const compiledGeneral = compile(generalRows);
const compiledTraces = compile(traceRows);
const compiledInvitations = compile(invitationRows);

function firstOf<Kind extends string>(table: Compiled<Kind>, sentences: readonly Words[]): Trouble<Kind> | null {
  for (const [kind, pattern] of table) {
    const found = sentences.find(({ plain }) => pattern.test(plain));
    if (found) return { kind, said: found.said };
  }
  return null;
}
