import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { MarketplaceMeteringClient, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering';
import { describe, expect, test } from 'vitest';
import { issueToken } from '../../src/sandbox/contracts.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { agreed, clients, contract, notes, openSandbox, practise, start, worldWith } from './support.ts';

const buyer = agreed.buyerAccountId;
const newcomer = '444455556666';

/** A sandbox and a SaaS in it, which has whatever faults a test gives it. */
async function open(options: LocalSandboxOptions = {}) {
  const sandbox = await openSandbox({ delayMs: 0, ...options });
  const { url, world, seller, clock } = sandbox;
  const { entitlement } = clients(sandbox, seller);
  const metering = new MarketplaceMeteringClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: seller,
    maxAttempts: 1,
  });
  return {
    ...sandbox,
    /** The buyer has pressed "Set up your account". */
    sendOn: (account = buyer) =>
      issueToken(world, {
        buyerAccountId: account,
        productId: notes.id,
        licenseArn: agreed.licenseArn,
        now: clock.now,
      }),
    resolve: (RegistrationToken: string) => metering.send(new ResolveCustomerCommand({ RegistrationToken })),
    read: (Filter?: GetEntitlementsCommandInput['Filter'], NextToken?: string) =>
      entitlement.send(new GetEntitlementsCommand({ ProductCode: notes.code ?? '', Filter, NextToken })),
    async hints(action: string, account = buyer): Promise<readonly string[]> {
      const query = new URLSearchParams({ action, buyer: account });
      return ((await (await fetch(`${url}/sandbox/hints?${query}`)).json()) as { hints: readonly string[] }).hints;
    },
  };
}

const noEvents = /sends no events \(EventBridge, SNS\).*proves nothing about it/;

test('mentions the clients that ignore the variables if the SaaS never called', async () => {
  const { sendOn, hints } = await open({ fulfillmentUrl: 'http://localhost:3000/register' });
  sendOn();
  expect((await hints('inspect'))[0]).toMatch(/has not called this sandbox at all\..*JavaScript SDK v2/);
  for (const part of ['set-up', 'sign-up'])
    expect(await hints(part)).toEqual([
      expect.stringMatching(
        /has not called ResolveCustomer.*JavaScript SDK v2, the Go SDK v1 and the AWS CLI before 2\.13/,
      ),
    ]);
});

