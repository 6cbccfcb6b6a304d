import { beforeEach, expect, test } from 'vitest';
import { assertOwner } from '../../src/product/target.ts';
import type { Fault } from '../../src/sandbox/api/fault.ts';
import { openSandbox } from '../sandbox/support.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import { connected, keys, nowhere, questions, troubleOf, useMachine } from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

const action = 'aws-marketplace:GetEntitlements';

test.each<[Fault, code: string, values: object]>([
  ['access-denied', 'access-denied', { action }],
  ['expired-token', 'expired-credentials', { profile: null }],
  ['throttling', 'throttled', { action }],
  ['html-403', 'not-aws', { status: 403 }],
])('trouble says for programs what it is about: %s', async (fault, code, values) => {
  const { url } = await openSandbox({ fault: () => fault });
  expect(await troubleOf(questions.Entitlement(await connected(url)))).toMatchObject({ code, values });
});

test('of no network it is the action and the host', async () => {
  const trouble = await troubleOf(questions.Entitlement(await connected(nowhere)));
  expect(trouble).toMatchObject({ code: 'network', values: { action, host: nowhere } });
});

test('of missing credentials it is the profile', async () => {
  await useMachine({ env: { AWS_PROFILE: 'mp-seller' } });
  const trouble = await troubleOf(questions.Entitlement(await connected(nowhere)));
  expect(trouble).toMatchObject({ code: 'no-credentials', values: { profile: 'mp-seller' } });
});

test('of the wrong account it is both accounts, in words too', () => {
  const owner = '999900001111';
  const values = { account: seller.accountId, owner };
  const message = new RegExp(`${seller.accountId}.*${owner}`);
  expect(() => assertOwner(seller, { ...acmeNotes, ownerAccountId: owner })).toThrow(
    expect.objectContaining({ code: 'wrong-account', values, message: expect.stringMatching(message) }),
  );
});
