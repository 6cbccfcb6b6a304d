import { describe, expect, test } from 'vitest';
import type { ReasonTable } from '../../src/checklist/reasons.ts';
import { walkReasons } from '../../src/checklist/walk-reasons.ts';
import { checks } from '../../src/checks/index.ts';

type Values = Readonly<Record<string, unknown>>;
/** For every code of a table its values; several where the sentence has several forms. */
type Examples = Readonly<Record<string, Values | readonly Values[]>>;

/** The sentences of a table, as people read them. Everywhere else codes and values are asserted. */
function printed(table: ReasonTable, examples: Examples): string {
  expect(Object.keys(examples)).toEqual(Object.keys(table));
  return Object.entries(examples)
    .flatMap(([code, values]) =>
      (Array.isArray(values) ? (values as Values[]) : [values as Values]).map((each) => [code, each] as const),
    )
    .map(([code, values]) => `${code}: ${table[code]?.(values as never)}`)
    .join('\n');
}

const buyer = '444455556666';
const contracts = ['l-1 Pro 10', 'l-2 Seats 5'];
const step = { number: 4, title: 'Buy a contract' };
const past = { was: 'pass', ...step };

const granted = {
  'seller-buys': { buyer },
  'entitlement-active': {},
  'entitlement-new': {},
  'entitlement-changed': {},
  'entitlement-expired': { buyer, ended: '2026-11-23T08:59:59.000Z' },
  'no-entitlement': { buyer },
  'no-new-entitlement': { buyer, contracts },
  'entitlement-unchanged': { buyer, contracts },
  'other-dimension': { expected: 'team_plan', seen: ['pro_plan', 'seats'] },
  'dimension-unchanged': { expected: 'pro_plan', seen: [10] },
  'other-quantity': { expected: 10, seen: [5, 0] },
} satisfies Examples;

/** What `entitlements`, `agreement` and `baseline` have in common is printed with the first. */
const own = (table: ReasonTable): ReasonTable =>
  Object.fromEntries(Object.entries(table).filter(([code]) => !Object.hasOwn(granted, code)));

