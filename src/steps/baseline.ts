import { z } from 'zod';
import { activeAgreements } from '../checklist/agreement-rules.ts';
import { buyerAgreements } from './buyer-agreements.ts';
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
    const rows = isUsageBased(product) ? [] : await buyerRows(context);
    if (isLook(rows)) return rows;
    const { agreements } = await buyerAgreements(context);
    const output = { kind: 'entitlements', entitlements: rows, agreements } as const;
    const held = activeAgreements(agreements ?? []);
    if (is === 'active') {
      if (isUsageBased(product) && held.length > 0) return { status: 'pass', reason: null, output };
      return { ...judgeEntitlements({ is }, context.buyer ?? '', rows, null, context.now()), output };
    }
    const active = rows.filter((row) => row.active);
    if (active.length === 0 && held.length === 0)
      return { status: 'pass', reason: 'The buyer has no contract.', output };
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

/** The request is a write, so it is only named: https://docs.aws.amazon.com/marketplace/latest/APIReference — SendAgreementCancellationRequest. */
const waysOut =
  'Use another test buyer; or request the cancellation of the test contract (as the seller, SendAgreementCancellationRequest with reason code TEST_AGREEMENT; the buyer approves it); or have AWS turn on concurrent agreements for the product.';
