import {
  type Confirmations,
  confirmations,
  confirmUseCases,
  missingRequirement,
  type UseCaseOfRun,
  useCaseOfRun,
} from '../checklist/confirmations.ts';
import { type AnyReport, isFleet } from '../checklist/fleet-report.ts';
import type { Checklist, PlannedChecklist } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { didYouMean } from '../checklist/problems.ts';
import type { ConfirmedUseCases } from '../checks/check-kind.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { ListedRun, RunFacts, RunIndex, Runs, SavedRun, UnreadableRun } from '../ports/storage.ts';
import type { Target } from '../product/target.ts';
import { warning } from '../text/block.ts';
import { loadChecklists, useCaseIds } from './checklists.ts';
import { anyReportOf, plannedOf, reportOf } from './run-facts.ts';
import { runFacts } from './run-summary.ts';

/** Whether another process is running it; false if that is unknown. */
export function isInUse(id: string, runs: Runs): Promise<boolean> {
  return runs.inUse(id).catch(() => false);
}

/** How many of the newest runs of a shared store are searched. */
export const searchedRuns = 2000;

/** Yields the newest runs of a shared store. It may have very many, so an older one must be named by its id. */
export async function* newestListed(index: RunIndex): AsyncIterable<ListedRun> {
  let count = 0;
  for await (const run of index.list()) {
    yield run;
    count += 1;
    if (count === searchedRuns) return;
  }
}

/**
 * Yields run ids, newest first. Of a shared store only those among the newest that may match, as far as the list can
 * tell.
 */
export async function* candidates(runs: Runs, mayMatch: (facts: RunFacts) => boolean): AsyncIterable<string> {
  if (runs.index === null) return yield* await runs.ids();
  for await (const { id, facts, inUse } of newestListed(runs.index))
    if (facts === null || inUse || mayMatch(facts)) yield id;
}

/** Finds the id of the run that an operator names by id, checklist (its newest run) or unique prefix. */
export async function findRun(name: string, runs: Runs): Promise<string> {
  const [id = name] = await findRuns([name], runs);
  return id;
}

/** Finds several runs. */
export async function findRuns(names: readonly string[], runs: Runs): Promise<readonly string[]> {
  const { index } = runs;
  if (index === null) {
    const ids = await runs.ids();
    return names.map((name) => findRunAmong(name, ids));
  }
  // Reading a whole id shows whether there is such a run.
  if (names.every((name) => /-[1-9]\d*$/.test(name))) return names;
  const ids: string[] = [];
  for await (const { id } of newestListed(index)) ids.push(id);
  return names.map((name) => (/-[1-9]\d*$/.test(name) ? name : findRunAmong(name, ids)));
}

/** Finds the run among known ids, newest first. */
function findRunAmong(name: string, ids: readonly string[]): string {
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
      ? `There are no saved runs yet. Start one: ${printedCommand('run new-signup')}`
      : `List the runs: ${printedCommand('runs')}`,
  );
}

/** Rejects with `UserError` if there is no run. */
export async function newestRun(runs: Runs): Promise<string> {
  for await (const id of candidates(runs, () => true)) return id;
  throw new UserError('unknown-run', 'There are no saved runs yet.', `Start one: ${printedCommand('run new-signup')}`);
}

/** A run and its report. */
export interface KnownRun {
  readonly saved: SavedRun;
  readonly planned: readonly PlannedChecklist[];
  readonly report: AnyReport;
}

/** Every saved run, newest first. An unreadable one does not hide the others. */
export interface KnownRuns {
  readonly known: readonly KnownRun[];
  readonly unreadable: readonly UnreadableRun[];
}

