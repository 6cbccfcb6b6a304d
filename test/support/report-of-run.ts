import type { Entry, RunTarget, UnreachedReasons } from '../../src/checklist/entries.ts';
import type { PlannedChecklist } from '../../src/checklist/model.ts';
import { buildReport, type RunFacts } from '../../src/checklist/report.ts';
import type { Report } from '../../src/checklist/report-document.ts';
import { noOptions } from './no-options.ts';

/** A run of one sitting, as the store would save it. */
export interface WholeRun extends RunFacts, RunTarget {
  readonly endedAt: string;
  readonly interrupted: boolean;
  readonly operator: string | null;
}

/** Returns the report of a run that started, followed the entries, and ended. */
export function reportOfRun(
  { tool, id, startedAt, endedAt, interrupted, operator, ...target }: WholeRun,
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  unreached: Readonly<Record<string, UnreachedReasons>>,
): Report {
  return buildReport({ tool, id, startedAt }, planned, [
    { type: 'began', at: startedAt, operator, version: tool.version, accepted: [], options: noOptions },
    { type: 'target', at: startedAt, target },
    ...entries,
    { type: 'ended', at: endedAt, interrupted, unreached },
  ]);
}
