import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  ListEntitiesCommand,
  type ListEntitiesCommandInput,
} from '@aws-sdk/client-marketplace-catalog';
import { describe, expect, test } from 'vitest';
import { boards, clients, notes, openSandbox, worldWith } from './support.ts';

const Catalog = 'AWSMarketplace';
const stranger = '123456789012';
const list = (input: Partial<ListEntitiesCommandInput> = {}) =>
  new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct', ...input });

describe('ListEntities', () => {
  test('gives 53 products in pages of 20, or of 50 when asked', async () => {
    const products = Array.from({ length: 53 }, (_, index) => ({ ...notes, id: `prod-${index}` }));
    const sandbox = await openSandbox({ world: worldWith({ products }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    expect((await catalog.send(list())).EntitySummaryList).toHaveLength(20);
    const first = await catalog.send(list({ MaxResults: 50 }));
    const second = await catalog.send(list({ MaxResults: 50, NextToken: first.NextToken }));
    const ids = [first, second].map((page) => page.EntitySummaryList?.map((entity) => entity.EntityId));
    expect(ids).toEqual([products.slice(0, 50).map(({ id }) => id), ['prod-50', 'prod-51', 'prod-52']]);
    expect(second.NextToken).toBeUndefined();
  });

  test('gives no token with a last page that is full', async () => {
    const sandbox = await openSandbox();
    const { EntitySummaryList, NextToken } = await clients(sandbox, sandbox.seller).catalog.send(
      list({ MaxResults: 2 }),
    );
    expect([EntitySummaryList?.length, NextToken]).toEqual([2, undefined]);
  });

  test('says whose each product is, and that it is Limited', async () => {
    const sandbox = await openSandbox();
    const { EntitySummaryList } = await clients(sandbox, sandbox.seller).catalog.send(list());
    expect(EntitySummaryList?.[0]).toEqual({
      Name: 'Acme Notes',
      EntityType: 'SaaSProduct',
      EntityId: 'prod-sandboxnotes1',
      EntityArn: 'arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-sandboxnotes1',
      LastModifiedDate: '2026-11-02T09:30:00Z',
      Visibility: 'Limited',
      SaaSProductSummary: { ProductTitle: 'Acme Notes', Visibility: 'Limited' },
    });
  });

  test.each([
    [{ EntityId: { ValueList: [boards.id] } }, ['Acme Boards']],
    [{ ProductTitle: { ValueList: ['Acme Notes', 'nothing'] } }, ['Acme Notes']],
    [{ ProductTitle: { WildCardValue: 'Board' } }, ['Acme Boards']],
    [{ Visibility: { ValueList: ['Limited' as const] } }, ['Acme Notes']],
    [{ LastModifiedDate: { DateRange: { AfterValue: '2026-11-02T09:30:00Z' } } }, ['Acme Notes', 'Acme Boards']],
    [{ LastModifiedDate: { DateRange: { AfterValue: '2026-11-02T09:30:01Z' } } }, []],
    [{ LastModifiedDate: { DateRange: { BeforeValue: '2026-11-02T09:29:59Z' } } }, []],
    [{ Visibility: { ValueList: ['Limited' as const] }, ProductTitle: { WildCardValue: 'Board' } }, []],
  ])('filters by %j', async (SaaSProductFilters, titles) => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    const { EntitySummaryList } = await catalog.send(list({ EntityTypeFilters: { SaaSProductFilters } }));
    expect(EntitySummaryList?.map((entity) => entity.Name)).toEqual(titles);
  });

  test.each([
    [{ SortBy: 'ProductTitle' as const, SortOrder: 'ASCENDING' as const }, ['Acme Boards', 'Acme Notes']],
    [{ SortBy: 'ProductTitle' as const }, ['Acme Notes', 'Acme Boards']],
    [{ SortBy: 'Visibility' as const }, ['Acme Boards', 'Acme Notes']],
    [{ SortBy: 'LastModifiedDate' as const }, ['Acme Notes', 'Acme Boards']],
  ])('sorts by %j', async (SaaSProductSort, titles) => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    const { EntitySummaryList } = await catalog.send(list({ EntityTypeSort: { SaaSProductSort } }));
    expect(EntitySummaryList?.map((entity) => entity.Name)).toEqual(titles);
  });

  test.each<[string, Partial<ListEntitiesCommandInput>]>([
    [
      'LastModifiedDate',
      { EntityTypeFilters: { SaaSProductFilters: { LastModifiedDate: { DateRange: { AfterValue: '2026' } } } } },
    ],
    [
      'LastModifiedDate',
      {
        EntityTypeFilters: {
          SaaSProductFilters: { LastModifiedDate: { DateRange: { BeforeValue: '2026-99-99T99:99:99Z' } } },
        },
      },
    ],
    ['EntityId', { EntityTypeFilters: { SaaSProductFilters: { EntityId: { ValueList: ['prod 1'] } } } }],
    ['ProductTitle', { EntityTypeFilters: { SaaSProductFilters: { ProductTitle: { ValueList: ['two\nlines'] } } } }],
    ['MaxResults', { MaxResults: 51 }],
    ['MaxResults', { MaxResults: 0 }],
    ['NextToken', { NextToken: 'bm9uc2Vuc2U' }],
    ['EntityType', { EntityType: 'SaaSProduct@1.0' }],
    ['Catalog', { Catalog: 'Elsewhere' }],
    ['EntityTypeFilters', { EntityTypeFilters: { OfferFilters: {} } }],
    ['EntityTypeSort', { EntityTypeSort: { SaaSProductSort: { SortBy: 'Price' as 'EntityId' } } }],
    ['FilterList', { FilterList: [{ Name: 'EntityId', ValueList: ['prod-1'] }] }],
  ])('refuses a bad %s: %j', async (member, input) => {
    const sandbox = await openSandbox();
    await expect(clients(sandbox, sandbox.seller).catalog.send(list(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(member),
      $metadata: { httpStatusCode: 422 },
    });
  });

  test('shows another account what is shared with it, and nothing else', async () => {
    const sharedWithBuyer = { ...boards, sharedWith: ['444455556666'] };
    const sandbox = await openSandbox({ world: worldWith({ products: [notes, sharedWithBuyer] }) });
    const { catalog } = clients(sandbox, sandbox.world.buyers['new-signup'] ?? sandbox.seller);
    expect((await catalog.send(list())).EntitySummaryList).toEqual([]);
    const shared = await catalog.send(list({ OwnershipType: 'SHARED' }));
    expect(shared.EntitySummaryList?.map((entity) => entity.EntityId)).toEqual([boards.id]);
  });
});

describe('DescribeEntity', () => {
  test('gives the same details twice, as text and as a document', async () => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    const entity = await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: notes.id }));
    expect(entity).toMatchObject({ EntityType: 'SaaSProduct@1.0', EntityIdentifier: 'prod-sandboxnotes1@7' });
    expect(entity.DetailsDocument).toMatchObject({
      Description: { ProductTitle: 'Acme Notes', ProductCode: expect.stringMatching(/^[a-z0-9]{25}$/) },
      Dimensions: [
        { Key: 'pro', Name: 'Pro', Types: ['Entitled'] },
        { Key: 'basic', Name: 'Basic', Types: ['Entitled'] },
      ],
      Versions: [{ DeliveryOptions: [{ FulfillmentUrl: `${sandbox.url}/saas/registration` }] }],
      Targeting: { PositiveTargeting: { BuyerAccounts: expect.arrayContaining(Object.values(sandbox.buyers)) } },
    });
    expect(JSON.parse(entity.Details ?? '')).toEqual(entity.DetailsDocument);
  });

  test.each(['prod-unknown', 'prod-of-another'])('does not know %s', async (EntityId) => {
    const products = [{ ...notes, id: 'prod-of-another', ownerAccountId: stranger }];
    const sandbox = await openSandbox({ world: worldWith({ products }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    await expect(catalog.send(new DescribeEntityCommand({ Catalog, EntityId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Requested entity '${EntityId}' does not exist.`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(['a b/c', 'prod.1', 'p'.repeat(256)])('refuses the ID %j', async (EntityId) => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    await expect(catalog.send(new DescribeEntityCommand({ Catalog, EntityId }))).rejects.toMatchObject({
      name: 'ValidationException',
      ValidationExceptionFieldList: [{ Field: 'entityId' }],
      $metadata: { httpStatusCode: 422 },
    });
  });

  test('leaves out what the product does not have', async () => {
    const products = [{ ...notes, code: null, fulfillmentUrl: null }];
    const sandbox = await openSandbox({ world: worldWith({ products }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    const { DetailsDocument } = await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: notes.id }));
    expect(DetailsDocument).not.toHaveProperty('Description.ProductCode');
    expect(DetailsDocument).toHaveProperty('Versions[0].DeliveryOptions', []);
  });
});

describe('BatchDescribeEntities', () => {
  const batch = (ids: readonly string[]) =>
    new BatchDescribeEntitiesCommand({ EntityRequestList: ids.map((EntityId) => ({ Catalog, EntityId })) });

  test('describes what it finds and names what it does not', async () => {
    const products = [notes, { ...boards, ownerAccountId: stranger, sharedWith: ['111122223333'] }];
    const sandbox = await openSandbox({ world: worldWith({ products }) });
    const answer = await clients(sandbox, sandbox.seller).catalog.send(batch([notes.id, 'prod-unknown', boards.id]));
    expect(Object.keys(answer.EntityDetails ?? {})).toEqual([notes.id, boards.id]);
    expect(answer.EntityDetails?.[boards.id]?.EntityArn).toContain(stranger);
    expect(answer.EntityDetails?.[notes.id]?.DetailsDocument).toHaveProperty('Description.ProductTitle', 'Acme Notes');
    expect(answer.Errors).toEqual({
      'prod-unknown': {
        ErrorCode: 'ResourceNotFound',
        ErrorMessage: "Requested entity 'prod-unknown' does not exist.",
      },
    });
  });

  test.each(['__proto__', 'a b', 'p'])('refuses the ID %j, which no entity can have', async (EntityId) => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    await expect(catalog.send(batch([notes.id, EntityId]))).rejects.toMatchObject({
      name: 'ValidationException',
      ValidationExceptionFieldList: [{ Field: 'EntityRequestList.1.EntityId' }],
      $metadata: { httpStatusCode: 422 },
    });
  });

  test.each([0, 21])('refuses %i entities', async (count) => {
    const sandbox = await openSandbox();
    const request = batch(Array.from({ length: count }, () => notes.id));
    await expect(clients(sandbox, sandbox.seller).catalog.send(request)).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 422 },
    });
  });
});
