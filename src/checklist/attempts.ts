import type { Attempt, Entry } from './model.ts';

/** Every attempt at a step, oldest first. The newest is the one that counts. */
export function attemptsOf(checklist: string, step: string, entries: readonly Entry[]): readonly Attempt[] {
  return entries.filter(
    (entry): entry is Attempt => entry.type === 'attempt' && entry.checklist === checklist && entry.step === step,
  );
}

export function currentAttempt(checklist: string, step: string, entries: readonly Entry[]): Attempt | null {
  return attemptsOf(checklist, step, entries).at(-1) ?? null;
}
