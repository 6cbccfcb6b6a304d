import { confirmed } from '../checklist/confirmations.ts';
import type { ConfirmedUseCases } from '../checks/check-kind.ts';
import type { Host } from '../ports/host.ts';
import type { Target } from '../product/target.ts';
import { readRuns } from './known-runs.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { readConfirmations } from './read-confirmations.ts';

/** Where the use cases of the product stand that is walked now. */
export async function confirmedUseCases(
  { caller, product }: Target,
  maxAge: number,
  host: Pick<Host, 'runs' | 'files' | 'clock'>,
): Promise<ConfirmedUseCases> {
  const { known, damaged } = await readRuns(host.runs);
  const { products } = await readConfirmations(known, maxAge, host);
  const found = products.find(({ productId, accountId }) => productId === product.id && accountId === caller.accountId);
  const nothing = async () => confirmed([], await loadChecklists(useCases, host.files), host.clock.now(), maxAge);
  return { useCases: found?.useCases ?? (await nothing()), damaged: damaged[0]?.error ?? null };
}
