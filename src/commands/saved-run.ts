import type { RunTarget, SavedOptions } from '../checklist/entries.ts';
import type { Checklist } from '../checklist/model.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import { buildReport, type PlannedChecklist } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { checks } from '../checks/index.ts';
import { CouldNotTell } from '../errors.ts';
import type { Runs, SavedRun } from '../ports/runs.ts';

/** A saved run as it stands: each checklist as it was when the run began, or as its change was accepted, with the buyer it has now. */
export function plannedOf({ record, entries }: Pick<SavedRun, 'record' | 'entries'>): readonly PlannedChecklist[] {
  return record.checklists.map(({ id, source, buyer, buyerFrom }) => {
    const own = entries.filter((entry) => 'checklist' in entry && entry.checklist === id);
    const named = own.findLast((entry) => entry.type === 'buyer')?.buyer;
    const changed = own.findLast((entry) => entry.type === 'checklist')?.source;
    const checklist = readRecorded(id, changed ?? source, record.id);
    return { checklist, buyer: named ?? buyer, buyerFrom: named === undefined ? buyerFrom : null };
  });
}

/** The report of a saved run. Throws `CouldNotTell` where this version can't read its checklists. */
export function reportOf(
  saved: Pick<SavedRun, 'record' | 'entries'>,
  planned = plannedOf(saved),
  walkingNow = false,
): Report {
  return buildReport(saved.record, planned, saved.entries, walkingNow);
}

/** Whether somebody walks it now. What can't be told is no reason to tell nothing. */
export function isWalkedNow(id: string, runs: Runs): Promise<boolean> {
  return runs.inUse(id).catch(() => false);
}

/** A store of many runs holds few different checklists. */
const parsed = new Map<string, ReturnType<typeof parseChecklist>>();

function readRecorded(id: string, source: string, run: string): Checklist {
  const checklist = parsed.get(source) ?? parseChecklist(`${id}.yaml`, source, checks);
  parsed.set(source, checklist);
  if ('steps' in checklist) return checklist;
  throw new CouldNotTell(
    'unreadable-run',
    `The checklist ${id} of the run ${run} can't be read by this version: ${checklist.map(({ message }) => message).join('; ')}.`,
    `Use the version that made the run, or begin anew: mp-verify run ${id}`,
  );
}

/** What the last walk was said with flags. */
export function optionsOf({ record, entries }: Pick<SavedRun, 'record' | 'entries'>): SavedOptions {
  return entries.findLast((entry) => entry.type === 'began')?.options ?? record.options;
}

/** What the run began with, and what an accepted checklist asked for beside it. */
export function inputsOf({ record, entries }: Pick<SavedRun, 'record' | 'entries'>): Readonly<Record<string, string>> {
  const later = entries.flatMap((entry) => (entry.type === 'checklist' ? [entry.inputs ?? {}] : []));
  return Object.assign({}, ...later, record.inputs);
}

/** Something was found, or answered: until then the run is about nobody's account, and the right one can take it over. */
export function isBound({ entries }: Pick<SavedRun, 'entries'>): boolean {
  if (targetOf({ entries })?.product) return true;
  return entries.some((entry) => entry.type === 'attempt' && entry.status !== 'error');
}

/** What the run is about: what AWS once told stands until it tells otherwise. */
export function targetOf({ entries }: Pick<SavedRun, 'entries'>): RunTarget | null {
  return entries.findLast((entry) => entry.type === 'target')?.target ?? null;
}
