import type { Attempt, Checklist, Step } from './model.ts';
import type { Standing } from './standing.ts';

/** The place, from 0, of the first step without a result that counts; null where every step has one. */
export function nextStep({ steps }: Checklist, { current }: Standing, passedOver: ReadonlySet<string>): number | null {
  return found(steps.findIndex(({ id }) => !current.has(id) && !passedOver.has(id)));
}

/**
 * Where a run is resumed: the first step without a result, or the first that failed; where there is neither, the first that
 * was skipped. Null where nothing is left to do.
 */
export function resumeAt({ steps }: Checklist, { current }: Standing): number | null {
  const counts = (step: Step, attempt: Attempt) => step.required && !attempt.advisory;
  const open = steps.findIndex((step) => {
    const attempt = current.get(step.id);
    return attempt === undefined || (attempt.status === 'fail' && counts(step, attempt));
  });
  const skipped = steps.findIndex((step) => {
    const attempt = current.get(step.id);
    return attempt?.status === 'skip' && counts(step, attempt);
  });
  return found(open) ?? found(skipped);
}

function found(index: number): number | null {
  return index < 0 ? null : index;
}
