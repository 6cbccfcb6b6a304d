import {
  AgreementStatus,
  EndTimeBehaviorReasonCode,
  EndTimeBehaviorType,
  SearchAgreementsCommand,
  type SearchAgreementsCommandInput,
} from '@aws-sdk/client-marketplace-agreement';
import { describe, expect, test } from 'vitest';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { StoredAgreement } from '../../src/sandbox/world.ts';
import { agreed, boards, clients, findAgreements, notes, openSandbox, start, worldWith } from './support.ts';

const day = 24 * 60 * 60 * 1000;

async function seller(agreements: StoredAgreement[] = [agreed], options: LocalSandboxOptions = {}) {
  const sandbox = await openSandbox({ world: worldWith({ agreements }), ...options });
  return { ...sandbox, agreement: clients(sandbox, sandbox.seller).agreement };
}

test('gives the agreement of the contract that is there from the start', async () => {
  const { agreement } = await seller();
  expect(await findAgreements(agreement)).toEqual([
    {
      agreementId: 'agmt-sandboxcontractchange0001',
      initialAgreementId: 'agmt-sandboxcontractchange0001',
      agreementType: 'PurchaseAgreement',
      status: 'ACTIVE',
      acceptanceTime: new Date('2026-11-23T09:00:00Z'),
      startTime: new Date('2026-11-23T09:00:00Z'),
      endTime: new Date('2026-12-23T09:00:00Z'),
      lastUpdateTime: new Date('2026-11-23T09:00:00Z'),
      acceptor: { accountId: '666677778888' },
      proposer: { accountId: '111122223333' },
      proposalSummary: {
        offerId: 'offer-sandboxnotes1',
        resources: [{ id: 'prod-sandboxnotes1', type: 'SaaSProduct' }],
      },
      entitlements: [{ licenseArn: agreed.licenseArn }],
      endTimeBehaviorType: 'EXPIRE',
      endTimeBehaviorReasonCode: 'ACCEPTOR_RENEW_OPTED_OUT',
    },
  ]);
});

test('cuts times to whole seconds', async () => {
  const { agreement } = await seller([{ ...agreed, acceptedAt: start + 999 }]);
  expect((await findAgreements(agreement))[0]?.acceptanceTime).toEqual(new Date(start));
});

test('knows renewal, pay as you go that ends in 9999, and no end at all', async () => {
  const payAsYouGo = { ...agreed, selector: null, dimensions: [] };
  const { agreement } = await seller([
    { ...agreed, autoRenew: true },
    { ...payAsYouGo, id: 'agmt-2', endsAt: Date.UTC(9999, 0, 1) },
    { ...payAsYouGo, id: 'agmt-3', endsAt: null },
  ]);
  const found = await findAgreements(agreement);
  expect(found.map((row) => [row.endTime?.getUTCFullYear(), row.endTimeBehaviorType])).toEqual([
    [2026, 'RENEW'],
    [9999, undefined],
    [undefined, undefined],
  ]);
});

test('gives the newest version that is visible, and the license when there is one', async () => {
  const { agreement, clock } = await seller([
    { ...agreed, visibleAt: start + 1000, licensedAt: start + 2000 },
    { ...agreed, visibleAt: start + 3000, updatedAt: start + 3000 },
  ]);
  const seen = async () =>
    (await findAgreements(agreement)).map((row) => [row.lastUpdateTime, row.entitlements?.length]);
  expect(await seen()).toEqual([]);
  clock.now = start + 1000;
  expect(await seen()).toEqual([[new Date(start), 0]]);
  clock.now = start + 2000;
  expect(await seen()).toEqual([[new Date(start), 1]]);
  clock.now = start + 3000;
  expect(await seen()).toEqual([[new Date(start + 3000), 1]]);
});

const other: StoredAgreement = {
  ...agreed,
  id: 'agmt-other',
  initialAgreementId: 'agmt-first',
  productId: boards.id,
  buyerAccountId: '123412341234',
  offerId: 'offer-other',
  status: 'REPLACED',
  licenseArn: 'arn:aws:license-manager::111122223333:license:l-2',
  startsAt: start - 10 * day,
  endsAt: start - day,
  updatedAt: start - day,
  autoRenew: true,
};
const time = (epochMs: number) => new Date(epochMs).toISOString();

test.each([
  ['ResourceIdentifier', boards.id],
  ['AcceptorAccountId', '123412341234'],
  ['OfferId', 'offer-other'],
  ['Status', 'REPLACED'],
  ['InitialAgreementId', 'agmt-first'],
  ['LicenseArn', 'arn:aws:license-manager::111122223333:license:l-2'],
  ['EndTimeBehaviorType', 'RENEW'],
  ['BeforeStartTime', time(start)],
  ['BeforeEndTime', time(start)],
  ['BeforeLastUpdateTime', time(start)],
])('filters by %s', async (name, value) => {
  const { agreement } = await seller([agreed, other]);
  expect((await findAgreements(agreement, { [name]: value })).map((row) => row.agreementId)).toEqual(['agmt-other']);
});

