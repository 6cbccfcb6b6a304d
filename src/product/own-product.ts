import { CouldNotTell } from '../errors.ts';
import type { Caller, Product } from '../ports/marketplace.ts';

/**
 * Before any other conclusion: is the product the caller's own? From another account GetEntitlements answers an empty list
 * for ever, which looks like a purchase that never arrives.
 */
export function assertOwn(caller: Caller, product: Product): void {
  if (product.ownerAccountId === caller.accountId) return;
  const { title, id, ownerAccountId } = product;
  throw ownerAccountId === null
    ? new CouldNotTell(
        'no-owner',
        `AWS does not say which account owns ${title} (${id}).`,
        'Run the command again; if it stays so, the endpoint is not AWS.',
        false,
        { product: id },
      )
    : new CouldNotTell(
        'wrong-account',
        `You are signed in to account ${caller.accountId} (${caller.credentials}), but ${title} (${id}) belongs to account ${ownerAccountId}.`,
        `Sign in to account ${ownerAccountId}, the seller's, and choose its credentials with --profile NAME.`,
        false,
        { account: caller.accountId, owner: ownerAccountId },
      );
}
