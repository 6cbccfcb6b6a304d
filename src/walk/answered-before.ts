import { answerTo } from '../checklist/model.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { standing } from '../checklist/standing.ts';
import type { Position, WalkContext } from './context.ts';

/** The nearest step before a position that was answered here, not by a file; null where there is none. */
export function answeredBefore(
  planned: readonly PlannedChecklist[],
  { checklist: last, step: limit }: Position,
  { entries, answers }: Pick<WalkContext, 'entries' | 'answers'>,
): Position | null {
  for (const [checklist, each] of [...planned.entries()].slice(0, last + 1).reverse()) {
    const { current } = standing(each.checklist, entries);
    const step = each.checklist.steps.findLastIndex(
      ({ id, do: does }, index) =>
        (checklist < last || index < limit) &&
        does.length > 0 &&
        current.has(id) &&
        answerTo(answers, each.checklist.id, id) === null,
    );
    if (step >= 0) return { checklist, step };
  }
  return null;
}
