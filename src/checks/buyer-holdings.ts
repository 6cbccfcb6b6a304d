import { isAccountId } from '../checklist/buyers.ts';
import { acceptedAgreements, toRows } from '../checklist/contracts.ts';
import type { Agreement, EntitlementRow } from '../checklist/outputs.ts';
import { type ReasonTable, reasonsOf, sentence } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Product } from '../ports/marketplace.ts';
import type { CheckContext, Observation } from './check-kind.ts';

export const buyerReasons = {
  'seller-buys': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Use a test account on the product's allowlist.`,
} satisfies ReasonTable;

const because = reasonsOf(buyerReasons);

/** What AWS grants a buyer now. */
export interface Grants {
  readonly rows: readonly EntitlementRow[];
  /** AWS's time of the answer; null if it had none. Rows then have no end date. */
  readonly at: Date | null;
}

/** Reads what AWS grants the buyer now. If AWS cannot be asked, returns the result of the check. */
export async function readGrants(context: CheckContext): Promise<Grants | Observation> {
  const { caller, product } = await context.target();
  if (context.buyer === null)
    throw new CouldNotCheck('no-buyer', 'This check needs a buyer.', 'Choose one with --buyer ID.');
  if (context.buyer === caller.accountId) {
    return { status: 'fail', final: true, ...because('seller-buys', { buyer: context.buyer }) };
  }
  const { rows, at } = await context.marketplace.entitlements(productCode(product), context.buyer);
  const stranger = rows.find(
    ({ customerAwsAccountId }) => customerAwsAccountId !== null && customerAwsAccountId !== context.buyer,
  );
  if (stranger && isAccountId(context.buyer)) {
    const what = `The response for buyer ${context.buyer} contains an entitlement of account ${stranger.customerAwsAccountId}, so it did not come from AWS.`;
    throw new CouldNotCheck(
      'not-aws',
      what,
      'Fix AWS_ENDPOINT_URL or the server behind it, and run the command again.',
    );
  }
  return { rows: toRows(rows, product.dimensions, at), at };
}

/** Returns the product code. Throws `CouldNotCheck` if AWS returned none. */
export function productCode({ code, title, id }: Product): string {
  if (code !== null) return code;
  throw new CouldNotCheck(
    'no-product-code',
    `AWS returned no product code for ${title} (${id}), so mp-verify cannot request its entitlements.`,
    'Finish creating the product in the AWS Marketplace Management Portal; it then gets a product code.',
    false,
    { product: id },
  );
}

export function isObservation(answer: Grants | Observation): answer is Observation {
  return 'status' in answer;
}

export type AgreementsAnswer =
  | {
      readonly agreements: readonly Agreement[];
      /** One of them renews at its end, or starts later: the buyer still has a contract after the current one. */
      readonly renews: boolean;
    }
  | { readonly agreements: null; readonly why: string };

/**
 * Reads the buyer's agreements for the product. A missing permission is returned as an answer, because entitlements can
 * be used instead. Errors that affect every request (credentials, throttling) are rethrown.
 */
export async function readAgreements({ marketplace, buyer, target }: CheckContext): Promise<AgreementsAnswer> {
  const { product } = await target();
  if (buyer === null || !isAccountId(buyer)) {
    return { agreements: null, why: "Agreements can only be looked up by the buyer's AWS account ID." };
  }
  try {
    const found = await marketplace.agreements(product.id, buyer);
    return {
      agreements: found.map(({ renews: _, ...agreement }) => agreement),
      renews: acceptedAgreements(found).some((each) => each.renews || each.startsLater),
    };
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    if (!degrading.includes(error.code)) throw error;
    // Only a missing permission has a useful hint. A broken proxy will show up in the next request.
    const hint = error.code === 'access-denied' ? error.hint : null;
    return { agreements: null, why: [sentence(error.message), hint].filter(Boolean).join(' ') };
  }
}

/** Errors that may affect the Agreement API alone. If AWS is unreachable, the next request says so. */
const degrading = ['access-denied', 'not-aws', 'aws-error', 'network'];

/** Whether no dimension can be bought in advance. Such a product has agreements but no entitlements. */
export function isUsageBased({ dimensions }: Product): boolean {
  return dimensions.length > 0 && !dimensions.some(({ types }) => types.length === 0 || types.includes('Entitled'));
}
