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

/** Every run that is kept, the newest first. One that can't be read does not hide the others. */
export interface KnownRuns {
  readonly known: readonly KnownRun[];
  readonly damaged: readonly CouldNotTell[];
}

export async function readRuns(runs: Runs): Promise<KnownRuns> {
  const known: KnownRun[] = [];
  const damaged: CouldNotTell[] = [];
  for (const id of await runs.ids()) {
    try {
      const saved = await runs.read(id);
      const planned = plannedOf(saved);
      known.push({ saved, planned, report: reportOf(saved, planned) });
    } catch (error) {
      if (error instanceof CouldNotTell) damaged.push(error);
      // Somebody has deleted it just now.
      else if (!(error instanceof UserError)) throw error;
    }
  }
  return { known, damaged };
}

/** Names what can't be read, and what is wrong with it. */
export function sayDamaged(damaged: readonly CouldNotTell[], terminal: Terminal): void {
  for (const { message, hint } of damaged) {
    const body = [message, hint].filter(Boolean).join(' ');
    terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body }));
  }
}