export async function readRuns(runs: Runs): Promise<KnownRuns> {
  const known: KnownRun[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const saved of await runs.readAll()) {
    if ('error' in saved) {
      unreadable.push(saved);
      continue;
    }
    try {
      const planned = await plannedOf(saved);
      known.push({ saved, planned, report: anyReportOf(saved, planned) });
    } catch (error) {
      // A checklist that this version cannot read.
      if (!(error instanceof CouldNotCheck)) throw error;
      unreadable.push({ id: saved.record.id, error });
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

/** What lists show of a run. */
export interface ListedReport extends ListedRun {
  readonly facts: RunFacts;
}

/** Returns what a shared store would list of a run. */
export function listedReport({ saved, report }: KnownRun): ListedReport {
  const { checklists, ...facts } = runFacts(report);
  const { id, startedAt } = saved.record;
  return { id, startedAt, inUse: false, facts: { ...facts, checklists } };
}

/** Where the use cases stand, by product, and the runs that could not be read to tell. */
export interface ReadConfirmations extends Confirmations {
  readonly unreadable: readonly UnreadableRun[];
  /** Runs that a process has in use, or had when it was killed: only what they had found before is known. */
  readonly inUse: readonly string[];
}

/** Returns which use cases the runs confirm, by product. `maxAge` is in ms. */
export async function readConfirmations(
  runs: Runs,
  maxAge: number,
  host: Pick<Host, 'files' | 'clock'>,
): Promise<ReadConfirmations> {
  if (runs.index !== null) return indexedConfirmations(runs, runs.index, maxAge, host);
  const { known, unreadable } = await readRuns(runs);
  return { ...(await confirmationsOf(known, maxAge, host)), unreadable, inUse: [] };
}

/** The same from runs that have been read. */
export async function confirmationsOf(
  known: readonly KnownRun[],
  maxAge: number,
  { files, clock }: Pick<Host, 'files' | 'clock'>,
): Promise<Confirmations> {
  const builtIns = await loadChecklists(useCaseIds, files);
  return confirmations(known.flatMap(useCasesOf(builtIns)), builtIns, clock.now(), maxAge);
}

function useCasesOf(builtIns: readonly Checklist[]): (known: KnownRun) => readonly UseCaseOfRun[] {
  return ({ saved, planned, report }) => {
    // It has no manual steps, so it confirms no use case.
    if (isFleet(report)) return [];
    return planned.flatMap((each) => {
      const { checklist } = each;
      const builtIn = builtIns.find(({ id }) => id === checklist.id);
      if (!builtIn) return [];
      const alone = planned.length === 1 ? report : reportOf(saved, [each]);
      return { ...useCaseOfRun({ checklist, report: alone }), missing: missingRequirement(builtIn, checklist) };
    });
  };
}

/** Reads no run but those that the index cannot tell enough about. */
async function indexedConfirmations(
  runs: Runs,
  index: RunIndex,
  maxAge: number,
  { files, clock }: Pick<Host, 'files' | 'clock'>,
): Promise<ReadConfirmations> {
  const builtIns = await loadChecklists(useCaseIds, files);
  const walked: UseCaseOfRun[] = [];
  const unreadable: UnreadableRun[] = [];
  /** What copies of built-in checklists no longer require, by SHA-256. */
  const missing = new Map<string, string | null>(builtIns.map(({ sha256 }) => [sha256, null]));
  const deciding = await index.deciding();
  for (const { id, facts } of deciding) {
    if (facts?.products !== undefined) continue;
    const ofBuiltIns = facts?.checklists.filter((each) => builtIns.some((builtIn) => builtIn.id === each.id)) ?? [];
    if (facts === null || ofBuiltIns.some(({ sha256 }) => !missing.has(sha256))) {
      const read = await readKnown(id, runs);
      if (read === null) continue;
      if ('error' in read) {
        unreadable.push(read);
        continue;
      }
      const useCases = useCasesOf(builtIns)(read);
      for (const each of useCases) missing.set(each.sha256, each.missing);
      walked.push(...useCases);
      continue;
    }
    for (const each of ofBuiltIns)
      walked.push({ ...facts, ...each, run: id, missing: missing.get(each.sha256) ?? null });
  }
  const inUse = deciding.flatMap((run) => (run.inUse ? run.id : []));
  return { ...confirmations(walked, builtIns, clock.now(), maxAge), unreadable, inUse };
}

/** Null if the run was deleted a moment ago. */
async function readKnown(id: string, runs: Runs): Promise<KnownRun | UnreadableRun | null> {
  try {
    const saved = await runs.read(id);
    const planned = await plannedOf(saved);
    return { saved, planned, report: anyReportOf(saved, planned) };
  } catch (error) {
    if (error instanceof CouldNotCheck) return { id, error };
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Returns which use cases the runs confirm for one product. */
export async function confirmedUseCases(
  { caller, product }: Target,
  maxAge: number,
  host: Pick<Host, 'runs' | 'files' | 'clock'>,
): Promise<ConfirmedUseCases> {
  const { products, unreadable } = await readConfirmations(host.runs, maxAge, host);
  const found = products.find(({ productId, accountId }) => productId === product.id && accountId === caller.accountId);
  const nothing = async () =>
    confirmUseCases([], await loadChecklists(useCaseIds, host.files), host.clock.now(), maxAge);
  return { useCases: found?.useCases ?? (await nothing()), damaged: unreadable[0]?.error ?? null };
}
