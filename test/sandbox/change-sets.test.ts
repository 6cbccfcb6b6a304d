import { ListChangeSetsCommand, type ListChangeSetsCommandInput } from '@aws-sdk/client-marketplace-catalog';
import { expect, test } from 'vitest';
import type { StoredChangeSet } from '../../src/sandbox/world.ts';
import { boards, clients, notes, openSandbox, start, worldWith } from './support.ts';

const Catalog = 'AWSMarketplace';
const hour = 60 * 60 * 1000;
const changeSet: StoredChangeSet = {
  id: '1a2b3c4d5e6f7g8h9i0j1k2l3',
  name: 'Prices of Notes',
  ownerAccountId: '111122223333',
  entityIds: [notes.id],
  status: 'SUCCEEDED',
  failureCode: null,
  startedAt: start - 5 * hour,
  endedAt: start - 4 * hour,
};
const changeSets: StoredChangeSet[] = [
  changeSet,
  {
    ...changeSet,
    id: 'failed',
    name: null,
    entityIds: [boards.id],
    status: 'FAILED',
    failureCode: 'CLIENT_ERROR',
    startedAt: start - 3 * hour,
    endedAt: start - hour,
  },
  { ...changeSet, id: 'applying', status: 'APPLYING', startedAt: start - 2 * hour, endedAt: null },
];

async function open(rows = changeSets) {
  const sandbox = await openSandbox({ world: worldWith({ changeSets: rows }) });
  const { catalog } = clients(sandbox, sandbox.seller);
  return (input: Partial<ListChangeSetsCommandInput> = {}) =>
    catalog.send(new ListChangeSetsCommand({ Catalog, ...input }));
}

test('gives the change sets of the account, the newest first, as AWS writes them', async () => {
  const list = await open();
  const { ChangeSetSummaryList } = await list();
  expect(ChangeSetSummaryList?.map(({ ChangeSetId }) => ChangeSetId)).toEqual(['applying', 'failed', changeSet.id]);
  expect(ChangeSetSummaryList?.[2]).toEqual({
    ChangeSetId: changeSet.id,
    ChangeSetArn: `arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/ChangeSet/${changeSet.id}`,
    ChangeSetName: 'Prices of Notes',
    StartTime: '2026-11-23T04:00:00Z',
    EndTime: '2026-11-23T05:00:00Z',
    Status: 'SUCCEEDED',
    EntityIdList: [notes.id],
  });
  expect(ChangeSetSummaryList?.[1]).toMatchObject({ Status: 'FAILED', FailureCode: 'CLIENT_ERROR' });
  expect(ChangeSetSummaryList?.[0]).not.toHaveProperty('EndTime');
});

test.each<[string, readonly string[], readonly string[]]>([
  ['EntityId', [boards.id], ['failed']],
  ['EntityId', [boards.id, notes.id], ['applying', 'failed', changeSet.id]],
  ['Status', ['FAILED', 'SUCCEEDED'], ['failed', changeSet.id]],
  ['ChangeSetName', ['Prices of Notes'], ['applying', changeSet.id]],
  ['AfterStartTime', ['2026-11-23T06:30:00Z'], ['applying']],
  ['BeforeStartTime', ['2026-11-23T06:30:00Z'], ['failed', changeSet.id]],
  ['AfterEndTime', ['2026-11-23T06:30:00Z'], ['failed']],
  ['BeforeEndTime', ['2026-11-23T06:30:00Z'], [changeSet.id]],
])('filters by %s: %j', async (Name, ValueList, ids) => {
  const list = await open();
  const { ChangeSetSummaryList } = await list({ FilterList: [{ Name, ValueList: [...ValueList] }] });
  expect(ChangeSetSummaryList?.map(({ ChangeSetId }) => ChangeSetId)).toEqual(ids);
});

test('intersects filters, and sorts', async () => {
  const list = await open();
  const FilterList = [
    { Name: 'EntityId', ValueList: [notes.id] },
    { Name: 'Status', ValueList: ['APPLYING', 'FAILED'] },
  ];
  expect((await list({ FilterList })).ChangeSetSummaryList).toMatchObject([{ ChangeSetId: 'applying' }]);
  const sorted = await list({ Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } });
  expect(sorted.ChangeSetSummaryList?.[0]?.ChangeSetId).toBe(changeSet.id);
});

test('pages by 20', async () => {
  const list = await open(Array.from({ length: 21 }, (_, i) => ({ ...changeSet, id: `set-${i}` })));
  const { ChangeSetSummaryList, NextToken } = await list();
  expect(ChangeSetSummaryList).toHaveLength(20);
  const last = await list({ NextToken });
  expect([last.ChangeSetSummaryList?.length, last.NextToken]).toEqual([1, undefined]);
});

test.each<[string, Partial<ListChangeSetsCommandInput>]>([
  ['Name', { FilterList: [{ Name: 'Colour', ValueList: ['red'] }] }],
  ['not a date', { FilterList: [{ Name: 'AfterEndTime', ValueList: ['yesterday'] }] }],
  ['Status', { FilterList: [{ Name: 'Status', ValueList: ['FAILED', 'BAD'] }] }],
  ['MaxResults', { MaxResults: 21 }],
  ['Catalog', { Catalog: 'Elsewhere' }],
  ['SortBy', { Sort: { SortBy: 'Name' } }],
])('refuses a bad %s', async (part, input) => {
  const list = await open();
  await expect(list(input)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(part),
    ValidationExceptionFieldList: [{ Reason: 'FieldValidationFailed', Message: expect.any(String) }],
    $metadata: { httpStatusCode: 422 },
  });
});
