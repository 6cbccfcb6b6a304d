import type { Entry, RunTarget } from '../../src/checklist/model.ts';
import type { Reason } from '../../src/checklist/reasons.ts';
import { type PlannedChecklist, type RunFacts, report } from '../../src/checklist/report.ts';
import type { Report } from '../../src/checklist/report-document.ts';
import { noOptions } from './no-options.ts';

/** A run of one sitting, as the store would have it. */
export interface WholeRun extends RunFacts, RunTarget {
  readonly endedAt: string;
  readonly interrupted: boolean;
  readonly operator: string | null;
}

export interface UnreachedOf {
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly rest: Reason | null;
}

/** The report of a run that was begun, walked as the entries say, and came to its end. */
export function reportOfRun(
  { tool, id, startedAt, endedAt, interrupted, operator, ...target }: WholeRun,
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  unreached: ReadonlyMap<string, UnreachedOf>,
): Report {
  const reasons = [...unreached].map(([checklist, { reasons, rest }]) => [
    checklist,
    { reasons: Object.fromEntries(reasons), rest },
  ]);
  return report({ tool, id, startedAt }, planned, [
    { type: 'began', at: startedAt, operator, version: tool.version, accepted: [], options: noOptions },
    { type: 'target', at: startedAt, target },
    ...entries,
    { type: 'ended', at: endedAt, interrupted, unreached: Object.fromEntries(reasons) },
  ]);
}
