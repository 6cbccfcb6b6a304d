import { z } from 'zod';
import { buyerRows, isLook } from './buyer-rows.ts';
import { defineCheck } from './check-kind.ts';
import { judgeEntitlements } from './judge-entitlements.ts';

/** What the buyer has when the run first looks: `new` and `changed` are told by it. */
export const baseline = defineCheck({
  summary: 'keeps what the buyer has before anything happens',
  fields: { is: z.literal('active').optional() },
  needsBuyer: true,
  waits: false,
  async look({ is }, context) {
    const rows = await buyerRows(context);
    if (isLook(rows)) return rows;
    const output = { kind: 'entitlements', entitlements: rows } as const;
    if (is === 'active') return { ...judgeEntitlements({ is }, context.buyer, rows, null, context.now()), output };
    const active = rows.filter((row) => row.active).length;
    const reason =
      active === 0
        ? 'The buyer has no active contract.'
        : `The buyer has ${active} active ${active === 1 ? 'entitlement' : 'entitlements'} already; only what comes in addition counts as new.`;
    return { status: 'pass', reason, output };
  },
});
