import { type Confirmations, confirmations, confirmUseCases } from '../checklist/confirmations.ts';
import type { Entry, RunTarget, SavedOptions } from '../checklist/entries.ts';
import type { Checklist, PlannedChecklist } from '../checklist/model.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import { didYouMean } from '../checklist/problems.ts';
import { buildReport } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import type { ConfirmedUseCases } from '../checks/check-kind.ts';
import { checks } from '../checks/index.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Host, RecordedChecklist, Runs, SavedRun, Terminal } from '../ports/host.ts';
import type { Target } from '../product/target.ts';
import { warning } from '../text/block.ts';
import { loadChecklists, useCaseIds } from './checklists.ts';

/** The state of a run: its record, and what has happened since. */
type RunState = Pick<SavedRun, 'record' | 'entries'>;

/** Returns the buyer of a checklist: that of the record, until an entry names another. */
function buyerOf(
  { id, buyer, buyerFrom }: Pick<RecordedChecklist, 'id' | 'buyer' | 'buyerFrom'>,
  entries: readonly Entry[],
): Pick<RecordedChecklist, 'buyer' | 'buyerFrom'> {
  const changed = entries.findLast((entry) => entry.type === 'buyer' && entry.checklist === id);
  return changed?.type === 'buyer' ? { buyer: changed.buyer, buyerFrom: null } : { buyer, buyerFrom };
}

/** Returns the checklists of a run, as recorded or as an accepted change left them, with their current buyers. */
export function plannedOf({ record, entries }: RunState): readonly PlannedChecklist[] {
  return record.checklists.map((recorded) => {
    const { id, source } = recorded;
    const changed = entries.findLast((entry) => entry.type === 'checklist' && entry.checklist === id);
    const checklist = readRecorded(id, changed?.type === 'checklist' ? changed.source : source, record.id);
    return { checklist, ...buyerOf(recorded, entries) };
  });
}

/** Returns the current checklists of a run with their current buyers, which an entry may have changed. */
export function plannedBy(
  { record, entries }: RunState,
  checklists: readonly Checklist[],
): readonly PlannedChecklist[] {
  return checklists.map((checklist, i) => {
    const { buyer = null, buyerFrom = null } = record.checklists[i] ?? {};
    return { checklist, ...buyerOf({ id: checklist.id, buyer, buyerFrom }, entries) };
  });
}

/** Throws `CouldNotCheck` if this version cannot read the checklists of the run. */
export function reportOf(saved: RunState, planned = plannedOf(saved), walkingNow = false): Report {
  return buildReport(saved.record, planned, saved.entries, walkingNow);
}

/** A cache: a store of many runs holds few different checklists. */
const parsed = new Map<string, ReturnType<typeof parseChecklist>>();

function readRecorded(id: string, source: string, run: string): Checklist {
  const checklist = parsed.get(source) ?? parseChecklist(`${id}.yaml`, source, checks);
  parsed.set(source, checklist);
  if ('steps' in checklist) return checklist;
  throw new CouldNotCheck(
    'unreadable-run',
    `This version cannot read the checklist ${id} of the run ${run}: ${checklist.map(({ message }) => message).join('; ')}.`,
    `Use the version that created the run, or start a new run: mp-verify run ${id}`,
  );
}

/** Returns the flags of the last walk. */
export function optionsOf({ record, entries }: RunState): SavedOptions {
  return entries.findLast((entry) => entry.type === 'began')?.options ?? record.options;
}