test('distinguishes a token decoded twice from an invalid one', async () => {
  const { sendOn, resolve, hints } = await open();
  const token = sendOn();
  await resolve(token.replaceAll('+', ' ')).catch(() => undefined);
  expect(await hints('set-up')).toEqual([
    expect.stringMatching(/InvalidTokenException.*a space where AWS sends a \+, so it was decoded twice/),
  ]);
  await resolve(`${token}x`).catch(() => undefined);
  expect(await hints('set-up')).toEqual([expect.stringMatching(/InvalidTokenException.*with the seller's keys\?$/)]);
  await resolve(token);
  expect((await hints('set-up')).join()).not.toContain('InvalidTokenException');
});

describe('a SaaS that lacks a CustomerIdentifier and never asks by account or license', () => {
  test.each<[string, GetEntitlementsCommandInput['Filter'] | null]>([
    ['asks nothing', null],
    ['asks by an identifier that it has not', { CUSTOMER_IDENTIFIER: ['undefined'] }],
    ['asks for everybody', {}],
    ['asks about another account', { CUSTOMER_AWS_ACCOUNT_ID: ['111111111111'] }],
  ])('and %s is told so at sign-up and at inspection', async (_case, filter) => {
    const { sendOn, resolve, read, hints } = await open();
    await resolve(sendOn());
    if (filter !== null) await read(filter);
    for (const part of ['sign-up', 'inspect']) {
      const [first, ...others] = await hints(part);
      expect(first).toMatch(
        /ResolveCustomer returned account 666677778888 and license l-\w+ without a CustomerIdentifier/,
      );
      expect(first).toMatch(/has not called GetEntitlements for either since.*CustomerAWSAccountId and LicenseArn/);
      expect(others).toEqual([expect.stringMatching(noEvents)]);
    }
  });

  test.each<[string, GetEntitlementsCommandInput['Filter']]>([
    ['its account', { CUSTOMER_AWS_ACCOUNT_ID: [buyer] }],
    ['its license', { LICENSE_ARN: [agreed.licenseArn ?? ''] }],
  ])('is none that asks by %s', async (_case, filter) => {
    const { sendOn, resolve, read, hints } = await open();
    await resolve(sendOn());
    await read(filter);
    expect(await hints('inspect')).toEqual([]);
    expect(await hints('sign-up')).toEqual([]);
  });

  test('is none where the product has identifiers, and they are what it asks by', async () => {
    const older = { ...notes, concurrentAgreements: false };
    const { sendOn, resolve, read, hints } = await open({ world: worldWith({ products: [older] }) });
    const { CustomerIdentifier = '' } = await resolve(sendOn());
    expect((await hints('inspect'))[0]).not.toContain('without a CustomerIdentifier');
    await read({ CUSTOMER_IDENTIFIER: [CustomerIdentifier] });
    expect(await hints('inspect', CustomerIdentifier)).toEqual([]);
  });
});

const byAccount = { CUSTOMER_AWS_ACCOUNT_ID: [buyer] };

test('mentions the second page to a SaaS that reads only the first', async () => {
  const { sendOn, resolve, read, hints } = await open({
    fault: (action) => (action === 'GetEntitlements' ? 'empty-first-page' : null),
  });
  await resolve(sendOn());
  const { NextToken } = await read(byAccount);
  expect(await hints('inspect')).toEqual([
    expect.stringMatching(/returned page 1 with no rows and a NextToken.*never requested page 2/),
  ]);
  await read(byAccount, NextToken);
  expect(await hints('inspect')).toEqual([]);
});

describe('after a change of the contract', () => {
  test('a SaaS that has not asked again hears that the sandbox sends no events', async () => {
    const { url, clock, read, hints } = await open();
    await read(byAccount);
    clock.now += 60_000;
    await practise(url, 'change', { buyer, quantity: '20' });
    clock.now += 60_000;
    expect(await hints('inspect')).toEqual([
      'AWS granted the change at 09:01:00 UTC, and the SaaS has not called GetEntitlements since.',
      expect.stringMatching(noEvents),
    ]);
    expect(await hints('inspect', newcomer)).toEqual([]);
  });

  test('says what a SaaS was answered since, without needing an event', async () => {
    const { url, clock, read, hints } = await open();
    await practise(url, 'change', { buyer, quantity: '20' });
    clock.now += 5000;
    await read(byAccount);
    expect(await hints('inspect')).toEqual([
      'AWS granted the change at 09:00:00 UTC, and responded to the SaaS at 09:00:05 UTC: 200, 1 row: pro 20.',
    ]);
  });
});

test('a SaaS that asked before AWS granted, and not since, hears that the sandbox sends no events', async () => {
  const world = worldWith({ entitlements: [{ ...contract, visibleAt: start + 60_000 }] });
  const { clock, sendOn, resolve, read, hints } = await open({ world });
  await resolve(sendOn());
  await read(byAccount);
  clock.now += 120_000;
  expect(await hints('inspect')).toEqual([
    'AWS granted the contract at 09:01:00 UTC, and the SaaS has not called GetEntitlements since.',
    expect.stringMatching(noEvents),
  ]);
});

test.each([
  ['a purchase, in which no SaaS has a part', 'purchase', buyer],
  ['nobody', 'inspect', '999999999999'],
  ['nothing', '', ''],
])('of %s there is nothing to tell', async (_case, action, account) => {
  const { sendOn, hints } = await open();
  sendOn();
  expect(await hints(action, account)).toEqual([]);
});
