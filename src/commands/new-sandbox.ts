import { currentResults } from '../checklist/current-results.ts';
import type { Entry, Reopened, RunTarget } from '../checklist/entries.ts';
import type { Checklist } from '../checklist/model.ts';
import type { Session } from './session.ts';

/** A sandbox of this process always is; another one says which it is. */
export function isNewSandbox(last: RunTarget | null, { ownSandbox, known: { caller } }: Session): boolean {
  if (ownSandbox) return true;
  return Boolean(last?.instance && caller?.instance && last.instance !== caller.instance);
}

/** A new sandbox grants under new licences, and nobody has done there what was said to be done: both are looked at again. */
export function grantedElsewhere(
  checklists: readonly Checklist[],
  entries: readonly Entry[],
  at: string,
  sample: boolean,
): readonly Reopened[] {
  return checklists.flatMap((checklist) => {
    const { current, claims } = currentResults(checklist, entries);
    const step = checklist.steps.find(
      ({ id, check, sandbox }) =>
        claims.has(id) ||
        (current.has(id) && (check?.findsGrants || (!sample && (sandbox === 'purchase' || sandbox === 'change')))),
    );
    return step
      ? [{ type: 'reopened' as const, checklist: checklist.id, step: step.id, because: 'sandbox' as const, at }]
      : [];
  });
}
