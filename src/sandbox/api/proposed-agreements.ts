import type { StoredAgreement } from '../stored-agreement.ts';
import { AwsError } from './aws-error.ts';
import type { Call } from './operation.ts';

/**
 * The agreements that the caller proposed, each in its newest version that is visible. AWS shows an agreement to its
 * acceptor too; the sandbox does not. Nothing renews by itself here: what has ended is EXPIRED.
 */
export function proposedAgreements({ world, caller, now }: Call): readonly StoredAgreement[] {
  const own = world.products.filter(({ ownerAccountId }) => ownerAccountId === caller.accountId).map(({ id }) => id);
  const visible = world.agreements.filter(({ productId, visibleAt }) => own.includes(productId) && visibleAt <= now);
  return [...new Map(visible.map((row) => [row.id, row])).values()].map((row) =>
    row.status === 'ACTIVE' && row.endsAt !== null && row.endsAt <= now ? { ...row, status: 'EXPIRED' } : row,
  );
}

/** One of them. That AWS answers "not found", not "access denied", of another account's agreement is an assumption. */
export function findProposed(id: string, call: Call): StoredAgreement {
  const found = proposedAgreements(call).find((agreement) => agreement.id === id);
  if (found !== undefined) return found;
  throw new AwsError('not-found', `Agreement ${id} was not found.`, { resourceId: id, resourceType: 'Agreement' });
}
