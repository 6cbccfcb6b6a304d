import type { PlannedChecklist } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Runs, SavedRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { plannedOf, reportOf } from './saved-run.ts';

export interface KnownRun {
  readonly saved: SavedRun;
  readonly planned: readonly PlannedChecklist[];
  readonly report: Report;
}

export interface DamagedRun {
  readonly id: string;
  readonly error: CouldNotTell;
}

/** Every run that is kept, the newest first. One that can't be read does not hide the others. */
export interface KnownRuns {
  readonly known: readonly KnownRun[];
  readonly damaged: readonly DamagedRun[];
}

export async function readRuns(runs: Runs): Promise<KnownRuns> {
  const known: KnownRun[] = [];
  const damaged: DamagedRun[] = [];
  for (const id of await runs.ids()) {
    try {
      const saved = await runs.read(id);
      const planned = plannedOf(saved);
      known.push({ saved, planned, report: reportOf(saved, planned) });
    } catch (error) {
      if (error instanceof CouldNotTell) damaged.push({ id, error });
      // Somebody has deleted it just now.
      else if (!(error instanceof UserError)) throw error;
    }
  }
  return { known, damaged };
}

/** Names what can't be read, and what is wrong with it. */
export function sayDamaged(damaged: readonly DamagedRun[], terminal: Terminal): void {
  for (const { error } of damaged) {
    const body = [error.message, error.hint].filter(Boolean).join(' ');
    terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));
  }
}

/** The same for programs. A list that is always there needs no case of its own in a filter of jq. */
export function unreadable(damaged: readonly DamagedRun[]) {
  return damaged.map(({ id, error }) => ({ id, reason: error.message }));
}
