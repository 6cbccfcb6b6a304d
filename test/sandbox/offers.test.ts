import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  ListEntitiesCommand,
  type ListEntitiesCommandInput,
  type OfferFilters,
  type OfferSort,
} from '@aws-sdk/client-marketplace-catalog';
import { describe, expect, test } from 'vitest';
import type { StoredOffer } from '../../src/sandbox/world.ts';
import { agreed, boards, clients, notes, offer, openSandbox, start, worldWith } from './support.ts';

const Catalog = 'AWSMarketplace';
const list = (input: Partial<ListEntitiesCommandInput> = {}) =>
  new ListEntitiesCommand({ Catalog, EntityType: 'Offer', ...input });

const draft: StoredOffer = { ...offer, id: 'offer-draft', name: 'Next year', state: 'Draft' };
const secret: StoredOffer = {
  ...offer,
  id: 'offer-private',
  name: 'For one buyer',
  buyerAccounts: ['444455556666'],
  availableUntil: start + 1500,
};

/** The details of an offer of Acme Notes. */
async function details(changes: Partial<StoredOffer>, product = notes) {
  const world = worldWith({ products: [product], offers: [{ ...offer, ...changes }] });
  const sandbox = await openSandbox({ world });
  const { catalog } = clients(sandbox, sandbox.seller);
  const entity = await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: offer.id }));
  return entity.DetailsDocument as { Terms: { Type: string }[]; Rules: object[] };
}

