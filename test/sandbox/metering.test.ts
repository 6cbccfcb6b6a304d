import {
  BatchMeterUsageCommand,
  type BatchMeterUsageCommandInput,
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
  type Tag,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import { describe, expect, test } from 'vitest';
import { issueToken } from '../../src/sandbox/contracts.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxAccount, SandboxWorld, StoredProduct } from '../../src/sandbox/world.ts';
import { agreed, boards, contract, notes, openSandbox, start, worldWith } from './support.ts';

const hour = 60 * 60 * 1000;
const buyer = '666677778888';
const licence = agreed.licenseArn ?? '';
const metered: StoredProduct = {
  ...notes,
  dimensions: [...notes.dimensions, { key: 'gigabytes', name: 'Gigabytes', types: ['ExternallyMetered'] }],
};
const older: StoredProduct = { ...metered, concurrentAgreements: false };

async function open(product: StoredProduct = metered, options: LocalSandboxOptions = {}) {
  const sandbox = await openSandbox({ world: worldWith({ products: [product, boards] }), ...options });
  const as = (credentials: SandboxAccount) =>
    new MarketplaceMeteringClient({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return { ...sandbox, as, metering: as(sandbox.seller) };
}

function tokenFor(
  world: SandboxWorld,
  order = { buyerAccountId: buyer, productId: notes.id, licenseArn: licence },
): string {
  return issueToken(world, { ...order, now: start });
}

describe('ResolveCustomer', () => {
  test('names account, license and product of the buyer, as often as it is asked', async () => {
    const { metering, world } = await open();
    const RegistrationToken = tokenFor(world);
    for (let i = 0; i < 2; i++) {
      const { $metadata, ...found } = await metering.send(new ResolveCustomerCommand({ RegistrationToken }));
      expect(found).toEqual({ CustomerAWSAccountId: buyer, LicenseArn: licence, ProductCode: notes.code });
    }
  });

  test('names a customer identifier of a product that is older than concurrent agreements, the same as the entitlement', async () => {
    const { metering, world, url } = await open(older, { delayMs: 0 });
    const bought = await fetch(`${url}/sandbox/purchase`, {
      method: 'POST',
      body: new URLSearchParams({ buyer: '444455556666' }),
    });
    expect(bought.status).toBe(200);
    const row = world.entitlements.at(-1) ?? contract;
    const RegistrationToken = tokenFor(world, { ...contract, buyerAccountId: '444455556666', licenseArn: licence });
    const { CustomerIdentifier } = await metering.send(new ResolveCustomerCommand({ RegistrationToken }));
    expect(CustomerIdentifier).toMatch(/^[0-9A-Za-z]{11}$/);
    expect(row).toMatchObject({ buyerAccountId: '444455556666', customerIdentifier: CustomerIdentifier });
  });

  test.each([
    ['an unknown token', 'seller', (token: string) => `${token}x`, 'InvalidTokenException'],
    [
      'a token that was decoded a second time',
      'seller',
      (token: string) => decodeURIComponent(token.replaceAll('+', ' ')),
      'InvalidTokenException',
    ],
    ['an empty token', 'seller', () => '', 'ValidationException'],
    ['a token of another seller', 'contract-change', (token: string) => token, 'InvalidTokenException'],
  ])('refuses %s', async (_case, who, change, name) => {
    const { as, seller, world } = await open();
    const metering = as(world.buyers[who] ?? seller);
    const asked = metering.send(new ResolveCustomerCommand({ RegistrationToken: change(tokenFor(world)) }));
    await expect(asked).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test('refuses a token that has expired, and says that it is the token that has', async () => {
    const { metering, world, clock } = await open();
    const RegistrationToken = tokenFor(world);
    clock.now += 24 * hour;
    const asked = metering.send(new ResolveCustomerCommand({ RegistrationToken }));
    await expect(asked).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The registration token has expired.',
    });
  });
});

const used: UsageRecord = {
  Timestamp: new Date(start),
  CustomerAWSAccountId: buyer,
  LicenseArn: licence,
  Dimension: 'gigabytes',
  Quantity: 3,
};

describe('BatchMeterUsage', () => {
  test('takes a record, takes the same again for the same, and another quantity for a duplicate', async () => {
    const { metering, world } = await open();
    const UsageRecords = [used, used, { ...used, Quantity: 4 }, { ...used, CustomerAWSAccountId: buyer, Quantity: 3 }];
    const { Results, UnprocessedRecords } = await metering.send(new BatchMeterUsageCommand({ UsageRecords }));
    expect(Results?.map(({ Status }) => Status)).toEqual(['Success', 'Success', 'DuplicateRecord', 'Success']);
    expect(new Set(Results?.map(({ MeteringRecordId }) => MeteringRecordId)).size).toBe(2);
    expect(Results?.[2]?.UsageRecord).toEqual({ ...used, Quantity: 4 });
    expect(UnprocessedRecords).toEqual([]);
    expect(world.usage).toMatchObject([{ buyerAccountId: buyer, dimension: 'gigabytes', quantity: 3 }]);
  });

  test('knows the product by its code too, and an older one its customers by their identifiers', async () => {
    const { metering, world } = await open(older);
    const { CustomerIdentifier } = await metering.send(
      new ResolveCustomerCommand({ RegistrationToken: tokenFor(world) }),
    );
    const { Timestamp, Dimension } = used;
    const UsageRecords = [{ Timestamp, Dimension, CustomerIdentifier }];
    const { Results } = await metering.send(
      new BatchMeterUsageCommand({ ProductCode: notes.code ?? '', UsageRecords }),
    );
    expect(Results?.[0]?.Status).toBe('Success');
    expect(world.usage).toMatchObject([{ buyerAccountId: buyer, quantity: 0 }]);
  });

  test('says so of an account that has not bought', async () => {
    const { metering, world } = await open();
    const { Timestamp, Dimension } = used;
    const UsageRecords = [{ Timestamp, Dimension, CustomerAWSAccountId: '444455556666' }];
    const { Results } = await metering.send(
      new BatchMeterUsageCommand({ ProductCode: notes.code ?? '', UsageRecords }),
    );
    expect(Results).toMatchObject([{ Status: 'CustomerNotSubscribed' }]);
    expect(Results?.[0]).not.toHaveProperty('MeteringRecordId');
    expect(world.usage).toEqual([]);
  });

  test('hands the records back that it did not get to', async () => {
    const { metering, world } = await open(metered, { fault: () => 'unprocessed' });
    const { Results, UnprocessedRecords } = await metering.send(new BatchMeterUsageCommand({ UsageRecords: [used] }));
    expect({ Results, UnprocessedRecords }).toEqual({ Results: [], UnprocessedRecords: [used] });
    expect(world.usage).toEqual([]);
  });

  const tagged = (Tags: Tag[]) => ({
    UsageRecords: [{ ...used, UsageAllocations: [{ AllocatedUsageQuantity: 3, Tags }] }],
  });

  test('takes usage split by tags', async () => {
    const { metering } = await open();
    const Tags = [
      { Key: 'cost centre', Value: 'a-1 =._:/@+' },
      { Key: 'team', Value: 'x'.repeat(256) },
    ];
    const { Results } = await metering.send(new BatchMeterUsageCommand(tagged(Tags)));
    expect(Results).toMatchObject([{ Status: 'Success', UsageRecord: tagged(Tags).UsageRecords[0] }]);
  });

  const { LicenseArn: _licence, ...withoutLicence } = used;
  test.each<[string, string, Partial<BatchMeterUsageCommandInput>]>([
    ['InvalidProductCodeException', 'an unknown product', { ProductCode: 'unknown', UsageRecords: [withoutLicence] }],
    ['InvalidProductCodeException', 'neither product nor license', { UsageRecords: [withoutLicence] }],
    ['InvalidLicenseException', 'an unknown license', { UsageRecords: [{ ...used, LicenseArn: `${licence}0` }] }],
    [
      'InvalidLicenseException',
      "another account's license",
      { UsageRecords: [{ ...used, CustomerAWSAccountId: '444455556666' }] },
    ],
    ['InvalidUsageDimensionException', 'a dimension of contracts', { UsageRecords: [{ ...used, Dimension: 'pro' }] }],
    [
      'InvalidCustomerIdentifierException',
      'a customer identifier, which newer products have not',
      { ProductCode: notes.code ?? '', UsageRecords: [{ ...withoutLicence, CustomerIdentifier: '7vBT7cnzEYf' }] },
    ],
    [
      'InvalidUsageAllocationsException',
      'allocations that do not add up',
      { UsageRecords: [{ ...used, UsageAllocations: [{ AllocatedUsageQuantity: 2 }] }] },
    ],
    ['InvalidTagException', 'a tag key of other characters', tagged([{ Key: 'Größe', Value: 'x' }])],
    ['InvalidTagException', 'a tag value of other characters', tagged([{ Key: 'team', Value: 'a\tb' }])],
    ['InvalidTagException', 'an empty tag value', tagged([{ Key: 'team', Value: '' }])],
    ['InvalidTagException', 'a long tag key', tagged([{ Key: 'k'.repeat(101), Value: 'x' }])],
    ['InvalidTagException', 'a long tag value', tagged([{ Key: 'team', Value: 'v'.repeat(257) }])],
    [
      'InvalidTagException',
      'a tag key twice',
      tagged([
        { Key: 'team', Value: 'a' },
        { Key: 'team', Value: 'b' },
      ]),
    ],
    ['InvalidTagException', 'six tags', tagged(Array.from({ length: 6 }, (_, i) => ({ Key: `k${i}`, Value: 'x' })))],
    [
      'ValidationException',
      'ProductCode and LicenseArn together, which bills twice',
      { ProductCode: notes.code ?? '', UsageRecords: [withoutLicence, used] },
    ],
    ['ValidationException', 'no tags in a list', tagged([])],
    ['ValidationException', 'a license that is no ARN', { UsageRecords: [{ ...used, LicenseArn: 'arn:aws:l-1' }] }],
    ['ValidationException', '26 records', { UsageRecords: Array.from({ length: 26 }, () => used) }],
    ['ValidationException', 'less than nothing', { UsageRecords: [{ ...used, Quantity: -1 }] }],
  ])('refuses with %s %s, and meters nothing of the batch', async (name, _case, input) => {
    const { metering, world } = await open();
    const batch = { ...input, UsageRecords: [used, ...(input.UsageRecords ?? [])] };
    const UsageRecords = input.ProductCode === undefined ? batch.UsageRecords : (input.UsageRecords ?? []);
    const asked = metering.send(new BatchMeterUsageCommand({ ...input, UsageRecords }));
    await expect(asked).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    expect(world.usage).toEqual([]);
  });

  test.each([
    ['a day ago', '2026-11-23T09:00:00Z', '2026-11-22T09:00:00Z', false],
    ['less than a day ago', '2026-11-23T09:00:00Z', '2026-11-22T09:00:01Z', true],
    ['in the future', '2026-11-23T09:00:00Z', '2026-11-23T09:00:01Z', false],
    ['of last month, six hours after its end', '2026-12-01T06:00:00Z', '2026-11-30T23:59:59Z', false],
    ['of last month, before that', '2026-12-01T05:59:59Z', '2026-11-30T23:59:59Z', true],
    ['of this month', '2026-12-01T06:00:00Z', '2026-12-01T00:00:00Z', true],
  ])('a time %s', async (_case, now, time, isTaken) => {
    const agreements = [{ ...agreed, startsAt: 0, acceptedAt: 0 }];
    const { metering, clock } = await open(metered, { world: worldWith({ products: [metered], agreements }) });
    clock.now = Date.parse(now);
    const asked = metering.send(new BatchMeterUsageCommand({ UsageRecords: [{ ...used, Timestamp: new Date(time) }] }));
    if (isTaken) await expect(asked).resolves.toMatchObject({ Results: [{ Status: 'Success' }] });
    else await expect(asked).rejects.toMatchObject({ name: 'TimestampOutOfBoundsException' });
  });

  test('refuses another account than the seller', async () => {
    const { as, world } = await open();
    const stranger = as(world.strangers[0] as SandboxAccount);
    const byLicence = stranger.send(new BatchMeterUsageCommand({ UsageRecords: [used] }));
    await expect(byLicence).rejects.toMatchObject({ name: 'InvalidLicenseException' });
    const byCode = stranger.send(
      new BatchMeterUsageCommand({ ProductCode: notes.code ?? '', UsageRecords: [withoutLicence] }),
    );
    await expect(byCode).rejects.toMatchObject({ name: 'InvalidProductCodeException' });
  });

  test.each([
    ['throttling', 'ThrottlingException'],
    ['internal', 'InternalServiceErrorException'],
    ['disabled-api', 'DisabledApiException'],
    ['access-denied', 'AccessDeniedException'],
    ['expired-token', 'ExpiredTokenException'],
  ] as const)('has the fault %s as %s', async (fault, name) => {
    const { metering } = await open(metered, { fault: () => fault });
    await expect(metering.send(new BatchMeterUsageCommand({ UsageRecords: [used] }))).rejects.toMatchObject({ name });
  });
});
