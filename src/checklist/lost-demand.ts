import type { Checklist, Step } from './model.ts';

/** What a copy of a built-in checklist no longer demands, as a clause; null where it demands all that the built-in one does. */
export function lostDemand(builtIn: Checklist, copy: Checklist): string | null {
  if (copy.sha256 === builtIn.sha256) return null;
  for (const step of builtIn.steps) {
    const lost = step.required ? lostIn(step, copy) : null;
    if (lost !== null) return lost;
  }
  return misplaced(builtIn, copy);
}

/** An inspection before the change it is about inspects nothing. */
function misplaced(builtIn: Checklist, copy: Checklist): string | null {
  const demanded = builtIn.steps.filter(({ required }) => required).map(({ id }) => id);
  const inCopy = copy.steps.map(({ id }) => id).filter((id) => demanded.includes(id));
  const early = inCopy.find((id, index) => id !== demanded[index]);
  const before = early === undefined ? undefined : demanded[inCopy.indexOf(early)];
  return early === undefined
    ? null
    : `its checklist has the step "${early}" before "${before}", unlike the built-in ${copy.id}`;
}

function lostIn(step: Step, { id, steps }: Checklist): string | null {
  const named = `the step "${step.id}" of the built-in ${id}`;
  const kept = steps.find((each) => each.id === step.id);
  if (!kept) return `its checklist lacks ${named}`;
  if (!kept.required) return `its checklist does not require ${named}`;
  if (step.do.length > 0 && kept.do.length === 0) return `its checklist asks nobody at ${named}`;
  if (step.check === null) return null;
  const same = kept.check?.kind === step.check.kind && kept.check.fields.is === step.check.fields.is;
  return same ? null : `its checklist lacks the check of ${named}`;
}
