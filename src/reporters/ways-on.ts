import type { ChecklistReport, Report, StepReport } from '../checklist/report-document.ts';

/** A command that goes on with a run, and what it does. */
export interface WayOn {
  readonly command: string;
  readonly does: string;
}

/** How to go on with a run that has not passed: where it stopped, and after a failure also from after the purchase on. */
export function waysOn({ run, checklists }: Report): readonly WayOn[] {
  const { resume, walkingNow } = run;
  // Who walks it now has it: nobody else may.
  if (!resume || walkingNow) return [];
  const place = firstOf(checklists, isOpen) ?? firstOf(checklists, (step) => step.required && step.status === 'skip');
  if (!place) return [{ command: resume, does: 'goes on' }];
  const { checklist, index, step } = place;
  const several = checklists.length > 1 ? `${checklist.id}, ` : '';
  const verb = step.status === 'fail' || step.status === 'error' ? 'looks again at' : 'goes on at';
  const on = { command: resume, does: `${verb} ${several}step ${index + 1}` };
  const earlier = step.status === 'fail' ? afterPurchase(checklist, index) : null;
  if (earlier === null) return [on];
  const name = checklists.length > 1 ? `${checklist.id}/${earlier.id}` : earlier.id;
  return [on, { command: `${resume} --from ${name}`, does: 'from there on' }];
}

function isOpen({ status, required }: StepReport): boolean {
  return status === 'pending' || status === 'error' || (status === 'fail' && required);
}

function firstOf(checklists: readonly ChecklistReport[], found: (step: StepReport) => boolean) {
  for (const checklist of checklists) {
    const index = checklist.steps.findIndex(found);
    const step = checklist.steps[index];
    if (step) return { checklist, index, step };
  }
  return null;
}

/** The first thing that people do after what the buyer did on AWS: to begin there uses up no other buyer. */
function afterPurchase({ steps }: ChecklistReport, failed: number): StepReport | null {
  const byHand = steps.slice(0, failed).filter(({ manual }) => manual);
  const last = byHand.findLastIndex(({ who, check }) => who === 'buyer' && check !== null);
  return last < 0 ? null : (byHand[last + 1] ?? null);
}
