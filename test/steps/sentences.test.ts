import { describe, expect, test } from 'vitest';
import type { ReasonTable } from '../../src/checklist/reasons.ts';
import { walkReasons } from '../../src/checklist/walk-reasons.ts';
import { checks } from '../../src/steps/index.ts';

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
        'operator-went-back': step,
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
      cannot-rehearse: This step needs a person: without "sandbox:" it cannot be rehearsed. Run it on a terminal, or answer it with --answers FILE.
      operator-quit: The operator ended the run at step 4 (Buy a contract).
      operator-quit: The operator ended the run at step 4 (Buy a contract) of new-signup.
      operator-went-back: The operator went back at step 4 (Buy a contract).
      interrupted: The run was stopped (SIGTERM) before this step had a result.
      claimed: Aiko said pass at 2026-11-23 09:00 UTC. What the program sees was not known yet.
      claimed: The operator said fail at 2026-11-23 09:00 UTC: No button. What the program sees was not known yet.
      claimed: The rehearsal said pass at 2026-11-23 09:00 UTC. What the program sees was not known yet.
      other-target: It passed, but the run was resumed with another account, product.
      other-buyer: It was said to pass, but the test buyer is 444455556666 now.
      checklist-changed: It failed, but the checklist was changed from step 4 on.
      checklist-accepted: It passed, but the checklist was changed at step 4 (Buy a contract).
      new-sandbox: It passed, but the sandbox is a new one, which is checked again from step 4 (Buy a contract).
      reopened: It passed, but the operator reopened the checklist at step 4 (Buy a contract).
      answered-again: It did not apply, but step 4 (Buy a contract) was answered again.
      taken-again: It was skipped, but step 4 (Buy a contract) was taken again after it.
      checked-again: It could not be checked before, and is checked again.
      operator-said: The page is empty.
      answers-file-said: The page is empty.
      rehearsal-said: The contract was created.
      not-allowed: The operator did not allow it.
      needs-permission: This check leaves traces in your system, so it asks first, and there was no terminal to ask on. Run this step on a terminal.
      earlier-contract: The buyer 444455556666 already has a contract; the operator says that it is the purchase to confirm, made before this run.
      contract-beside: The buyer 444455556666 already has a contract; the operator buys another one beside it (concurrent agreements)."
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
      "url-given: The product page URL is the one that the operator gave.
      url-remembered: The product page URL is the one that was pasted in an earlier run.
      url-pasted: The product page URL is the one that the operator pasted.
      url-found: The product page is found (Discovery API).
      url-unknown: The Discovery API does not name it. The purchase page stands in for the product page."
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
      "product-ready: It is Public and can be bought.
      allowlist-unknown: It is Limited and can be bought. AWS does not name its allowlist: make sure that the test buyer is on it.
      draft: The product is a Draft: it cannot be seen or bought yet. Submit it, so that it gets Limited visibility for your test accounts.
      restricted: The product is Restricted: it takes no new buyers. Change its visibility back before you test a purchase.
      other-visibility: Its visibility is Hidden, which mp-verify does not know.
      not-active: Its state is Inactive, not Active.
      no-fulfillment-url: It has no delivery option with a fulfillment URL, so buyers cannot reach the sign-up page.
      no-dimension: It has no dimension that could be bought.
      seller-buys: The buyer 444455556666 is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Name another test account with --buyer.
      not-on-allowlist: The buyer 444455556666 is not on the allowlist of the product. Add the account to it (a change can take some business days), or name another test account with --buyer."
    `);
  });

  test('of offer', () => {
    const high = { limit: 1, currency: 'USD', dimensions: ['pro_plan', 'seats'], prices: [99, 2.5] };
    expect(printed(checks.offer.reasons, { 'no-public-offer': {}, 'price-above-limit': high })).toMatchInlineSnapshot(`
      "no-public-offer: The product has no released public offer, so buyers see no price.
      price-above-limit: A test purchase costs more than 1 USD: pro_plan 99 USD, seats 2.5 USD. Lower the price for the test (0.01 is usual), or raise max-test-price in mp-verify.yaml."
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
      other-buyer-profile: --buyer-profile is account 555566667777, this checklist's buyer is 444455556666.
      sees-options: Account 444455556666 sees 1 purchase option.
      sees-options: Account 444455556666 sees 2 purchase options.
      sees-no-option: Account 444455556666 sees no purchase option of the product: is it on the allowlist?"
    `);
  });

  test('of entitlements', () => {
    expect(
      printed(checks.entitlements.reasons, {
        ...granted,
        'usage-based': {},
        'terms-differ': { agreement: 'agmt-1', expected: 'pro_plan 20', actual: 'pro_plan 10' },
      }),
    ).toMatchInlineSnapshot(`
      "seller-buys: The buyer 444455556666 is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.
      entitlement-active: The buyer has an active entitlement.
      entitlement-new: The buyer has an entitlement under a new licence.
      entitlement-changed: What the buyer is entitled to has changed since the baseline.
      entitlement-expired: Everything that AWS names for buyer 444455556666 has expired; the last of it ended 2026-11-23 08:59 UTC.
      no-entitlement: AWS names no entitlement of buyer 444455556666 for this product.
      no-new-entitlement: There is no entitlement under a new licence: what buyer 444455556666 has is unchanged since the baseline (l-1 Pro 10, l-2 Seats 5).
      entitlement-unchanged: The entitlements of buyer 444455556666 are unchanged since the baseline (l-1 Pro 10, l-2 Seats 5); an end date alone is a renewal.
      other-dimension: dimension: expected team_plan, AWS names pro_plan, seats.
      dimension-unchanged: dimension: expected pro_plan to be changed, it is unchanged (10).
      other-quantity: quantity: expected 10, AWS names 5, 0.
      usage-based: The product is usage-based (no dimension is Entitled), so AWS keeps no entitlements for it; the agreement alone tells of the purchase.
      terms-differ: The accepted terms and the entitlement differ: agreement agmt-1 has pro_plan 20, AWS grants pro_plan 10."
    `);
  });

  test('of agreement', () => {
    expect(
      printed(own(checks.agreement.reasons), {
        'no-agreement': { buyer },
        'agreement-unchanged': { buyer, agreements: ['agmt-1', 'agmt-2'] },
        'agreed-other-dimension': [
          { expected: 'team_plan', has: ['pro_plan 10', 'seats 5'] },
          { expected: 'team_plan', has: [] },
        ],
        'agreed-other-quantity': { expected: 7, has: ['pro_plan 10'] },
      }),
    ).toMatchInlineSnapshot(`
      "no-agreement: AWS shows no agreement of buyer 444455556666 for this product. The purchase has not reached AWS, or another account made it.
      agreement-unchanged: The agreement of buyer 444455556666 is unchanged since the baseline (agmt-1, agmt-2); a renewal is no change.
      agreed-other-dimension: dimension: expected team_plan, the agreement has pro_plan 10, seats 5.
      agreed-other-dimension: dimension: expected team_plan, the agreement has nothing.
      agreed-other-quantity: quantity: expected 7, the agreement has pro_plan 10."
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
      contract-in-the-way: The buyer 444455556666 already has a contract for this product, so a purchase cannot be confirmed with it. Use another test buyer; or request the cancellation of the test contract (as the seller, SendAgreementCancellationRequest with reason code TEST_AGREEMENT; the buyer approves it); or have AWS turn on concurrent agreements for the product."
    `);
  });

  test('of use-cases', () => {
    const words = 'Where each use case stands.';
    expect(
      printed(checks['use-cases'].reasons, {
        'not-on-aws': {},
        'use-cases-passed': { words },
        'use-cases-missing': { words },
        'use-cases-failed': { words },
      }),
    ).toMatchInlineSnapshot(`
      "not-on-aws: Only runs on AWS confirm a use case: those in a sandbox or on another endpoint do not count.
      use-cases-passed: Where each use case stands.
      use-cases-missing: Where each use case stands.
      use-cases-failed: Where each use case stands."
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
