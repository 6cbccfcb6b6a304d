import { BatchDescribeEntitiesCommand, DescribeEntityCommand } from '@aws-sdk/client-marketplace-catalog';
import { describe, expect, test } from 'vitest';
import { parseScenario, type Scenario } from '../../src/sandbox/scenario-file.ts';
import { clients, discover, notes, openSandbox } from './support.ts';

async function openWith(source: string) {
  const sandbox = await openSandbox({ scenario: parseScenario('quotas.yaml', source) as Scenario });
  const { seller, products, world } = sandbox;
  const productId = products[0]?.id ?? '';
  const buyer = world.buyers['new-signup'] ?? seller;
  /** Sends so many calls, and returns how many were throttled. */
  const throttled = async (count: number, account = seller) => {
    const calls = Array.from({ length: count }, () => discover(sandbox.url, account, 'getProduct', { productId }));
    const answers = await Promise.all(calls);
    const wrong = answers.filter(({ status }) => status !== 200);
    for (const { status, error } of wrong) expect([status, error]).toEqual([429, 'ThrottlingException']);
    return wrong.length;
  };
  return { ...sandbox, ...clients(sandbox, seller), throttled, buyer };
}

describe('a sandbox with the quotas of AWS', () => {
  test('throttles what exceeds them, and answers again as time passes', async () => {
    const { throttled, clock } = await openWith('quotas: 1');
    expect(await throttled(7)).toBe(2);
    clock.now += 400;
    expect(await throttled(3)).toBe(1);
    clock.now += 60_000;
    // A quota that was not used is not saved up.
    expect(await throttled(6)).toBe(1);
  });

  test('counts each account and each action alone', async () => {
    const { throttled, buyer, catalog } = await openWith('quotas: 1');
    expect(await throttled(6)).toBe(1);
    expect(await throttled(5, buyer)).toBe(0);
    const describe = new DescribeEntityCommand({ Catalog: 'AWSMarketplace', EntityId: notes.id });
    await expect(catalog.send(describe)).resolves.toMatchObject({ EntityType: expect.anything() });
  });

  test('counts BatchDescribeEntities as DescribeEntity', async () => {
    const { catalog } = await openWith('quotas: 1');
    const [Catalog, EntityId] = ['AWSMarketplace', notes.id];
    for (let nth = 0; nth < 20; nth++) await catalog.send(new DescribeEntityCommand({ Catalog, EntityId }));
    const batch = new BatchDescribeEntitiesCommand({ EntityRequestList: [{ Catalog, EntityId }] });
    await expect(catalog.send(batch)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

test('a scenario multiplies the quotas, and every answer says by how much', async () => {
  const { throttled, url } = await openWith('quotas: 3');
  expect(await throttled(20)).toBe(5);
  expect((await fetch(url)).headers.get('x-mp-verify-sandbox')).toContain(' quotas=3 ');
});

test('without quotas, nothing is throttled', async () => {
  const { throttled, url } = await openWith('version: 1');
  expect(await throttled(50)).toBe(0);
  expect((await fetch(url)).headers.get('x-mp-verify-sandbox')).not.toContain('quotas');
});