describe('ListEntities', () => {
  test('gives the public offer of each product of the seller', async () => {
    const sandbox = await openSandbox();
    const { EntitySummaryList } = await clients(sandbox, sandbox.seller).catalog.send(list());
    expect(EntitySummaryList).toHaveLength(2);
    expect(EntitySummaryList?.[0]).toEqual({
      Name: 'Acme Notes, public offer',
      EntityType: 'Offer',
      EntityId: 'offer-sandboxnotes1',
      EntityArn: 'arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/Offer/offer-sandboxnotes1',
      LastModifiedDate: '2026-11-02T09:30:00Z',
      OfferSummary: {
        Name: 'Acme Notes, public offer',
        ProductId: notes.id,
        State: 'Released',
        Targeting: ['None'],
        BuyerAccounts: [],
        CreatedBySource: 'Seller',
        ReleaseDate: '2026-11-02T09:30:00Z',
      },
    });
  });

  test('says for whom a private offer is, and until when', async () => {
    const sandbox = await openSandbox({ world: worldWith({ offers: [secret] }) });
    const { EntitySummaryList } = await clients(sandbox, sandbox.seller).catalog.send(list());
    expect(EntitySummaryList?.[0]?.OfferSummary).toMatchObject({
      Targeting: ['BuyerAccounts'],
      BuyerAccounts: ['444455556666'],
      AvailabilityEndDate: '2026-11-23T09:00:01Z',
    });
  });

  test.each<[OfferFilters, string[]]>([
    [{ ProductId: { ValueList: [notes.id] }, State: { ValueList: ['Released'] } }, [offer.id, secret.id]],
    [{ ProductId: { ValueList: ['prod-unknown'] } }, []],
    [{ State: { ValueList: ['Draft'] } }, [draft.id]],
    [{ Targeting: { ValueList: ['None'] } }, [offer.id, draft.id]],
    [{ BuyerAccounts: { WildCardValue: '444455556666' } }, [secret.id]],
    [{ EntityId: { ValueList: [draft.id, secret.id] } }, [draft.id, secret.id]],
    [{ Name: { ValueList: ['Next year'] } }, [draft.id]],
    [{ Name: { WildCardValue: 'buyer' } }, [secret.id]],
    [{ Name: {}, AvailabilityEndDate: { DateRange: {} } }, [offer.id, draft.id, secret.id]],
    [{ ReleaseDate: { DateRange: { AfterValue: '2026-11-02T09:30:00Z' } } }, [offer.id, secret.id]],
    [{ ReleaseDate: { DateRange: { BeforeValue: '2026-11-02T09:29:59Z' } } }, []],
    [{ AvailabilityEndDate: { DateRange: { BeforeValue: '2026-11-23T09:00:01Z' } } }, [secret.id]],
    [{ LastModifiedDate: { DateRange: { AfterValue: '2026-11-02T09:30:01Z' } } }, []],
    [{ OfferSetId: { ValueList: ['offerset-1a2b3c'] } }, []],
    [{ ResaleAuthorizationId: { ValueList: ['resaleauthz-1a2b3c'] } }, []],
    [{ TargetAgreementId: { ValueList: [agreed.id] } }, []],
    [{ TargetAgreementIntent: { ValueList: ['Renew'] } }, []],
    [{ CreatedBySource: { ValueList: ['AwsMarketplace'] } }, []],
    [{ CreatedBySource: { ValueList: ['Seller'] } }, [offer.id, draft.id, secret.id]],
  ])('filters by %j', async (OfferFilters, ids) => {
    const sandbox = await openSandbox({ world: worldWith({ offers: [offer, draft, secret] }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    const { EntitySummaryList } = await catalog.send(list({ EntityTypeFilters: { OfferFilters } }));
    expect(EntitySummaryList?.map((entity) => entity.EntityId)).toEqual(ids);
  });

  test.each<[OfferSort, string[]]>([
    [{}, [offer.id, draft.id, secret.id]],
    [{ SortBy: 'Name', SortOrder: 'ASCENDING' }, [offer.id, secret.id, draft.id]],
    [{ SortBy: 'Name' }, [draft.id, secret.id, offer.id]],
    [{ SortBy: 'EntityId', SortOrder: 'ASCENDING' }, [draft.id, secret.id, offer.id]],
    [{ SortBy: 'State', SortOrder: 'ASCENDING' }, [draft.id, offer.id, secret.id]],
    [{ SortBy: 'BuyerAccounts', SortOrder: 'DESCENDING' }, [secret.id, offer.id, draft.id]],
    [{ SortBy: 'AvailabilityEndDate' }, [secret.id, offer.id, draft.id]],
    [{ SortBy: 'LastModifiedDate' }, [offer.id, draft.id, secret.id]],
  ])('sorts by %j', async (sort, ids) => {
    const sandbox = await openSandbox({ world: worldWith({ offers: [offer, draft, secret] }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    const { EntitySummaryList } = await catalog.send(list({ EntityTypeSort: { OfferSort: sort } }));
    expect(EntitySummaryList?.map((entity) => entity.EntityId)).toEqual(ids);
  });

  const everyFilter: OfferFilters = {
    EntityId: {},
    Name: {},
    ProductId: {},
    State: {},
    Targeting: {},
    BuyerAccounts: {},
    LastModifiedDate: {},
    ReleaseDate: {},
    AvailabilityEndDate: {},
  };

  test.each<[string, Partial<ListEntitiesCommandInput>]>([
    [
      'wildcard',
      { EntityTypeFilters: { OfferFilters: { Name: { WildCardValue: 'a' }, BuyerAccounts: { WildCardValue: '4' } } } },
    ],
    ['8 filters', { EntityTypeFilters: { OfferFilters: everyFilter } }],
    ['Name', { EntityTypeFilters: { OfferFilters: { Name: { ValueList: ['n'.repeat(151)] } } } }],
    ['OfferSetId', { EntityTypeFilters: { OfferFilters: { OfferSetId: { ValueList: ['set-1'] } } } }],
    [
      'CreatedBySource',
      { EntityTypeFilters: { OfferFilters: { CreatedBySource: { ValueList: ['Me' as 'Seller'] } } } },
    ],
    ['SortBy', { EntityTypeSort: { OfferSort: { SortBy: 'Price' as 'Name' } } }],
    ['EntityTypeFilters', { EntityTypeFilters: { SaaSProductFilters: {} } }],
    ['State', { EntityTypeFilters: { OfferFilters: { State: { ValueList: ['Open' as 'Draft'] } } } }],
    ['EntityTypeSort', { EntityTypeSort: { SaaSProductSort: { SortBy: 'EntityId' } } }],
    ['MaxResults', { MaxResults: 51 }],
  ])('refuses a bad %s: %j', async (member, input) => {
    const sandbox = await openSandbox();
    await expect(clients(sandbox, sandbox.seller).catalog.send(list(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(member),
    });
  });

  test('shows offers only to the owner of the product', async () => {
    const products = [{ ...notes, sharedWith: ['444455556666'] }];
    const sandbox = await openSandbox({ world: worldWith({ products }) });
    const { catalog } = clients(sandbox, sandbox.world.buyers['new-signup'] ?? sandbox.seller);
    expect((await catalog.send(list())).EntitySummaryList).toEqual([]);
    const own = clients(sandbox, sandbox.seller).catalog;
    for (const client of [catalog, own]) {
      expect((await client.send(list({ OwnershipType: 'SHARED' }))).EntitySummaryList).toEqual([]);
    }
    const describeOffer = new DescribeEntityCommand({ Catalog, EntityId: offer.id });
    await expect(catalog.send(describeOffer)).rejects.toThrow(`Requested entity '${offer.id}' does not exist.`);
  });
});

describe('DescribeEntity', () => {
  test('gives price, durations and whether the quantity can be chosen', async () => {
    const { Terms, Rules } = await details({});
    expect(Terms.map((term) => term.Type)).toEqual([
      'SupportTerm',
      'LegalTerm',
      'ConfigurableUpfrontPricingTerm',
      'RenewalTerm',
    ]);
    const card = {
      RateCard: [
        { DimensionKey: 'pro', Price: '0.01' },
        { DimensionKey: 'basic', Price: '0.01' },
      ],
      Constraints: { MultipleDimensionSelection: 'Allowed', QuantityConfiguration: 'Allowed' },
    };
    expect(Terms[2]).toEqual({
      Type: 'ConfigurableUpfrontPricingTerm',
      CurrencyCode: 'USD',
      RateCards: [
        { Selector: { Type: 'Duration', Value: 'P1M' }, ...card },
        { Selector: { Type: 'Duration', Value: 'P12M' }, ...card },
      ],
    });
    expect(Rules).toEqual([]);
  });

  test('says the same as text, with the state and the product', async () => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    const entity = await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: offer.id }));
    expect(entity).toMatchObject({ EntityType: 'Offer@1.0', EntityIdentifier: 'offer-sandboxnotes1@7' });
    expect(entity.DetailsDocument).toMatchObject({ Id: offer.id, State: 'Released', ProductId: notes.id });
    expect(JSON.parse(entity.Details ?? '')).toEqual(entity.DetailsDocument);
  });

  test('says for whom a private offer is, and until when', async () => {
    expect((await details({ ...secret, id: offer.id })).Rules).toEqual([
      { Type: 'TargetingRule', PositiveTargeting: { BuyerAccounts: ['444455556666'] } },
      { Type: 'AvailabilityRule', AvailabilityEndDate: '2026-11-23T09:00:01.500Z' },
    ]);
  });

  test('prices a dimension apart, and leaves out what has no price', async () => {
    const priced = await details({ price: null, prices: { basic: '499.00' }, quantities: 'Disallowed' });
    expect(priced.Terms[2]).toMatchObject({
      RateCards: [{ Constraints: { QuantityConfiguration: 'Disallowed' } }, {}],
    });
    expect(priced.Terms[2]).toHaveProperty('RateCards[0].RateCard', [
      { DimensionKey: 'pro' },
      { DimensionKey: 'basic', Price: '499.00' },
    ]);
    const bare = await details({ durations: [] });
    expect(bare.Terms.map((term) => term.Type)).toEqual(['SupportTerm', 'LegalTerm']);
  });

  test('prices what is metered by usage', async () => {
    const metered = { ...notes, dimensions: [{ key: 'calls', name: 'Calls', types: ['ExternallyMetered'] as const }] };
    const { Terms } = await details({}, metered);
    expect(Terms.slice(2)).toEqual([
      {
        Type: 'UsageBasedPricingTerm',
        CurrencyCode: 'USD',
        RateCards: [{ RateCard: [{ DimensionKey: 'calls', Price: '0.01' }] }],
      },
    ]);
  });
});

test('BatchDescribeEntities describes products and offers together', async () => {
  const sandbox = await openSandbox();
  const EntityRequestList = [boards.id, offer.id, 'offer-unknown'].map((EntityId) => ({ Catalog, EntityId }));
  const { catalog } = clients(sandbox, sandbox.seller);
  const { EntityDetails, Errors } = await catalog.send(new BatchDescribeEntitiesCommand({ EntityRequestList }));
  expect(Object.values(EntityDetails ?? {}).map((entity) => entity.EntityType)).toEqual([
    'SaaSProduct@1.0',
    'Offer@1.0',
  ]);
  expect(Object.keys(Errors ?? {})).toEqual(['offer-unknown']);
});

test('a product says its state, or nothing of it', async () => {
  const state = async (value: string | null) => {
    const sandbox = await openSandbox({ world: worldWith({ products: [{ ...notes, state: value }] }) });
    const { catalog } = clients(sandbox, sandbox.seller);
    const { DetailsDocument } = await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: notes.id }));
    return (DetailsDocument as { Description: object }).Description;
  };
  expect(await state('Active')).toHaveProperty('ProductState', 'Active');
  expect(await state(null)).not.toHaveProperty('ProductState');
});
