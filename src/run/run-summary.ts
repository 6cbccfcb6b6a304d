import { type UseCaseFacts, useCaseFacts } from '../checklist/confirmations.ts';
import { type AnyReport, type FleetReport, isFleet } from '../checklist/fleet-report.ts';
import type { Checklist } from '../checklist/model.ts';
import type { RunFacts, SavedRun, SummaryFacts } from '../ports/storage.ts';
import { anyReportOf, plannedOf, reportOf } from './run-facts.ts';

/** Returns what lists show of a run. */
export function runFacts(report: AnyReport): RunFacts {
  const { run, verdict } = report;
  const place = { sandbox: run.sandbox, endpoint: run.endpoint };
  const shared = { endedAt: run.endedAt, verdict, operator: run.operator };
  if (isFleet(report)) {
    const ids = report.products[0]?.checklists.map(({ id }) => id) ?? [];
    const checklists = ids.map((id) => ({ id, verdict }));
    return { ...shared, checklists, product: null, products: report.products.length, accountId: null, ...place };
  }
  const { product, accountId } = report.target;
  return {
    ...shared,
    checklists: report.checklists.map((each) => ({ id: each.id, verdict: each.verdict })),
    product: product === null ? null : { id: product.id, code: product.code, title: product.title },
    accountId,
    ...place,
  };
}

/** Returns what a store that keeps an index knows of a run. Rejects with `CouldNotCheck` like `plannedOf`. */
export async function summaryFacts(saved: SavedRun): Promise<SummaryFacts> {
  const planned = await plannedOf(saved);
  const report = anyReportOf(saved, planned);
  return {
    ...runFacts(report),
    checklists: planned.map((each) =>
      isFleet(report)
        ? confirmsNothing(each.checklist, report)
        : useCaseFacts({ checklist: each.checklist, report: reportOf(saved, [each]) }),
    ),
    acceptedChanges: report.run.acceptedChanges ?? [],
  };
}

/** A fleet run has no manual steps, so it confirms no use case. */
function confirmsNothing({ id, sha256 }: Checklist, { verdict, run }: FleetReport): UseCaseFacts {
  const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
  return { id, sha256, verdict, outcome: null, oldestResult: 0, lastResult: 0, operator: run.operator, seen };
}
