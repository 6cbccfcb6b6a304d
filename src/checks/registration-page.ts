import * as z from 'zod';
import { type FullReason, type ReasonTable, reasonsOf, withRemark } from '../checklist/reasons.ts';
import type { Product } from '../ports/marketplace.ts';
import { isLoopback, type WebFailure } from '../ports/saas.ts';
import { type CheckContext, defineCheck, mayAskLoopback, type Observation } from './check-kind.ts';
import { type Answered, judgeRefusal, probeToken, refusalReasons } from './judge-refusal.ts';
import { readPage } from './read-answer.ts';
import { otherTrouble, sentencesOf } from './refusal-words.ts';

const reasons = {
  ...refusalReasons,
  'no-fulfillment-url': () => 'The product has no delivery option with a fulfillment URL.',
  'bad-fulfillment-url': ({ url, flaw }: { readonly url: string; readonly flaw: Flaw }) =>
    `The fulfillment URL ${url} ${flaws[flaw]}`,
  'page-answers': ({ url, status, at }: PageAnswer & { readonly at: string | null }) =>
    `${url} returned ${status}${at === null ? '' : ` after a redirect to ${at}`}.`,
  'page-takes-post-only': ({ url, status }: PageAnswer) =>
    `${url} returned ${status} for a GET: it accepts only a POST, which is what AWS Marketplace sends.`,
  'get-unclear': ({ url, status }: PageAnswer) =>
    `${url} returned ${status} for a GET. Either it accepts only a POST (Express then returns 404, API Gateway 403), or there is no page. To find out, send it a POST: mp-verify run registration.`,
  'get-blocked': ({ url, status, quote }: PageAnswer & { readonly quote: string }) =>
    `${url} returned ${status} ("${quote}"): a firewall or bot protection blocked mp-verify, but may let browsers through. Open the fulfillment URL in a browser and check.`,
  'page-leads-to-sign-in': ({ url, origin, status }: PageAnswer & { readonly origin: string }) =>
    `${url} redirects to ${origin}, which returned ${status}.`,
  'page-throttles': ({ url, origin }: Readonly<Record<'url' | 'origin', string>>) =>
    `Could not check ${url}: ${origin} is throttling requests (429). Check again in a few minutes.`,
  'page-fails': ({ url, status, led }: PageAnswer & { readonly led: string | null }) =>
    `${url}${led === null ? '' : ` redirects to ${led}, which`} returned ${status}. Open it in a browser and fix the page.`,
  'page-unreachable': ({ url, why }: Unanswered) => `${why} Buyers cannot open ${url} until this is fixed.`,
  'page-unanswered': ({ url, why }: Unanswered) =>
    `${why} Open ${url} in a browser: buyers must be able to open it from anywhere.`,
} satisfies ReasonTable;

const flaws = {
  'not-a-url': 'is not a URL.',
  'not-https': 'does not begin with https://, which AWS Marketplace requires.',
  loopback: 'is an address of your own machine, which buyers cannot open.',
} as const;
type Flaw = keyof typeof flaws;

interface PageAnswer {
  readonly url: string;
  readonly status: number;
}

interface Unanswered {
  readonly url: string;
  readonly kind: WebFailure['kind'];
  /** The same reason as a sentence. */
  readonly why: string;
}

const because = reasonsOf(reasons);

/** Checks that the pages behind "Set up your account" answer and, with `post: true`, reject an invalid token. */
export const registrationPage = defineCheck({
  summary: 'the fulfillment URL responds; with post: true, it refuses an invalid token',
  fields: { post: z.boolean().optional() },
  needsBuyer: false,
  waits: false,
  observes: 'SaaS',
  reasons,
  asksFirst: ({ post }) =>
    post
      ? 'This check sends an invalid x-amzn-marketplace-token to the fulfillment URL, the way AWS Marketplace sends a valid one after a purchase. Your system may log it or count it as a failed sign-up.'
      : null,
  async observe({ post = false }, context): Promise<Observation> {
    const { product } = await context.target();
    const observations: Observation[] = [];
    for (const url of urlsOf(product)) observations.push(await observeUrl(url, post, context));
    return observations.length === 0
      ? failed(because('no-fulfillment-url'), 'no fulfillment URL')
      : combineObservations(observations);
  },
});

/** Several delivery options may have the same page. */
function urlsOf({ fulfillmentUrls }: Product): readonly string[] {
  return [...new Set(fulfillmentUrls.map(({ url }) => url).filter((url) => url !== ''))];
}

