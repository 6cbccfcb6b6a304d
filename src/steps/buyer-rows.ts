import { isAccountId } from '../checklist/buyer.ts';
import { toRows } from '../checklist/entitlement-rows.ts';
import type { EntitlementRow } from '../checklist/model.ts';
import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotTell } from '../errors.ts';
import type { Look, LookContext } from './check-kind.ts';

export const buyerReasons = {
  'seller-buys': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.`,
} satisfies ReasonTable;

const because = reasonsOf(buyerReasons);

/** What AWS says that the buyer has of the product, or why that question makes no sense. */
export async function buyerRows(context: LookContext): Promise<readonly EntitlementRow[] | Look> {
  const { caller, product } = await context.target();
  if (context.buyer === null)
    throw new CouldNotTell('no-buyer', 'This check needs a buyer.', 'Name one with --buyer ID.');
  if (context.buyer === caller.accountId) {
    return {
      status: 'fail',
      final: true,
      ...because('seller-buys', { buyer: context.buyer }),
    };
  }
  if (product.code === null) {
    throw new CouldNotTell(
      'no-product-code',
      `AWS names no product code for ${product.title} (${product.id}), so its entitlements cannot be asked for.`,
      'Finish creating the product in the AWS Marketplace Management Portal; it gets a product code then.',
      false,
      { product: product.id },
    );
  }
  const entitlements = await context.marketplace.entitlements(product.code, context.buyer);
  const stranger = entitlements.find(
    ({ customerAwsAccountId }) => customerAwsAccountId !== null && customerAwsAccountId !== context.buyer,
  );
  if (stranger && isAccountId(context.buyer)) {
    const what = `The answer for buyer ${context.buyer} holds an entitlement of account ${stranger.customerAwsAccountId}, so it is not one of AWS.`;
    throw new CouldNotTell('not-aws', what, 'Mend AWS_ENDPOINT_URL, or what answers there, and run the command again.');
  }
  return toRows(entitlements, product.dimensions, context.now());
}

export function isLook(answer: readonly EntitlementRow[] | Look): answer is Look {
  return 'status' in answer;
}
