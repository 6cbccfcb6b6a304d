import { isAccountId } from '../checklist/buyers.ts';
import { toRows } from '../checklist/contracts.ts';
import type { EntitlementRow } from '../checklist/model.ts';
import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotTell } from '../errors.ts';
import type { Look, LookContext } from './check-kind.ts';

export const buyerReasons = {
  'seller-buys': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.`,
} satisfies ReasonTable;

const because = reasonsOf(buyerReasons);

/** What AWS grants a buyer at this moment. */
export interface GrantedNow {
  readonly rows: readonly EntitlementRow[];
  /** AWS's time of the answer; null where it had none, and then no row has an end. */
  readonly at: Date | null;
}

/** What AWS says, now, that the buyer has of the product, or why that question makes no sense. */
export async function buyerRows(context: LookContext): Promise<GrantedNow | Look> {
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
  const { rows, at } = await context.marketplace.entitlements(product.code, context.buyer);
  const stranger = rows.find(
    ({ customerAwsAccountId }) => customerAwsAccountId !== null && customerAwsAccountId !== context.buyer,
  );
  if (stranger && isAccountId(context.buyer)) {
    const what = `The answer for buyer ${context.buyer} holds an entitlement of account ${stranger.customerAwsAccountId}, so it is not one of AWS.`;
    throw new CouldNotTell('not-aws', what, 'Fix AWS_ENDPOINT_URL, or what answers there, and run the command again.');
  }
  return { rows: toRows(rows, product.dimensions, at), at };
}

export function isLook(answer: GrantedNow | Look): answer is Look {
  return 'status' in answer;
}
