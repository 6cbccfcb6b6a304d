import type { Step } from '../checklist/model.ts';
import { attemptsOf, standing } from '../checklist/standing.ts';
import type { Place, WalkContext } from './context.ts';

/**
 * A step is about to be taken again: what later checklists have found of the same buyer, their baseline too, was found after
 * the earlier answer, and is asked again.
 */
export async function reopenLater(step: Step, { planned, later }: Place, context: WalkContext): Promise<void> {
  const { entries, host } = context;
  if (attemptsOf(planned.checklist.id, step.id, entries).length === 0) return;
  const at = host.clock.now().toISOString();
  for (const { checklist, buyer } of later) {
    if (buyer === null || buyer !== planned.buyer || standing(checklist, entries).current.size === 0) continue;
    const baselines = checklist.steps.filter(({ check }) => check?.baseline);
    for (const { id } of [...checklist.steps.slice(0, 1), ...baselines])
      await context.record({ type: 'reopened', checklist: checklist.id, step: id, at });
  }
}
