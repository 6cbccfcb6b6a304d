import { describe, expect, test } from 'vitest';
import { practiceCommand } from '../../src/sandbox/addresses.ts';
import { allEntitlements, boards, clients, contract, notes, openSandbox, practise, worldWith } from './support.ts';

const newBuyer = '444455556666';
const customer = '666677778888';

/** What AWS shows of a buyer: dimension, quantity, licence. */
async function shown(sandbox: Awaited<ReturnType<typeof openSandbox>>, buyer: string) {
  const Filter = { CUSTOMER_AWS_ACCOUNT_ID: [buyer] };
  const rows = await allEntitlements(clients(sandbox, sandbox.seller).entitlement, { Filter });
  return rows.map((row) => [row.Dimension, row.Value?.IntegerValue, row.LicenseArn]);
}

describe('purchase', () => {
  test('AWS shows it after the delay, not before', async () => {
    const sandbox = await openSandbox();
    const answer = await practise(sandbox.url, 'purchase', { buyer: '4444-5555-6666' });
    expect(answer).toEqual({
      status: 200,
      text: expect.stringMatching(
        /^bought: Acme Notes, pro, quantity 10, until 2026-12-23T09:00:00.000Z, for 444455556666, license l-[0-9a-f]{32}; AWS shows it in 3 s\n$/,
      ),
    });
    sandbox.clock.now += 2999;
    expect(await shown(sandbox, newBuyer)).toEqual([]);
    sandbox.clock.now += 1;
    const licence = /l-[0-9a-f]{32}/.exec(answer.text)?.[0];
    const arn = `arn:aws:license-manager::111122223333:license:${licence}`;
    expect(await shown(sandbox, newBuyer)).toEqual([['pro', 10, arn]]);
  });

  test('is of the product, dimension, quantity and months that are named', async () => {
    const { url, world } = await openSandbox({ delayMs: 0 });
    const fields = { product: 'Acme Boards', dimension: 'basic', quantity: '3', months: '12' };
    await practise(url, 'purchase', { buyer: newBuyer, ...fields });
    expect(world.entitlements.at(-1)).toMatchObject({
      productId: boards.id,
      dimension: 'basic',
      value: 3,
      endsAt: Date.UTC(2027, 10, 23, 9),
    });
  });

  test('gives a buyer who has a contract another one, under a license of its own', async () => {
    const sandbox = await openSandbox({ delayMs: 0 });
    await practise(sandbox.url, 'purchase', { buyer: customer });
    const licences = (await shown(sandbox, customer)).map(([, , licence]) => licence);
    expect(new Set(licences)).toHaveProperty('size', 2);
  });

  test('gives a buyer of an older product no second one, until the first is over', async () => {
    const older = { ...notes, concurrentAgreements: false };
    const { url, clock } = await openSandbox({ world: worldWith({ products: [older] }), delayMs: 0 });
    expect(await practise(url, 'purchase', { buyer: customer })).toEqual({
      status: 409,
      text: `error: ${customer} already has a contract for Acme Notes: change it, or buy as another buyer\n`,
    });
    clock.now = Date.UTC(2027, 0, 1);
    expect(await practise(url, 'purchase', { buyer: customer })).toMatchObject({ status: 200 });
    expect(await practise(url, 'purchase', { buyer: customer })).toMatchObject({ status: 409 });
  });

  test.each([
    [{}, 400, 'unknown buyer "": choose from 444455556666 (new-signup), 555566667777 (existing-user)'],
    [{ buyer: '123412341234' }, 400, 'unknown buyer "123412341234"'],
    [{ buyer: '\u001b[31m' }, 400, 'unknown buyer "\\u001b[31m"'],
    [{ buyer: '111122223333' }, 403, '111122223333 is the seller'],
    [{ buyer: '555566667777' }, 403, '555566667777 is not on the allowlist of Acme Notes'],
    [{ buyer: newBuyer, product: 'Acme' }, 400, 'unknown product "Acme": choose from prod-sandboxnotes1 (Acme Notes)'],
    [{ buyer: newBuyer, dimension: 'gold' }, 400, 'unknown dimension "gold": choose from pro, basic'],
    [{ buyer: newBuyer, dimension: 'calls' }, 400, 'unknown dimension "calls"'],
    [{ buyer: newBuyer, quantity: '0' }, 400, 'quantity is "0": use a whole number from 1 to 1000000'],
    [{ buyer: newBuyer, quantity: '1.5' }, 400, 'quantity is "1.5"'],
    [{ buyer: newBuyer, quantity: '1000001' }, 400, 'quantity is "1000001"'],
    [{ buyer: newBuyer, months: '37' }, 400, 'months is "37": use a whole number from 1 to 36'],
    [{ buyer: newBuyer, quantitiy: '20' }, 400, 'unknown field "quantitiy"'],
  ])('refuses %j', async (fields, status, line) => {
    const dimensions = [...notes.dimensions, { key: 'calls', name: 'Calls', types: ['Metered'] as const }];
    const products = [{ ...notes, dimensions, allowlist: [newBuyer] }, boards];
    const { url, world } = await openSandbox({ world: worldWith({ products }) });
    const before = [...world.entitlements];
    const answer = await practise(url, 'purchase', fields);
    expect(answer).toEqual({ status, text: expect.stringMatching(/^error: [^\n]*\n$/) });
    expect(answer.text).toContain(line);
    expect(world.entitlements).toEqual(before);
  });
});

