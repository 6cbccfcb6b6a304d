import type { Entitlement } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Aws, Purchase } from './aws.ts';
import type { Account, Contract, Customers } from './customers.ts';

/** What the SaaS shows of a row of GetEntitlements. */
export interface ShownPlan {
  readonly plan: string;
  readonly quantity: number | string;
  /** Epoch ms; null: without end. */
  readonly endsAt: number | null;
}

/** The places where integrations break, each as it should be. `bugs` replaces one of them. */
export interface Integration {
  readonly takesPost: boolean;
  /** What the fulfillment form sends. Whoever parsed the form has decoded it, which must happen only once. */
  tokenOf(form: URLSearchParams): string;
  read(aws: Aws, contract: Contract): Promise<readonly Entitlement[]>;
  /** Ties a purchase to an account. */
  link(contract: Contract, account: Account): void;
  /** The account that signs in with a purchase at hand. */
  accountFor(existing: Account, customers: Customers, now: number): Account;
  /** `names` are the SaaS's names of plans by the product's dimensions. */
  plan(row: Entitlement, names: ReadonlyMap<string, string>): string;
  quantity(row: Entitlement): number | string;
}

/** The model: this is how it should be done. */
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

/** The rows to show: a dimension that was not chosen may be listed with 0. */
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
 * All that AWS grants now; empty until AWS has provisioned a purchase. `Entitlements` may be missing, and a page may be empty
 * while there are more.
 */
export async function allEntitlements(aws: Aws, purchase: Purchase): Promise<readonly Entitlement[]> {
  const rows: Entitlement[] = [];
  let token: string | undefined;
  do {
    const page = await aws.entitlements(purchase, token);
    rows.push(...(page.Entitlements ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return rows;
}
