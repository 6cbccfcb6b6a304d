import type { Attempt, Checklist, Step } from './model.ts';
import type { Standing } from './standing.ts';

/**
 * The place, from 0, of the first step without a result that counts; null where every step has one. `asked` holds results that
 * are asked again all the same: failures that a resumed run has brought along.
 */
export function nextStep(
  { steps }: Checklist,
  { current }: Standing,
  passedOver: ReadonlySet<string>,
  asked: ReadonlySet<Attempt> = new Set(),
): number | null {
  const isOpen = (id: string) => {
    const attempt = current.get(id);
    return attempt === undefined ? !passedOver.has(id) : asked.has(attempt);
  };
  return found(steps.findIndex(({ id }) => isOpen(id)));
}

/** The failures that count against a checklist. */
export function failuresOf({ steps }: Checklist, { current }: Standing): Set<Attempt> {
  return new Set(
    steps.flatMap((step) => {
      const attempt = current.get(step.id);
      return attempt?.status === 'fail' && step.required && !attempt.advisory ? [attempt] : [];
    }),
  );
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
