import {
  DescribeAgreementCommand,
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  ListAgreementChargesCommand,
} from '@aws-sdk/client-marketplace-agreement';
import { describe, expect, test } from 'vitest';
import type { SandboxWorld, StoredAgreement } from '../../src/sandbox/world.ts';
import { agreed, clients, notes, offer, openSandbox, start, worldWith } from './support.ts';

const agreementId = agreed.id;
const metered = { key: 'calls', name: 'Calls', types: ['Metered'] as const };

async function client(changes: Partial<StoredAgreement> = {}, world: Partial<SandboxWorld> = {}) {
  const sandbox = await openSandbox({ world: worldWith({ agreements: [{ ...agreed, ...changes }], ...world }) });
  return clients(sandbox, sandbox.seller).agreement;
}

describe('DescribeAgreement', () => {
  test('gives the agreement with its value, and how it ends', async () => {
    const described = await (await client()).send(new DescribeAgreementCommand({ agreementId }));
    expect(described).toEqual({
      $metadata: expect.objectContaining({ httpStatusCode: 200 }),
      agreementId,
      initialAgreementId: agreementId,
      agreementType: 'PurchaseAgreement',
      status: 'ACTIVE',
      acceptanceTime: new Date('2026-11-23T09:00:00Z'),
      startTime: new Date('2026-11-23T09:00:00Z'),
      endTime: new Date('2026-12-23T09:00:00Z'),
      acceptor: { accountId: '666677778888' },
      proposer: { accountId: '111122223333' },
      proposalSummary: { offerId: offer.id, resources: [{ id: notes.id, type: 'SaaSProduct' }] },
      estimatedCharges: { currencyCode: 'USD', agreementValue: '0.1' },
      endTimeBehavior: { type: 'EXPIRE', reasonCode: 'ACCEPTOR_RENEW_OPTED_OUT' },
    });
  });

  test('leaves out a value that is not known, and an end that is none', async () => {
    const agreement = await client({ price: null, endsAt: null });
    const described = await agreement.send(new DescribeAgreementCommand({ agreementId }));
    expect(described).not.toHaveProperty('estimatedCharges');
    expect(described).not.toHaveProperty('endTimeBehavior');
  });
});

describe('GetAgreementTerms', () => {
  async function terms(agreement: Awaited<ReturnType<typeof client>>) {
    return (await agreement.send(new GetAgreementTermsCommand({ agreementId }))).acceptedTerms;
  }

  test('gives what the buyer chose, among other terms', async () => {
    const dimensions = [
      { key: 'pro', quantity: 3 },
      { key: 'basic', quantity: 0 },
    ];
    const accepted = await terms(await client({ selector: 'P12M', dimensions, autoRenew: true }));
    expect(accepted?.flatMap((term) => Object.keys(term))).toEqual([
      'legalTerm',
      'supportTerm',
      'configurableUpfrontPricingTerm',
      'renewalTerm',
    ]);
    expect(accepted?.[2]?.configurableUpfrontPricingTerm).toMatchObject({
      type: 'ConfigurableUpfrontPricingTerm',
      currencyCode: 'USD',
      configuration: {
        selectorValue: 'P12M',
        dimensions: [
          { dimensionKey: 'pro', dimensionValue: 3 },
          { dimensionKey: 'basic', dimensionValue: 0 },
        ],
      },
    });
    expect(accepted?.[3]?.renewalTerm?.configuration).toEqual({ enableAutoRenew: true });
  });

  test('gives the rate cards of the offer, where it is known', async () => {
    const card = (agreement: Awaited<ReturnType<typeof client>>) =>
      terms(agreement).then((accepted) => accepted?.[2]?.configurableUpfrontPricingTerm?.rateCards);
    expect((await card(await client()))?.[0]).toEqual({
      selector: { type: 'Duration', value: 'P1M' },
      constraints: { multipleDimensionSelection: 'Allowed', quantityConfiguration: 'Allowed' },
      rateCard: [
        { dimensionKey: 'pro', price: '0.01' },
        { dimensionKey: 'basic', price: '0.01' },
      ],
    });
    expect(await card(await client({}, { offers: [] }))).toBeUndefined();
  });

  test('gives pay as you go as a usage term, a contract with consumption as both', async () => {
    const mixed = { products: [{ ...notes, dimensions: [...notes.dimensions, metered] }] };
    const usageOnly = { products: [{ ...notes, dimensions: [metered] }] };
    const kinds = async (...args: Parameters<typeof client>) =>
      (await terms(await client(...args)))?.flatMap((term) => Object.keys(term)).slice(2);
    expect(await kinds({ selector: null, dimensions: [] }, usageOnly)).toEqual(['usageBasedPricingTerm']);
    expect(await kinds({}, mixed)).toEqual(['configurableUpfrontPricingTerm', 'renewalTerm', 'usageBasedPricingTerm']);
  });

  test('gives pages', async () => {
    const agreement = await client();
    const first = await agreement.send(new GetAgreementTermsCommand({ agreementId, maxResults: 3 }));
    const last = await agreement.send(new GetAgreementTermsCommand({ agreementId, nextToken: first.nextToken }));
    expect([first.acceptedTerms?.length, last.acceptedTerms?.length, last.nextToken]).toEqual([3, 1, undefined]);
  });
});