test.each([
  ['AfterStartTime', time(start - day)],
  ['AfterEndTime', time(start)],
  ['AfterLastUpdateTime', time(start - 1000)],
  ['EndTimeBehaviorReasonCode', 'ACCEPTOR_RENEW_OPTED_OUT'],
])('filters by %s', async (name, value) => {
  const { agreement } = await seller([agreed, other]);
  expect((await findAgreements(agreement, { [name]: value })).map((row) => row.agreementId)).toEqual([agreed.id]);
});

test.each([
  ['Status', Object.values(AgreementStatus)],
  ['EndTimeBehaviorType', Object.values(EndTimeBehaviorType)],
  ['EndTimeBehaviorReasonCode', Object.values(EndTimeBehaviorReasonCode)],
])('knows every value of %s that the SDK knows', async (name, values: readonly string[]) => {
  const { agreement } = await seller([]);
  for (const value of values) expect(await findAgreements(agreement, { [name]: value })).toEqual([]);
});

test('intersects filters', async () => {
  const { agreement } = await seller([agreed, { ...agreed, id: 'agmt-ended', status: 'EXPIRED' }]);
  const by = { ResourceIdentifier: notes.id, AcceptorAccountId: '666677778888', ResourceType: 'SaaSProduct' };
  expect(await findAgreements(agreement, by)).toHaveLength(2);
  expect(await findAgreements(agreement, { ...by, Status: 'ACTIVE' })).toHaveLength(1);
  expect(await findAgreements(agreement, { ...by, ResourceType: 'AmiProduct' })).toEqual([]);
  expect(await findAgreements(agreement, { ...by, OfferSetId: 'offerset-1' })).toEqual([]);
});

test.each([
  [undefined, ['agmt-other', agreed.id, 'agmt-endless']],
  [{ sortBy: 'EndTime', sortOrder: 'DESCENDING' as const }, ['agmt-endless', agreed.id, 'agmt-other']],
  [{ sortBy: 'StartTime' }, ['agmt-other', 'agmt-endless', agreed.id]],
  [{ sortBy: 'LastUpdateTime', sortOrder: 'DESCENDING' as const }, [agreed.id, 'agmt-endless', 'agmt-other']],
])('sorts by %j', async (sort, ids) => {
  const endless = { ...agreed, id: 'agmt-endless', startsAt: start - day, updatedAt: start - 1000, endsAt: null };
  const { agreement } = await seller([agreed, endless, other]);
  expect((await findAgreements(agreement, {}, { sort })).map((row) => row.agreementId)).toEqual(ids);
});

test('gives 53 agreements in pages of 50', async () => {
  const { agreement } = await seller(Array.from({ length: 53 }, (_, index) => ({ ...agreed, id: `agmt-${index}` })));
  const filters = [
    { name: 'PartyType', values: ['Proposer'] },
    { name: 'AgreementType', values: ['PurchaseAgreement'] },
  ];
  const first = await agreement.send(new SearchAgreementsCommand({ filters, maxResults: 50 }));
  const second = await agreement.send(new SearchAgreementsCommand({ filters, nextToken: first.nextToken }));
  expect(first.agreementViewSummaries).toHaveLength(50);
  expect(second.agreementViewSummaries?.map((row) => row.agreementId)).toEqual(['agmt-50', 'agmt-51', 'agmt-52']);
  expect(second.nextToken).toBeUndefined();
});

test('shows agreements only to their proposer', async () => {
  const sandbox = await openSandbox();
  const { agreement } = clients(sandbox, sandbox.world.buyers['contract-change'] ?? sandbox.seller);
  expect(await findAgreements(agreement)).toEqual([]);
});

