import * as z from 'zod';
import { acceptedAgreements, activeAgreements, grantsAnything } from '../checklist/contracts.ts';
import { noReason, type Reason, type ReasonTable, reasonsOf, withRemark } from '../checklist/reasons.ts';
import {
  type AgreementsAnswer,
  buyerReasons,
  isObservation,
  isUsageBased,
  readAgreements,
  readGrants,
} from './buyer-holdings.ts';
import { defineCheck, type Observation } from './check-kind.ts';
import { entitlementReasons, judgeEntitlements } from './entitlements.ts';

const reasons = {
  ...buyerReasons,
  ...entitlementReasons,
  'no-contract': () => 'The buyer has no contract.',
  'has-contract': () => 'The buyer has a contract.',
  // `contracts` lists agreement ids, or entitlements such as `pro_plan 10` if agreements cannot be read.
  'contract-in-the-way': ({ buyer }: { readonly buyer: string; readonly contracts: readonly string[] }) =>
    // mp-verify never writes, so it only names the request: https://docs.aws.amazon.com/marketplace/latest/APIReference —
    // SendAgreementCancellationRequest.
    `The buyer ${buyer} already has a contract for this product, so a purchase cannot be confirmed with it. Use another test buyer; or request cancellation of the test contract (the seller calls SendAgreementCancellationRequest with reason code TEST_AGREEMENT, and the buyer approves); or ask AWS to turn on concurrent agreements for the product.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** What the buyer has at the start of the run. `new` and `changed` compare with it. */
export const baseline = defineCheck({
  summary: 'records what the buyer has before the purchase or change',
  fields: { is: z.literal('active').optional() },
  needsBuyer: true,
  waits: false,
  baseline: true,
  reasons,
  async observe({ is }, context): Promise<Observation> {
    const { product } = await context.target();
    const found = isUsageBased(product) ? { rows: [], at: null } : await readGrants(context);
    if (isObservation(found)) return found;
    const { rows, at } = found;
    const answer = await readAgreements(context);
    const { agreements } = answer;
    const output = { kind: 'entitlements', entitlements: rows, agreements } as const;
    if (is === 'active') {
      const held = activeAgreements(agreements ?? []);
      const judged = judgeEntitlements({ is }, context.buyer ?? '', rows, null, at);
      // A usage-based contract grants nothing; nor does one whose dimensions all have quantity 0.
      const grantsNothing = isUsageBased(product) || rows.some((row) => row.active && !grantsAnything(row));
      if (judged.status === 'fail' && held.length > 0 && grantsNothing) return { status: 'pass', ...noReason, output };
      return { ...judged, output };
    }
    const held = acceptedAgreements(agreements ?? []);
    const active = rows.filter((row) => row.active && grantsAnything(row));
    if (active.length === 0 && held.length === 0)
      return { status: 'pass', ...noteMissingAgreements(because('no-contract'), answer), output };
    if (!context.beforePurchase) return { status: 'pass', ...because('has-contract'), output };
    const contracts =
      held.length > 0 ? held.map(({ id }) => id) : active.map(({ dimension, value }) => `${dimension} ${value}`);
    return {
      status: 'fail',
      contractInTheWay: true,
      ...because('contract-in-the-way', { buyer: context.buyer ?? '', contracts }),
      expected: { contract: 'none' },
      actual: { contract: contracts.join(', ') },
      output,
    };
  },
});

/**
 * Says that agreements were not read: a contract that entitlements do not show yet would later count as bought in this
 * run.
 */
function noteMissingAgreements(reason: Reason, answer: AgreementsAnswer): Reason {
  if (answer.agreements !== null) return reason;
  return withRemark(reason, `(Based on entitlements alone. ${answer.why})`, { entitlementsOnly: true });
}
