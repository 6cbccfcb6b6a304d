import { z } from 'zod';
import { agreementFilters } from './agreement-filters.ts';
import { agreementPage } from './agreement-query.ts';
import { type AgreementSummary, agreementSummary } from './agreement-summary.ts';
import { checkAgreementFilters } from './check-agreement-filters.ts';
import { defineOperation, type Operation } from './operation.ts';
import { page } from './page.ts';
import { proposedAgreements } from './proposed-agreements.ts';

const name = z
  .string()
  .max(32)
  .regex(/^[A-Za-z_]+$/);
const value = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9.,+:/_-]+$/);
const filter = z
  .object({ name, values: z.tuple([value], { error: 'give one value' }) })
  .transform(({ name, values: [value] }) => ({ name, value }));
const sortBy = z.enum(['EndTime', 'StartTime', 'LastUpdateTime']);
const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);

const input = z.object({
  catalog: z.literal('AWSMarketplace').optional(),
  filters: z.array(filter).min(1).max(10).default([]),
  sort: z.object({ sortBy: sortBy.default('EndTime'), sortOrder: sortOrder.default('ASCENDING') }).prefault({}),
  ...agreementPage,
});

const sortMembers = {
  EndTime: 'endTime',
  StartTime: 'startTime',
  LastUpdateTime: 'lastUpdateTime',
} as const satisfies Record<z.infer<typeof sortBy>, keyof AgreementSummary>;

/**
 * As a proposer asks. `refusedFilters` are answered with a ValidationException: AWS once took only some combinations of them.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_SearchAgreements.html
 */
export function searchAgreements(refusedFilters: readonly string[]): Operation {
  return defineOperation('agreement', 'SearchAgreements', input, (asked, call) => {
    checkAgreementFilters(asked.filters, refusedFilters);
    const member = sortMembers[asked.sort.sortBy];
    const direction = asked.sort.sortOrder === 'ASCENDING' ? 1 : -1;
    const found = proposedAgreements(call)
      .map((agreement) => agreementSummary(agreement, call))
      .filter((summary) => asked.filters.every(({ name, value }) => agreementFilters[name]?.(summary, value)))
      .toSorted((a, b) => direction * compare(a[member], b[member]));
    const { rows, NextToken: nextToken } = page(found, asked.maxResults, asked.nextToken);
    return { agreementViewSummaries: rows, nextToken };
  });
}

// Without an end is last.
function compare(a = Number.MAX_SAFE_INTEGER, b = Number.MAX_SAFE_INTEGER): number {
  return a - b;
}