/** Combines the results. The worst one counts, and its reason includes the others. */
function combineObservations(observations: readonly Observation[]): Observation {
  const [worst, ...others] = observations.toSorted((a, b) => severity(b) - severity(a));
  if (!worst || others.length === 0) return worst as Observation;
  const beside = others.flatMap(({ reason }) => reason ?? []).join(' ');
  return { ...worst, ...withRemark(worst, beside, { others: others.flatMap(({ code }) => code ?? []) }) };
}

function severity({ status, advisory = false }: Observation): number {
  return status === 'fail' ? 3 : status === 'error' ? (advisory ? 1 : 2) : 0;
}

async function observeUrl(url: string, post: boolean, context: CheckContext): Promise<Observation> {
  const allowLoopback = mayAskLoopback(context);
  const flaw = flawOf(url, allowLoopback);
  if (flaw !== null) return failed(because('bad-fulfillment-url', { url, flaw }), 'another address');

  const { web, signal } = context;
  const plain = await web.request({ method: 'GET', url, headers: { accept }, allowLoopback }, signal);
  if (!post) return plain.status === null ? unanswered(url, plain, allowLoopback) : judgePlain(url, plain);

  const form = { 'x-amzn-marketplace-token': probeToken };
  // A buyer's browser sends this origin, and CSRF protection checks it.
  const headers = { accept, origin: 'https://aws.amazon.com' };
  const posted = await web.request({ method: 'POST', url, headers, form, allowLoopback }, signal);
  if (posted.status === null) return unanswered(url, posted, allowLoopback);
  return judgeRefusal(url, posted, plain.status === null ? null : plain);
}

const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

function flawOf(url: string, allowLoopback: boolean): Flaw | null {
  if (!URL.canParse(url)) return 'not-a-url';
  if (allowLoopback && isLoopback(url)) return null;
  if (new URL(url).protocol !== 'https:') return 'not-https';
  return isLoopback(url) ? 'loopback' : null;
}

/** What clouds answer if nothing is deployed under a name. A POST finds no page either. */
const nothingServed =
  /NoSuchBucket|no-such-app|DEPLOYMENT_NOT_FOUND|ERR_NGROK|\b(?:No such app|Site Not Found|Web Site not found|There isn't a GitHub Pages site here)\b/i;

/**
 * Judges the answer to a GET. AWS itself checks the URL with a GET (INVALID_FULFILLMENT_URL), but buyers arrive with a
 * POST, which a GET cannot test.
 */
function judgePlain(url: string, { status, url: end, redirects, body }: Answered): Observation {
  const redirected = redirects.length > 0;
  const blocked = otherTrouble(sentencesOf(readPage(body).lines));
  if (blocked?.kind === 'request-blocked' && (status >= 400 || readPage(body).text.length <= 300))
    return {
      status: 'error',
      advisory: true,
      ...because('get-blocked', { url, status, quote: blocked.quote.slice(0, 100) }),
    };
  if (status >= 200 && status < 300) {
    return { status: 'pass', ...because('page-answers', { url, status, at: redirected ? originOf(end) : null }) };
  }
  if (status === 429) return { status: 'error', ...because('page-throttles', { url, origin: originOf(end) }) };
  // A sign-in page elsewhere may reject programs. All that can be checked is that the fulfillment URL leads there.
  if (redirected && (status === 401 || status === 403))
    return { status: 'pass', ...because('page-leads-to-sign-in', { url, origin: originOf(end), status }) };
  if (status === 405 && !redirected) return { status: 'pass', ...because('page-takes-post-only', { url, status }) };
  const isUnclear = redirected ? status === 405 : status === 403 || status === 404;
  if (isUnclear && !nothingServed.test(body))
    return { status: 'error', advisory: true, ...because('get-unclear', { url, status }) };
  return failed(because('page-fails', { url, status, led: redirected ? originOf(end) : null }), `HTTP ${status}`);
}

/**
 * Judges a failed request. A bad certificate is the seller's problem, because the network has just delivered AWS's
 * answers. Silence can have any cause.
 */
function unanswered(url: string, { kind, why, origin }: WebFailure, allowLoopback: boolean): Observation {
  const leadsAstray = kind === 'refused' && (origin === null || flawOf(origin, allowLoopback) !== null);
  if (kind === 'tls' || leadsAstray) return failed(because('page-unreachable', { url, kind, why }), kind);
  return { status: 'error', ...because('page-unanswered', { url, kind, why }) };
}

function failed(reason: FullReason, actual: string): Observation {
  return { status: 'fail', ...reason, expected: { answer: '2xx, or a redirect to https' }, actual: { answer: actual } };
}

function originOf(url: string): string {
  return new URL(url).origin;
}
