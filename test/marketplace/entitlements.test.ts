import { beforeEach, describe, expect, test } from 'vitest';
import { errorOutcome } from '../../src/errors.ts';
import { contract, notes, openSandbox, start, worldWith } from '../sandbox/support.ts';
import { connected, json, keys, openServer, troubleOf, useMachine } from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

const code = notes.code ?? '';
const buyer = contract.buyerAccountId;

/** AWS as it answers the seller when the buyer has these rows: the first page may be empty. */
async function grantedTo(buyerAccountId: string, ...rows: Partial<typeof contract>[]) {
  const fault = () => 'empty-first-page' as const;
  const entitlements = rows.map((row) => ({ ...contract, buyerAccountId, ...row }));
  const sandbox = await openSandbox({ fault, world: worldWith({ entitlements }) });
  return { sandbox, marketplace: await connected(sandbox.url) };
}

describe('the entitlements of a buyer', () => {
  test('are returned as AWS has them', async () => {
    const { marketplace } = await grantedTo(buyer, { customerIdentifier: '7vBT7cnzEYf' });
    expect((await marketplace.entitlements(code, buyer)).rows).toEqual([
      {
        dimension: 'pro',
        value: 10,
        expirationDate: '2026-12-23T09:00:00.000Z',
        licenseArn: contract.licenseArn,
        customerAwsAccountId: buyer,
        customerIdentifier: '7vBT7cnzEYf',
      },
    ]);
  });

  test('are read from every page, the empty first one with its token included', async () => {
    const quantities = Array.from({ length: 60 }, (_, index) => index);
    const { marketplace } = await grantedTo(buyer, ...quantities.map((value) => ({ value })));
    const { rows } = await marketplace.entitlements(code, buyer);
    expect(rows.map(({ value }) => value)).toEqual(quantities);
  });

  test('are asked for 25 a page, by account ID for twelve digits and by customer identifier for anything else', async () => {
    const { url, received } = await openServer(() => json({}));
    const marketplace = await connected(url);
    await marketplace.entitlements(code, '444455556666');
    await marketplace.entitlements(code, '7vBT7cnzEYf');
    expect(received.map(({ body }) => JSON.parse(body))).toEqual([
      { ProductCode: code, Filter: { CUSTOMER_AWS_ACCOUNT_ID: ['444455556666'] }, MaxResults: 25 },
      { ProductCode: code, Filter: { CUSTOMER_IDENTIFIER: ['7vBT7cnzEYf'] }, MaxResults: 25 },
    ]);
  });

  test('are found by customer identifier', async () => {
    const { marketplace } = await grantedTo(
      buyer,
      { customerIdentifier: '7vBT7cnzEYf' },
      { customerIdentifier: 'other' },
    );
    expect((await marketplace.entitlements(code, '7vBT7cnzEYf')).rows).toHaveLength(1);
  });

  test('are never those of another buyer', async () => {
    const { marketplace } = await grantedTo(buyer, {});
    expect((await marketplace.entitlements(code, '444455556666')).rows).toEqual([]);
  });

  test('keep their ended rows, and those of two licenses apart', async () => {
    const ended = { endsAt: start - 1000, licenseArn: 'arn:aws:license-manager::111122223333:license:l-1' };
    const { marketplace } = await grantedTo(buyer, ended, {});
    const { rows } = await marketplace.entitlements(code, buyer);
    expect(rows.map(({ licenseArn, expirationDate }) => [licenseArn, expirationDate])).toEqual([
      [ended.licenseArn, '2026-11-23T08:59:59.000Z'],
      [contract.licenseArn, '2026-12-23T09:00:00.000Z'],
    ]);
  });

  test.each([0, 10, 2.5, true, false, 'gold', ''])('keep the value %j', async (value) => {
    const { marketplace } = await grantedTo(buyer, { value });
    expect((await marketplace.entitlements(code, buyer)).rows).toMatchObject([{ value }]);
  });

  test('have null for whatever AWS leaves out', async () => {
    const nothing = {
      dimension: 'pro',
      value: null,
      expirationDate: null,
      licenseArn: null,
      customerAwsAccountId: null,
      customerIdentifier: null,
    };
    const rows = [
      { Dimension: 'pro' },
      { Dimension: 'pro', Value: {} },
      { Dimension: 'pro', Value: null, LicenseArn: null },
    ];
    const { url } = await openServer(() => json({ Entitlements: rows }));
    expect((await (await connected(url)).entitlements(code, buyer)).rows).toEqual([nothing, nothing, nothing]);
  });

  test.each([{}, { Entitlements: null }, { Entitlements: [] }, { Entitlements: [], NextToken: null }])(
    'are none for %j',
    async (body) => {
      const { url } = await openServer(() => json(body));
      expect((await (await connected(url)).entitlements(code, buyer)).rows).toEqual([]);
    },
  );
});

test('a server that gives the same NextToken for ever ends in an error', async () => {
  const { url, received } = await openServer(() => json({ Entitlements: [], NextToken: 'again' }));
  const { code: what, message } = await troubleOf((await connected(url)).entitlements(code, buyer));
  expect([what, message]).toEqual(['not-aws', expect.stringContaining('the same page token')]);
  expect(received).toHaveLength(2);
});

test('trouble on a later page is trouble, not a shorter list', async () => {
  const fault = (_action: string, nth: number) => (nth === 2 ? 'access-denied' : 'empty-first-page');
  const sandbox = await openSandbox({ fault });
  expect(await troubleOf((await connected(sandbox.url)).entitlements(code, buyer))).toMatchObject({
    code: 'access-denied',
  });
});

test.each([
  { Entitlements: [null] },
  { Entitlements: 'none' },
  { Entitlements: [{ Dimension: 'pro', ExpirationDate: 'soon' }] },
  { Entitlements: [{ Dimension: 'pro', ExpirationDate: 1e20 }] },
])('an answer of another shape is no bug of ours: %j', async (body) => {
  const { url } = await openServer(() => json(body));
  const outcome = await (await connected(url)).entitlements(code, buyer).then(() => 'pass', errorOutcome);
  expect(outcome).not.toBe('bug');
});
