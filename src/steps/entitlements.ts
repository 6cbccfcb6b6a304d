import { z } from 'zod';
import { text } from '../checklist/schema.ts';
import { buyerRows, isLook } from './buyer-rows.ts';
import { defineCheck } from './check-kind.ts';
import { judgeEntitlements } from './judge-entitlements.ts';

/** What AWS grants the buyer (GetEntitlements), compared with the baseline where `is` says so. */
export const entitlements = defineCheck({
  summary: 'what AWS grants the buyer: active, new or changed',
  fields: {
    is: z.enum(['active', 'new', 'changed']).default('active'),
    dimension: text.optional(),
    quantity: z.int().nonnegative().optional(),
  },
  needsBuyer: true,
  waits: true,
  async look(wanted, context) {
    const rows = await buyerRows(context);
    if (isLook(rows)) return rows;
    return {
      ...judgeEntitlements(wanted, context.buyer, rows, context.baseline, context.now()),
      output: { kind: 'entitlements', entitlements: rows.filter(({ active }) => active) },
    };
  },
});
