import * as z from 'zod';
import { changeable } from '../../checklist/entries.ts';

const verdict = z.enum(['pass', 'fail', 'error', 'incomplete']);
const nullableText = z.string().nullable();
const count = z.int().nonnegative();
const shared = {
  endedAt: z.string(),
  verdict,
  operator: nullableText,
  product: z.object({ id: z.string(), code: nullableText, title: z.string() }).nullable(),
  products: count.optional(),
  accountId: nullableText,
  sandbox: z.boolean(),
  endpoint: nullableText,
};
const useCase = z.object({
  ...{ id: z.string(), verdict, sha256: z.string(), outcome: z.enum(['pass', 'fail']).nullable() },
  ...{ oldestResult: z.number(), lastResult: z.number(), operator: nullableText },
  seen: z.object({ byProgram: count, byPerson: count, rehearsed: count, disagreed: count }),
});
export const listedFactsSchema = z.object({ ...shared, checklists: z.array(z.object({ id: z.string(), verdict })) });

/** What the index knows of a run. Replaces earlier marks of the run. A newer mp-verify may add fields, which are ignored. */
export const markSchema = z.object({
  ...{ id: z.string(), startedAt: z.string(), epoch: z.int(), slot: z.int() },
  state: z.enum(['in-use', 'free', 'deleted']),
  /** Null if the run could not be summarized. */
  facts: z.object({ ...shared, acceptedChanges: z.array(z.enum(changeable)), checklists: z.array(useCase) }).nullable(),
});
export type Mark = z.output<typeof markSchema>;
type Age = Pick<Mark, 'epoch' | 'slot' | 'state'>;

const rank = { 'in-use': 0, free: 1, deleted: 2 } as const;

/** Whether mark `a` replaces mark `b` of the same run. */
export function isNewer(a: Age, b: Age): boolean {
  return (a.epoch - b.epoch || rank[a.state] - rank[b.state] || a.slot - b.slot) > 0;
}
