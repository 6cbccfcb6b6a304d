import { toRows } from '../checklist/entitlement-rows.ts';
import type { EntitlementRow } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { Look, LookContext } from './check-kind.ts';

/** What AWS says that the buyer has of the product, or why that question makes no sense. */
export async function buyerRows(context: LookContext): Promise<readonly EntitlementRow[] | Look> {
  const { caller, product } = await context.target();
  if (context.buyer === null)
    throw new CouldNotTell('no-buyer', 'This check needs a buyer.', 'Name one with --buyer ID.');
  if (context.buyer === caller.accountId) {
    return {
      status: 'fail',
      final: true,
      reason: `The buyer ${context.buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.`,
    };
  }
  if (product.code === null) {
    throw new CouldNotTell(
      'no-product-code',
      `AWS names no product code for ${product.title} (${product.id}), so its entitlements can't be asked for.`,
      'Finish creating the product in the AWS Marketplace Management Portal; it gets a product code then.',
    );
  }
  const entitlements = await context.marketplace.entitlements(product.code, context.buyer);
  return toRows(entitlements, product.dimensions, context.now());
}

export function isLook(answer: readonly EntitlementRow[] | Look): answer is Look {
  return 'status' in answer;
}
