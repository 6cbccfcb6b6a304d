import * as z from 'zod';
import type { StoredEntitlement } from '../world.ts';
import { defineOperation } from './operation.ts';
import { epochSeconds, page, pageToken, tokenFor } from './values.ts';

const filterName = z.enum(['CUSTOMER_AWS_ACCOUNT_ID', 'CUSTOMER_IDENTIFIER', 'DIMENSION', 'LICENSE_ARN']);
const columns = {
  CUSTOMER_AWS_ACCOUNT_ID: 'buyerAccountId',
  CUSTOMER_IDENTIFIER: 'customerIdentifier',
  DIMENSION: 'dimension',
  LICENSE_ARN: 'licenseArn',
} as const satisfies Record<z.infer<typeof filterName>, keyof StoredEntitlement>;

const filters = z.partialRecord(filterName, z.array(z.string()).min(1));

const input = z.object({
  ProductCode: z.string().min(1).max(255),
  Filter: filters.default({}).refine((by) => !by.CUSTOMER_AWS_ACCOUNT_ID || !by.CUSTOMER_IDENTIFIER, {
    error: 'CUSTOMER_AWS_ACCOUNT_ID and CUSTOMER_IDENTIFIER are mutually exclusive',
  }),
  MaxResults: z.int().min(1).max(25).default(25),
  NextToken: pageToken.optional(),
});

/**
 * A row must match one value of every filter. Another account's product code is not an error: AWS answers 200 with an
 * empty list. `Entitlements` is missing if the seller's product has no rows. Rows start on the first page, as AWS's
 * samples expect; the fault `empty-first-page` simulates that AWS may answer an empty first page with a token.
 * https://docs.aws.amazon.com/marketplaceentitlement/latest/APIReference/API_GetEntitlements.html
 */
export const getEntitlements = defineOperation('entitlement', 'GetEntitlements', input, (input, call) => {
  const product = call.world.products.find(({ code }) => code === input.ProductCode);
  if (product?.ownerAccountId !== call.caller.accountId) return { Entitlements: [] };
  const granted = call.world.entitlements
    .filter((row) => row.productId === product.id && isVisible(row, call.now))
    .filter((row) => matches(row, input.Filter));
  const { rows, NextToken } = page(granted, input.MaxResults, input.NextToken);
  if (input.NextToken === undefined && call.oddAnswer === 'empty-first-page') {
    return { Entitlements: [], NextToken: tokenFor(0) };
  }
  if (granted.length === 0) return {};
  return { Entitlements: rows.map((row) => ({ ProductCode: input.ProductCode, ...entitlement(row) })), NextToken };
});

function isVisible({ visibleAt, goneAt }: StoredEntitlement, now: number): boolean {
  return visibleAt <= now && (goneAt === null || now < goneAt);
}

function matches(row: StoredEntitlement, by: z.infer<typeof filters>): boolean {
  return filterName.options.every((name) => by[name]?.some((value) => value === row[columns[name]]) ?? true);
}

function entitlement(row: StoredEntitlement) {
  return {
    Dimension: row.dimension,
    CustomerIdentifier: row.customerIdentifier ?? undefined,
    CustomerAWSAccountId: row.buyerAccountId,
    Value: wireValue(row.value),
    ExpirationDate: epochSeconds(row.endsAt),
    LicenseArn: row.licenseArn ?? undefined,
  };
}

function wireValue(value: StoredEntitlement['value']) {
  if (typeof value === 'string') return { StringValue: value };
  if (typeof value === 'boolean') return { BooleanValue: value };
  return Number.isInteger(value) ? { IntegerValue: value } : { DoubleValue: value };
}