describe('the sentences', () => {
  test('of the walk', () => {
    const claimed = { status: 'pass', by: 'operator', operator: 'Aiko', words: null, at: '2026-11-23T09:00:00.000Z' };
    expect(
      printed(walkReasons, {
        'not-reached': {},
        'stopped-before': (['fail', 'error', 'skip', 'pending'] as const).map((status) => ({ ...step, status })),
        'needs-person': {},
        'cannot-rehearse': {},
        'operator-quit': [
          { ...step, checklist: null },
          { ...step, checklist: 'new-signup' },
        ],
        'product-not-reached': {},
        'not-checked-again': {},
        'listed-twice': { id: 'prod-aaa', title: 'Acme Notes', twin: 'prod-aaa' },
        'nothing-compared': {},
        interrupted: { signal: 'SIGTERM' },
        claimed: [
          claimed,
          { ...claimed, status: 'fail', operator: null, words: 'No button.' },
          { ...claimed, by: 'rehearsal', operator: null },
        ],
        'other-target': { was: 'pass', changed: ['account', 'product'] },
        'other-buyer': { was: 'claimed-pass', buyer },
        'checklist-changed': { was: 'fail', number: 4 },
        'checklist-accepted': past,
        'new-sandbox': past,
        reopened: past,
        'answered-again': { ...past, was: 'not-applicable' },
        'taken-again': { ...past, was: 'skip' },
        'checked-again': {},
        'operator-said': { words: 'The page is empty.' },
        'answers-file-said': { words: 'The page is empty.' },
        'rehearsal-said': { words: 'The contract was created.' },
        'not-allowed': {},
        'check-removed': {},
        'needs-permission': {},
        'earlier-contract': { buyer },
        'contract-beside': { buyer },
      }),
    ).toMatchInlineSnapshot(`
      "not-reached: This step was not reached.
      stopped-before: Not reached, because step 4 (Buy a contract) failed.
      stopped-before: Not reached, because step 4 (Buy a contract) could not be checked.
      stopped-before: Not reached, because step 4 (Buy a contract) was skipped.
      stopped-before: Not reached, because step 4 (Buy a contract) is pending.
      needs-person: This step needs a person. Run it on a terminal, or answer it with --answers FILE.
      cannot-rehearse: This step needs a person: it has no "sandbox:" field, so it cannot be rehearsed. Run it on a terminal, or answer it with --answers FILE.
      operator-quit: The operator ended the run at step 4 (Buy a contract).
      operator-quit: The operator ended the run at step 4 (Buy a contract) of new-signup.
      product-not-reached: This product was not reached.
      not-checked-again: It passed before the run was resumed, but was not checked again.
      listed-twice: mp-verify.yaml already lists Acme Notes (prod-aaa) as "prod-aaa". If another product is meant, name it by its ID; otherwise remove it here.
      nothing-compared: mp-verify.yaml configures no contract API for this product, so nothing was compared with the SaaS. Add saas.contract-api, or saas: none if that is intended.
      interrupted: The run was stopped (SIGTERM) before this step had a result.
      claimed: Aiko answered pass at 2026-11-23 09:00 UTC. The check had not finished.
      claimed: The operator answered fail at 2026-11-23 09:00 UTC: No button. The check had not finished.
      claimed: The rehearsal answered pass at 2026-11-23 09:00 UTC. The check had not finished.
      other-target: It passed, but the run was resumed with another account, product.
      other-buyer: It was answered pass, but the test buyer is now 444455556666.
      checklist-changed: It failed, but the checklist was changed from step 4 on.
      checklist-accepted: It passed, but the checklist was changed at step 4 (Buy a contract).
      new-sandbox: It passed, but this is a new sandbox, so checks run again from step 4 (Buy a contract).
      reopened: It passed, but the operator reopened the checklist at step 4 (Buy a contract).
      answered-again: It did not apply, but step 4 (Buy a contract) was answered again.
      taken-again: It was skipped, but step 4 (Buy a contract) was attempted again after it.
      checked-again: mp-verify could not check it earlier, and checks it again.
      operator-said: The page is empty.
      answers-file-said: The page is empty.
      rehearsal-said: The contract was created.
      not-allowed: The operator did not allow this check.
      check-removed: The check of this step failed before, and mp-verify.yaml no longer configures it (saas.contract-api). Restore the setting, or start a new run.
      needs-permission: This check writes to your system, so mp-verify must ask first, and there was no terminal. Run this step on a terminal.
      earlier-contract: The buyer 444455556666 already has a contract. The operator confirmed that it is the purchase to test, made before this run.
      contract-beside: The buyer 444455556666 already has a contract. The operator is buying another one (concurrent agreements)."
    `);
  });

  test('of product-page', () => {
    const why = 'The Discovery API does not name it.';
    expect(
      printed(checks['product-page'].reasons, {
        'url-given': {},
        'url-remembered': {},
        'url-pasted': {},
        'url-found': {},
        'url-unknown': { why },
      }),
    ).toMatchInlineSnapshot(`
      "url-given: The operator gave the product page URL.
      url-remembered: The operator pasted the product page URL in an earlier run.
      url-pasted: The operator pasted the product page URL.
      url-found: The Discovery API returned the product page.
      url-unknown: The Discovery API does not name it. The purchase page is used instead of the product page."
    `);
  });

  test('of product-ready', () => {
    expect(
      printed(checks['product-ready'].reasons, {
        'product-ready': { visibility: 'Public' },
        'allowlist-unknown': { visibility: 'Limited' },
        draft: {},
        restricted: {},
        'other-visibility': { visibility: 'Hidden' },
        'not-active': { state: 'Inactive' },
        'no-fulfillment-url': {},
        'no-dimension': {},
        'seller-buys': { buyer },
        'not-on-allowlist': { buyer },
      }),
    ).toMatchInlineSnapshot(`
      "product-ready: The product is Public and can be bought.
      allowlist-unknown: The product is Limited and can be bought. AWS did not return its allowlist: make sure that the test buyer is on it.
      draft: The product is a Draft: it cannot be seen or bought yet. Submit it for Limited visibility, so that your test accounts can buy it.
      restricted: The product is Restricted: new buyers cannot buy it. Change its visibility back before you test a purchase.
      other-visibility: The product has the visibility Hidden, which mp-verify does not support.
      not-active: The product is in the state Inactive, not Active.
      no-fulfillment-url: All delivery options of the product are Restricted or lack a fulfillment URL, so buyers cannot reach the sign-up page.
      no-dimension: The product has no dimension that can be bought.
      seller-buys: The buyer 444455556666 is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Choose another test account with --buyer.
      not-on-allowlist: The buyer 444455556666 is not on the product's allowlist. Add the account (a change can take several business days), or choose another test account with --buyer."
    `);
  });

  test('of offer', () => {
    const high = { limit: 1, currency: 'USD', dimensions: ['pro_plan', 'seats'], prices: [99, 2.5], unread: [] };
    expect(
      printed(checks.offer.reasons, {
        'no-public-offer': {},
        'price-above-limit': [high, { ...high, unread: ['basic_plan'] }],
        'price-unreadable': { unread: ['basic_plan'] },
        'other-currency': { ...high, currency: 'JPY' },
      }),
    ).toMatchInlineSnapshot(`
      "no-public-offer: The product has no released public offer, so buyers see no price.
      price-above-limit: A test purchase costs more than 1 USD: pro_plan 99 USD, seats 2.5 USD. Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml.
      price-above-limit: A test purchase costs more than 1 USD: pro_plan 99 USD, seats 2.5 USD. Could not read the price of basic_plan. Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml.
      price-unreadable: Could not read the price of basic_plan in the offer. Check what a test purchase costs before you buy.
      other-currency: max-test-price is 1 USD, but the offer is in JPY: pro_plan 99 JPY, seats 2.5 JPY. The two were not compared. Check what a test purchase costs before you buy."
    `);
  });

  test('of purchase-options', () => {
    expect(
      printed(checks['purchase-options'].reasons, {
        'needs-buyer-profile': {},
        'other-buyer-profile': { account: '555566667777', buyer },
        'sees-options': [
          { account: buyer, options: 1 },
          { account: buyer, options: 2 },
        ],
        'sees-no-option': { account: buyer },
      }),
    ).toMatchInlineSnapshot(`
      "needs-buyer-profile: Skipped: needs --buyer-profile.
      other-buyer-profile: Skipped: --buyer-profile is account 555566667777, but this checklist's buyer is 444455556666.
      sees-options: Account 444455556666 sees 1 purchase option.
      sees-options: Account 444455556666 sees 2 purchase options.
      sees-no-option: Account 444455556666 sees no purchase option for the product. Check that it is on the allowlist."
    `);
  });

  test('of registration-page', () => {
    const url = 'https://acme.example/aws';
    const row = { url, status: 400, at: null, quote: 'No' };
    expect(
      printed(checks['registration-page'].reasons, {
        'token-refused': [row, { ...row, status: 200, at: 'https://acme.example/in?error=invalid_token', quote: null }],
        'token-accepted': { ...row, status: 200, quote: null },
        'token-not-received': row,
        'body-not-read': row,
        'route-missing': { ...row, status: 404 },
        'csrf-protection': { ...row, status: 403 },
        'sign-in-demanded': { ...row, status: 401 },
        'saas-credentials': row,
        'gateway-refused': row,
        'page-breaks': { ...row, status: 500 },
        'request-blocked': { ...row, status: 403 },
        'post-throttled': { ...row, status: 429 },
        'scripts-decide': { ...row, status: 200 },
        'refusal-contradicted': { ...row, status: 200 },
        'refusal-unclear': [row, { ...row, quote: null }],
        'no-fulfillment-url': {},
        'bad-fulfillment-url': [
          { url: 'x', flaw: 'not-a-url' },
          { url: 'http://acme.example/', flaw: 'not-https' },
          { url: 'https://localhost/', flaw: 'loopback' },
        ],
        'page-answers': [
          { url, status: 200, at: null },
          { url, status: 200, at: 'https://id.acme.example' },
        ],
        'page-takes-post-only': { url, status: 405 },
        'get-unclear': { url, status: 404 },
        'get-blocked': { url, status: 403, quote: 'Just a moment...' },
        'page-leads-to-sign-in': { url, status: 403, origin: 'https://id.acme.example' },
        'page-throttles': { url, origin: 'https://acme.example' },
        'page-fails': [
          { url, status: 500, led: null },
          { url, status: 502, led: 'https://id.acme.example' },
        ],
        'page-unreachable': { url, kind: 'tls', why: 'The certificate of https://acme.example has expired.' },
        'page-unanswered': { url, kind: 'network', why: 'https://acme.example refused the connection.' },
      }),
    ).toMatchInlineSnapshot(`
      "token-refused: https://acme.example/aws returned 400 ("No") for an invalid token.
      token-refused: https://acme.example/aws returned 200 for an invalid token after a redirect to https://acme.example/in?error=invalid_token.
      token-accepted: https://acme.example/aws returned 200 for an invalid token: it continued as if the purchase were real. It must call ResolveCustomer first, and tell the buyer that the token is not valid.
      token-not-received: https://acme.example/aws returned 400 ("No") for an invalid token, although mp-verify sent one as AWS Marketplace does: in the form field x-amzn-marketplace-token of a POST. Read the token from that field.
      body-not-read: https://acme.example/aws returned 400 ("No") for an invalid token: it does not accept the form (application/x-www-form-urlencoded) that AWS Marketplace sends, so it rejects every buyer.
      route-missing: https://acme.example/aws returned 404 ("No") for an invalid token: nothing there accepts the POST that AWS Marketplace sends. Check the path, and the methods that the page and the servers in front of it allow.
      csrf-protection: https://acme.example/aws returned 403 ("No") for an invalid token: CSRF or CORS protection also rejects the POST that AWS Marketplace sends. Exempt the fulfillment URL from it.
      sign-in-demanded: https://acme.example/aws returned 401 ("No") for an invalid token: it requires sign-in, but a buyer who comes from AWS Marketplace has no account yet. Let requests to the fulfillment URL through without sign-in.
      saas-credentials: https://acme.example/aws returned 400 ("No") for an invalid token: AWS rejected the SaaS's own credentials or permissions, not the token. Check the role that calls ResolveCustomer: it needs aws-marketplace:ResolveCustomer in the seller's account.
      gateway-refused: https://acme.example/aws returned 400 ("No") for an invalid token: a server in front of the page rejected the request, so buyers do not get to the page.
      page-breaks: https://acme.example/aws returned 500 ("No") for an invalid token: the page, or something behind it, failed. It should tell the buyer that the token is not valid.
      request-blocked: https://acme.example/aws returned 403 ("No") for an invalid token: a firewall or bot protection blocked mp-verify, but may let browsers through. Allow this machine there, or submit a form with an invalid x-amzn-marketplace-token from a browser and check the response.
      post-throttled: https://acme.example/aws returned 429 ("No") for an invalid token: it, or AWS behind it, is throttling requests. Check again in a few minutes.
      scripts-decide: https://acme.example/aws returned 200 ("No") for an invalid token, but scripts determine what the page shows or sends. Open it in a browser with an invalid token, submit its form if it has one, and check the result.
      refusal-contradicted: https://acme.example/aws returned 200 ("No") for an invalid token, but continued as if the purchase were real. Make the page say that the token is not valid, or submit a form with an invalid x-amzn-marketplace-token yourself and check why it is rejected.
      refusal-unclear: https://acme.example/aws returned 400 ("No") for an invalid token. That does not clearly say that the token is invalid, expired or unknown. Make the page say that the token is not valid, or submit a form with an invalid x-amzn-marketplace-token yourself and check why it is rejected.
      refusal-unclear: https://acme.example/aws returned 400 for an invalid token. That does not clearly say that the token is invalid, expired or unknown. Make the page say that the token is not valid, or submit a form with an invalid x-amzn-marketplace-token yourself and check why it is rejected.
      no-fulfillment-url: The product has no delivery option with a fulfillment URL.
      bad-fulfillment-url: The fulfillment URL x is not a URL.
      bad-fulfillment-url: The fulfillment URL http://acme.example/ does not begin with https://, which AWS Marketplace requires.
      bad-fulfillment-url: The fulfillment URL https://localhost/ is an address of your own machine, which buyers cannot open.
      page-answers: https://acme.example/aws returned 200.
      page-answers: https://acme.example/aws returned 200 after a redirect to https://id.acme.example.
      page-takes-post-only: https://acme.example/aws returned 405 for a GET: it accepts only a POST, which is what AWS Marketplace sends.
      get-unclear: https://acme.example/aws returned 404 for a GET. Either it accepts only a POST (Express then returns 404, API Gateway 403), or there is no page. To find out, send it a POST: mp-verify run registration.
      get-blocked: https://acme.example/aws returned 403 ("Just a moment..."): a firewall or bot protection blocked mp-verify, but may let browsers through. Open the fulfillment URL in a browser and check.
      page-leads-to-sign-in: https://acme.example/aws redirects to https://id.acme.example, which returned 403.
      page-throttles: Could not check https://acme.example/aws: https://acme.example is throttling requests (429). Check again in a few minutes.
      page-fails: https://acme.example/aws returned 500. Open it in a browser and fix the page.
      page-fails: https://acme.example/aws redirects to https://id.acme.example, which returned 502. Open it in a browser and fix the page.
      page-unreachable: The certificate of https://acme.example has expired. Buyers cannot open https://acme.example/aws until this is fixed.
      page-unanswered: https://acme.example refused the connection. Open https://acme.example/aws in a browser: buyers must be able to open it from anywhere."
    `);
  });

  test('of entitlements', () => {
    expect(
      printed(checks.entitlements.reasons, {
        ...granted,
        'ends-soon': { buyer, ends: '2026-12-23T09:00:00.000Z' },
        'usage-based': {},
        'only-quantities-of-0': { agreement: 'agmt-1' },
        'terms-differ': { agreement: 'agmt-1', expected: 'pro_plan 20', actual: 'pro_plan 10' },
        'terms-not-comparable': { agreement: 'agmt-1', terms: ['seatPricingTerm'] },
      }),
    ).toMatchInlineSnapshot(`
      "seller-buys: The buyer 444455556666 is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.
      entitlement-active: The buyer has an active entitlement.
      entitlement-new: The buyer has an entitlement under a new license.
      entitlement-changed: The buyer's entitlements have changed since the baseline.
      entitlement-expired: All entitlements of buyer 444455556666 have expired; the last one ended 2026-11-23 08:59 UTC.
      no-entitlement: AWS returned no entitlements for buyer 444455556666 and this product.
      no-new-entitlement: There is no entitlement under a new license: the entitlements of buyer 444455556666 are unchanged since the baseline (l-1 Pro 10, l-2 Seats 5).
      entitlement-unchanged: The entitlements of buyer 444455556666 are unchanged since the baseline (l-1 Pro 10, l-2 Seats 5). A new end date alone is a renewal, not a change.
      other-dimension: dimension: expected team_plan, AWS returned pro_plan, seats.
      dimension-unchanged: dimension: expected pro_plan to have changed, but it is unchanged (10).
      other-quantity: quantity: expected 10, AWS returned 5, 0.
      ends-soon: The buyer 444455556666 has an active entitlement, which ends 2026-12-23 09:00 UTC. Unless the contract renews automatically, renew it or buy another one with this test account before then; after that, this step fails.
      usage-based: The product is usage-based (no dimension is Entitled), so AWS has no entitlements for it; only the agreement shows the purchase.
      only-quantities-of-0: AWS grants only quantities of 0, and agreement agmt-1 contains nothing else: nothing was bought in advance, and usage is metered.
      terms-differ: The accepted terms and the entitlement differ: agreement agmt-1 says pro_plan 20, AWS grants pro_plan 10.
      terms-not-comparable: mp-verify cannot compare what AWS grants with the accepted terms of agreement agmt-1 (seatPricingTerm). Compare them by hand."
    `);
  });

  test('of agreement', () => {
    expect(
      printed(own(checks.agreement.reasons), {
        'no-agreement': { buyer },
        'no-active-agreement': {
          buyer,
          agreements: ['agmt-1', 'agmt-2', 'agmt-3', 'agmt-4'],
          statuses: ['ACTIVE', 'EXPIRED', 'CANCELLED', 'CANCELLED'],
          since: ['2026-12-01T00:00:00.000Z', '2026-11-20T10:00:00.000Z', null, null],
        },
        'agreement-unchanged': { buyer, agreements: ['agmt-1', 'agmt-2'] },
        'agreed-other-dimension': [
          { expected: 'team_plan', has: ['pro_plan 10', 'seats 5'] },
          { expected: 'team_plan', has: [] },
        ],
        'agreed-other-quantity': { expected: 7, has: ['pro_plan 10'] },
        'seller-unknown': { buyer, agreements: ['agmt-1'], contracts: ['pro_plan 10'] },
      }),
    ).toMatchInlineSnapshot(`
      "no-agreement: AWS returned no agreement of buyer 444455556666 for this product. The purchase has not reached AWS yet, or another account made it.
      no-active-agreement: AWS returned no agreement of buyer 444455556666 for this product that is active. Agreement agmt-1 starts 2026-12-01 00:00 UTC, and AWS grants nothing before then. Agreement agmt-2 is EXPIRED since 2026-11-20 10:00 UTC. Agreement agmt-3 is CANCELLED.
      agreement-unchanged: The agreement of buyer 444455556666 is unchanged since the baseline (agmt-1, agmt-2). A renewal is not a change.
      agreed-other-dimension: dimension: expected team_plan, the agreement has pro_plan 10, seats 5.
      agreed-other-dimension: dimension: expected team_plan, the agreement has nothing.
      agreed-other-quantity: quantity: expected 7, the agreement has pro_plan 10.
      seller-unknown: AWS grants buyer 444455556666 pro_plan 10, but names no license for agreement agmt-1, which has ended. So mp-verify cannot tell whether this grant is left over from that agreement or was sold by a reseller. Check again after AWS has withdrawn leftover grants, which takes up to a day."
    `);
  });

  test('of baseline', () => {
    expect(
      printed(own(checks.baseline.reasons), {
        'no-contract': {},
        'has-contract': {},
        'contract-in-the-way': { buyer, contracts: ['agmt-1'] },
      }),
    ).toMatchInlineSnapshot(`
      "no-contract: The buyer has no contract.
      has-contract: The buyer has a contract.
      contract-in-the-way: The buyer 444455556666 already has a contract for this product, so a purchase cannot be confirmed with it. Use another test buyer; or request cancellation of the test contract (the seller calls SendAgreementCancellationRequest with reason code TEST_AGREEMENT, and the buyer approves); or ask AWS to turn on concurrent agreements for the product."
    `);
  });

  test('of saas-contract', () => {
    const { 'seller-buys': _, ...reasons } = checks['saas-contract'].reasons as Readonly<Record<string, never>>;
    const saas = { origin: 'https://app.acme.example', redirectedFrom: null };
    const none = { fields: [], expected: [], actual: [], missing: [], extra: [] };
    const two = ['pro_plan 10', 'seats 5'];
    expect(
      printed(reasons, {
        'saas-not-json': { ...saas, status: 200 },
        'saas-knows-no-contract': { ...saas, status: 404 },
        'saas-refuses-credentials': [
          { ...saas, status: 403 },
          { ...saas, status: 401, redirectedFrom: 'https://acme.example' },
        ],
        'saas-fails': { ...saas, status: 503 },
        'saas-other-status': { ...saas, status: 400 },
        'saas-unanswered': { kind: 'timeout', origin: saas.origin, why: 'https://app.acme.example was silent.' },
        'saas-agrees': [
          { shown: ['plan Pro, quantity 10'], left: ['end date'] },
          { shown: ['plan Pro', 'plan Seats'], left: [] },
        ],
        'saas-differs': [
          { ...none, fields: ['plan', 'quantity'], expected: ['Pro (pro_plan)', 10], actual: ['Basic', null] },
          { ...none, missing: ['plan Pro, quantity 10'], extra: ['plan Seats, quantity 5'] },
        ],
        'saas-shows-nothing': { granted: two },
        'accounts-unknown': {},
        'other-accounts': { accounts: 2 },
        'nothing-to-compare': {},
        'needs-items': [
          { granted: two, before: [] },
          { granted: ['pro_plan 10'], before: two },
        ],
        'several-licences': { licences: ['l-1', 'l-2'] },
        'grant-not-compared': { granted: two, settings: ['saas.contract-api.plan', 'saas.contract-api.quantity'] },
        'change-not-compared': { granted: two, settings: ['saas.contract-api.quantity'] },
        'change-undone': { granted: two },
        'withdrawal-not-compared': { withdrawn: two },
        'plan-unknown': { plan: 'Basic' },
        'plan-ambiguous': { plan: 'Pro', dimensions: ['pro_plan', 'pro_year'] },
        'plan-of-no-dimension': { plan: 'Basic', dimension: 'basic' },
        'quantity-unreadable': { shown: '1.200', granted: '10' },
        'end-date-unreadable': { shown: '12/11/2026' },
        'not-configured': {},
        'usage-based': {},
        'nothing-granted': [
          { buyer, ended: null },
          { buyer, ended: '2026-11-23T08:59:59.000Z' },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "saas-not-json: The contract API at https://app.acme.example did not return JSON. Check saas.contract-api in mp-verify.yaml.
      saas-knows-no-contract: The contract API at https://app.acme.example returned 404: the SaaS does not know this buyer's contract. Check that the buyer has signed up, and that the URL in mp-verify.yaml is right.
      saas-refuses-credentials: The contract API at https://app.acme.example returned 403: it did not accept the credentials. Check saas.contract-api.headers in mp-verify.yaml and the variables used there.
      saas-refuses-credentials: https://app.acme.example, to which https://acme.example redirected without the credentials, returned 401: it did not accept the credentials. Check saas.contract-api.headers in mp-verify.yaml and the variables used there.
      saas-fails: The contract API at https://app.acme.example returned 503. Check the logs of the SaaS, then check again.
      saas-other-status: The contract API at https://app.acme.example returned 400. Check saas.contract-api in mp-verify.yaml.
      saas-unanswered: Could not call the contract API of the SaaS. https://app.acme.example was silent. Check saas.contract-api in mp-verify.yaml.
      saas-agrees: The SaaS shows plan Pro, quantity 10, which matches what AWS grants. Not compared: end date.
      saas-agrees: The SaaS shows plan Pro; plan Seats, which matches what AWS grants.
      saas-differs: plan: expected Pro (pro_plan), the SaaS shows Basic; quantity: expected 10, the SaaS shows none.
      saas-differs: AWS grants plan Pro, quantity 10, which the SaaS does not show; the SaaS shows plan Seats, quantity 5, which AWS does not grant. Use saas.contract-api.items to exclude what is not sold on AWS Marketplace.
      saas-shows-nothing: The SaaS returned no contract, but AWS grants pro_plan 10, seats 5.
      accounts-unknown: The SaaS does not say how many accounts it has for this buyer. Set saas.contract-api.accounts in mp-verify.yaml to an expression that returns a whole number.
      other-accounts: The SaaS has 2 accounts for this buyer; expected 1.
      nothing-to-compare: mp-verify.yaml does not say what to compare. Add saas.contract-api.plan, quantity or end-date.
      needs-items: AWS grants pro_plan 10, seats 5 under one license, but mp-verify.yaml reads only one plan from the SaaS. Set saas.contract-api.items to an expression that returns the list of plans.
      needs-items: Under one license AWS granted pro_plan 10, seats 5 at the baseline and now grants pro_plan 10, but mp-verify.yaml reads only one plan from the SaaS. Set saas.contract-api.items to an expression that returns the list of plans.
      several-licences: The response of the SaaS does not distinguish the buyer's licenses (l-1, l-2). Put \${licence} into saas.contract-api.url in mp-verify.yaml, so that mp-verify can request each of them.
      grant-not-compared: Too little was compared to confirm that the SaaS shows what AWS grants (pro_plan 10, seats 5). Add saas.contract-api.plan and saas.contract-api.quantity to mp-verify.yaml.
      change-not-compared: What has changed was not compared: AWS now grants pro_plan 10, seats 5, and a SaaS that missed the change could look the same. Add saas.contract-api.quantity to mp-verify.yaml.
      change-undone: The change has been undone: AWS grants pro_plan 10, seats 5, as it did at the baseline, so a SaaS that missed the change looks right. Change the contract again (or buy it again), check that AWS grants it, then check the SaaS.
      withdrawal-not-compared: AWS no longer grants pro_plan 10, seats 5, and only a list of everything the buyer has can show that. Set saas.contract-api.items to an expression that returns this list, and use a URL without \${licence}.
      plan-unknown: The SaaS shows the plan "Basic", which is neither the key nor the name of a dimension. Map it to a dimension in mp-verify.yaml (saas.contract-api.plans).
      plan-ambiguous: The SaaS shows the plan "Pro", which could be any of pro_plan, pro_year. Set saas.contract-api.plan to an expression that distinguishes them, such as the key of the dimension.
      plan-of-no-dimension: mp-verify.yaml (saas.contract-api.plans) maps "Basic" to basic, which is not a dimension of the product. Use the key of a dimension.
      quantity-unreadable: The SaaS returned the quantity "1.200", which cannot be reliably compared with AWS's 10. Set saas.contract-api.quantity to an expression that returns the granted quantity as a plain number such as 1200.
      end-date-unreadable: The SaaS returned the end date "12/11/2026", which is ambiguous or not a date. Set saas.contract-api.end-date to an expression that returns a date such as 2026-12-23, or seconds since 1970.
      not-configured: mp-verify.yaml configures no contract API (saas.contract-api), so mp-verify cannot check what the SaaS shows.
      usage-based: The product is usage-based, so AWS grants no plan or quantity to compare the SaaS with.
      nothing-granted: AWS currently grants buyer 444455556666 nothing, so there is nothing to compare the SaaS with.
      nothing-granted: AWS currently grants buyer 444455556666 nothing (the last contract ended 2026-11-23 08:59 UTC), so there is nothing to compare the SaaS with."
    `);
  });

  test('of use-cases', () => {
    const run = { runs: ['new-signup-1'], confirmedAt: ['2026-11-20T09:00:00.000Z'], operators: ['Aiko'] };
    const none = { runs: [null], confirmedAt: [null], operators: [null] };
    const seen = { useCases: ['new-signup'], byProgram: [9], byPerson: [4], disagreed: [0], unfinished: [null] };
    expect(
      printed(checks['use-cases'].reasons, {
        'not-on-aws': {},
        'use-cases-passed': { ...seen, ...run, states: ['pass'] },
        'use-cases-missing': [
          { ...seen, ...none, states: ['missing'] },
          { ...seen, ...none, states: ['missing'], unfinished: ['new-signup-2'] },
          { ...seen, ...run, states: ['too-old'] },
        ],
        'use-cases-failed': { ...seen, ...run, states: ['fail'] },
      }),
    ).toMatchInlineSnapshot(`
      "not-on-aws: Only runs on AWS confirm a use case; runs in a sandbox or on another endpoint do not count.
      use-cases-passed: new-signup passed on 2026-11-20 (new-signup-1, Aiko; by the program 9, on a person's word 4, disagreed 0).
      use-cases-missing: new-signup has not passed yet: mp-verify run new-signup.
      use-cases-missing: new-signup has not passed yet: mp-verify run new-signup, or resume: mp-verify resume new-signup-2.
      use-cases-missing: new-signup passed too long ago, on 2026-11-20 (new-signup-1, Aiko): mp-verify run new-signup.
      use-cases-failed: new-signup failed on 2026-11-20 (new-signup-1, Aiko): mp-verify resume new-signup-1."
    `);
  });
});

/** People search for these words. */
test.each<[word: string, table: ReasonTable, codes: readonly string[]]>([
  ['already has a contract', checks.baseline.reasons, ['contract-in-the-way']],
  ['already has a contract', walkReasons, ['earlier-contract', 'contract-beside']],
  ['allowlist', checks['product-ready'].reasons, ['not-on-allowlist', 'allowlist-unknown']],
  ['expired', checks.entitlements.reasons, ['entitlement-expired']],
  ['no entitlement', checks.entitlements.reasons, ['no-entitlement', 'no-new-entitlement']],
  [
    'unchanged',
    checks.agreement.reasons,
    ['no-new-entitlement', 'entitlement-unchanged', 'dimension-unchanged', 'agreement-unchanged'],
  ],
  ['no agreement', checks.agreement.reasons, ['no-agreement']],
  ['Draft', checks['product-ready'].reasons, ['draft']],
  ['Restricted', checks['product-ready'].reasons, ['restricted']],
])('the words "%s" stay', (word, table, codes) => {
  const values = { buyer, contracts, agreements: [], expected: '', seen: [], ended: '2026-11-23T08:59:59.000Z' };
  for (const code of codes) expect(table[code]?.({ visibility: 'Limited', ...values } as never), code).toContain(word);
});
