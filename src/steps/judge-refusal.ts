import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import type { WebAnswer, WebFailure } from '../ports/web.ts';
import type { Look } from './check-kind.ts';
import { readPage } from './read-page.ts';
import { refusalInLocation } from './refusal-in-location.ts';
import { refusalIn, speaksOfForeignForm, speaksOfSuccess } from './refusal-words.ts';

export const refusalReasons = {
  'token-refused': ({ words }: { readonly words: string }) => words,
  'token-not-refused': ({ words }: { readonly words: string }) => words,
  'refusal-unclear': ({ words }: { readonly words: string }) =>
    `${words} It can't be told from here: send a form with an invalid x-amzn-marketplace-token yourself, and see.`,
} satisfies ReasonTable;

const because = reasonsOf(refusalReasons);

export type Answered = Exclude<WebAnswer, WebFailure>;

/** Pages repeat what they are sent: no word of it may be taken for their own. Nobody else sends it. */
export const probeToken = 'mp-verify-probe-0000000000000000000000000000';

/**
 * Did the page turn down the token that never was? `plain` is what the same URL answers to a GET. What can't be told for
 * sure is `error`: a firewall, or protection against foreign forms, also refuses, and refuses real buyers too.
 */
export function judgeRefusal(posted: Answered, plain: Answered): Look {
  const { status, redirects } = posted;
  const end = redirects.length === 0 ? '' : `, after a redirect to ${new URL(posted.url).origin},`;
  const broken = brokenWords(status);
  if (broken !== null) return fail(status, `The page answers an invalid token${end} with ${status}: ${broken}`);

  const page = readPage(posted.body);
  const words = refusalIn(page.text);
  if (status >= 400) {
    // First, because such protection speaks of tokens too: its own.
    if (speaksOfForeignForm(page.text))
      return fail(
        status,
        `Protection against foreign forms (CSRF) answers ${status}, not the page: AWS's POST is turned away like this one. Exempt the fulfillment URL from it.`,
      );
    if (words !== null)
      return refused(`The page answers an invalid token${end} with ${status} and says "${clip(words)}".`);
    if (clearStatuses.includes(status) && page.text !== '')
      return refused(`The page answers an invalid token${end} with ${status}: "${clip(page.text)}".`);
    return unclear(
      `The page answers an invalid token${end} with ${status} and no word about the token: the page itself, or something before it (a firewall, a sign-in, a limit) that may refuse buyers too?`,
    );
  }
  if (speaksOfForeignForm(page.text))
    return unclear('The page speaks of foreign forms (CSRF): such a protection may refuse every POST of AWS.');
  if (status >= 300) return unclear(`The page answers an invalid token${end} with ${status} and no location.`);

  if (redirects.length > 0 && refusalInLocation(posted.url))
    return refused(`The page sends an invalid token to ${where(posted.url)}.`);
  const goesOn = page.asksForAccount || speaksOfSuccess(page.text) || status === 201;
  if (words === null) {
    if (!goesOn)
      return unclear(
        `The page answers an invalid token${end} with ${status} and a page that does not say whether it is refused.`,
      );
    return fail(status, `The page answers an invalid token${end} with ${status} and goes on as after a real purchase.`);
  }
  if (goesOn)
    return unclear(`The page says "${clip(words)}" to an invalid token, but goes on as after a real purchase.`);
  // Scripts choose what such a page shows: what stands in its source is there for every token.
  if (page.scripted && page.text === readPage(plain.body).text)
    return unclear(
      `The page holds the words "${clip(words)}", but is the same without a token: scripts decide what it shows.`,
    );
  return refused(`The page says "${clip(words)}" to an invalid token.`);
}

/** Here the seller's own code speaks: 401 and 403 come from firewalls too, 429 from limits. */
const clearStatuses: readonly number[] = [400, 409, 410, 422];

function brokenWords(status: number): string | null {
  if (status === 404) return 'there is nothing that takes the POST with which AWS Marketplace sends a buyer there.';
  if (status === 405 || status === 415)
    return 'it does not take the form (POST) with which AWS Marketplace sends a buyer there.';
  // Laravel's: https://laravel.com/docs/csrf
  if (status === 419) return 'its protection against foreign forms (CSRF) turns AWS away too. Exempt this URL from it.';
  return status >= 500 ? 'the page breaks, where it should say that the token is not valid.' : null;
}

function refused(words: string): Look {
  return { status: 'pass', ...because('token-refused', { words }) };
}

function fail(status: number, words: string): Look {
  return {
    status: 'fail',
    ...because('token-not-refused', { words }),
    expected: { 'an invalid token': 'a clear refusal' },
    actual: { 'an invalid token': `HTTP ${status}` },
  };
}

function unclear(words: string): Look {
  return { status: 'error', ...because('refusal-unclear', { words }) };
}

function where(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return clip(`${origin}${pathname}${search}`);
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
