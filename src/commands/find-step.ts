import type { Position } from '../checklist/next-step.ts';
import { suggest } from '../checklist/problems.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { UserError } from '../errors.ts';

/** The step that is meant by its id, or by `CHECKLIST/STEP` where several checklists have one of that name. */
export function findStep(said: string, option: string, planned: readonly PlannedChecklist[]): Position {
  const [checklistId, stepId] = said.includes('/') ? said.split('/') : [null, said];
  const walked = planned.map(({ checklist }) => checklist);
  const found = walked.flatMap(({ id, steps }, checklist) => {
    const step = steps.findIndex((each) => each.id === stepId);
    return step < 0 || (checklistId !== null && id !== checklistId) ? [] : [{ checklist, step }];
  });
  const [first, second] = found;
  if (first && !second) return first;
  if (first) {
    const names = found.map(({ checklist }) => `${walked[checklist]?.id}/${stepId}`).join(', ');
    throw new UserError(
      'ambiguous-step',
      `${option} ${said}: several checklists have that step.`,
      `Name one: ${names}`,
    );
  }
  const ids = walked.flatMap(({ id, steps }) =>
    steps.map((each) => (checklistId === null ? each.id : `${id}/${each.id}`)),
  );
  const near = suggest(said, [...new Set(ids)]);
  throw new UserError(
    'unknown-step',
    `${option} ${said}: this run has no such step${near ? `, did you mean "${near}"?` : '.'}`,
    `The steps are ${[...new Set(ids)].join(', ')}.`,
  );
}
