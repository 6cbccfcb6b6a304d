import { assignBuyers } from '../checklist/buyers.ts';
import type { Answers } from '../checklist/model.ts';
import { lookUp } from '../checklist/references.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { checks } from '../checks/index.ts';
import { parseBuyers } from './run-options.ts';

/** The buyers that `--buyer`, or an answers file, names anew when a run is gone on with; they are put in their places. */
export function changedBuyers(
  planned: readonly PlannedChecklist[],
  said: readonly string[],
  answers: Answers,
): readonly { readonly checklist: string; readonly buyer: string; readonly was: string | null }[] {
  const checklists = planned.map(({ checklist }) => checklist);
  const { byChecklist, general } = parseBuyers(
    said,
    checklists.map(({ id }) => id),
  );
  const configured = Object.fromEntries(
    planned.flatMap(({ checklist: { id }, buyer }) =>
      buyer === null ? [] : [[id, lookUp(answers.buyers, id) ?? buyer]],
    ),
  );
  const { buyers } = assignBuyers(checklists, { byChecklist, general, configured, sandbox: {} }, checks);
  return planned.flatMap((each) => {
    const checklist = each.checklist.id;
    const buyer = buyers.get(checklist);
    if (buyer === undefined || buyer === each.buyer) return [];
    const was = each.buyer;
    each.buyer = buyer;
    return [{ checklist, buyer, was }];
  });
}
