import type { Attempt, Checklist, Entry, Step } from './model.ts';

/** The position in a run is a question, not a cursor: the first step without a result. */
export function nextStep(checklist: Checklist, entries: readonly Entry[]): Step | null {
  return checklist.steps.find((step) => currentAttempt(checklist.id, step.id, entries) === null) ?? null;
}

/** The newest attempt is the one that counts. */
export function currentAttempt(checklist: string, step: string, entries: readonly Entry[]): Attempt | null {
  return attemptsOf(checklist, step, entries).at(-1) ?? null;
}

export function attemptsOf(checklist: string, step: string, entries: readonly Entry[]): readonly Attempt[] {
  return entries.filter(
    (entry): entry is Attempt => entry.type === 'attempt' && entry.checklist === checklist && entry.step === step,
  );
}
