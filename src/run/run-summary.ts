import { useCaseFacts } from '../checklist/confirmations.ts';
import type { SavedRun, SummaryFacts } from '../ports/host.ts';
import { plannedOf, reportOf } from './run-facts.ts';

/** Returns what lists show of a run, for a store that keeps an index. Throws `CouldNotCheck` like `reportOf`. */
export function summaryFacts(saved: SavedRun): SummaryFacts {
  const planned = plannedOf(saved);
  const { run, target, verdict } = reportOf(saved, planned);
  const { product } = target;
  return {
    ...{ endedAt: run.endedAt, verdict, operator: run.operator },
    checklists: planned.map((each) => useCaseFacts({ checklist: each.checklist, report: reportOf(saved, [each]) })),
    product: product === null ? null : { id: product.id, code: product.code, title: product.title },
    ...{ accountId: target.accountId, sandbox: run.sandbox, endpoint: run.endpoint },
    acceptedChanges: run.acceptedChanges ?? [],
  };
}
