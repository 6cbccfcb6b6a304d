import { GetAgreementEntitlementsCommand, GetAgreementTermsCommand } from '@aws-sdk/client-marketplace-agreement';
import { describe, expect, test } from 'vitest';
import {
  agreed,
  allEntitlements,
  boards,
  clients,
  contract,
  findAgreements,
  notes,
  offer,
  openSandbox,
  practise,
  start,
  worldWith,
} from './support.ts';

const newBuyer = '444455556666';
const customer = '666677778888';

/** The seller's view of one buyer, in the order in which AWS gets to know things. */
async function view(sandbox: Awaited<ReturnType<typeof openSandbox>>, buyer: string) {
  const { agreement, entitlement } = clients(sandbox, sandbox.seller);
  const [found, ...more] = await findAgreements(agreement, { AcceptorAccountId: buyer, Status: 'ACTIVE' });
  expect(more).toEqual([]);
  const rows = await allEntitlements(entitlement, { Filter: { CUSTOMER_AWS_ACCOUNT_ID: [buyer] } });
  const granted = rows.map((row) => `${row.Dimension} ${row.Value?.IntegerValue}`);
  if (found === undefined) return { agreed: null, status: null, granted };
  const { agreementId } = found;
  const { acceptedTerms = [] } = await agreement.send(new GetAgreementTermsCommand({ agreementId }));
  const { agreementEntitlements } = await agreement.send(new GetAgreementEntitlementsCommand({ agreementId }));
  const chosen = acceptedTerms.find((term) => term.configurableUpfrontPricingTerm)?.configurableUpfrontPricingTerm;
  return {
    agreed: chosen?.configuration?.dimensions?.map((row) => `${row.dimensionKey} ${row.dimensionValue}`),
    status: agreementEntitlements?.[0]?.status,
    granted,
  };
}

describe('purchase', () => {
  test('AWS shows the agreement, then the license, then the entitlement', async () => {
    const sandbox = await openSandbox();
    await practise(sandbox.url, 'purchase', { buyer: newBuyer, quantity: '3' });
    const at = (ms: number) => {
      sandbox.clock.now = start + ms;
      return view(sandbox, newBuyer);
    };
    expect(await at(999)).toEqual({ agreed: null, status: null, granted: [] });
    expect(await at(1000)).toEqual({ agreed: ['pro 3'], status: 'PENDING', granted: [] });
    expect(await at(1999)).toMatchObject({ status: 'PENDING' });
    expect(await at(2000)).toEqual({ agreed: ['pro 3'], status: 'PROVISIONED', granted: [] });
    expect(await at(3000)).toEqual({ agreed: ['pro 3'], status: 'PROVISIONED', granted: ['pro 3'] });
  });

  test('is of the public offer, under the license of the entitlement', async () => {
    const sandbox = await openSandbox({ delayMs: 0 });
    await practise(sandbox.url, 'purchase', { buyer: newBuyer, product: 'Acme Boards', months: '12', quantity: '7' });
    const { agreements, entitlements } = sandbox.world;
    expect(agreements.at(-1)).toMatchObject({
      id: expect.stringMatching(/^agmt-[a-z0-9]{25}$/),
      initialAgreementId: agreements.at(-1)?.id,
      productId: boards.id,
      offerId: 'offer-sandboxboard1',
      selector: 'P12M',
      price: '0.07',
      endsAt: Date.UTC(2027, 10, 23, 9),
      licenseArn: entitlements.at(-1)?.licenseArn,
    });
  });

  test.each([
    [
      'the private offer to the buyer',
      [offer, { ...offer, id: 'offer-mine', buyerAccounts: [newBuyer] }],
      'offer-mine',
    ],
    ['no private offer to another', [{ ...offer, buyerAccounts: [customer] }], 'offer-sandboxnone1'],
    ['no draft', [{ ...offer, state: 'Draft' as const }], 'offer-sandboxnone1'],
  ])('takes %s', async (_case, offers, offerId) => {
    const { url, world } = await openSandbox({ world: worldWith({ offers }) });
    expect(await practise(url, 'purchase', { buyer: newBuyer })).toMatchObject({ status: 200 });
    expect(world.agreements.at(-1)?.offerId).toBe(offerId);
  });

  test.each([
    [null, null],
    ['0.1', '0.3'],
    ['499.00', '1497'],
  ])('at a price of %s, three cost %s', async (price, total) => {
    const { url, world } = await openSandbox({ world: worldWith({ offers: [{ ...offer, price }] }) });
    await practise(url, 'purchase', { buyer: newBuyer, quantity: '3' });
    expect(world.agreements.at(-1)?.price).toBe(total);
  });

  test('of what is metered is an agreement until 9999 without an entitlement', async () => {
    const products = [{ ...notes, dimensions: [{ key: 'calls', name: 'Calls', types: ['Metered'] as const }] }];
    const sandbox = await openSandbox({ world: worldWith({ products, entitlements: [] }), delayMs: 0 });
    expect(await practise(sandbox.url, 'purchase', { buyer: newBuyer })).toEqual({
      status: 200,
      text: expect.stringMatching(
        /^subscribed: Acme Notes, pay as you go, for 444455556666, license l-[0-9a-f]{32}; AWS shows it in 0 s\n$/,
      ),
    });
    expect(await view(sandbox, newBuyer)).toEqual({ agreed: undefined, status: 'PROVISIONED', granted: [] });
    const { agreement } = clients(sandbox, sandbox.seller);
    expect((await findAgreements(agreement, { AcceptorAccountId: newBuyer }))[0]?.endTime).toEqual(
      new Date('9999-01-01T00:00:00Z'),
    );
    expect(await practise(sandbox.url, 'purchase', { buyer: newBuyer, quantity: '2' })).toMatchObject({ status: 400 });
  });

  test('of a product without dimensions is refused', async () => {
    const { url } = await openSandbox({ world: worldWith({ products: [{ ...notes, dimensions: [] }] }) });
    expect(await practise(url, 'purchase', { buyer: newBuyer })).toMatchObject({ status: 409 });
  });
});

