import {
  type EntitlementValue,
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
  type Entitlement as Row,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { type Buyer, buyerFilter } from '../checklist/buyer.ts';
import type { Entitlement } from '../checklist/model.ts';
import { guardAnswers } from './answer-guard.ts';
import type { Ask } from './ask.ts';
import { notAws } from './explain.ts';
import { listed, readPages } from './pages.ts';
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
  guardAnswers(client, host, ['Entitlements', 'NextToken']);
  const misshapen = () => notAws(host, null, 'its members are not those of an AWS answer');

  return (ProductCode, buyer) =>
    readPages(host, async (NextToken) => {
      const Filter = { [buyerFilter(buyer)]: [buyer] };
      const command = new GetEntitlementsCommand({ ProductCode, Filter, MaxResults: 25, NextToken });
      const answer = await ask('aws-marketplace:GetEntitlements', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      const items = listed(answer.Entitlements ?? [], misshapen).map((row) => toEntitlement(row, misshapen));
      return { items, next: answer.NextToken };
    });
}

function toEntitlement(row: Row, misshapen: () => Error): Entitlement {
  const ends = row?.ExpirationDate;
  if (typeof row?.Dimension !== 'string' || (ends && Number.isNaN(ends.getTime()))) throw misshapen();
  return {
    dimension: row.Dimension,
    value: valueIn(row.Value),
    expirationDate: ends?.toISOString() ?? null,
    licenseArn: row.LicenseArn ?? null,
    customerAwsAccountId: row.CustomerAWSAccountId ?? null,
    customerIdentifier: row.CustomerIdentifier ?? null,
  };
}

function valueIn(value: EntitlementValue | undefined): Entitlement['value'] {
  return value?.IntegerValue ?? value?.DoubleValue ?? value?.BooleanValue ?? value?.StringValue ?? null;
}
