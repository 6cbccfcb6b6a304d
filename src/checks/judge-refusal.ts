import { type FullReason, type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import type { WebAnswer, WebFailure } from '../ports/saas.ts';
import { clip, type Observation } from './check-kind.ts';
import { addressWords, readPage, type SeenPage } from './read-answer.ts';
import {
  generalTrouble,
  invitationToSignIn,
  noTokenIn,
  otherTrouble,
  type Refusal,
  refusalIn,
  sentencesOf,
  speaksOfSuccess,
  traceOfTrouble,
} from './refusal-words.ts';

/** What the page answered to an invalid token. */
interface Row {
  /** The fulfillment URL. */
  readonly url: string;
  readonly status: number;
  /** The target of a redirect, with its query if that decides; null if there was no redirect. */
  readonly at: string | null;
  /** The deciding words of the page; null if the status decides. */
  readonly quote: string | null;
}

const answers = ({ url, status, at, quote }: Row) =>
  `${url} returned ${status}${quote === null ? '' : ` ("${quote}")`} for an invalid token${at === null ? '' : ` after a redirect to ${at}`}`;

export const refusalReasons = {
  // Refused
  'token-refused': (row: Row) => `${answers(row)}.`,
  // Accepted
  'token-accepted': (row: Row) =>
    `${answers(row)}: it continued as if the purchase were real. It must call ResolveCustomer first, and tell the buyer that the token is not valid.`,
  // Refused for another reason
  'token-not-received': (row: Row) =>
    `${answers(row)}, although mp-verify sent one as AWS Marketplace does: in the form field x-amzn-marketplace-token of a POST. Read the token from that field.`,
  'body-not-read': (row: Row) =>
    `${answers(row)}: it does not accept the form (application/x-www-form-urlencoded) that AWS Marketplace sends, so it rejects every buyer.`,
  'route-missing': (row: Row) =>
    `${answers(row)}: nothing there accepts the POST that AWS Marketplace sends. Check the path, and the methods that the page and the servers in front of it allow.`,
  'csrf-protection': (row: Row) =>
    `${answers(row)}: CSRF or CORS protection also rejects the POST that AWS Marketplace sends. Exempt the fulfillment URL from it.`,
  'sign-in-demanded': (row: Row) =>
    `${answers(row)}: it requires sign-in, but a buyer who comes from AWS Marketplace has no account yet. Let requests to the fulfillment URL through without sign-in.`,
  'saas-credentials': (row: Row) =>
    `${answers(row)}: AWS rejected the SaaS's own credentials or permissions, not the token. Check the role that calls ResolveCustomer: it needs aws-marketplace:ResolveCustomer in the seller's account.`,
  'gateway-refused': (row: Row) =>
    `${answers(row)}: a server in front of the page rejected the request, so buyers do not get to the page.`,
  'page-breaks': (row: Row) =>
    `${answers(row)}: the page, or something behind it, failed. It should tell the buyer that the token is not valid.`,
  // Unclear
  'request-blocked': (row: Row) =>
    `${answers(row)}: a firewall or bot protection blocked mp-verify, but may let browsers through. Allow this machine there, or submit a form with an invalid x-amzn-marketplace-token from a browser and check the response.`,
  'post-throttled': (row: Row) =>
    `${answers(row)}: it, or AWS behind it, is throttling requests. Check again in a few minutes.`,
  'scripts-decide': (row: Row) =>
    `${answers(row)}, but scripts determine what the page shows or sends. Open it in a browser with an invalid token, submit its form if it has one, and check the result.`,
  'refusal-contradicted': (row: Row) => `${answers(row)}, but continued as if the purchase were real. ${seeYourself}`,
  'refusal-unclear': (row: Row) =>
    `${answers(row)}. That does not clearly say that the token is invalid, expired or unknown. ${seeYourself}`,
} satisfies ReasonTable;

const seeYourself =
  'Make the page say that the token is not valid, or submit a form with an invalid x-amzn-marketplace-token yourself and check why it is rejected.';

const because = reasonsOf(refusalReasons);
type Code = keyof typeof refusalReasons;

const statusOf = {
  'token-refused': 'pass',
  'token-accepted': 'fail',
  'token-not-received': 'fail',
  'body-not-read': 'fail',
  'route-missing': 'fail',
  'csrf-protection': 'fail',
  'sign-in-demanded': 'fail',
  'saas-credentials': 'fail',
  'gateway-refused': 'fail',
  'page-breaks': 'fail',
  'request-blocked': 'error',
  'post-throttled': 'error',
  'scripts-decide': 'error',
  'refusal-contradicted': 'error',
  'refusal-unclear': 'error',
} as const satisfies Record<Code, 'pass' | 'fail' | 'error'>;

export type Answered = Exclude<WebAnswer, WebFailure>;

/** Only mp-verify sends this token. A page may echo it, and the echo must not be taken for the page's words. */
export const probeToken = 'mp-verify-probe-0000000000000000000000000000';
const echo = new RegExp(`(?:x-amzn-marketplace-token=)?${probeToken}`, 'g');
/** Replaces the echo. */
const ellipsis = '…';

/**
 * Judges whether the page rejected the token, and did so because it is invalid. `plain` is the answer of the same URL
 * to a GET; null if there was none. Only a clear rejection of this token passes.
 */
export function judgeRefusal(url: string, posted: Answered, plain: Answered | null): Observation {
  const [judged, quote, byAddress = false] = judge(posted, plain);
  const code = judged === 'token-refused' && mayBeTrouble(posted.body) ? 'refusal-unclear' : judged;
  const { status, redirects } = posted;
  const at = redirects.length === 0 ? null : placeOf(posted.url, byAddress);
  const row: Row = { url, status, at, quote: quote && clip(quote).replace(/[.。]$/, '') };
  const reason: FullReason = because(code, row);
  const verdict = statusOf[code];
  if (verdict !== 'fail') return { status: verdict, ...reason };
  return {
    status: verdict,
    ...reason,
    expected: { 'an invalid token': 'a clear refusal' },
    actual: { 'an invalid token': `HTTP ${status}` },
  };
}

/** Code that fails before it calls AWS and catches the error rejects every token as invalid. */
const brokenCode =
  /\bcannot find module\b|\bmodule not found\b|\bis not a (?:constructor|function)\b|\bhas no attribute\b|\bnot initiali[sz]ed\b|\baltnames\b|\bunknown service\b|\bendpoint\b|\bAWS_REGION\b|\b(?:set|configure) (?:the |an? )?(?:aws )?region\b|\bregion (?:is )?(?:not (?:set|configured)|missing)\b|\baws configure\b|\bHTTP \d{3}\b|\breturned \d{3}\b|\b(?:error|status) code:? \d{3}\b|\bcode AccessDenied\b|\bNetworkingError\b|\brequest to \S+ failed\b/i;
/** An empty value in place of the token: the page did not read it. */
const noToken =
  /"(?:(?:x-amzn-)?(?:registration|marketplace)?[-_]?token|received|input|body)"\s*:\s*(?:null|""|\{\}|\[\]|"(?:undefined|null)")|\[object object\]|\bof type object\b|\btoken\b[^"<>\n]{0,20}:\s*(?:\{\}|\[\]|\(\))|\breceived:\s*\(\)/i;

function mayBeTrouble(body: string): boolean {
  return noToken.test(body) || brokenCode.test(readPage(body).text);
}

/** `byAddress`: the target of the redirect decides. */
type Judged = readonly [Code, quote: string | null, byAddress?: true];

function judge(posted: Answered, plain: Answered | null): Judged {
  const page = readPage(posted.body.replace(echo, ellipsis));
  const { status } = posted;
  if (status === 429) return ['post-throttled', page.text || null];
  return status >= 400 ? judgeError(status, page, plain) : judgeSuccess(posted, page, plain);
}

/** Judges 4xx and 5xx by the words. Words about the token count only with a status that fits a rejected token. */
function judgeError(status: number, page: SeenPage, plain: Answered | null): Judged {
  const sentences = sentencesOf(page.lines);
  const other = otherTrouble(sentences);
  // Recognize a bot challenge, throttling and AWS's rejection of the SaaS with any status.
  if (
    other &&
    (other.kind === 'request-blocked' || other.kind === 'post-throttled' || other.kind === 'saas-credentials')
  )
    return [other.kind, other.quote];
  if (status >= 500) return ['page-breaks', page.text || null];
  if (status === 419) return ['csrf-protection', page.text || null];

  const refusal = refusalIn(sentences, page.lines, page.fieldErrors);
  const isNamed = refusal?.sure && refusal.named;
  /** Two explicit reasons contradict each other. */
  const beside = (quote: string) => isNamed && quote !== refusal.quote;
  if (other) return [beside(other.quote) ? 'refusal-unclear' : other.kind, other.quote];
  const trace = traceOfTrouble(sentences);
  if (trace && !beside(trace.quote)) return [trace.kind, trace.quote];
  if (status === 405) return ['route-missing', page.text || null];
  if (status === 415) return ['body-not-read', page.text || null];
  const none = noTokenIn(sentences, page.lines);
  if (none) return [none.unsure || beside(none.quote) ? 'refusal-unclear' : 'token-not-received', none.quote];

  if (refusal && showsSame(page, plain)) return ['scripts-decide', refusal.quote];
  if (isNamed) return [refusal.doubtful ? 'refusal-unclear' : 'token-refused', refusal.quote];
  const general = generalTrouble(sentences);
  // A proxy may answer "Forbidden" only to programs.
  if (general)
    return [
      isForbidden(status) && general.kind === 'gateway-refused' ? 'request-blocked' : general.kind,
      general.quote,
    ];
  // A sign-in layer also answers 401 or 403 and mentions a "token"; validators answer 422.
  const isOfOthers = isSignIn(status) || status === 404 || status === 422;
  const isClear = refusal?.sure && !refusal.doubtful && !isOfOthers && !isAlwaysShown(refusal, plain);
  if (refusal) return [isClear ? 'token-refused' : 'refusal-unclear', refusal.quote];
  const invitation = invitationToSignIn(sentences);
  if (invitation) return [invitation.kind, invitation.quote];
  // A page that does not exist cannot know the token or mention the purchase.
  const isMissing = (status === 404 || status === 410) && !ofPurchase.test(page.text.replace(/\S*\/\S*/g, ''));
  return [isMissing ? 'route-missing' : 'refusal-unclear', page.text || null];
}

/** Words that only the application itself would use. */
const ofPurchase = /\b(?:customer|subscription|registration|purchase|expired|no longer (?:active|valid))\b/i;

/** Whether both answers show the same page. With scripts, the same source may become a different page. */
function showsSame(page: SeenPage, plain: Answered | null): boolean {
  return page.scripted && plain !== null && page.text === readPage(plain.body).text;
}

/** Whether a GET without a token gets the same words: from a proxy, or as a permanent hint. */
function isAlwaysShown({ quote }: Refusal, plain: Answered | null): boolean {
  if (plain === null) return false;
  const { lines, fieldErrors } = readPage(plain.body);
  const sentences = sentencesOf(lines);
  return sentences.some((each) => each.quote === quote) || refusalIn(sentences, lines, fieldErrors) !== null;
}

function isSignIn(status: number): boolean {
  return status === 401 || status === 403;
}

function isForbidden(status: number): boolean {
  return isSignIn(status) || status === 406;
}

/** Judges 2xx, and redirects without a target. Only a short page counts as a message about another problem. */
function judgeSuccess({ status, url, redirects }: Answered, page: SeenPage, plain: Answered | null): Judged {
  const address = redirects.length > 0 ? addressWords(url) : null;
  const addressed = sentencesOf(address?.lines ?? []);
  const sentences = sentencesOf(page.lines);
  const short = page.text.length <= 300;
  const read = short ? [...addressed, ...sentences] : addressed;

  // Words about other problems may appear on any page. In the address they are deliberate.
  const isMeant = otherTrouble(addressed) !== null;
  const other = otherTrouble(read);
  if (other && !isMeant && (other.kind === 'csrf-protection' || other.kind === 'page-breaks'))
    return ['refusal-unclear', other.quote];
  const refusal = refusalIn(sentences, page.lines, page.fieldErrors);
  const isNamed = refusal?.sure && refusal.named;
  if (other) return [other.kind === 'body-not-read' && isNamed ? 'refusal-unclear' : other.kind, other.quote];
  const trace = traceOfTrouble(read);
  if (trace && !isNamed) return ['refusal-unclear', trace.quote];
  if (status >= 300) return ['refusal-unclear', page.text || null];
  if (address?.isMarketplace) return ['refusal-unclear', null];

  // API Gateway passes on what Lambda returns for a handler that threw.
  if (page.lines[0]?.includes('errorType: ') && page.lines[0].includes('errorMessage: '))
    return ['page-breaks', page.text];

  const none = noTokenIn(read, short ? [...(address?.lines ?? []), ...page.lines] : (address?.lines ?? []));
  const toAddress = refusalIn(addressed);
  if (toAddress?.sure) {
    const anyway = plain !== null && plain.redirects.length > 0 && addressWords(plain.url).tellsOfError;
    return [toAddress.doubtful || (anyway && !toAddress.named) ? 'refusal-unclear' : 'token-refused', null, true];
  }
  if ((none || refusal) && showsSame(page, plain)) return ['scripts-decide', (none ?? refusal)?.quote ?? null];
  if (none) return [none.unsure || isNamed ? 'refusal-unclear' : 'token-not-received', none.quote];

  const goesOn = page.asksForAccount || status === 201 || speaksOfSuccess(sentences, page.lines);
  if (refusal && (goesOn || page.offersToContinue)) return ['refusal-contradicted', refusal.quote];
  if (refusal?.sure)
    return [
      refusal.doubtful || (!isNamed && isAlwaysShown(refusal, plain)) ? 'refusal-unclear' : 'token-refused',
      refusal.quote,
    ];
  if (address?.tellsOfError) return ['refusal-unclear', null, true];
  const general = generalTrouble(read);
  if (general?.kind === 'sign-in-demanded') return [general.kind, general.quote];
  if (refusal) return ['refusal-unclear', refusal.quote];
  // A page may silently reject the token and show its sign-in.
  const invitation = invitationToSignIn(read);
  if (invitation) return ['refusal-unclear', invitation.quote];
  // A form whose scripts forward the token calls ResolveCustomer on submit, as AWS's sample does.
  if (page.asksForAccount && page.scripted && url.includes(probeToken)) return ['scripts-decide', page.text || null];
  if (goesOn) return leadsToSignIn(url, page) ? ['refusal-unclear', null] : ['token-accepted', page.text || null];
  return general && general.kind !== 'page-breaks'
    ? [general.kind, general.quote]
    : ['refusal-unclear', page.text || null];
}

function leadsToSignIn(url: string, { text }: SeenPage): boolean {
  const { hostname, pathname } = new URL(url);
  return (
    /(?:^|[/._-])(?:log[-_]?in|sign[-_]?in|sso|auth|oauth2?|openid-connect|authorize|sessions?)(?:$|[/._-])/i.test(
      pathname,
    ) ||
    /^(?:log-?in|sign-?in|sso|auth|accounts?|id|idp)\.|\.(?:auth0|okta|amazoncognito|microsoftonline)\.com$/i.test(
      hostname,
    ) ||
    (/\b(?:log|sign) ?in\b/i.test(text) && !/\b(?:sign ?up|register|create|registration)\b/i.test(text))
  );
}

function placeOf(url: string, withQuery: boolean): string {
  const { origin, pathname, search, hash } = new URL(url.replace(echo, ''));
  return clip(`${origin}${pathname}${withQuery ? `${search}${hash}` : ''}`);
}
