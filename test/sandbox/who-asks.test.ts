import {
  DescribeAgreementCommand,
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
} from '@aws-sdk/client-marketplace-agreement';
import {
  BatchDescribeEntitiesCommand,
  DescribeEntityCommand,
  ListChangeSetsCommand,
  ListEntitiesCommand,
} from '@aws-sdk/client-marketplace-catalog';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
} from '@aws-sdk/client-marketplace-metering';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { issueToken } from '../../src/sandbox/contracts.ts';
import { scenarioActions } from '../../src/sandbox/scenario-schema.ts';
import type { LocalSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxAccount, SandboxWorld } from '../../src/sandbox/world.ts';
import {
  agreed,
  allEntitlements,
  clients,
  discover,
  findAgreements,
  notes,
  offer,
  openSandbox,
  start,
  worldWith,
} from './support.ts';

const Catalog = 'AWSMarketplace';
const metered = { key: 'gigabytes', name: 'Gigabytes', types: ['Metered'] as const };
type Ask = (sandbox: LocalSandbox, account: SandboxAccount, world: SandboxWorld) => Promise<unknown>;

/** Every action, asked about the seller's product Notes, its offer and its one contract. */
const actions: Readonly<Record<(typeof scenarioActions)[number], Ask>> = {
  AssumeRole: async (sandbox, account) => {
    const RoleArn = `arn:aws:iam::${notes.ownerAccountId}:role/any`;
    const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'any' });
    return (await clients(sandbox, account).sts.send(asked)).Credentials && 1;
  },
  BatchDescribeEntities: async (sandbox, account) => {
    const EntityRequestList = [{ Catalog, EntityId: notes.id }];
    const { EntityDetails, Errors } = await clients(sandbox, account).catalog.send(
      new BatchDescribeEntitiesCommand({ EntityRequestList }),
    );
    return Errors?.[notes.id]?.ErrorCode ?? Object.keys(EntityDetails ?? {}).length;
  },
  BatchMeterUsage: async (sandbox, account) => {
    const record = { Timestamp: new Date(start), CustomerAWSAccountId: agreed.buyerAccountId, Dimension: metered.key };
    const UsageRecords = [{ ...record, LicenseArn: agreed.licenseArn ?? '' }];
    const { Results } = await metering(sandbox, account).send(new BatchMeterUsageCommand({ UsageRecords }));
    return Results?.length;
  },
  DescribeAgreement: async (sandbox, account) => {
    const { agreement } = clients(sandbox, account);
    return (await agreement.send(new DescribeAgreementCommand({ agreementId: agreed.id }))).agreementId && 1;
  },
  DescribeEntity: async (sandbox, account) => {
    const { catalog } = clients(sandbox, account);
    return (await catalog.send(new DescribeEntityCommand({ Catalog, EntityId: offer.id }))).EntityArn && 1;
  },
  GetAgreementEntitlements: async (sandbox, account) => {
    const { agreement } = clients(sandbox, account);
    const asked = new GetAgreementEntitlementsCommand({ agreementId: agreed.id });
    return (await agreement.send(asked)).agreementEntitlements?.length;
  },
  GetAgreementTerms: async (sandbox, account) => {
    const { agreement } = clients(sandbox, account);
    const { acceptedTerms = [] } = await agreement.send(new GetAgreementTermsCommand({ agreementId: agreed.id }));
    return acceptedTerms.filter((term) => 'configurableUpfrontPricingTerm' in term).length;
  },
  GetCallerIdentity: async (sandbox, account) =>
    (await clients(sandbox, account).sts.send(new GetCallerIdentityCommand())).Account,
  GetEntitlements: async (sandbox, account) => (await allEntitlements(clients(sandbox, account).entitlement)).length,
  GetProduct: async ({ url }, account) => {
    const { error, answer } = await discover(url, account, 'getProduct', { productId: notes.id });
    return error ?? (answer.productId && 1);
  },
  ListChangeSets: async (sandbox, account) => {
    const { catalog } = clients(sandbox, account);
    return (await catalog.send(new ListChangeSetsCommand({ Catalog }))).ChangeSetSummaryList?.length;
  },
  ListEntities: async (sandbox, account) => {
    const { catalog } = clients(sandbox, account);
    const asked = new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct' });
    return (await catalog.send(asked)).EntitySummaryList?.length;
  },
  ListPurchaseOptions: async ({ url }, account) => {
    const filters = [{ filterType: 'PRODUCT_ID', filterValues: [notes.id] }];
    const { error, answer } = await discover(url, account, 'listPurchaseOptions', { filters });
    return error ?? (answer.purchaseOptions as readonly unknown[]).length;
  },
  ResolveCustomer: async (sandbox, account, world) => {
    const { buyerAccountId, productId, licenseArn } = agreed;
    const RegistrationToken = issueToken(world, { buyerAccountId, productId, licenseArn, now: start });
    const asked = new ResolveCustomerCommand({ RegistrationToken });
    return (await metering(sandbox, account).send(asked)).CustomerAWSAccountId && 1;
  },
  SearchAgreements: async (sandbox, account) => (await findAgreements(clients(sandbox, account).agreement)).length,
};

