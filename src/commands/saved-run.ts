import type { Checklist } from '../checklist/model.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import { type PlannedChecklist, report } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell } from '../errors.ts';
import type { RecordedChecklist, SavedRun } from '../ports/runs.ts';
import { checks } from '../steps/index.ts';

/** A saved run as it stands: its checklists as they were when it began, each with the buyer it has now. */
export function plannedOf({ record, entries }: Pick<SavedRun, 'record' | 'entries'>): readonly PlannedChecklist[] {
  return record.checklists.map((recorded) => {
    const changed = entries.findLast((entry) => entry.type === 'buyer' && entry.checklist === recorded.id);
    const buyer = changed?.type === 'buyer' ? changed.buyer : recorded.buyer;
    return { checklist: readRecorded(recorded, record.id), buyer, buyerFrom: changed ? null : recorded.buyerFrom };
  });
}

/** The report of a saved run. Rejects with `CouldNotTell` where this version can't read its checklists. */
export function reportOf(saved: Pick<SavedRun, 'record' | 'entries'>, planned = plannedOf(saved)): Report {
  return report(saved.record, planned, saved.entries);
}

function readRecorded({ id, source }: RecordedChecklist, run: string): Checklist {
  const checklist = parseChecklist(`${id}.yaml`, source, checks);
  if ('steps' in checklist) return checklist;
  throw new CouldNotTell(
    'unreadable-run',
    `The checklist ${id} of the run ${run} can't be read by this version: ${checklist.map(({ message }) => message).join('; ')}.`,
    `Use the version that made the run, or begin anew: mp-verify run ${id}`,
  );
}
