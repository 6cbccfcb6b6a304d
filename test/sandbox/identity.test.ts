import { SearchAgreementsCommand } from '@aws-sdk/client-marketplace-agreement';
import { ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import type { SandboxAccount } from '../../src/sandbox/world.ts';
import { allEntitlements, clients, openSandbox } from './support.ts';

const calls = {
  sts: ({ sts }: ReturnType<typeof clients>) => sts.send(new GetCallerIdentityCommand()),
  catalog: ({ catalog }: ReturnType<typeof clients>) =>
    catalog.send(new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' })),
  agreement: ({ agreement }: ReturnType<typeof clients>) => agreement.send(new SearchAgreementsCommand({})),
  entitlement: ({ entitlement }: ReturnType<typeof clients>) =>
    entitlement.send(new GetEntitlementsCommand({ ProductCode: 'x' })),
};

test('the access key says who asks', async () => {
  const sandbox = await openSandbox();
  const { seller, buyers } = sandbox.world;
  const accounts = await Promise.all(
    [seller, ...Object.values(buyers)].map((account) => calls.sts(clients(sandbox, account))),
  );
  expect(accounts.map((caller) => caller.Account)).toEqual([seller.accountId, ...Object.values(sandbox.buyers)]);
  expect(accounts[0]?.Arn).toBe('arn:aws:iam::111122223333:user/mp-verify-sandbox');
});

test.each([
  ['sts', 'InvalidClientTokenId', 403],
  ['catalog', 'UnrecognizedClientException', 403],
  ['agreement', 'UnrecognizedClientException', 400],
  ['entitlement', 'UnrecognizedClientException', 400],
] as const)('%s does not know an unknown key', async (service, name, httpStatusCode) => {
  const sandbox = await openSandbox();
  const unknown = { ...sandbox.seller, accessKeyId: 'MPVERIFYUNKNOWN' };
  await expect(calls[service](clients(sandbox, unknown))).rejects.toMatchObject({
    name,
    message: 'The security token included in the request is invalid.',
    $metadata: { httpStatusCode },
  });
});

test('rejects a request without a key in the format of its service', async () => {
  const { url } = await openSandbox();
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
  const sts = await fetch(url, { method: 'POST', body });
  expect([sts.status, await sts.text()]).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken<')]);
  const catalog = await fetch(`${url}/DescribeEntity`);
  expect(catalog.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
});

test('an action that the sandbox does not have is an error of the service', async () => {
  const sandbox = await openSandbox();
  const { sts } = clients(sandbox, sandbox.seller);
  await expect(sts.send(new GetSessionTokenCommand())).rejects.toMatchObject({
    name: 'InvalidAction',
    message: expect.stringContaining('GetSessionToken'),
  });
});

describe('the keys that AssumeRole gives', () => {
  const assume = async (sandbox: Awaited<ReturnType<typeof openSandbox>>, by: SandboxAccount, account: string) => {
    const RoleArn = `arn:aws:iam::${account}:role/service-role/marketplace`;
    const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'saas', ExternalId: 'x' });
    const { Credentials, AssumedRoleUser } = await clients(sandbox, by).sts.send(asked);
    const keys = {
      accountId: '',
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    return { keys, arn: AssumedRoleUser?.Arn, endsAt: Credentials?.Expiration };
  };

  test.each([
    ["the seller's own role", 'seller', '111122223333', '111122223333', 1],
    ['a role of the seller, as a SaaS in another account takes it', 'stranger', '111122223333', '111122223333', 1],
    ['the real role that the settings of a SaaS name', 'seller', '210987654321', '111122223333', 1],
    ["a buyer's role", 'seller', '444455556666', '444455556666', 0],
  ])('of %s ask as its account', async (_case, who, named, account, rows) => {
    const sandbox = await openSandbox();
    const { seller, strangers } = sandbox.world;
    const by = who === 'seller' ? seller : (strangers[0] as SandboxAccount);
    const { keys, arn } = await assume(sandbox, by, named);
    const { sts, entitlement } = clients(sandbox, keys);
    const caller = await sts.send(new GetCallerIdentityCommand());
    expect(caller).toMatchObject({ Account: account, Arn: `arn:aws:sts::${account}:assumed-role/marketplace/saas` });
    expect(arn).toBe(caller.Arn);
    expect(await allEntitlements(entitlement)).toHaveLength(rows);
  });

  test('are none without their session token, and end after an hour', async () => {
    const sandbox = await openSandbox();
    const { keys, endsAt } = await assume(sandbox, sandbox.seller, '111122223333');
    expect(endsAt).toEqual(new Date('2026-11-23T10:00:00Z'));
    const { sessionToken: _, ...without } = keys;
    const ask = (by: SandboxAccount) => clients(sandbox, by).sts.send(new GetCallerIdentityCommand());
    await expect(ask(without)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(ask({ ...without, sessionToken: 'x' } as SandboxAccount)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    sandbox.clock.now += 60 * 60 * 1000;
    await expect(ask(keys)).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  test('are not given for what is no role', async () => {
    const sandbox = await openSandbox();
    const asked = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:user/me', RoleSessionName: 'saas' });
    await expect(clients(sandbox, sandbox.seller).sts.send(asked)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
