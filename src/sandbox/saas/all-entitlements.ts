import type { Entitlement } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Aws, Purchase } from './aws.ts';

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
