import type { Entry, RunTarget, SavedOptions } from '../checklist/entries.ts';
import { type AnyReport, buildFleetReport } from '../checklist/fleet-report.ts';
import type { Checklist, PlannedChecklist } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { buildReport } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotCheck } from '../errors.ts';
import type { RecordedChecklist, SavedRun } from '../ports/storage.ts';
import { readChecklist } from './checklists.ts';

/** A run: its record, and what has happened since. */
type RecordedRun = Pick<SavedRun, 'record' | 'entries'>;

/** A run, and the hash of the journal that it comes from. */
type JournaledRun = RecordedRun & Pick<SavedRun, 'journalSha256'>;

/** Returns the buyer of a checklist: that of the record, until an entry names another. */
function buyerOf(
  { id, buyer, buyerFrom }: Pick<RecordedChecklist, 'id' | 'buyer' | 'buyerFrom'>,
  entries: readonly Entry[],
): Pick<RecordedChecklist, 'buyer' | 'buyerFrom'> {
  const changed = entries.findLast((entry) => entry.type === 'buyer' && entry.checklist === id);
  return changed?.type === 'buyer' ? { buyer: changed.buyer, buyerFrom: null } : { buyer, buyerFrom };
}

/**
 * Returns the checklists of a run, as recorded or as an accepted change left them, with their current buyers. Rejects with
 * `CouldNotCheck` if this version cannot read them.
 */
export async function plannedOf({ record, entries }: RecordedRun): Promise<readonly PlannedChecklist[]> {
  const planned: PlannedChecklist[] = [];
  for (const recorded of record.checklists) {
    const { id, source } = recorded;
    const changed = entries.findLast((entry) => entry.type === 'checklist' && entry.checklist === id);
    const checklist = await readRecorded(id, changed?.type === 'checklist' ? changed.source : source, record.id);
    planned.push({ checklist, ...buyerOf(recorded, entries) });
  }
  return planned;
}

/** Returns the current checklists of a run with their current buyers, which an entry may have changed. */
export function plannedBy(
  { record, entries }: RecordedRun,
  checklists: readonly Checklist[],
): readonly PlannedChecklist[] {
  return checklists.map((checklist, i) => {
    const { buyer = null, buyerFrom = null } = record.checklists[i] ?? {};
    return { checklist, ...buyerOf({ id: checklist.id, buyer, buyerFrom }, entries) };
  });
}

/** Returns the report of a run that is no fleet run. `planned` are its checklists: see `plannedOf`. */
export function reportOf(saved: JournaledRun, planned: readonly PlannedChecklist[], walkingNow = false): Report {
  const { record, entries, journalSha256 } = saved;
  if (record.products) throw new Error('a fleet run has a report of its own');
  return buildReport({ ...record, journalSha256 }, planned, entries, walkingNow);
}

/** Returns the report of any run. */
export function anyReportOf(saved: JournaledRun, planned: readonly PlannedChecklist[], walkingNow = false): AnyReport {
  const { record, entries, journalSha256 } = saved;
  if (!record.products) return reportOf(saved, planned, walkingNow);
  const checklists = planned.map(({ checklist }) => checklist);
  return buildFleetReport({ ...record, journalSha256 }, record.products, checklists, entries, walkingNow);
}

async function readRecorded(id: string, source: string, run: string): Promise<Checklist> {
  const checklist = await readChecklist(`${id}.yaml`, source);
  if ('steps' in checklist) return checklist;
  throw new CouldNotCheck(
    'unreadable-run',
    `This version cannot read the checklist ${id} of the run ${run}: ${checklist.map(({ message }) => message).join('; ')}.`,
    `Use the version that created the run, or start a new run: ${printedCommand(`run ${id}`)}`,
  );
}

/** Returns the flags of the last walk. */
export function optionsOf({ record, entries }: RecordedRun): SavedOptions {
  return entries.findLast((entry) => entry.type === 'began')?.options ?? record.options;
}

/** Returns the recorded inputs, and those that an accepted change of a checklist added. */
export function inputsOf({ record, entries }: RecordedRun): Readonly<Record<string, string>> {
  const later = entries.flatMap((entry) => (entry.type === 'checklist' ? [entry.inputs ?? {}] : []));
  return Object.assign({}, ...later, record.inputs);
}

/** Returns the account, product and endpoint of the run, as AWS last returned them. */
export function targetOf({ entries }: Pick<SavedRun, 'entries'>): RunTarget | null {
  return entries.findLast((entry) => entry.type === 'target')?.target ?? null;
}

/**
 * Whether anything was found or answered. Until then the run belongs to no account, and the right one can take it over.
 */
export function isBound({ entries }: Pick<SavedRun, 'entries'>): boolean {
  if (targetOf({ entries })?.product) return true;
  return entries.some((entry) => entry.type === 'attempt' && entry.status !== 'error');
}

/** Returns the base of a run id. Numbers count up per checklist; all runs of several checklists share one count. */
export function baseOf(checklists: readonly Pick<Checklist, 'id'>[]): string {
  const [only, another] = checklists;
  return only && !another ? only.id : 'use-cases';
}