describe('change', () => {
  test('keeps the license, and AWS shows the old contract until it shows the new one', async () => {
    const sandbox = await openSandbox();
    const answer = await practise(sandbox.url, 'change', { buyer: customer, quantity: '20', dimension: 'basic' });
    expect(answer.text).toMatch(/^changed: Acme Notes, basic, quantity 20, until .* for 666677778888, license l-5a4d/);
    sandbox.clock.now += 2999;
    expect(await shown(sandbox, customer)).toEqual([['pro', 10, contract.licenseArn]]);
    sandbox.clock.now += 1;
    expect(await shown(sandbox, customer)).toEqual([['basic', 20, contract.licenseArn]]);
  });

  test('of one of several dimensions leaves the others as they are; another one comes beside them', async () => {
    const sandbox = await openSandbox({ delayMs: 0 });
    const agreed = () => sandbox.world.agreements.at(-1)?.dimensions;
    const parts = async () => (await shown(sandbox, customer)).map(([key, quantity]) => `${key} ${quantity}`).sort();
    const { world } = sandbox;
    const [held] = world.entitlements.filter(({ buyerAccountId }) => buyerAccountId === customer);
    if (!held) throw new Error('the customer has a contract');
    world.entitlements.push({ ...held, dimension: 'basic', value: 1 });
    world.agreements = world.agreements.map((row) => ({
      ...row,
      dimensions: [...row.dimensions, { key: 'basic', quantity: 1 }],
    }));

    await practise(sandbox.url, 'change', { buyer: customer, dimension: 'pro', quantity: '20' });
    expect(await parts()).toEqual(['basic 1', 'pro 20']);
    expect(agreed()).toEqual([
      { key: 'basic', quantity: 1 },
      { key: 'pro', quantity: 20 },
    ]);
    // A replacement takes all of it under a new licence.
    await practise(sandbox.url, 'change', { buyer: customer, dimension: 'basic', quantity: '3', replace: 'true' });
    expect(await parts()).toEqual(['basic 3', 'pro 20']);
    expect(new Set((await shown(sandbox, customer)).map(([, , licence]) => licence)).size).toBe(1);
  });

  test('is of the newest contract, also where that was changed before', async () => {
    const sandbox = await openSandbox({ delayMs: 0 });
    await practise(sandbox.url, 'purchase', { buyer: customer, quantity: '5' });
    await practise(sandbox.url, 'change', { buyer: customer, quantity: '6' });
    await practise(sandbox.url, 'change', { buyer: customer, quantity: '7' });
    expect((await shown(sandbox, customer)).map(([, quantity]) => quantity)).toEqual([10, 7]);
  });

  test.each([
    [{ buyer: newBuyer, quantity: '20' }, 409, '444455556666 has no contract for Acme Notes: purchase one first'],
    [{ buyer: customer }, 409, 'nothing would change, because the contract is already pro, quantity 10'],
    [{ buyer: customer, quantity: '10', dimension: 'pro' }, 409, 'nothing would change'],
    [{ buyer: customer, quantity: '20', months: '2' }, 400, 'omit months'],
  ])('refuses %j', async (fields, status, line) => {
    const { url } = await openSandbox();
    expect(await practise(url, 'change', fields)).toEqual({ status, text: expect.stringContaining(line) });
  });

  test.each([{ endsAt: contract.visibleAt }, { goneAt: contract.visibleAt }])('does not revive %j', async (past) => {
    const { url } = await openSandbox({ world: worldWith({ entitlements: [{ ...contract, ...past }] }) });
    expect(await practise(url, 'change', { buyer: customer, quantity: '20' })).toMatchObject({ status: 409 });
  });
});

test('a field given twice is refused', async () => {
  const { url } = await openSandbox();
  const body = new URLSearchParams('buyer=444455556666&quantity=1&quantity=2');
  const response = await fetch(`${url}/sandbox/purchase`, { method: 'POST', body });
  expect(await response.text()).toBe('error: quantity is specified more than once: specify it once\n');
});

test('only a form is an order', async () => {
  const { url } = await openSandbox();
  const response = await fetch(`${url}/sandbox/purchase`, { method: 'POST', body: `buyer=${newBuyer}` });
  expect(response.status).toBe(415);
});

test('the command to practice needs no quotes, whatever the buyer', () => {
  const url = 'http://127.0.0.1:4000';
  expect(practiceCommand(url, 'purchase', '4444-5555-6666')).toBe(`curl -d buyer=444455556666 ${url}/sandbox/purchase`);
  expect(practiceCommand(url, 'purchase', '444455556666', 'prod-sandboxboard1;x')).toBe(
    `curl -d buyer=444455556666 -d product=prod-sandboxboard1x ${url}/sandbox/purchase`,
  );
  expect(practiceCommand(url, 'change', '1;$(x)&%y')).toBe(`curl -d buyer=1xy -d quantity=20 ${url}/sandbox/change`);
});
