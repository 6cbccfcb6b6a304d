import type { ChecklistChanged, Reopened } from '../checklist/entries.ts';
import type { Checklist, Step } from '../checklist/model.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import type { RecordedChecklist, SavedRun } from '../ports/runs.ts';
import type { Difference } from './differences.ts';
import { type LoadedChecklist, loadChecklists } from './load-checklists.ts';
import { plannedOf } from './saved-run.ts';

type Change = Omit<ChecklistChanged, 'at'> | Omit<Reopened, 'at'>;

interface ChecklistsNow {
  readonly planned: readonly PlannedChecklist[];
  readonly differences: readonly Difference[];
  /** To be kept where the differences are accepted. */
  readonly changes: readonly Change[];
  /** What the operator should know, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * The checklists of a run, and what of their files has changed. A changed file is walked as it is now where that is
 * accepted; one that is gone, as it was. A built-in one that another version of mp-verify has changed is no difference: the
 * run goes on with what it began with.
 */
export async function checklistsNow(run: SavedRun, accepted: boolean, files: Files): Promise<ChecklistsNow> {
  const differences: Difference[] = [];
  const planned: PlannedChecklist[] = [];
  const changes: Change[] = [];
  const remarks: string[] = [];
  const acceptedBefore = run.entries.some((entry) => entry.type === 'began' && entry.accepted.includes('checklist'));
  for (const [index, each] of plannedOf(run).entries()) {
    const { checklist } = each;
    const recorded = run.record.checklists[index];
    const now = recorded ? await readAgain(recorded, files) : null;
    const differ = (words: string) => differences.push({ what: 'checklist', words });
    let walked: Checklist = checklist;
    if (typeof now === 'string') {
      if (!acceptedBefore) differ(now);
    } else if (now && now.sha256 !== checklist.sha256) {
      if ('builtIn' in now.from)
        remarks.push(`${checklist.id} is another one in this version of mp-verify. This run goes on as it was begun.`);
      else if (now.id !== checklist.id) differ(`the checklist ${checklist.id} is called ${now.id} now`);
      else {
        differ(`the checklist ${now.id} was changed since the run began`);
        walked = now;
        changes.push({
          type: 'checklist',
          checklist: now.id,
          source: now.source,
          changedFrom: firstChange(checklist, now),
        });
        changes.push(...otherBaselines(checklist, now));
      }
    }
    planned.push(accepted ? { ...each, checklist: walked } : each);
  }
  return { planned, differences, changes, remarks };
}

function firstChange(before: Checklist, now: Checklist): string | null {
  const same = (index: number) => JSON.stringify(before.steps[index]) === JSON.stringify(now.steps[index]);
  return now.steps.find((_, index) => !same(index))?.id ?? null;
}

/** A baseline is kept though a step before it was changed, but not where it asks for something else itself. */
function otherBaselines(before: Checklist, now: Checklist): readonly Omit<Reopened, 'at'>[] {
  const asks = ({ id, check }: Step) => JSON.stringify([id, check]);
  const same = (step: Step) => before.steps.some((each) => asks(each) === asks(step));
  return now.steps
    .filter((step) => step.check?.baseline && !same(step))
    .map(({ id }) => ({ type: 'reopened', checklist: now.id, step: id, because: 'checklist' }));
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
