/**
 * What pages say when they reject the token of a purchase (first half), or reject the request for another reason
 * (second half, `otherTrouble`). Whole phrases about the token, because single words may appear on any page. English
 * and Japanese; pages in other languages are not recognized. The tables make this file long.
 */
export interface Sentence {
  /** The words of the page. */
  readonly quote: string;
  /** In lower case, with identifiers split: `ExpiredTokenException` becomes "expired token exception". */
  readonly plain: string;
}

/** Splits lines into sentences. */
export function sentencesOf(lines: readonly string[]): readonly Sentence[] {
  return lines
    .flatMap((line) => line.split(/(?<=[.!?])\s+|;\s+|(?<=[。！？])/))
    .map((quote) => ({ quote: quote.trim(), plain: plainWords(quote) }));
}

function plainWords(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/""|''|``/g, ' undefined ')
    .replace(/(?<![a-z])'|'(?![a-z])|["`“”«»<>[\]{}]/g, '')
    .replace(/[_/\\-]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Words that mark a token as that of a purchase. */
const ours = 'aws|amazon|amzn|marketplace|registration|purchase|subscription|customer|sign ?up|set ?up|onboarding|saas';
/** Words that may precede "token" without making it another token, as "session" in "session token" would. */
const mere =
  'an?|the|this|that|your|our|any|its|or|and|for|with|of|such|provided|given|supplied|submitted|received|passed|used|new|err|error|invalid|expired|unknown|malformed|incorrect|unrecogni[sz]ed|wrong|bad|bogus|forged|valid|known|genuine|no|missing|required|empty|blank|without|parameter|field|argument|property|key|body|query|expected?|provide|supply|send|include|specify|requires?|receive|verify|validate|recogni[sz]e|identify|match|authenticate|accept|know|rejected|refused|declined';
const free = `(?:(?<=\\b(?:${ours}|${mere}) )|(?<!\\w ))\\b`;
const tokens = `${free}tokens?\\b`;
const token = `${free}(?:tokens?|(?:registration|sign ?up|set ?up|marketplace) (?:link|url)|link)\\b:?`;
/** Words that may stand between "invalid" and "token". */
const between = `(?:(?:or|and|an?|the|your|this|already|used|x|${ours}) ){0,6}?`;
const explicit =
  /\b(?:registration|marketplace|amzn|purchase|onboarding|sign ?up|set ?up|fulfillment) (?:registration )?(?:token|link|url)\b|\btoken\b.{0,30}\b(?:aws|amazon|marketplace)\b|\bresolve customer\b/;
/** Sign-in to the SaaS. Excludes "log in again from AWS Marketplace", which is the way back to the purchase. */
const signIn =
  '(?:(?:log|sign) in (?:again|to continue|first)|(?:please|must|need to) (?:log|sign) in)\\b(?!.{0,60}\\b(?:aws|amazon|marketplace)\\b)';
/**
 * If a text mentions any of these, "token" may mean one of them: sessions, and the words of JWT and OAuth libraries.
 */
const otherSubjects = new RegExp(
  [
    '\\b(?:csrf|xsrf|jw[testk]|json|bearer|sessions?|authorization|authentication|invalid grant|credentials?|api ?key|o ?auth2?|oidc|cognito|okta|auth0|keycloak|firebase|fcm|clerk|supabase|entra|azure ad|open ?id)\\b',
    '\\b(?:access|security|refresh|id|api|auth|user|incoming|login|identity|web|firebase|sso) ?token\\b',
    '\\btoken (?:types?|header|class|use|audience|issuer|signature|introspection|(?<!\\b(?:marketplace|registration) token )verification|decod\\w+|expired error)\\b',
    '\\b(?:segments?|signatures?|signed(?! (?:up|in|out))|signing|claims?|audience|issuer|issued|unverifiable|introspect\\w*|key ?func|kid|public key|stale|black ?list(?:ed)?|revoked|padding|decode error|not before error|invalid token error|not active|valid yet|idx ?\\d{5})\\b',
    `\\b${signIn}`,
    'セッション|アクセストークン|認証トークン|セキュリティトークン|ログインし',
  ].join('|'),
);
/** The error codes of django-rest-framework-simplejwt, PyJWT, jsonwebtoken and jose for the same subjects. */
const otherCodes =
  /\btoken_not_valid\b|\b(?:Token(?:Expired|Invalid|Malformed)|ExpiredSignature|InvalidToken)Error\b|\bJW[TSKE][A-Z]/;
/** Form validation. Says nothing about the token itself. */
const formOnly =
  /\b(?:body|query ?string) token\b|\bvalidation (?:errors?|failed|failure|exception)\b|\bgiven data was invalid\b|\bvalue error\b|\binvalid value\b|\b(?:must|should) (?:be|match|have|contain)\b|\bfails? to match\b|\b(?:regexp?|pattern|format|length|characters|uuid|base ?64)\b/;
/** Signs of a possible other problem. The definite ones are in `otherTrouble`. */
const hedges =
  /\b(?:try again (?:later|in an?)|again in an? |right now|at this time|at the moment|temporar\w*|unavailable|something went wrong|unexpected|internal (?:server )?error|time ?outs?|timed out|aborted|locked|database|could not (?:reach|connect))\b|しばらく/;
/** An exception that is not about the token: "KeyError", but not "InvalidTokenException" or the name of a status. */
const otherException =
  /\b(?!\w*Token|BadRequest|Http|HTTP|Client|Api|App|Unprocessable|NotFound)[A-Z]\w{0,60}[a-z](?:Error|Exception)\b/;
/** "Invalid token: EOF" and "Invalid token - EOF" name a cause. */
const cause =
  /(?:tokens?|link|url)(?![a-z])[^:(–—]{0,120}?(?:[:(–—]|\s-+\s|\b(?:because|since|caused by|due to)\b)\s*(?=\S)(.{1,300})/i;
/** A cause in a separate sentence or JSON member. */
const ownReason =
  /^(?:root ?|original ?|inner ?)?(?:cause|caused by|reason|debug\w*|exception|error|err|stack|trace(?!id|_id)|inner|underlying)\w*(?: (?:message|info|error|exception))?:\s*(.{0,300})/i;
/** Names, numbers and the way back to the purchase. They may follow any rejection and are not a cause. */
const asides: readonly RegExp[] = [
  /\b(?:an? )?(?:client )?error occurred \((?:invalid|expired) token exception\) when calling the resolve customer operation:?/g,
  /\bservice: (?:aws ?)?marketplace ?metering(?:, status code: 400)?/g,
  /\b(?:ref|reference|(?:request|trace|correlation|support|error|event|incident|ticket) ?id|incident|ticket)\b(?: (?:no|number|id)\b\.?)?:? ?#? ?(?=[a-z ]{0,40}\d)[a-z\d]{1,40}(?: [a-f\d]{1,40}\b){0,8}/g,
  // Codes, except those of statuses, PostgreSQL and Prisma.
  /\b(?:error )?code:? ?#? ?(?!p\d{4}\b|\d[\da-z]{4}\b)(?=[a-z ]{0,20}\d)(?=[\d ]{0,20}[a-z])[a-z\d]{2,40}\b/g,
  /\b(?:please|kindly) (?:return (?:to|and)|contact (?:us|the|our|your|support|sales|customer|\S{1,60}@)|go (?:back|to)|try (?:again|once more|from|to (?:subscribe|sign|register|set up))|start (?:again|over|from|at)|click|subscribe|open (?:the|a|an|this|your|aws|amazon|it)\b)[^:(]{0,200}$/g,
  /\b(?:return|go back) to (?:the )?(?:aws|amazon)[^:(]{0,200}$/g,
  /^(?:bad request|unprocessable (?:entity|content)|unauthorized|forbidden|not found|gone|conflict|(?:registration|sign ?up|onboarding)(?: has)? (?:failed|error)|true|false|null|none|4\d\d)$/g,
];
/** A cause that consists only of these words is about the token. */
const ofToken =
  /^(?:\W|\b(?:(?:in)?valid|expired|unknown|malformed|incorrect|unrecogni[sz]ed|wrong|bad|rejected|refused|declined|used|not?|longer|recogni[sz]ed|known|accepted|is|was|are|has|have|been|does|do|did|isn't|wasn't|doesn't|exist|match|it|its|this|the|that|your|an?|any|or|and|either|already|by|to|from|of|for|you|provided|supplied|given|sent|tokens?|links?|registration|marketplace|purchase|aws|amazon|amzn|x|exception|error|code|message|name|err)\b)*$/;
const saysBad =
  /…|\b(?:(?:in)?valid|expired|unknown|malformed|incorrect|unrecogni[sz]ed|wrong|bad|rejected|refused|declined|recogni[sz]ed|known|accepted|exist|match)\b|^[\W\d]*$/;
/** A stack frame, which a page may show with any error. */
const frame = /\s+at (?:position \d+\b.*|(?:async |new )?(?:[\w.$<>[\]]{1,120} ?)?\(?[^\s()]{1,200}:\d+(?::\d+)?\)?)/g;
/** The SaaS itself fails, or cannot call AWS. Next to a rejection, this is the real reason. */
const breaks = new RegExp(
  [
    '\\b(?:cannot|could not|unable to) (?:find|load|resolve|import) (?:module|package)\\b|\\bno module named\\b|\\bis not (?:a|an) (?:constructor|function|object)\\b|\\bis not (?:defined|iterable)\\b|\\bhas no attribute\\b|\\bno such (?:file|method|property)\\b',
    '\\b(?:request|call|connection) to .{1,120} failed\\b|\\baltnames?\\b|\\bunknown service\\b|\\binvalid endpoint\\b|\\bamazonaws\\.com\\b',
    '\\bhttp \\d{3} from\\b|\\b(?:returned|responded with|answered|replied with) (?:an? )?(?:http |status |error |code ){0,4}[45]\\d\\d\\b',
    "\\b(?:not|n't|never) (?:been )?(?:configured|initiali[sz]ed|set up|loaded|connected|reachable)\\b|\\b(?:mis|un)configured\\b|\\b(?:aws|marketplace|metering) (?:client|sdk|region|config\\w*)\\b",
    '\\b(?:please|kindly|must|need to) (?:set|configure|export|run|install|specify|define)\\b(?! up)',
    '\\berror code:? (?!400\\b)[1-5]\\d\\d\\b|\\bcode:? (?:access ?denied|p\\d{4})\\b',
  ].join('|'),
);
/** The page shows that it read nothing, or no text. */
const readNothing =
  /(?:^|; )(?:(?:x-?)?(?:amzn|aws)?[-_]?(?:marketplace|registration|purchase|reg|raw)?[-_]?token|received|got|actual|body|raw_?body|value|input|form|params|query|payload): ?["'(]?(?:null|undefined|none|nil|nan|\{\}|\[\]|\[object \w+\])?["')]?(?=;|$)/i;
const readNothingOfText =
  /\[object \w+\]|\bof type ["'`]?(?:object|undefined|null|none|array|dict)|(?:token|received|got|read|value|sent|body)["'`]?\s?(?:[:=]\s?["'`(<[]{0,2}(?:null|undefined|none|nil|nan|\{\}|\[\]|\(\))?["'`)>\]]{0,2}|\s?["'`(<]{0,2}(?:\{\}|\[\]|\(\)|\(?""\)?))[.!]?$/i;
/** Every library says this about its own tokens. The token of mp-verify never existed, so it cannot have expired. */
const onlyExpired = /\btokens?:? (?:(?:has|have|had|is|was) )?(?:already |since )?expired\b/;
const otherwiseBad = /\b(?:invalid|unknown|malformed|incorrect|unrecogni[sz]ed|wrong|bad|not)\b/;
/** A validator's error that names the field: `msg: Invalid token; path: token; location: body`, `loc: body token`. */
const fieldNamed =
  /(?:^|; )(?:path|param(?:eter)?|loc|location|property(?:Name)?|field|attribute|target|key|name|in): (?:(?:request|body|query|form|data|params|headers)[. ]){0,3}(?:body|query|(?!invalid|expired|bad|unknown|wrong|malformed)[\w.-]{0,40}token)(?=;|$)|(?:^|; )(?:pointer|instancePath|dataPath): [^;]{0,80}token(?=;|$)/i;

const bad =
  '(?:invalid|expired|unknown|malformed|incorrect|unrecogni[sz]ed|wrong|bad|bogus|forged|non ?existent)(?! (?:request|gateway|input|state))';
const badOnes = `${bad}(?:,? (?:or |and |and or )?(?:an? )?(?:already )?${bad}){0,5}`;
const be = '(?:is|was|are|were|seems to be|appears to be|looks)';
const not = "(?:could not|couldn't|can ?not|can't|did not|didn't|does not|doesn't|do not|don't)";
const done = '(?:verified|validated|recogni[sz]ed|identified|matched|authenticated|accepted)';
const purchase =
  '(?:(?:aws |amazon )?marketplace |aws )(?:purchase|subscription|registration|contract)\\b|\\bpurchase\\b';
const gap = '[^.!?;]';
/** Words between the token and its verb that do not introduce another subject. */
const after =
  "(?: (?!(?:and|but|because|so|while|however|e ?mail|password|account|session|company)\\b)[\\w':…]{1,40}){0,8}?";

/** Rejections of the token itself. */
const refusals: readonly RegExp[] = [
  `\\b${badOnes} ${between}${token}`,
  `\\bnot (?:an? )?(?:valid|recogni[sz]ed|known|genuine) ${between}${token}`,
  `${token} ${bad}\\b`,
  `${token} not (?:an? )?(?:valid|recogni[sz]ed|known|accepted|genuine)\\b`,
  `${token}${after} ${be} (?:(?:already|also|either|now|an?) ){0,2}${bad}\\b`,
  `${token}${after} ${be} (?:no longer|not|n't) (?:an? )?(?:valid|recogni[sz]ed|known|accepted|genuine|${done})\\b`,
  `${token}${after} (?:isn't|wasn't|aren't) (?:an? )?(?:valid|recogni[sz]ed|known|accepted|genuine|${done})\\b`,
  `${token}${after} ha(?:s|ve|d) (?:already |since )?expired\\b`,
  `${token}${after} (?:did not|didn't|does not|doesn't) (?:match|exist)\\b`,
  `${token}${after} ${be} (?:rejected|refused|declined)\\b`,
  `\\b(?:rejected|refused|declined|${not} (?:accept|recogni[sz]e|know)) ${between}${token}`,
  `\\bno (?:such|known|matching) ${between}${token}`,
  `\\bno (?:\\w{1,30} ){0,3}?(?:purchase|subscription|registration|customer)s? (?:\\w{1,30} ){0,3}?for (?:this|the|that|your) (?:\\w{1,30} ){0,3}?${token}`,
  '\\bregistration (?:has|is) expired\\b|\\bregistration is (?:not|no longer) valid\\b',
].map((pattern) => new RegExp(pattern));

/** The token or its purchase could not be verified. A page that cannot call AWS says this to every buyer. */
const unverified: readonly RegExp[] = [
  `${token}${after} (?:could not|couldn't|can ?not|can't) be ${done}\\b`,
  `\\b(?:could not|couldn't|can ?not|can't|unable to|failed to|not able to) (?:\\w{1,30} )?(?:verify|validate|recogni[sz]e|identify|match|authenticate)\\b${gap}{0,30}? (?:${token}|${purchase})`,
  `\\b(?:could not|couldn't|can ?not|can't|unable to) (?:\\w{1,30} )?(?:find|locate)\\b${gap}{0,30}? (?:${purchase})`,
  `\\b(?:aws |amazon )?marketplace (?:purchase|subscription) ${be} (?:invalid|unknown|not found|not recogni[sz]ed)\\b`,
  '(?:トークン|登録リンク|登録用?url|リンク)[^。]{0,15}(?:検証できません|確認できません)',
  '(?:購入|登録情報)[^。]{0,15}(?:見つかりません|確認できません)',
].map((pattern) => new RegExp(pattern));

const japanese: readonly RegExp[] = [
  /(?:無効な|不正な|期限切れの|期限の切れた)[^。]{0,15}(?:トークン|登録リンク|登録用?url|リンク)/i,
  /(?:トークン|登録リンク|登録用?url|リンク)[^。]{0,15}(?:無効です|無効になっ|無効、|無効または|不正です|期限が切れ|期限切れ|期限が過ぎ|正しくありません|認識できません)/i,
  /(?:url)[^。]{0,15}(?:期限が切れ|期限切れ|期限が過ぎ)/i,
];

/**
 * A condition, a question or a rule instead of a statement: "If your link has expired, write to us." Also what
 * WordPress says about a wrong nonce.
 */
const supposes = new RegExp(
  [
    '\\blink you followed has expired\\b',
    '^(?:if|when|in case|once|unless|should|after|until)\\b',
    '\\b(?:if|in case|whether|might|may|unless|once (?:it|they|you|used|the|your)|until|as soon as|sometimes|usually|often|typically|perhaps|maybe|probably|possibly)\\b',
    '\\b(?:after|within) (?:\\w{1,12} ){0,3}?(?:\\d{1,4})?(?:seconds?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)\\b',
    '[?？]\\W*$',
    '場合|もし',
  ].join('|'),
);

export interface Refusal {
  readonly quote: string;
  /** The text explicitly means the registration or marketplace token. */
  readonly named: boolean;
  /** The text cannot mean anything else or hide another problem. */
  readonly sure: boolean;
  /** There may be another reason as well. */
  readonly doubtful: boolean;
}

/**
 * Finds the clearest words with which the page rejects the token, or null. `fields`: the page lists errors by field.
 */
export function refusalIn(
  sentences: readonly Sentence[],
  lines: readonly string[] = [],
  fields = false,
): Refusal | null {
  const isAmbiguous =
    fields ||
    sentences.some(
      ({ quote, plain }) =>
        otherSubjects.test(plain) ||
        otherCodes.test(quote) ||
        formOnly.test(plain) ||
        hedges.test(plain) ||
        otherException.test(quote) ||
        /ExpiredToken(?!Or)/.test(quote),
    );
  // A validator shows the value it received. If it shows none, it received none.
  const isUnread =
    lines.some((line) => (fieldNamed.test(line) && !line.includes('…')) || readNothing.test(line)) ||
    sentences.some(({ quote }) => readNothingOfText.test(quote));
  const isBroken = sentences.some(({ plain }) => /\binternal (?:server )?error\b/.test(plain));
  const isDoubtful = sentences.some(({ quote, plain }) => breaks.test(plain) || givesCause(ownReason, quote));
  const found = sentences.flatMap(({ quote, plain }): readonly Refusal[] => {
    if (otherSubjects.test(plain) || otherCodes.test(quote) || supposes.test(plain)) return [];
    const named = explicit.test(plain);
    // Expired credentials of the SaaS have the same name, and the token of mp-verify cannot have expired.
    if (/\bexpired ?token\b(?! or\b)(?: exception)?/.test(plain) && /ExpiredToken/.test(quote) && !named) return [];
    const says = [...refusals, ...japanese].some((refusal) => refusal.test(plain));
    if (!says && !unverified.some((failure) => failure.test(plain))) return [];
    const isVague = givesCause(cause, quote) || formOnly.test(plain) || hedges.test(plain) || isUnread || isBroken;
    const mayBeOther = isAmbiguous || (onlyExpired.test(plain) && !otherwiseBad.test(plain));
    return [{ quote, named, sure: says && !isVague && (named || !mayBeOther), doubtful: isDoubtful }];
  });
  return found.find(({ sure, named }) => sure && named) ?? found.find(({ sure }) => sure) ?? found[0] ?? null;
}

/** Whether the text names a cause other than the token. */
function givesCause(pattern: RegExp, quote: string): boolean {
  const [, why = '…'] = pattern.exec(quote.replace(frame, '')) ?? [];
  const rest = asides.reduce((text, aside) => text.replace(aside, ' … '), plainWords(why));
  return !ofToken.test(rest) || !saysBad.test(rest);
}

const ourOwn = `(?:(?:x|required|${ours}) ){0,4}`;
const missing: readonly RegExp[] = [
  `\\b(?:missing|absent|undefined)\\b[^.!?]{0,60}? ?${tokens}`,
  `\\b(?:no|without(?: an?| the| any)?|empty|blank) ${ourOwn}${tokens}(?! (?:that|which|like) )`,
  `${tokens}${gap}{0,60}? (?:is|was|are|were) (?:\\w{1,20} )?(?:missing|required|empty|blank|null|undefined|absent|needed|not (?:provided|present|supplied|given|sent|set|specified|included|received|found in))`,
  `${tokens}:? (?:(?:field|parameter|param|property|value|header|in|the|request|form|body|is|was) ){0,3}?(?:required|missing|not (?:provided|present|supplied|given|sent|specified|included|received))\\b`,
  `${tokens}${gap}{0,60}? (?:must|should|can ?not|can't|may not) (?:not )?be (?:an? )?(?:non )?(?:empty|blank|null|undefined|provided|present|supplied|set|given|specified|included|string)\\b`,
  `\\b(?:expect(?:s|ed|ing)|provide|supply|send|include|specify|requires?) (?:an? |the |your )?${ourOwn}${tokens}`,
  `\\brequired (?:request |query |form |body )?(?:property|parameter|param|field|key|argument|header)s?:? ${ourOwn}${tokens}`,
  `\\b${bad} ${between}${tokens}:? (?:undefined|null|none|nil)\\b`,
  `${tokens}[^.!?]{0,20}? value:? (?:undefined|null|none|nil)\\b|\\bkey error:? ${ourOwn}${tokens}`,
  `${tokens} ${be} ${bad}:? (?:undefined|null|none|nil)\\b`,
  `${tokens}:? (?:undefined|null|none|nil) ${be} (?:${bad}|not )`,
  `\\b(?:did not|didn't) (?:receive|get|include|contain|provide|find) (?:an? |any |the )?${ourOwn}${tokens}`,
  'トークンが(?:ありません|指定され|必要|未指定|空|存在しません|含まれて|送信され)|トークンを(?:指定|送信)',
].map((pattern) => new RegExp(pattern));

const lacking = '(?:missing|empty|no|not (?:provided|present|found)|required|absent)';
const either = new RegExp(
  `\\b${lacking}(?:,| or| and or)[^.!?]{0,15}? ?${bad}\\b|\\b${bad}(?:,| or| and or)[^.!?]{0,15}? ?${lacking}\\b|\\btoken (?:was |is )?not found\\b(?! in )|トークンが見つかり`,
);
const anyToken = new RegExp(`${tokens}|トークン`);

/** Finds the words that say that no token was received, or (`unsure`) that it is missing or invalid; otherwise null. */
export function noTokenIn(
  sentences: readonly Sentence[],
  lines: readonly string[],
): { readonly quote: string; readonly unsure: boolean } | null {
  const all = [...sentences, ...lines.map((quote) => ({ quote, plain: plainWords(quote) }))].filter(
    ({ plain }) => !supposes.test(plain),
  );
  const unsure = all.find(({ plain }) => either.test(plain) && anyToken.test(plain));
  if (unsure) return { quote: unsure.quote, unsure: true };
  const sure = all.find(({ plain }) => missing.some((pattern) => pattern.test(plain)));
  return sure ? { quote: sure.quote, unsure: false } : null;
}

const successes =
  /\b(?:thank you|thanks for|congratulations|successfully|registration (?:is )?complete|(?:account|subscription|contract) (?:is|has been|was) (?:created|ready|active|activated|set up|confirmed|linked))\b|ありがとうございます|完了しました|作成しました|作成されました/;
const succeeds =
  /(?:^|; )(?:success|ok|valid|registered|resolved): true\b|(?:^|; )(?:status|result|state): (?:ok|success|succeeded|active|registered|created)\b/;

export function speaksOfSuccess(sentences: readonly Sentence[], lines: readonly string[]): boolean {
  return (
    sentences.some(({ plain }) => successes.test(plain)) || lines.some((line) => succeeds.test(line.toLowerCase()))
  );
}

/**
 * Other reasons for rejecting a POST, and the words of frameworks, gateways and clouds. The first matching row is the
 * reason. Patterns match the plain words of one sentence, from the start of a word.
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

/** Weak signs of the same reasons, which may also appear with others: `"csrfToken": "x"`, positions in a text. */
const traceRows = [
  ['csrf-protection', ['[cx]srf']],
  ['body-not-read', ['json (?:format|object)', 'line \\d+,? col(?:umn)? \\d+', 'at position \\d+']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** General words of the same servers. Words about the token take precedence. */
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
/** An invitation to sign in. It may also accompany a rejection of the token, or lead back to AWS Marketplace. */
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
  /** The deciding sentence. */
  readonly quote: string;
}

type OtherTrouble = Trouble<(typeof rows)[number][0]>;
type GeneralTrouble = Trouble<(typeof generalRows)[number][0]>;

/** Finds the definite other problem that the text names, whatever it says about a token; null if there is none. */
export function otherTrouble(sentences: readonly Sentence[]): OtherTrouble | null {
  return firstOf(compiled, sentences);
}

export function generalTrouble(sentences: readonly Sentence[]): GeneralTrouble | null {
  return firstOf(compiledGeneral, sentences);
}

export function traceOfTrouble(sentences: readonly Sentence[]): Trouble<(typeof traceRows)[number][0]> | null {
  return firstOf(compiledTraces, sentences);
}

export function invitationToSignIn(sentences: readonly Sentence[]): Trouble<'sign-in-demanded'> | null {
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

function firstOf<Kind extends string>(table: Compiled<Kind>, sentences: readonly Sentence[]): Trouble<Kind> | null {
  for (const [kind, pattern] of table) {
    const found = sentences.find(({ plain }) => pattern.test(plain));
    if (found) return { kind, quote: found.quote };
  }
  return null;
}