describe('GetAgreementEntitlements', () => {
  test.each<[string, Partial<StoredAgreement>, string | null]>([
    ['PROVISIONED AGREEMENT_ACTIVE', {}, agreed.licenseArn],
    ['PROVISIONED AGREEMENT_ACTIVE', { licenseArn: null }, null],
    ['PENDING PROVISIONING_IN_PROGRESS', { licensedAt: start + 1 }, null],
    ['SCHEDULED FUTURE_START_DATE', { startsAt: start + 1 }, null],
    ['FAILED INVALID_PAYMENT_INSTRUMENT', { failure: 'INVALID_PAYMENT_INSTRUMENT' }, null],
    ['DEPROVISIONED AGREEMENT_INACTIVE', { status: 'CANCELLED' }, agreed.licenseArn],
  ])('says %s of %j', async (words, changes, licenseArn) => {
    const agreement = await client(changes);
    const [status, statusReasonCode] = words.split(' ');
    const { agreementEntitlements } = await agreement.send(new GetAgreementEntitlementsCommand({ agreementId }));
    expect(agreementEntitlements).toEqual([
      {
        resource: { id: notes.id, type: 'SaaSProduct' },
        type: 'AWS::Marketplace::Usage',
        status,
        statusReasonCode,
        ...(licenseArn === null ? {} : { licenseArn }),
      },
    ]);
  });
});

const questions = {
  DescribeAgreement: (id: string) => new DescribeAgreementCommand({ agreementId: id }),
  GetAgreementTerms: (id: string) => new GetAgreementTermsCommand({ agreementId: id }),
  GetAgreementEntitlements: (id: string) => new GetAgreementEntitlementsCommand({ agreementId: id }),
};

describe.each(Object.entries(questions))('%s', (_action, question) => {
  const ask = (agreement: Awaited<ReturnType<typeof client>>, id: string) =>
    // One signature for the three commands, which the client's overloads do not have.
    agreement.send(question(id) as DescribeAgreementCommand);

  test.each<[string, string, Partial<StoredAgreement>]>([
    ['an agreement that there is not', 'agmt-unknown', {}],
    ['one that AWS does not show yet', agreementId, { visibleAt: start + 1 }],
    ['one of a product of another seller', agreementId, { productId: 'prod-of-another' }],
  ])('does not find %s', async (_case, id, changes) => {
    const products = [notes, { ...notes, id: 'prod-of-another', ownerAccountId: '123456789012' }];
    await expect(ask(await client(changes, { products }), id)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      resourceId: id,
      resourceType: 'Agreement',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('does not find it for another account', async () => {
    const sandbox = await openSandbox();
    const { agreement } = clients(sandbox, sandbox.world.buyers['contract-change'] ?? sandbox.seller);
    await expect(ask(agreement, agreementId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    ['', 'INVALID_AGREEMENT_ID'],
    ['agmt 1', 'INVALID_AGREEMENT_ID'],
    ['a'.repeat(65), 'INVALID_AGREEMENT_ID'],
    [undefined, 'MISSING_AGREEMENT_ID'],
  ])('refuses the ID %j', async (id, reason) => {
    // Not every SDK insists on a member that is required, as the types of this one do.
    await expect(ask(await client(), id as string)).rejects.toMatchObject({
      name: 'ValidationException',
      reason,
      message: expect.stringContaining('agreementId'),
      fields: [{ name: 'agreementId', message: expect.any(String) }],
    });
  });
});

test.each([
  [{ nextToken: 'bm9uc2Vuc2U' }, 'INVALID_NEXT_TOKEN'],
  [{ maxResults: 51 }, 'INVALID_MAX_RESULTS'],
])('pages of terms and entitlements are refused with %j', async (input, reason) => {
  const agreement = await client();
  const refused = { name: 'ValidationException', reason };
  for (const Command of [GetAgreementTermsCommand, GetAgreementEntitlementsCommand]) {
    await expect(agreement.send(new Command({ agreementId, ...input }))).rejects.toMatchObject(refused);
  }
});

test('an action that the sandbox does not have is an error of the service', async () => {
  await expect((await client()).send(new ListAgreementChargesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('ListAgreementCharges'),
    $metadata: { httpStatusCode: 400 },
  });
});
