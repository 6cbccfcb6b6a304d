import type { Action, Caller, Marketplace, Product } from '../ports/marketplace.ts';
import { attempt, check, type DoctorCheck } from './doctor-check.ts';
import { iamStatement } from './iam-policy.ts';
import { permissionChecks } from './permission-checks.ts';
import { policyHolder } from './policy-holder.ts';

/** What a test buyer's credentials are asked. */
const asked: readonly Action[] = ['aws-marketplace:GetProduct', 'aws-marketplace:ListPurchaseOptions'];

/** The credentials of --buyer-profile. They only make observations better, so nothing here is more than a warning. */
export async function buyerChecks(
  buyer: Marketplace,
  seller: Caller | null,
  product: Product | null,
): Promise<readonly DoctorCheck[]> {
  const { answer: caller, trouble } = await attempt(buyer.caller());
  const name = 'buyer credentials';
  if (!caller) return [check(name, 'warning', trouble.message, trouble.hint)];
  const { accountId, arn, credentials } = caller;
  if (accountId === seller?.accountId) {
    const words = `They are of the seller's own account ${accountId} (${credentials}), which can't buy its own product.`;
    return [check(name, 'warning', words, 'Name the profile of a test account with --buyer-profile NAME.')];
  }
  const checks = await permissionChecks(asked, buyer, product, null);
  const statement = JSON.stringify(iamStatement(checks.flatMap(({ missing }) => missing ?? [])));
  const add = `Add this statement to a policy of ${policyHolder(arn)} in the buyer's account ${accountId}: ${statement}`;
  return [
    check(name, 'pass', `${credentials}, account ${accountId}`),
    ...checks.map((each) => {
      return { ...each, name: `buyer ${each.name}`, hint: each.hint ?? (each.missing === null ? null : add) };
    }),
  ];
}