describe('change', () => {
  test('amends the agreement, which AWS shows before the entitlement', async () => {
    const sandbox = await openSandbox();
    sandbox.clock.now = start + 60_000;
    await practise(sandbox.url, 'change', { buyer: customer, quantity: '20', dimension: 'basic' });
    expect(await view(sandbox, customer)).toEqual({ agreed: ['pro 10'], status: 'PROVISIONED', granted: ['pro 10'] });
    sandbox.clock.now += 1000;
    expect(await view(sandbox, customer)).toEqual({ agreed: ['basic 20'], status: 'PROVISIONED', granted: ['pro 10'] });
    sandbox.clock.now += 2000;
    expect(await view(sandbox, customer)).toEqual({
      agreed: ['basic 20'],
      status: 'PROVISIONED',
      granted: ['basic 20'],
    });
    expect(sandbox.world.agreements).toEqual([
      agreed,
      {
        ...agreed,
        dimensions: [{ key: 'basic', quantity: 20 }],
        price: '0.2',
        updatedAt: start + 60_000,
        visibleAt: start + 61_000,
      },
    ]);
  });

  test('keeps the other dimensions of the agreement', async () => {
    const dimensions = [...agreed.dimensions, { key: 'seats', quantity: 2 }];
    const { url, world } = await openSandbox({ world: worldWith({ agreements: [{ ...agreed, dimensions }] }) });
    await practise(url, 'change', { buyer: customer, quantity: '20' });
    expect(world.agreements.at(-1)?.dimensions).toEqual([
      { key: 'seats', quantity: 2 },
      { key: 'pro', quantity: 20 },
    ]);
  });

  test.each([
    ['another buyer', { buyerAccountId: newBuyer }],
    ['another product', { productId: boards.id }],
    ['another license', { licenseArn: 'arn:aws:license-manager::111122223333:license:l-2' }],
    ['the past', { status: 'EXPIRED' as const }],
  ])('leaves an agreement of %s alone', async (_case, difference) => {
    const agreements = [agreed, { ...agreed, id: 'agmt-other', ...difference }];
    const { url, world } = await openSandbox({ world: worldWith({ agreements }) });
    await practise(url, 'change', { buyer: customer, quantity: '20' });
    expect(world.agreements.map(({ id }) => id)).toEqual([agreed.id, 'agmt-other', agreed.id]);
  });

  test('amends again what was amended', async () => {
    const { url, world } = await openSandbox();
    await practise(url, 'change', { buyer: customer, quantity: '20' });
    await practise(url, 'change', { buyer: customer, quantity: '30' });
    expect(world.agreements.map(({ id, dimensions }) => [id, dimensions[0]?.quantity])).toEqual([
      [agreed.id, 10],
      [agreed.id, 20],
      [agreed.id, 30],
    ]);
  });

  test('with replace makes a new agreement of the same chain, under a new license', async () => {
    const sandbox = await openSandbox({ delayMs: 0 });
    await practise(sandbox.url, 'change', { buyer: customer, quantity: '20', replace: 'true' });
    const { agreement } = clients(sandbox, sandbox.seller);
    const chain = await findAgreements(agreement, { InitialAgreementId: agreed.id });
    expect(chain.map(({ status }) => status)).toEqual(['REPLACED', 'ACTIVE']);
    expect(chain[1]?.agreementId).not.toBe(agreed.id);
    expect(chain[1]?.entitlements?.[0]?.licenseArn).not.toBe(contract.licenseArn);
    expect(sandbox.world.entitlements.at(-1)?.licenseArn).toBe(chain[1]?.entitlements?.[0]?.licenseArn);
    expect(await view(sandbox, customer)).toEqual({ agreed: ['pro 20'], status: 'PROVISIONED', granted: ['pro 20'] });
    await practise(sandbox.url, 'change', { buyer: customer, quantity: '30', replace: 'true' });
    expect(await findAgreements(agreement, { InitialAgreementId: agreed.id })).toHaveLength(3);
  });

  test('of a contract without an agreement changes the entitlement alone', async () => {
    const sandbox = await openSandbox({ world: worldWith({ agreements: [] }), delayMs: 0 });
    const fields = { buyer: customer, quantity: '20' };
    expect(await practise(sandbox.url, 'change', { ...fields, replace: 'true' })).toEqual({
      status: 409,
      text: expect.stringContaining('has no agreement for Acme Notes to replace'),
    });
    await practise(sandbox.url, 'change', fields);
    expect(await view(sandbox, customer)).toEqual({ agreed: null, status: null, granted: ['pro 20'] });
  });

  test.each([
    ['change' as const, 'yes', 'replace is "yes": use true, or omit it'],
    ['purchase' as const, 'true', 'unknown field "replace"'],
  ])('a %s refuses replace=%s', async (action, replace, line) => {
    const { url } = await openSandbox();
    expect(await practise(url, action, { buyer: customer, quantity: '20', replace })).toEqual({
      status: 400,
      text: expect.stringContaining(line),
    });
  });
});
