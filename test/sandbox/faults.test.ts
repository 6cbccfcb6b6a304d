import {
  DescribeAgreementCommand,
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  SearchAgreementsCommand,
} from '@aws-sdk/client-marketplace-agreement';
import { BatchDescribeEntitiesCommand, ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/api/fault.ts';
import { clients, discover, openSandbox } from './support.ts';

const Catalog = 'AWSMarketplace';

async function callsWith(fault: Fault) {
  const sandbox = await openSandbox({ fault: () => fault });
  const { sts, agreement, catalog, entitlement } = clients(sandbox, sandbox.seller);
  return {
    sts: () => sts.send(new GetCallerIdentityCommand()),
    agreement: () => agreement.send(new SearchAgreementsCommand({})),
    catalog: () => catalog.send(new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct' })),
    entitlement: () => entitlement.send(new GetEntitlementsCommand({ ProductCode: 'x' })),
    batch: () => catalog.send(new BatchDescribeEntitiesCommand({ EntityRequestList: [{ Catalog, EntityId: 'x' }] })),
  };
}

test.each([
  ['throttling', 'sts', 'Throttling', 400],
  ['throttling', 'agreement', 'ThrottlingException', 400],
  ['throttling', 'catalog', 'ThrottlingException', 429],
  ['throttling', 'entitlement', 'ThrottlingException', 400],
  ['access-denied', 'sts', 'AccessDenied', 403],
  ['access-denied', 'agreement', 'AccessDeniedException', 400],
  ['access-denied', 'catalog', 'AccessDeniedException', 403],
  ['access-denied', 'entitlement', 'AccessDeniedException', 400],
  ['internal', 'sts', 'InternalFailure', 500],
  ['internal', 'agreement', 'InternalServerException', 500],
  ['internal', 'catalog', 'InternalServiceException', 500],
  ['internal', 'entitlement', 'InternalServiceErrorException', 500],
  ['expired-token', 'sts', 'ExpiredToken', 403],
  ['expired-token', 'agreement', 'ExpiredTokenException', 400],
  ['expired-token', 'catalog', 'ExpiredTokenException', 403],
  ['expired-token', 'entitlement', 'ExpiredTokenException', 400],
] as const)('%s reaches the SDK from %s as %s', async (fault, service, name, httpStatusCode) => {
  const calls = await callsWith(fault);
  await expect(calls[service]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

test.each([
  ['catalog', 'aws-marketplace:ListEntities'],
  ['batch', 'aws-marketplace:DescribeEntity'],
  ['entitlement', 'aws-marketplace:GetEntitlements'],
  ['agreement', 'aws-marketplace:SearchAgreements'],
] as const)('access-denied of %s names the permission %s', async (service, permission) => {
  const calls = await callsWith('access-denied');
  await expect(calls[service]()).rejects.toThrow(
    `User: arn:aws:iam::111122223333:user/mp-verify-sandbox is not authorized to perform: ${permission} on resource`,
  );
});

test('drop resets the connection', async () => {
  const calls = await callsWith('drop');
  await expect(calls.catalog()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test.each([
  ['html', 200],
  ['html-403', 403],
] as const)('%s is a page that the SDK cannot read', async (fault, httpStatusCode) => {
  const calls = await callsWith(fault);
  await expect(calls.catalog()).rejects.toMatchObject({
    name: 'SyntaxError',
    $response: { statusCode: httpStatusCode },
  });
});

test('calls are counted per action from 1, and go well where there is no fault', async () => {
  const asked: [string, number][] = [];
  const fault = (action: string, nth: number) => {
    asked.push([action, nth]);
    return action === 'GetCallerIdentity' && nth === 2 ? 'throttling' : null;
  };
  const sandbox = await openSandbox({ fault });
  const { sts, catalog } = clients(sandbox, sandbox.seller);
  await sts.send(new GetCallerIdentityCommand());
  await catalog.send(new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct' }));
  await expect(sts.send(new GetCallerIdentityCommand())).rejects.toThrow('Rate exceeded');
  expect(asked).toEqual([
    ['GetCallerIdentity', 1],
    ['ListEntities', 1],
    ['GetCallerIdentity', 2],
  ]);
});

test('the new questions of Discovery and of agreements are counted by their own names', async () => {
  const asked: string[] = [];
  const sandbox = await openSandbox({ fault: (action) => (asked.push(action) > 0 ? 'throttling' : null) });
  const { agreement } = clients(sandbox, sandbox.seller);
  const agreementId = 'agmt-1';
  await expect(agreement.send(new DescribeAgreementCommand({ agreementId }))).rejects.toThrow('Rate exceeded');
  await expect(agreement.send(new GetAgreementTermsCommand({ agreementId }))).rejects.toThrow('Rate exceeded');
  await expect(agreement.send(new GetAgreementEntitlementsCommand({ agreementId }))).rejects.toThrow('Rate exceeded');
  expect(await discover(sandbox.url, sandbox.seller, 'listPurchaseOptions', {})).toMatchObject({ status: 429 });
  expect(asked).toEqual(['DescribeAgreement', 'GetAgreementTerms', 'GetAgreementEntitlements', 'ListPurchaseOptions']);
});
