import { z } from 'zod';
import type { StoredChangeSet } from '../stored-change-set.ts';
import { sortOrder, texts } from './entity-query.ts';
import { defineOperation } from './operation.ts';
import { page, pageToken } from './page.ts';

type Test = (changeSet: StoredChangeSet, values: readonly string[]) => boolean;

const before =
  (member: 'startedAt' | 'endedAt'): Test =>
  (changeSet, [value]) =>
    (changeSet[member] ?? Number.POSITIVE_INFINITY) <= Date.parse(String(value));
const after =
  (member: 'startedAt' | 'endedAt'): Test =>
  (changeSet, [value]) =>
    (changeSet[member] ?? Number.NEGATIVE_INFINITY) >= Date.parse(String(value));

// That a change set without an end is neither before nor after a time, and that bounds are inclusive, is inferred.
const filters = {
  ChangeSetName: ({ name }, values) => name !== null && values.includes(name),
  Status: ({ status }, values) => values.includes(status),
  EntityId: ({ entityIds }, values) => entityIds.some((id) => values.includes(id)),
  BeforeStartTime: before('startedAt'),
  AfterStartTime: after('startedAt'),
  BeforeEndTime: before('endedAt'),
  AfterEndTime: after('endedAt'),
} as const satisfies Readonly<Record<string, Test>>;
type FilterName = keyof typeof filters;

const statuses: readonly string[] = ['PREPARING', 'APPLYING', 'SUCCEEDED', 'CANCELLED', 'FAILED'];
const filter = z
  .object({ Name: z.enum(Object.keys(filters) as [FilterName, ...FilterName[]]), ValueList: texts })
  .refine(
    ({ Name, ValueList }) => !Name.endsWith('Time') || ValueList.every((value) => !Number.isNaN(Date.parse(value))),
    { error: 'not a date', path: ['ValueList'] },
  )
  .refine(({ Name, ValueList }) => Name !== 'Status' || ValueList.every((value) => statuses.includes(value)), {
    error: `Status is one of ${statuses.join(', ')}`,
    path: ['ValueList'],
  });

const input = z.object({
  Catalog: z.literal('AWSMarketplace'),
  FilterList: z.array(filter).min(1).max(8).optional(),
  Sort: z.object({ SortBy: z.enum(['StartTime', 'EndTime']).optional(), SortOrder: sortOrder.optional() }).optional(),
  MaxResults: z.int().min(1).max(20).default(20),
  NextToken: pageToken.optional(),
});

/**
 * The caller's change sets, newest first unless asked otherwise. The sandbox starts none: there are those of the world.
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListChangeSets.html
 */
export const listChangeSets = defineOperation('catalog', 'ListChangeSets', input, (asked, { world, caller }) => {
  const member = asked.Sort?.SortBy === 'EndTime' ? 'endedAt' : 'startedAt';
  const direction = asked.Sort?.SortOrder === 'ASCENDING' ? 1 : -1;
  const found = world.changeSets
    .filter(({ ownerAccountId }) => ownerAccountId === caller.accountId)
    .filter((row) => asked.FilterList?.every(({ Name, ValueList }) => filters[Name](row, ValueList)) ?? true)
    .toSorted((a, b) => direction * ((a[member] ?? 0) - (b[member] ?? 0)));
  const { rows, NextToken } = page(found.map(summary), asked.MaxResults, asked.NextToken);
  return { ChangeSetSummaryList: rows, NextToken };
});

function summary({ id, name, ownerAccountId, startedAt, endedAt, status, entityIds, failureCode }: StoredChangeSet) {
  return {
    ChangeSetId: id,
    ChangeSetArn: `arn:aws:aws-marketplace:us-east-1:${ownerAccountId}:AWSMarketplace/ChangeSet/${id}`,
    ChangeSetName: name ?? undefined,
    StartTime: wholeSecond(startedAt),
    EndTime: endedAt === null ? undefined : wholeSecond(endedAt),
    Status: status,
    EntityIdList: entityIds,
    FailureCode: failureCode ?? undefined,
  };
}

function wholeSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
