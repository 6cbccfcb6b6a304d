import { useCaseFacts } from '../checklist/confirmations.ts';
import type { Report } from '../checklist/report-document.ts';
import type { RunFacts, SavedRun, SummaryFacts } from '../ports/storage.ts';
import { plannedOf, reportOf } from './run-facts.ts';

/** Returns what lists show of a run. */
export function runFacts({ run, target, verdict, checklists }: Report): RunFacts {
  const { product } = target;
  return {
    ...{ endedAt: run.endedAt, verdict, operator: run.operator },
    checklists: checklists.map((each) => ({ id: each.id, verdict: each.verdict })),
    product: product === null ? null : { id: product.id, code: product.code, title: product.title },
    ...{ accountId: target.accountId, sandbox: run.sandbox, endpoint: run.endpoint },
  };
}

/** Returns what a store that keeps an index knows of a run. Rejects with `CouldNotCheck` like `plannedOf`. */
export async function summaryFacts(saved: SavedRun): Promise<SummaryFacts> {
  const planned = await plannedOf(saved);
  const report = reportOf(saved, planned);
  return {
    ...runFacts(report),
    checklists: planned.map((each) => useCaseFacts({ checklist: each.checklist, report: reportOf(saved, [each]) })),
    acceptedChanges: report.run.acceptedChanges ?? [],
  };
}
