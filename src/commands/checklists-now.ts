import type { PlannedChecklist } from '../checklist/report.ts';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import type { RecordedChecklist, SavedRun } from '../ports/runs.ts';
import type { Difference } from './differences.ts';
import { type LoadedChecklist, loadChecklists } from './load-checklists.ts';
import { plannedOf } from './saved-run.ts';

/**
 * The checklists of a run, and what of them has changed since it began. A changed one is walked as it is now where that is
 * accepted; one that is gone, as it was.
 */
export async function checklistsNow(
  run: SavedRun,
  accepted: boolean,
  files: Files,
): Promise<{ readonly planned: readonly PlannedChecklist[]; readonly differences: readonly Difference[] }> {
  const differences: Difference[] = [];
  const planned: PlannedChecklist[] = [];
  for (const [index, each] of plannedOf(run).entries()) {
    const recorded = run.record.checklists[index];
    const now = recorded && (await readAgain(recorded, files));
    const what = 'checklist';
    if (typeof now === 'string') differences.push({ what, words: now });
    else if (now && now.id !== each.checklist.id)
      differences.push({ what, words: `the checklist ${each.checklist.id} is called ${now.id} now` });
    else if (now && now.sha256 !== each.checklist.sha256)
      differences.push({ what, words: `the checklist ${now.id} was changed since the run began` });
    const usable = typeof now === 'object' && now.id === each.checklist.id ? now : each.checklist;
    planned.push(accepted ? { ...each, checklist: usable } : each);
  }
  return { planned, differences };
}

async function readAgain({ id, from }: RecordedChecklist, files: Files): Promise<LoadedChecklist | string> {
  try {
    const [loaded] = await loadChecklists(['path' in from ? from.path : from.builtIn], files);
    return loaded ?? `the checklist ${id} is no longer there`;
  } catch (error) {
    if (error instanceof UserError) return `the checklist ${id} can't be read any more (${error.message})`;
    throw error;
  }
}
