import { z } from 'zod';
import { acceptedAgreements, activeAgreements } from '../checklist/agreement-rules.ts';
import { grants } from '../checklist/entitlement-rows.ts';
import { type AgreementsAnswer, buyerAgreements } from './buyer-agreements.ts';
import { buyerRows, isLook } from './buyer-rows.ts';
import { defineCheck, type Look } from './check-kind.ts';
import { judgeEntitlements } from './judge-entitlements.ts';
import { isUsageBased } from './usage-based.ts';

/** What the buyer has when the run first looks: `new` and `changed` are told by it. */
export const baseline = defineCheck({
  summary: 'keeps what the buyer has before anything happens',
  fields: { is: z.literal('active').optional() },
  needsBuyer: true,
  waits: false,
  async look({ is }, context): Promise<Look> {
    const { product } = await context.target();
    const found = isUsageBased(product) ? { rows: [], at: null } : await buyerRows(context);
    if (isLook(found)) return found;
    const { rows, at } = found;
    const answer = await buyerAgreements(context);
    const { agreements } = answer;
    const output = { kind: 'entitlements', entitlements: rows, agreements } as const;
    if (is === 'active') {
      const held = activeAgreements(agreements ?? []);
      const judged = judgeEntitlements({ is }, context.buyer ?? '', rows, null, at);
      // A usage-based contract grants nothing, and neither does one whose dimensions all have quantity 0.
      const grantsNothing = isUsageBased(product) || rows.some((row) => row.active && !grants(row));
      if (judged.status === 'fail' && held.length > 0 && grantsNothing) return { status: 'pass', reason: null, output };
      return { ...judged, output };
    }
    const held = acceptedAgreements(agreements ?? []);
    const active = rows.filter((row) => row.active && grants(row));
    if (active.length === 0 && held.length === 0)
      return { status: 'pass', reason: `The buyer has no contract.${bare(answer)}`, output };
    if (!context.beforePurchase) return { status: 'pass', reason: 'The buyer has a contract.', output };
    return {
      status: 'fail',
      contractInTheWay: true,
      reason: `The buyer ${context.buyer} already has a contract for this product, so a purchase can't be confirmed with it. ${waysOut}`,
      expected: { contract: 'none' },
      actual: {
        contract:
          held.map(({ id }) => id).join(', ') ||
          active.map(({ dimension, value }) => `${dimension} ${value}`).join(', '),
      },
      output,
    };
  },
});

/** What entitlements do not show yet is taken for a purchase of this run: whoever reads the result must know. */
function bare(answer: AgreementsAnswer): string {
  return answer.agreements === null ? ` (Seen by entitlements alone. ${answer.why})` : '';
}

/** The request is a write, so it is only named: https://docs.aws.amazon.com/marketplace/latest/APIReference — SendAgreementCancellationRequest. */
const waysOut =
  'Use another test buyer; or request the cancellation of the test contract (as the seller, SendAgreementCancellationRequest with reason code TEST_AGREEMENT; the buyer approves it); or have AWS turn on concurrent agreements for the product.';