/** Returns the recorded inputs, and those that an accepted change of a checklist added. */
export function inputsOf({ record, entries }: RunState): Readonly<Record<string, string>> {
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

/** Whether another process is running it; false if that is unknown. */
export function isInUse(id: string, runs: Runs): Promise<boolean> {
  return runs.inUse(id).catch(() => false);
}

/** Finds the id of the run that an operator names by id, checklist (its newest run) or unique prefix. */
export async function findRun(name: string, runs: Runs): Promise<string> {
  return findRunAmong(name, await runs.ids());
}

/** Finds the run among known ids, newest first. */
export function findRunAmong(name: string, ids: readonly string[]): string {
  if (ids.includes(name)) return name;
  const newest = ids.find((id) => id.replace(/-\d+$/, '') === name);
  if (newest !== undefined) return newest;
  // A whole id is never a prefix: new-signup-1 is not new-signup-10.
  const begun = /-\d+$/.test(name) ? [] : ids.filter((id) => id.startsWith(name));
  const [only, another] = begun;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined)
    throw new UserError(
      'ambiguous-run',
      `"${name}" matches ${begun.length} runs: ${begun.slice(0, 10).join(', ')}.`,
      'Use one of these IDs.',
    );
  throw new UserError(
    'unknown-run',
    `There is no run "${name}"${didYouMean(name, ids)}`,
    ids.length === 0
      ? 'There are no saved runs yet. Start one: mp-verify run new-signup'
      : 'List the runs: mp-verify runs',
  );
}

/** Rejects with `UserError` if there is no run. */
export async function newestRun(runs: Runs): Promise<string> {
  const [newest] = await runs.ids();
  if (newest !== undefined) return newest;
  throw new UserError('unknown-run', 'There are no saved runs yet.', 'Start one: mp-verify run new-signup');
}

/** A run and its report. */
export interface KnownRun {
  readonly saved: SavedRun;
  readonly planned: readonly PlannedChecklist[];
  readonly report: Report;
}

export interface UnreadableRun {
  readonly id: string;
  readonly error: CouldNotCheck;
}

/** Every saved run, newest first. An unreadable one does not hide the others. */
export interface KnownRuns {
  readonly known: readonly KnownRun[];
  readonly unreadable: readonly UnreadableRun[];
}

export async function readRuns(runs: Runs): Promise<KnownRuns> {
  const known: KnownRun[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const id of await runs.ids()) {
    try {
      const saved = await runs.read(id);
      const planned = plannedOf(saved);
      known.push({ saved, planned, report: reportOf(saved, planned) });
    } catch (error) {
      if (error instanceof CouldNotCheck) unreadable.push({ id, error });
      // The run was deleted a moment ago.
      else if (!(error instanceof UserError)) throw error;
    }
  }
  return { known, unreadable };
}

/** Warns the operator about unreadable runs. */
export function warnUnreadable(unreadable: readonly UnreadableRun[], terminal: Terminal): void {
  for (const { error } of unreadable)
    terminal.write(warning(terminal.styles(), [error.message, error.hint].filter(Boolean).join(' ')));
}

/** Returns the unreadable runs for a JSON document. */
export function unreadableList(unreadable: readonly UnreadableRun[]) {
  return unreadable.map(({ id, error }) => ({ id, reason: error.message }));
}

/** Returns which use cases the runs confirm, by product. `maxAge` is in ms. */
export async function readConfirmations(
  known: readonly KnownRun[],
  maxAge: number,
  { files, clock }: Pick<Host, 'files' | 'clock'>,
): Promise<Confirmations> {
  const builtIns = await loadChecklists(useCaseIds, files);
  const ids: readonly string[] = useCaseIds;
  const walked = known.flatMap(({ saved, planned }) =>
    planned
      .filter(({ checklist }) => ids.includes(checklist.id))
      .map((each) => ({ checklist: each.checklist, report: reportOf(saved, [each]) })),
  );
  return confirmations(walked, builtIns, clock.now(), maxAge);
}

/** Returns which use cases the runs confirm for one product. */
export async function confirmedUseCases(
  { caller, product }: Target,
  maxAge: number,
  host: Pick<Host, 'runs' | 'files' | 'clock'>,
): Promise<ConfirmedUseCases> {
  const { known, unreadable } = await readRuns(host.runs);
  const { products } = await readConfirmations(known, maxAge, host);
  const found = products.find(({ productId, accountId }) => productId === product.id && accountId === caller.accountId);
  const nothing = async () =>
    confirmUseCases([], await loadChecklists(useCaseIds, host.files), host.clock.now(), maxAge);
  return { useCases: found?.useCases ?? (await nothing()), damaged: unreadable[0]?.error ?? null };
}
