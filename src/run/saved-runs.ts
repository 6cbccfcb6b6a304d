import { type Confirmations, confirmations, confirmUseCases } from '../checklist/confirmations.ts';
import type { PlannedChecklist } from '../checklist/model.ts';
import { didYouMean } from '../checklist/problems.ts';
import type { Report } from '../checklist/report-document.ts';
import type { ConfirmedUseCases } from '../checks/check-kind.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Host, Runs, SavedRun, Terminal, UnreadableRun } from '../ports/host.ts';
import type { Target } from '../product/target.ts';
import { warning } from '../text/block.ts';
import { loadChecklists, useCaseIds } from './checklists.ts';
import { plannedOf, reportOf } from './run-facts.ts';

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
      known.push({ saved, planned, report: reportOf(saved, planned) });
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

/** Returns which use cases the runs confirm, by product. `maxAge` is in ms. */
export async function readConfirmations(
  known: readonly KnownRun[],
  maxAge: number,
  { files, clock }: Pick<Host, 'files' | 'clock'>,
): Promise<Confirmations> {
  const builtIns = await loadChecklists(useCaseIds, files);
  const ids: readonly string[] = useCaseIds;
  const walked = known.flatMap(({ saved, planned, report }) =>
    planned
      .filter(({ checklist }) => ids.includes(checklist.id))
      .map((each) => ({
        checklist: each.checklist,
        report: planned.length === 1 ? report : reportOf(saved, [each]),
      })),
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
