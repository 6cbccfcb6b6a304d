import { request } from 'node:http';
import { SearchAgreementsCommand } from '@aws-sdk/client-marketplace-agreement';
import { DescribeEntityCommand, ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
} from '@aws-sdk/client-marketplace-entitlement-service';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
} from '@aws-sdk/client-marketplace-metering';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import type { LoggedCall } from '../../src/sandbox/call-log.ts';
import { issueToken } from '../../src/sandbox/contracts.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxAccount } from '../../src/sandbox/world.ts';
import { connected, keys, useMachine } from '../marketplace/support.ts';
import { rawIn } from '../support/hostile.ts';
import { agreed, clients, contract, notes, openSandbox, start, worldWith } from './support.ts';

/** A sandbox, and what it says of its calls: `who | API operation | about | answer`. */
async function open(options: LocalSandboxOptions = {}) {
  const calls: LoggedCall[] = [];
  const sandbox = await openSandbox({ onCall: (call) => void calls.push(call), ...options });
  const metering = (credentials: SandboxAccount) =>
    new MarketplaceMeteringClient({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const lines = () => calls.map(({ who, action, about, answer }) => [who, action, about, answer].join(' | '));
  return { ...sandbox, calls, lines, metering, as: (account: SandboxAccount) => clients(sandbox, account) };
}

const ProductCode = notes.code ?? '';
const buyer = agreed.buyerAccountId;
const program = /aws-sdk-js\/[\d.]+/.source;

test('logs a registration and its entitlements in two lines, without the token', async () => {
  const { metering, as, seller, world, lines, calls } = await open();
  const { productId, licenseArn } = agreed;
  const token = issueToken(world, { buyerAccountId: buyer, productId, licenseArn, now: start });
  await metering(seller).send(new ResolveCustomerCommand({ RegistrationToken: token }));
  const Filter = { CUSTOMER_AWS_ACCOUNT_ID: [buyer] };
  await as(seller).entitlement.send(new GetEntitlementsCommand({ ProductCode, Filter }));
  expect(lines()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^seller 111122223333, ${program} \\| Metering ResolveCustomer \\| a registration token of 132 characters, for Acme Notes \\| 200, account ${buyer}, license l-\\w+, no CustomerIdentifier$`,
      ),
    ),
    expect.stringMatching(
      new RegExp(
        `^seller 111122223333, ${program} \\| Entitlement GetEntitlements \\| Acme Notes, CUSTOMER_AWS_ACCOUNT_ID ${buyer}, page 1 \\| 200, 1 row: pro 10$`,
      ),
    ),
  ]);
  expect(JSON.stringify(calls)).not.toContain(token);
  expect(calls[0]).toMatchObject({ at: start, byVerifier: false });
});

test('pages are counted, and the first says to which page its token leads', async () => {
  const entitlements = Array.from({ length: 30 }, (_, value) => ({ ...contract, value }));
  const { as, seller, lines } = await open({ world: worldWith({ entitlements }) });
  const ask = (input: Partial<GetEntitlementsCommandInput>) =>
    as(seller).entitlement.send(new GetEntitlementsCommand({ ProductCode, ...input }));
  const { NextToken } = await ask({});
  await ask({ NextToken });
  expect(lines().map((line) => line.split(' | ').slice(2))).toEqual([
    ['Acme Notes, no filter, page 1', '200, 25 rows: pro 0, pro 1, pro 2 …, NextToken to page 2'],
    ['Acme Notes, no filter, page 2', '200, 5 rows: pro 25, pro 26, pro 27 …'],
  ]);
});

test('names the owner of the keys: a buyer, a stranger, a role, unknown keys', async () => {
  const { as, world, lines } = await open();
  const { seller, buyers, strangers } = world;
  const [stranger] = strangers as [SandboxAccount];
  const list = new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' });
  await as(buyers['new-signup'] as SandboxAccount).catalog.send(list);
  await as(stranger).catalog.send(list);
  const RoleArn = 'arn:aws:iam::210987654321:role/saas';
  const { Credentials } = await as(stranger).sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'any' }));
  const role = {
    ...seller,
    accessKeyId: Credentials?.AccessKeyId ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  await as(role).catalog.send(list);
  await as({ ...seller, accessKeyId: 'AKIAEXAMPLE' })
    .catalog.send(list)
    .catch(() => undefined);
  expect(lines().map((line) => line.replace(new RegExp(`, ${program}`), ''))).toEqual([
    'buyer 444455556666 (new-signup) | Catalog ListEntities | SaaSProduct | 200, no rows',
    'stranger 777788889999 | Catalog ListEntities | SaaSProduct | 200, no rows',
    `stranger 777788889999 | STS AssumeRole | ${RoleArn} | 200, keys of arn:aws:sts::111122223333:assumed-role/saas/any: this sandbox has no such account and uses the seller instead`,
    'seller 111122223333 as role saas | Catalog ListEntities | SaaSProduct | 200, 2 rows',
    'access key AKIAEXAMPLE, which is unknown here or has expired | Catalog ListEntities |  | 403, UnrecognizedClientException: The security token included in the request is invalid.',
  ]);
  expect(lines().join()).not.toContain(Credentials?.SessionToken ?? 'none');
});

test.each<[string, LocalSandboxOptions, (asked: Awaited<ReturnType<typeof open>>) => Promise<unknown>, string]>([
  [
    'a token that was decoded twice',
    {},
    ({ metering, seller }) => metering(seller).send(new ResolveCustomerCommand({ RegistrationToken: 'a b' })),
    'Metering ResolveCustomer | a registration token of 3 characters, with a space where AWS sends a + | 400, InvalidTokenException: The registration token is invalid.',
  ],
  [
    'usage by product and licence',
    {},
    ({ metering, seller }) => {
      const LicenseArn = agreed.licenseArn ?? '';
      const record = { Timestamp: new Date(start), CustomerAWSAccountId: buyer, Dimension: 'gb', LicenseArn };
      return metering(seller).send(new BatchMeterUsageCommand({ ProductCode, UsageRecords: [record] }));
    },
    'Metering BatchMeterUsage | 1 records, ProductCode sandboxacmenotes000000001, LicenseArn | 400, ValidationException: ProductCode and LicenseArn cannot be specified together',
  ],
  [
    'an entity',
    {},
    ({ as, seller }) =>
      as(seller).catalog.send(new DescribeEntityCommand({ Catalog: 'AWSMarketplace', EntityId: 'prod-x' })),
    "Catalog DescribeEntity | prod-x | 404, ResourceNotFoundException: Requested entity 'prod-x' does not exist.",
  ],
  [
    'filters',
    {},
    ({ as, seller }) =>
      as(seller).agreement.send(new SearchAgreementsCommand({ filters: [{ name: 'Status', values: ['ACTIVE'] }] })),
    'Agreement SearchAgreements | Status ACTIVE | 400, ValidationException',
  ],
  [
    'a fault',
    { fault: () => 'html' },
    ({ as, seller }) => as(seller).entitlement.send(new GetEntitlementsCommand({ ProductCode })),
    'Entitlement GetEntitlements | unknown product (no ProductCode), no filter, page 1 | 200, the fault html',
  ],
  [
    'a call without an answer',
    { fault: () => 'drop' },
    ({ as, seller }) =>
      as(seller).catalog.send(new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'Offer' })),
    'Catalog ListEntities |  | no response, the fault drop',
  ],
  [
    'another service',
    {},
    ({ url }) => {
      const authorization =
        'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/dynamodb/aws4_request';
      const headers = { authorization, 'x-amz-target': 'DynamoDB_20120810.PutItem', 'user-agent': 'aws-sdk-js/1' };
      return fetch(url, { method: 'POST', headers, body: '{}' });
    },
    'dynamodb DynamoDB_20120810.PutItem |  | 404, not in the sandbox',
  ],
])('%s', async (_case, options, ask, line) => {
  const opened = await open(options);
  await ask(opened).catch(() => undefined);
  expect(opened.lines()).toHaveLength(1);
  expect(opened.lines()[0]).toContain(`seller 111122223333`);
  expect(opened.lines()[0]?.replace(/^[^|]*\| /, '')).toContain(line);
});

test("mp-verify's own questions are told from those of the SaaS", async () => {
  await useMachine({ env: keys });
  const { url, calls } = await open();
  const marketplace = await connected(url);
  await marketplace.entitlements(ProductCode, buyer);
  await marketplace.findListing(notes.id);
  expect(calls.map(({ byVerifier, who }) => [byVerifier, who])).toEqual([
    [true, 'seller 111122223333, mp-verify'],
    [true, 'seller 111122223333, mp-verify'],
  ]);
});

test('what a hostile client sends is short, and has no control characters', async () => {
  const { url, calls } = await open();
  const hostile = `\u202e${'x'.repeat(5000)}\u0007\u200b`;
  const body = JSON.stringify({ ProductCode: hostile, Filter: { [hostile]: [hostile], constructor: ['y'] } });
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/aws-marketplace/aws4_request',
    'content-type': 'application/x-amz-json-1.1',
    'user-agent': 'x\u0080y',
  };
  for (const action of ['GetEntitlements', 'constructor', '__proto__'])
    await new Promise((resolve) => {
      const target = { 'x-amz-target': `AWSMPEntitlementService.${action}` };
      request(url, { method: 'POST', headers: { ...headers, ...target } }, (answer) =>
        answer.resume().on('end', resolve),
      ).end(body);
    });
  expect(calls.map(({ action }) => action)).toEqual([
    'Entitlement GetEntitlements',
    'Entitlement constructor',
    'Entitlement __proto__',
  ]);
  for (const { who, action, about, answer } of calls) {
    const line = [who, action, about, answer].join(' | ');
    expect(rawIn(line)).toEqual([]);
    expect(line.length).toBeLessThan(1000);
  }
});