function metering({ url }: LocalSandbox, credentials: SandboxAccount) {
  return new MarketplaceMeteringClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
}

const unknown = 'UnrecognizedClientException';

/** How many rows each asker gets, or the name of the error: the seller, a buyer on the allowlist, a stranger, nobody. */
test.each<[keyof typeof actions, unknown, unknown, unknown, unknown]>([
  ['AssumeRole', 1, 1, 1, 'InvalidClientTokenId'],
  ['BatchDescribeEntities', 1, 'ResourceNotFound', 'ResourceNotFound', unknown],
  ['BatchMeterUsage', 1, 'InvalidLicenseException', 'InvalidLicenseException', unknown],
  ['DescribeAgreement', 1, 'ResourceNotFoundException', 'ResourceNotFoundException', unknown],
  ['DescribeEntity', 1, 'ResourceNotFoundException', 'ResourceNotFoundException', unknown],
  ['GetAgreementEntitlements', 1, 'ResourceNotFoundException', 'ResourceNotFoundException', unknown],
  ['GetAgreementTerms', 1, 'ResourceNotFoundException', 'ResourceNotFoundException', unknown],
  ['GetCallerIdentity', '111122223333', '444455556666', '777788889999', 'InvalidClientTokenId'],
  ['GetEntitlements', 1, 0, 0, unknown],
  ['GetProduct', 1, 1, 'ResourceNotFoundException', unknown],
  ['ListChangeSets', 1, 0, 0, unknown],
  ['ListEntities', 2, 0, 0, unknown],
  ['ListPurchaseOptions', 0, 1, 0, unknown],
  ['ResolveCustomer', 1, 'InvalidTokenException', 'InvalidTokenException', unknown],
  ['SearchAgreements', 1, 0, 0, unknown],
])('%s answers the seller %s, a buyer %s, a stranger %s, an unknown key %s', async (action, ...expected) => {
  const { products } = worldWith({});
  const changeSets = [
    {
      id: 'set',
      name: null,
      ownerAccountId: notes.ownerAccountId,
      entityIds: [notes.id],
      status: 'SUCCEEDED' as const,
      failureCode: null,
      startedAt: start,
      endedAt: start,
    },
  ];
  const [, ...others] = products;
  const world = worldWith({
    changeSets,
    products: [{ ...notes, dimensions: [...notes.dimensions, metered] }, ...others],
  });
  const sandbox = await openSandbox({ world });
  const { seller, buyers, strangers } = world;
  const nobody = { ...seller, accessKeyId: 'MPVERIFYUNKNOWN' };
  const askers = [seller, buyers['new-signup'], strangers[0], nobody] as readonly SandboxAccount[];
  const answers = askers.map((account) => actions[action](sandbox, account, world).catch(({ name }: Error) => name));
  expect(await Promise.all(answers)).toEqual(expected);
});

test('every action that a scenario can name is there', () => {
  expect(Object.keys(actions).sort()).toEqual([...scenarioActions].sort());
});
