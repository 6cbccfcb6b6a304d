import {
  type EntitlementValue,
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { type Buyer, buyerFilter } from '../checklist/buyer.ts';
import type { Entitlement } from '../checklist/model.ts';
import type { Ask } from './ask.ts';
import { readPages } from './pages.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

export type AskEntitlements = (productCode: string, buyer: Buyer) => Promise<readonly Entitlement[]>;

/**
 * GetEntitlements, every page. The answer may lack `Entitlements` altogether, and an empty page may carry a NextToken.
 * Asked from another account than the product's it answers an empty list for ever, so compare the accounts first.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-entitlements_GetEntitlements.html
 */
export async function connectEntitlements(options: ConnectOptions, ask: Ask): Promise<AskEntitlements> {
  const endpoint = await endpointOf('Marketplace Entitlement Service', options);
  const host = endpoint ?? `entitlement.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceEntitlementServiceClient(clientConfig(options, endpoint));

  return (ProductCode, buyer) =>
    readPages(host, async (NextToken) => {
      const Filter = { [buyerFilter(buyer)]: [buyer] };
      const command = new GetEntitlementsCommand({ ProductCode, Filter, MaxResults: 25, NextToken });
      const answer = await ask('aws-marketplace:GetEntitlements', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      const items = (answer.Entitlements ?? []).map(
        (row): Entitlement => ({
          dimension: row.Dimension ?? '',
          value: valueIn(row.Value),
          expirationDate: row.ExpirationDate?.toISOString() ?? null,
          licenseArn: row.LicenseArn ?? null,
          customerAwsAccountId: row.CustomerAWSAccountId ?? null,
          customerIdentifier: row.CustomerIdentifier ?? null,
        }),
      );
      return { items, next: answer.NextToken };
    });
}

function valueIn(value: EntitlementValue | undefined): Entitlement['value'] {
  return value?.IntegerValue ?? value?.DoubleValue ?? value?.BooleanValue ?? value?.StringValue ?? null;
}
