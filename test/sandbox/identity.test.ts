import { SearchAgreementsCommand } from '@aws-sdk/client-marketplace-agreement';
import { ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { clients, openSandbox } from './support.ts';

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

test('a request without a key is told so, as its service tells', async () => {
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
  const assume = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/any', RoleSessionName: 'any' });
  await expect(sts.send(assume)).rejects.toMatchObject({
    name: 'InvalidAction',
    message: expect.stringContaining('AssumeRole'),
  });
});
