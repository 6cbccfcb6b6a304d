import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import * as z from 'zod';
import { type Buyer, buyerFilter } from '../checklist/buyers.ts';
import type { Entitlement } from '../checklist/outputs.ts';
import type { Granted } from '../ports/marketplace.ts';
import { epochSeconds, keepRawAnswers, listOf, parseAnswer, rawAnswer, readPages, text } from './answers.ts';
import { type ApiConnection, clientConfig, endpointOf, region } from './ask.ts';

type AskEntitlements = (productCode: string, buyer: Buyer) => Promise<Granted>;

const value = z
  .object({
    IntegerValue: z.number().nullish(),
    DoubleValue: z.number().nullish(),
    BooleanValue: z.boolean().nullish(),
    StringValue: text,
  })
  .nullish()
  .transform((one) => one?.IntegerValue ?? one?.DoubleValue ?? one?.BooleanValue ?? one?.StringValue ?? null);

const row = z
  .object({
    Dimension: z.string(),
    Value: value,
    ExpirationDate: epochSeconds,
    LicenseArn: text,
    CustomerAWSAccountId: text,
    CustomerIdentifier: text,
  })
  .transform(
    (one): Entitlement => ({
      dimension: one.Dimension,
      value: one.Value,
      expirationDate: one.ExpirationDate?.toISOString() ?? null,
      licenseArn: one.LicenseArn ?? null,
      customerAwsAccountId: one.CustomerAWSAccountId ?? null,
      customerIdentifier: one.CustomerIdentifier ?? null,
    }),
  );

const answerShape = z.object({ Entitlements: listOf(row), NextToken: text });

/**
 * Calls GetEntitlements and reads all pages. The answer may lack `Entitlements`, and an empty page may have a
 * NextToken. For an account that does not own the product the list is always empty, so compare the accounts first.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-entitlements_GetEntitlements.html
 */
export async function connectEntitlements({
  options,
  credentials,
  ask,
  time,
}: ApiConnection): Promise<AskEntitlements> {
  const endpoint = await endpointOf('Marketplace Entitlement Service', options);
  const host = endpoint ?? `entitlement.marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceEntitlementServiceClient({ ...clientConfig(options, endpoint), credentials });
  keepRawAnswers(client, host, time);

  return async (ProductCode, buyer) => {
    let at: Date | null = null;
    const rows = await readPages('GetEntitlements', host, async (NextToken) => {
      const Filter = { [buyerFilter(buyer)]: [buyer] };
      const command = new GetEntitlementsCommand({ ProductCode, Filter, MaxResults: 25, NextToken });
      const answer = await ask('aws-marketplace:GetEntitlements', host, (abortSignal) =>
        rawAnswer(client.send(command, { abortSignal })),
      );
      const page = parseAnswer(answerShape, answer.json, 'GetEntitlements', host);
      at = answer.at;
      return { items: page.Entitlements, next: page.NextToken };
    });
    return { rows, at };
  };
}
