import type { Attempt, Entry, UnreachedReasons } from '../../src/checklist/entries.ts';
import type { ProductPage } from '../../src/checklist/outputs.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import { acmeNotes, buyer, granted, seller } from '../support/acme.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { reportOfRun as report, type WholeRun } from '../support/report-of-run.ts';

const steps = `
  - { id: product, title: Find the product, check: product-page }
  - { id: before, title: What the buyer has, check: baseline, required: false }
  - { id: buy, title: Buy a contract, who: buyer, do: Buy it. }
  - { id: grants, title: AWS grants the contract, check: entitlements, is: new, quantity: 10 }
  - { id: inspect, title: Inspect it, who: saas-user, do: Inspect it. }
`;
export const useCase = { ...checklistOf(steps, 'new-signup'), title: 'New sign-up after purchase' };

export const page: ProductPage = {
  productId: acmeNotes.id,
  productCode: acmeNotes.code,
  title: acmeNotes.title,
  visibility: acmeNotes.visibility,
  state: acmeNotes.state,
  url: 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
  urlSource: 'discovery',
  purchaseUrl: 'https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi',
  managementUrl: 'https://aws.amazon.com/marketplace/management/products/prod-lp5dq7gziiuyi/overview',
  fulfillmentUrl: acmeNotes.fulfillmentUrl,
  accountId: seller.accountId,
};

const start = Date.parse('2026-11-23T09:00:00.000Z');

/** An attempt that the program made, a minute after the one before it, where nothing else is said. */
export function attempt(step: string, minute: number, result: Partial<Attempt> = {}): Attempt {
  return {
    type: 'attempt',
    checklist: useCase.id,
    step,
    by: 'check',
    status: 'pass',
    ...noReason,
    operator: null,
    note: null,
    disagreed: false,
    startedAt: new Date(start + minute * 60_000).toISOString(),
    durationMs: 1_000,
    ...result,
  };
}

export const byHand = { by: 'operator', operator: 'kim' } as const;
export const row = { ...granted(), plan: 'Pro', active: true };

export const passed: readonly Entry[] = [
  attempt('product', 0, { reason: 'The product page is found.', output: { kind: 'product', product: page } }),
  attempt('before', 1, {
    reason: 'The buyer has no active contract.',
    output: { kind: 'entitlements', entitlements: [] },
  }),
  attempt('buy', 2, byHand),
  attempt('grants', 3, { output: { kind: 'entitlements', entitlements: [row] }, durationMs: 80_000 }),
  attempt('inspect', 5, byHand),
];

const wrongQuantity = attempt('grants', 3, {
  status: 'fail',
  reason: 'quantity: expected 10, AWS names 1.',
  expected: { entitlement: 'an entitlement under a new license', quantity: 10 },
  actual: { entitlement: 'an entitlement under a new license', quantity: '1' },
});

export const failed: readonly Entry[] = [
  ...passed.slice(0, 3),
  wrongQuantity,
  attempt('grants', 4, wrongQuantity),
  {
    type: 'note',
    checklist: useCase.id,
    step: 'grants',
    text: 'Asked Lee.',
    operator: 'kim',
    at: '2026-11-23T09:05:00.000Z',
  },
];

export const notReached: UnreachedReasons = {
  reasons: {},
  rest: because('stopped-before', { number: 4, title: 'AWS grants the contract', status: 'fail' }),
};

/** The report of a run of that use case that took 18 minutes. */
export function reportOf(
  entries: readonly Entry[],
  facts: Partial<WholeRun> = {},
  unreached: UnreachedReasons = notReached,
  checklists = [useCase],
) {
  const run: WholeRun = {
    tool: { name: 'mp-verify', version: '0.1.0' },
    id: 'new-signup-7',
    startedAt: new Date(start).toISOString(),
    endedAt: new Date(start + 18 * 60_000).toISOString(),
    interrupted: false,
    operator: 'kim',
    sandbox: false,
    endpoint: null,
    accountId: seller.accountId,
    arn: seller.arn,
    product: page,
    ...facts,
  };
  const planned = checklists.map((checklist) => ({ checklist, buyer }));
  return report(run, planned, entries, Object.fromEntries(checklists.map(({ id }) => [id, unreached])));
}

export const inSandbox = { sandbox: true, endpoint: 'http://127.0.0.1:4567' } as const;
