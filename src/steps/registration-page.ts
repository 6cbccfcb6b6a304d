import { z } from 'zod';
import { type ReasonTable, reasonsOf, type Said } from '../checklist/reasons.ts';
import { isLoopback } from '../checklist/saas-addresses.ts';
import type { WebFailure } from '../ports/web.ts';
import { defineCheck, type Look } from './check-kind.ts';
import { type Answered, judgeRefusal, probeToken, refusalReasons } from './judge-refusal.ts';
import { mayAskLoopback } from './may-ask-loopback.ts';

const reasons = {
  ...refusalReasons,
  'no-fulfillment-url': () => 'The product has no delivery option with a fulfillment URL.',
  'bad-fulfillment-url': ({ url, flaw }: Readonly<Record<'url' | 'flaw', string>>) =>
    `The fulfillment URL ${url} ${flaw}`,
  'page-answers': ({ url, status, at }: PageAnswer & { readonly at: string | null }) =>
    `${url} answers ${status}${at === null ? '' : ` at ${at}`}.`,
  'page-leads-to-sign-in': ({ url, origin, status }: PageAnswer & { readonly origin: string }) =>
    `${url} redirects to ${origin}, which answers a program with ${status}.`,
  'page-throttles': ({ origin }: { readonly origin: string }) =>
    `${origin} has been asked too often (429). Look again in a few minutes.`,
  'page-fails': ({ url, status, led }: PageAnswer & { readonly led: string | null }) =>
    `${url}${led === null ? '' : ` redirects to ${led}, which`} answers ${status}. Open it in a browser, and fix the page.`,
  'page-unreachable': ({ why }: { readonly why: string }) => `${why} Buyers can't get to the sign-up page like this.`,
  'page-unanswered': ({ why }: { readonly why: string }) =>
    `${why} Open the fulfillment URL in a browser: buyers must get to it from everywhere.`,
} satisfies ReasonTable;

interface PageAnswer {
  readonly url: string;
  readonly status: number;
}

const because = reasonsOf(reasons);

/** The page behind "Set up your account": does it answer, and does it refuse what is no purchase? */
export const registrationPage = defineCheck({
  summary: 'the fulfillment URL answers; with post: true it refuses an invalid token',
  fields: { post: z.boolean().optional() },
  needsBuyer: false,
  waits: false,
  reasons,
  asksFirst: ({ post }) =>
    post
      ? 'This check sends an invalid x-amzn-marketplace-token to the fulfillment URL, as AWS Marketplace sends a valid one after a purchase. Your system may log it, or count it as a failed sign-up.'
      : null,
  async look({ post }, context): Promise<Look> {
    const { product } = await context.target();
    const url = product.fulfillmentUrl;
    if (url === null || url === '') return failed(because('no-fulfillment-url'), 'no fulfillment URL');
    const allowLoopback = mayAskLoopback(context);
    const flaw = flawOf(url, allowLoopback);
    if (flaw !== null) return failed(because('bad-fulfillment-url', { url, flaw }), 'another address');

    const { web, signal } = context;
    const plain = await web.request({ method: 'GET', url, headers: { accept }, allowLoopback }, signal);
    if (plain.status === null) return unanswered(plain, allowLoopback);
    const answers = judgePlain(url, plain);
    if (!post || answers.status !== 'pass') return answers;

    const form = { 'x-amzn-marketplace-token': probeToken };
    // The buyer's browser comes from AWS Marketplace: protection against foreign forms goes by this.
    const headers = { accept, origin: 'https://aws.amazon.com' };
    const posted = await web.request({ method: 'POST', url, headers, form, allowLoopback }, signal);
    return posted.status === null ? unanswered(posted, allowLoopback) : judgeRefusal(posted, plain);
  },
});

const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

function flawOf(url: string, allowLoopback: boolean): string | null {
  if (!URL.canParse(url)) return 'is no URL.';
  if (allowLoopback && isLoopback(url)) return null;
  if (new URL(url).protocol !== 'https:') return 'does not begin with https://, which AWS Marketplace demands.';
  return isLoopback(url) ? 'is an address of your own machine, where no buyer can get to.' : null;
}

/** AWS demands that the URL answers a plain request: else INVALID_FULFILLMENT_URL. */
function judgePlain(url: string, { status, url: end, redirects }: Answered): Look {
  if (status >= 200 && status < 300) {
    return {
      status: 'pass',
      ...because('page-answers', { url, status, at: redirects.length > 0 ? originOf(end) : null }),
    };
  }
  if (status === 429) return { status: 'error', ...because('page-throttles', { origin: originOf(end) }) };
  // A sign-in page elsewhere may turn programs away: that the fulfillment URL leads there is what can be seen.
  if (redirects.length > 0 && (status === 401 || status === 403))
    return { status: 'pass', ...because('page-leads-to-sign-in', { url, origin: originOf(end), status }) };
  const led = redirects.length > 0 ? originOf(end) : null;
  return failed(because('page-fails', { url, status, led }), `HTTP ${status}`);
}

/** A bad certificate is the seller's, as the network has just brought AWS's answers; silence may be anybody's. */
function unanswered({ kind, why, origin }: WebFailure, allowLoopback: boolean): Look {
  const leadsAstray = kind === 'refused' && (origin === null || flawOf(origin, allowLoopback) !== null);
  if (kind === 'tls' || leadsAstray) return failed(because('page-unreachable', { why }), kind);
  return { status: 'error', ...because('page-unanswered', { why }) };
}

function failed(reason: Said, actual: string): Look {
  return { status: 'fail', ...reason, expected: { answer: '2xx, or a redirect to https' }, actual: { answer: actual } };
}

function originOf(url: string): string {
  return new URL(url).origin;
}
