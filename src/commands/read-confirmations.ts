import { type Confirmations, confirmations } from '../checklist/confirmations.ts';
import type { Host } from '../ports/host.ts';
import type { KnownRun } from './known-runs.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { reportOf } from './saved-run.ts';

/** What the runs say of the three use cases. */
export async function readConfirmations(
  known: readonly KnownRun[],
  maxAge: number,
  { files, clock }: Pick<Host, 'files' | 'clock'>,
): Promise<Confirmations> {
  const builtIns = await loadChecklists(useCases, files);
  const ids: readonly string[] = useCases;
  const walked = known.flatMap(({ saved, planned }) =>
    planned
      .filter(({ checklist }) => ids.includes(checklist.id))
      .map((each) => ({ checklist: each.checklist, report: reportOf(saved, [each]) })),
  );
  return confirmations(walked, builtIns, clock.now(), maxAge);
}