describe('refuses', () => {
  const required = { PartyType: ['Proposer'], AgreementType: ['PurchaseAgreement'] };
  const asked = (values: Record<string, string[]>, more: SearchAgreementsCommandInput = {}) => ({
    filters: Object.entries(values).map(([name, value]) => ({ name, values: value })),
    ...more,
  });

  test.each<[string, SearchAgreementsCommandInput, object]>([
    ['no filters', {}, { reason: 'MISSING_PARTY_TYPE' }],
    ['no PartyType', asked({ AgreementType: ['PurchaseAgreement'] }), { reason: 'MISSING_PARTY_TYPE' }],
    ['the Acceptor', asked({ ...required, PartyType: ['Acceptor'] }), { reason: 'INVALID_PARTY_TYPE' }],
    ['no AgreementType', asked({ PartyType: ['Proposer'] }), { reason: 'INVALID_AGREEMENT_TYPE' }],
    ['another AgreementType', asked({ ...required, AgreementType: ['Lease'] }), { reason: 'INVALID_AGREEMENT_TYPE' }],
    ['an unknown filter', asked({ ...required, Buyer: ['1'] }), { reason: 'INVALID_FILTER_NAME' }],
    ['a filter of every object', asked({ ...required, toString: ['1'] }), { reason: 'INVALID_FILTER_NAME' }],
    ['no date', asked({ ...required, AfterEndTime: ['soon'] }), { reason: 'INVALID_FILTER_VALUES' }],
    [
      'a filter twice',
      { filters: [...(asked(required).filters ?? []), { name: 'PartyType', values: ['Proposer'] }] },
      { reason: 'INVALID_FILTERS' },
    ],
    ['two values', asked({ ...required, Status: ['ACTIVE', 'EXPIRED'] }), { reason: 'INVALID_FILTER_VALUES' }],
    ['no value', asked({ ...required, Status: [] }), { reason: 'MISSING_FILTER_VALUES' }],
    ['no values', { filters: [{ name: 'Status' }] }, { reason: 'MISSING_FILTER_VALUES' }],
    ['no name', { filters: [{ values: ['ACTIVE'] }] }, { reason: 'MISSING_FILTER_NAME' }],
    ['a name of two words', asked({ ...required, 'Offer Id': ['1'] }), { reason: 'INVALID_FILTER_NAME' }],
    ['a value of two words', asked({ ...required, OfferId: ['a b'] }), { reason: 'INVALID_FILTER_VALUES' }],
    ['a long value', asked({ ...required, OfferId: ['a'.repeat(257)] }), { reason: 'INVALID_FILTER_VALUES' }],
    [
      'no such status',
      asked({ ...required, Status: ['NOPE'] }),
      {
        reason: 'INVALID_FILTER_VALUES',
        message: /NOPE/,
        fields: [{ name: 'filters', message: expect.stringContaining('NOPE') }],
      },
    ],
    ['no such end', asked({ ...required, EndTimeBehaviorType: ['STOP'] }), { reason: 'INVALID_FILTER_VALUES' }],
    ['no such reason', asked({ ...required, EndTimeBehaviorReasonCode: ['X'] }), { reason: 'INVALID_FILTER_VALUES' }],
    [
      'eleven filters',
      { filters: Array.from({ length: 11 }, () => ({ name: 'PartyType', values: ['Proposer'] })) },
      { reason: 'INVALID_FILTERS' },
    ],
    ['a page of 51', asked(required, { maxResults: 51 }), { reason: 'INVALID_MAX_RESULTS' }],
    ['a page of none', asked(required, { maxResults: 0 }), { reason: 'INVALID_MAX_RESULTS' }],
    ['another catalog', asked(required, { catalog: 'Elsewhere' }), { reason: 'INVALID_CATALOG' }],
    ['another sort', asked(required, { sort: { sortBy: 'Price' } }), { reason: 'INVALID_SORT_BY' }],
    ['another order', asked(required, { sort: { sortOrder: 'UP' as 'ASCENDING' } }), { reason: 'INVALID_SORT_ORDER' }],
    ['a token of its own', asked(required, { nextToken: 'bm9uc2Vuc2U' }), { reason: 'INVALID_NEXT_TOKEN' }],
  ])('%s', async (_case, input, { message, ...rest }: { message?: RegExp }) => {
    const { agreement } = await seller();
    await expect(agreement.send(new SearchAgreementsCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message ?? /./),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      $metadata: { httpStatusCode: 400 },
      ...rest,
    });
  });

  test('every member that is wrong, by its name', async () => {
    const { agreement } = await seller();
    const input = asked(required, { catalog: 'Elsewhere', sort: { sortBy: 'Price' }, maxResults: 51 });
    await expect(agreement.send(new SearchAgreementsCommand(input))).rejects.toMatchObject({
      reason: 'INVALID_CATALOG',
      fields: [
        { name: 'catalog', message: expect.stringContaining('AWSMarketplace') },
        { name: 'sort.sortBy', message: expect.stringContaining('LastUpdateTime') },
        { name: 'maxResults', message: expect.stringContaining('50') },
      ],
    });
  });

  test('a filter that an older service refuses, and no other', async () => {
    const { agreement } = await seller([agreed], { refusedFilters: ['AcceptorAccountId', 'LicenseArn'] });
    await expect(findAgreements(agreement, { AcceptorAccountId: '666677778888' })).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'UNSUPPORTED_FILTERS',
    });
    expect(await findAgreements(agreement, { ResourceIdentifier: notes.id, Status: 'ACTIVE' })).toHaveLength(1);
  });
});
