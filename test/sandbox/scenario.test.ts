import { GetAgreementEntitlementsCommand } from '@aws-sdk/client-marketplace-agreement';
import { DescribeEntityCommand, ListChangeSetsCommand, ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { describe, expect, test } from 'vitest';
import { issueToken, resolveToken } from '../../src/sandbox/contracts.ts';
import { parseScenario, type Scenario } from '../../src/sandbox/scenario-file.ts';
import { scenarioActions } from '../../src/sandbox/scenario-schema.ts';
import { scenarioWorld } from '../../src/sandbox/scenario-world.ts';
import { allEntitlements, clients, findAgreements, notes, openSandbox, practise, start } from './support.ts';

function read(source: string): Scenario {
  const scenario = parseScenario('scenario.yaml', source);
  if ('faults' in scenario) return scenario;
  throw new Error(scenario.map(({ message }) => message).join('\n'));
}

async function open(source: string, delayMs?: number) {
  const scenario = read(source);
  const sandbox = await openSandbox({ scenario, ...(delayMs === undefined ? {} : { delayMs }) });
  return { ...sandbox, ...clients(sandbox, sandbox.seller) };
}

const shop = `
seller: "123412341234"
buyers: { acme: "999988887777", bolt: "888877776666" }
products:
  - title: Acme Notes
    dimensions: [{ key: pro, price: 0.5 }, { key: basic, price: 0.00001 }]
    change-set: FAILED
  - { title: Acme Boards, id: prod-boards, visibility: Public, dimensions: [{ key: seats }], concurrent-agreements: false }
contracts:
  - { buyer: acme, dimensions: { pro: 5, basic: 1 }, months: 12, started: 40d }
  - { buyer: acme, product: Acme Boards, dimensions: { seats: 2 }, started: 40d }
  - { buyer: bolt, dimensions: { pro: 1 }, granted: false }
`;

const day = 24 * 60 * 60 * 1000;

describe('a sandbox with a scenario', () => {
  test('sells its products, of its seller', async () => {
    const { catalog, seller, buyers } = await open(shop);
    expect(seller.accountId).toBe('123412341234');
    expect(buyers).toEqual({ acme: '999988887777', bolt: '888877776666' });
    const { EntitySummaryList } = await catalog.send(
      new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' }),
    );
    expect(EntitySummaryList?.map(({ Name, Visibility }) => [Name, Visibility])).toEqual([
      ['Acme Notes', 'Limited'],
      ['Acme Boards', 'Public'],
    ]);
    const EntityId = EntitySummaryList?.[0]?.EntityId;
    const { DetailsDocument } = await catalog.send(new DescribeEntityCommand({ Catalog: 'AWSMarketplace', EntityId }));
    expect(DetailsDocument).toMatchObject({
      Description: { ProductCode: expect.stringMatching(/^[a-z0-9]{25}$/) },
      Dimensions: [{ Key: 'pro', Types: ['Entitled'] }, { Key: 'basic' }],
      Targeting: { PositiveTargeting: { BuyerAccounts: ['999988887777', '888877776666'] } },
    });
  });

  test('prices each dimension, without an exponent', async () => {
    const { catalog, world } = await open(shop);
    const EntityId = world.offers[0]?.id;
    const { DetailsDocument } = await catalog.send(new DescribeEntityCommand({ Catalog: 'AWSMarketplace', EntityId }));
    const prices = JSON.stringify(DetailsDocument).match(/"Price":"[^"]*"/g);
    expect([...new Set(prices)]).toEqual(['"Price":"0.5"', '"Price":"0.00001"']);
  });

  test('begins with its contracts: running, over, and not granted', async () => {
    const { entitlement, agreement, world } = await open(shop);
    const [first, second] = world.products.map(({ code }) => code ?? '');
    const rows = await allEntitlements(entitlement, { ProductCode: first });
    expect(rows.map((row) => [row.CustomerAWSAccountId, row.Dimension, row.Value?.IntegerValue])).toEqual([
      ['999988887777', 'pro', 5],
      ['999988887777', 'basic', 1],
    ]);
    expect(rows[0]?.LicenseArn).toBe(rows[1]?.LicenseArn);
    const [over] = await allEntitlements(entitlement, { ProductCode: second });
    expect(over?.ExpirationDate?.getTime()).toBeLessThan(start);
    expect(over?.CustomerIdentifier).toMatch(/^\w{11}$/);
    const found = await findAgreements(agreement);
    expect(found.map(({ status, acceptor }) => [acceptor?.accountId, status]).sort()).toEqual([
      ['888877776666', 'ACTIVE'],
      ['999988887777', 'ACTIVE'],
      ['999988887777', 'EXPIRED'],
    ]);
    const agreementId = found.find(({ acceptor }) => acceptor?.accountId === '888877776666')?.agreementId;
    const late = await agreement.send(new GetAgreementEntitlementsCommand({ agreementId }));
    expect(late.agreementEntitlements).toMatchObject([{ status: 'PENDING' }]);
  });

  test('lists the change set of a product, with what became of it', async () => {
    const { catalog } = await open(shop);
    const { ChangeSetSummaryList } = await catalog.send(new ListChangeSetsCommand({ Catalog: 'AWSMarketplace' }));
    expect(ChangeSetSummaryList).toMatchObject([
      { Status: 'FAILED', FailureCode: 'CLIENT_ERROR', ChangeSetName: 'Update of Acme Notes' },
    ]);
  });

  test('without products sells the usual ones to its buyers', async () => {
    const { url, entitlement } = await open('buyers: { contract-change: "888877776666", acme: "999988887777" }', 0);
    expect(await practise(url, 'purchase', { buyer: '999988887777' })).toMatchObject({ status: 200 });
    const rows = await allEntitlements(entitlement);
    expect(rows.map(({ CustomerAWSAccountId }) => CustomerAWSAccountId)).toEqual(['888877776666', '999988887777']);
  });
});

describe('what is made up keeps clear of what a scenario names:', () => {
  test.each([
    ['an id', '{ title: B, id: prod-scenario1, dimensions: [{ key: b }] }'],
    ['a title', '{ title: prod-scenario1, dimensions: [{ key: b }] }'],
  ])('%s', async (_case, second) => {
    const { catalog } = await open(`products: [{ title: A, dimensions: [{ key: a }] }, ${second}]`);
    const { EntitySummaryList = [] } = await catalog.send(
      new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' }),
    );
    const keys = EntitySummaryList.map(async ({ EntityId }) => {
      const { DetailsDocument } = await catalog.send(
        new DescribeEntityCommand({ Catalog: 'AWSMarketplace', EntityId }),
      );
      return JSON.stringify(DetailsDocument).match(/"Key":"(\w+)"/)?.[1];
    });
    expect(await Promise.all(keys)).toEqual(['a', 'b']);
    expect(EntitySummaryList[0]?.EntityId).not.toBe(EntitySummaryList[1]?.Name);
  });

  test.each(['seller: "777788889999"', 'buyers: { acme: "777788889999", bolt: "777788890000" }'])(
    'the stranger, with %s',
    async (source) => {
      const { seller, buyers, world, accessKeyIds } = await open(source);
      const accounts = [seller.accountId, ...Object.values(buyers), ...world.strangers.map((each) => each.accountId)];
      expect(new Set(accounts).size).toBe(accounts.length);
      expect(Object.values(accessKeyIds)).toContain('MPVERIFYSANDBOXSTRANGER');
    },
  );
});

describe('delays', () => {
  const source = (delays: string) => `buyers: { acme: "999988887777" }\ndelays: ${delays}`;

  /** The seconds after a purchase at which agreement, licence and entitlement are first seen. */
  async function seen(delays: string, delayMs?: number): Promise<readonly (number | undefined)[]> {
    const { url, clock, agreement, entitlement } = await open(source(delays), delayMs);
    await practise(url, 'purchase', { buyer: '999988887777' });
    const first: (number | undefined)[] = [undefined, undefined, undefined];
    for (let second = 0; second <= 9; second++) {
      clock.now = start + second * 1000;
      const [found] = await findAgreements(agreement);
      const rows = await allEntitlements(entitlement);
      const there = [found !== undefined, found?.entitlements?.length === 1, rows.length === 1];
      for (const [i, is] of there.entries()) if (is) first[i] ??= second;
    }
    return first;
  }

  test.each([
    ['{ agreement: 1s, licence: 4s, entitlement: 9s }', undefined, [1, 4, 9]],
    ['{ entitlement: 0s }', undefined, [1, 2, 0]],
    ['{}', 6000, [2, 4, 6]],
    ['{ agreement: 5s }', 6000, [5, 5, 6]],
  ])('%s, of %s ms: agreement, license and entitlement after %j s', async (delays, delayMs, seconds) => {
    expect(await seen(delays, delayMs)).toEqual(seconds);
  });
});

describe('faults', () => {
  test('befall the calls that they are for, counted by action', async () => {
    const { catalog, entitlement } = await open(
      'faults: [{ action: GetEntitlements, fault: throttling, call: [1, 3] }, { action: ListChangeSets, fault: internal }]',
    );
    const ask = () =>
      entitlement.send(new GetEntitlementsCommand({ ProductCode: 'x' })).then(
        () => 'ok',
        ({ name }: Error) => name,
      );
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([
      'ThrottlingException',
      'ok',
      'ThrottlingException',
      'ok',
    ]);
    for (let i = 0; i < 2; i++) {
      const failed = catalog.send(new ListChangeSetsCommand({ Catalog: 'AWSMarketplace' }));
      await expect(failed).rejects.toMatchObject({ name: 'InternalServiceException' });
    }
    await catalog.send(new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' }));
  });

  test('can be a first page without rows', async () => {
    const { entitlement } = await open('faults: [{ action: GetEntitlements, fault: empty-first-page, call: 1 }]');
    const pages = [];
    for (let i = 0; i < 2; i++)
      pages.push(await entitlement.send(new GetEntitlementsCommand({ ProductCode: notes.code ?? '' })));
    expect(pages).toMatchObject([
      { Entitlements: [], NextToken: expect.any(String) },
      { Entitlements: [{ Dimension: 'pro' }] },
    ]);
  });

  test('can befall every action: the names are those of the API', () => {
    const fault = scenarioActions.map((action) => `- { action: ${action}, fault: hang }`).join('\n  ');
    expect(read(`faults:\n  ${fault}`).faults).toHaveLength(scenarioActions.length);
  });
});

test('a contract that began long ago ends as the calendar has it', async () => {
  const { world } = await open(shop);
  const [row] = world.entitlements;
  expect(new Date(row?.endsAt ?? 0)).toEqual(new Date(start - 40 * day + 365 * day));
});

test('registration tokens hold as long as it says', () => {
  const world = scenarioWorld(read('registration-tokens: 30s\n'), 0, 0);
  const token = issueToken(world, { buyerAccountId: '444455556666', productId: 'prod-a', licenseArn: null, now: 1000 });
  expect(resolveToken(world, token, 30_999)).toMatchObject({ productId: 'prod-a' });
  expect(resolveToken(world, token, 31_000)).toBe('expired');
});

test('agreement, license and entitlement come one after the other, whichever of them it names', () => {
  const delaysOf = (text: string) => scenarioWorld(read(`delays: ${text}\n`), 0, 3000).delays;
  expect(delaysOf('{ agreement: 5s }')).toEqual({ agreementMs: 5000, licenceMs: 5000, entitlementMs: 5000 });
  expect(delaysOf('{ licence: 4s }')).toEqual({ agreementMs: 1000, licenceMs: 4000, entitlementMs: 4000 });
  expect(delaysOf('{ entitlement: 9s }')).toEqual({ agreementMs: 1000, licenceMs: 2000, entitlementMs: 9000 });
});

test('the line to paste sells what the shop sells, and nothing else', async () => {
  const { url, world } = await open(`
products:
  - { title: Draft, id: prod-draft, visibility: Draft, dimensions: [{ key: a }] }
  - { title: Old, id: prod-old, visibility: Restricted, dimensions: [{ key: a }] }
  - { title: Site, id: prod-site, dimensions: [{ key: a }, { key: b }], quantities: Disallowed, months: [12] }
`);
  const buy = (fields: Readonly<Record<string, string>>) =>
    practise(url, 'purchase', { buyer: '444455556666', ...fields });
  expect(await buy({ product: 'prod-draft' })).toMatchObject({
    status: 403,
    text: expect.stringContaining('is a Draft'),
  });
  expect(await buy({ product: 'prod-old' })).toMatchObject({
    status: 403,
    text: expect.stringContaining('Restricted'),
  });
  const site = { product: 'prod-site' };
  expect(await buy({ ...site, quantity: '10' })).toMatchObject({ status: 400 });
  expect(await buy({ ...site, months: '1' })).toMatchObject({ text: expect.stringContaining('choose from 12') });
  expect(world.agreements).toEqual([]);
  expect(await buy(site)).toMatchObject({ status: 200 });
  expect(world.agreements).toMatchObject([{ selector: 'P12M', dimensions: [{ key: 'a', quantity: 1 }] }]);
  const change = await practise(url, 'change', { buyer: '444455556666', ...site, quantity: '20' });
  expect(change).toMatchObject({ status: 400, text: expect.stringContaining('cannot be chosen') });
  expect(await practise(url, 'change', { buyer: '444455556666', ...site, dimension: 'b' })).toMatchObject({
    status: 200,
  });
});
