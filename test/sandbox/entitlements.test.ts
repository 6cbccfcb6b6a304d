import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { expect, test } from 'vitest';
import { allEntitlements, boards, clients, contract, notes, openSandbox, start, worldWith } from './support.ts';

const ProductCode = notes.code ?? '';

async function askAs(who: 'seller' | 'buyer', entitlements = [contract]) {
  const sandbox = await openSandbox({ world: worldWith({ entitlements }) });
  return clients(sandbox, (who === 'buyer' && sandbox.world.buyers['contract-change']) || sandbox.seller).entitlement;
}

test('returns a row with quantity, end and license, and without customer identifier', async () => {
  const client = await askAs('seller');
  expect(await allEntitlements(client)).toEqual([
    {
      ProductCode,
      Dimension: 'pro',
      CustomerAWSAccountId: '666677778888',
      Value: { IntegerValue: 10 },
      ExpirationDate: new Date('2026-12-23T09:00:00Z'),
      LicenseArn: expect.stringMatching(/^arn:aws:license-manager::111122223333:license:l-[0-9a-f]{32}$/),
    },
  ]);
});

test('has its rows on the first page, with a token only where there are more', async () => {
  const client = await askAs('seller');
  const page = await client.send(new GetEntitlementsCommand({ ProductCode }));
  expect(page).toMatchObject({ Entitlements: [{ Dimension: 'pro' }] });
  expect(page.NextToken).toBeUndefined();
});

test('starts with an empty page that carries a token where the fault empty-first-page asks for it', async () => {
  const sandbox = await openSandbox({ fault: () => 'empty-first-page' });
  const client = clients(sandbox, sandbox.seller).entitlement;
  const page = await client.send(new GetEntitlementsCommand({ ProductCode }));
  expect(page).toMatchObject({ Entitlements: [], NextToken: expect.any(String) });
  expect(await allEntitlements(client)).toMatchObject([{ Dimension: 'pro' }]);
});

test('leaves Entitlements out when the product has none', async () => {
  const client = await askAs('seller', []);
  expect(await client.send(new GetEntitlementsCommand({ ProductCode }))).not.toHaveProperty('Entitlements');
});

test.each([
  ['another account than the seller', 'buyer' as const, ProductCode],
  ['an unknown product', 'seller' as const, 'unknown'],
])('answers 200 and an empty list for %s', async (_case, who, code) => {
  const client = await askAs(who);
  const answer = await client.send(new GetEntitlementsCommand({ ProductCode: code }));
  expect(answer).toMatchObject({ $metadata: { httpStatusCode: 200 }, Entitlements: [] });
  expect(answer.NextToken).toBeUndefined();
});

test('pages by 25 at most', async () => {
  const client = await askAs(
    'seller',
    Array.from({ length: 53 }, (_, value) => ({ ...contract, value })),
  );
  const rows = await allEntitlements(client);
  expect(rows.map((row) => row.Value?.IntegerValue)).toEqual(Array.from({ length: 53 }, (_, value) => value));
  const { NextToken } = await client.send(new GetEntitlementsCommand({ ProductCode }));
  expect((await client.send(new GetEntitlementsCommand({ ProductCode, NextToken }))).Entitlements).toHaveLength(25);
});

test('unites the values of a filter and intersects filters', async () => {
  const client = await askAs('seller', [
    { ...contract, value: 1 },
    { ...contract, value: 2, dimension: 'basic' },
    { ...contract, value: 3, buyerAccountId: '444455556666', customerIdentifier: 'old1', licenseArn: null },
    { ...contract, value: 4, productId: boards.id },
  ]);
  const values = async (Filter: NonNullable<GetEntitlementsCommandInput['Filter']>) =>
    (await allEntitlements(client, { Filter })).map((row) => row.Value?.IntegerValue);
  expect(await values({ CUSTOMER_AWS_ACCOUNT_ID: ['666677778888'] })).toEqual([1, 2]);
  expect(await values({ CUSTOMER_AWS_ACCOUNT_ID: ['666677778888', '444455556666'] })).toEqual([1, 2, 3]);
  expect(await values({ CUSTOMER_AWS_ACCOUNT_ID: ['666677778888'], DIMENSION: ['basic'] })).toEqual([2]);
  expect(await values({ CUSTOMER_IDENTIFIER: ['old1'] })).toEqual([3]);
  expect(await values({ DIMENSION: ['two words', ''] })).toEqual([]);
  expect(await values({ LICENSE_ARN: [contract.licenseArn ?? ''] })).toEqual([1, 2]);
});

test('gives values of every type, rows that have ended, and rows without a license', async () => {
  const ended = { ...contract, endsAt: start - 1000, licenseArn: null };
  const rows = await allEntitlements(
    await askAs('seller', [
      { ...ended, value: 2.5 },
      { ...ended, value: true },
      { ...ended, value: 'gold', endsAt: null },
    ]),
  );
  expect(rows.map((row) => row.Value)).toEqual([{ DoubleValue: 2.5 }, { BooleanValue: true }, { StringValue: 'gold' }]);
  expect(rows.map((row) => row.ExpirationDate)).toEqual([new Date(start - 1000), new Date(start - 1000), undefined]);
  expect(rows.map((row) => row.LicenseArn)).toEqual([undefined, undefined, undefined]);
});

test.each<[string, Partial<GetEntitlementsCommandInput>]>([
  ['MaxResults', { MaxResults: 26 }],
  ['MaxResults', { MaxResults: 4294967297 }],
  ['NextToken', { NextToken: 'nonsense' }],
  ['ProductCode', { ProductCode: '' }],
  ['Filter', { Filter: { CUSTOMER: ['1'] } as object }],
  ['Filter', { Filter: { DIMENSION: [] } }],
  ['mutually exclusive', { Filter: { CUSTOMER_IDENTIFIER: ['1'], CUSTOMER_AWS_ACCOUNT_ID: ['2'] } }],
])('refuses a bad %s: %j', async (member, input) => {
  const client = await askAs('seller');
  await expect(client.send(new GetEntitlementsCommand({ ProductCode, ...input }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(member),
    $metadata: { httpStatusCode: 400 },
  });
});
