import type { Entitlement } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Aws, Purchase } from './aws.ts';
import type { Account, Customers, KnownPurchase } from './customers.ts';

/** What the SaaS shows of a row of GetEntitlements. */
export interface ShownPlan {
  readonly plan: string;
  readonly quantity: number | string;
  /** Epoch ms; null if it does not end. */
  readonly endsAt: number | null;
}

/** The parts where integrations break, in their correct form. Each of `bugs` replaces one. */
export interface Integration {
  readonly takesPost: boolean;
  /** Returns the registration token of the fulfillment form. Parsing the form has decoded it: never decode it again. */
  tokenOf(form: URLSearchParams): string;
  read(aws: Aws, contract: KnownPurchase): Promise<readonly Entitlement[]>;
  /** Links a purchase to an account. */
  link(contract: KnownPurchase, account: Account): void;
  /** Returns the account of a user who signs in after a purchase. */
  accountFor(existing: Account, customers: Customers, now: number): Account;
  /** `names`: the SaaS's plan names by dimension. */
  plan(row: Entitlement, names: ReadonlyMap<string, string>): string;
  quantity(row: Entitlement): number | string;
}

/** The model integration: copy this. */
export const integration: Integration = {
  takesPost: true,
  tokenOf: (form) => form.get('x-amzn-marketplace-token') ?? '',
  read: allEntitlements,
  link(contract, account) {
    contract.accountId = account.id;
  },
  accountFor: (existing) => existing,
  plan: ({ Dimension = '' }, names) => names.get(Dimension) ?? Dimension,
  quantity: ({ Value }) =>
    Value?.IntegerValue ?? Value?.DoubleValue ?? Value?.StringValue ?? String(Value?.BooleanValue),
};

/** Returns the rows to show. AWS may list a dimension that was not bought with quantity 0. */
export function shownPlans(
  { plan, quantity }: Integration,
  rows: readonly Entitlement[],
  names: ReadonlyMap<string, string>,
): readonly ShownPlan[] {
  return rows
    .filter(({ Value }) => Value?.IntegerValue !== 0)
    .map((row) => ({
      plan: plan(row, names),
      quantity: quantity(row),
      endsAt: row.ExpirationDate?.getTime() ?? null,
    }));
}

/**
 * Reads everything that AWS grants now. It is nothing until AWS has provisioned the purchase. `Entitlements` may be
 * missing, and a page may be empty although more follow.
 */
async function allEntitlements(aws: Aws, purchase: Purchase): Promise<readonly Entitlement[]> {
  const rows: Entitlement[] = [];
  let token: string | undefined;
  do {
    const page = await aws.entitlements(purchase, token);
    rows.push(...(page.Entitlements ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return rows;
}
