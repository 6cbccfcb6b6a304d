import { expect, test } from 'vitest';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { start } from '../sandbox/support.ts';
import { type Story, walkedAgainst } from './walked-against.ts';

const month = 30 * 24 * 3_600_000;
const lastOf = <Item>(items: readonly Item[]): Item => {
  const last = items.at(-1);
  if (last === undefined) throw new Error('there is none');
  return last;
};
/** The newest row of the entitlements, and of the agreements, as something else. */
const entitlement = (world: SandboxWorld, changes: Partial<SandboxWorld['entitlements'][number]>) =>
  world.entitlements.push({ ...lastOf(world.entitlements.splice(-1)), ...changes });
const agreement = (world: SandboxWorld, changes: Partial<SandboxWorld['agreements'][number]>) =>
  world.agreements.push({ ...lastOf(world.agreements), ...changes });
const wanting = (fields: string) => (source: string) =>
  source.replace(
    '    is: new\n    within: 15m\n\n  - id: inspect',
    `    is: new\n${fields}    within: 15m\n\n  - id: inspect`,
  );

// Somebody says pass to every step, while AWS holds something else.
test.each<[what: string, story: Story, code: string]>([
  ['no purchase', { checklist: 'new-signup' }, 'no-agreement'],
  [
    'a purchase by another account',
    { checklist: 'new-signup', acts: (act) => act.purchase({ buyer: '555566667777' }) },
    'no-agreement',
  ],
  [
    'a wrong dimension',
    { checklist: 'new-signup', edit: wanting('    dimension: basic\n'), acts: (act) => act.purchase() },
    'other-dimension',
  ],
  [
    'a wrong quantity',
    { checklist: 'new-signup', edit: wanting('    quantity: 7\n'), acts: (act) => act.purchase() },
    'other-quantity',
  ],
  [
    'a contract that has expired',
    {
      checklist: 'new-signup',
      acts: (act) => act.purchase(),
      afterwards: (world) => entitlement(world, { endsAt: start - month }),
    },
    'entitlement-expired',
  ],
  ['no change', { checklist: 'contract-change' }, 'agreement-unchanged'],
  [
    'a renewal only',
    {
      checklist: 'contract-change',
      acts: async ({ world }) => {
        agreement(world, { updatedAt: start + 1000, endsAt: start + 3 * month });
        entitlement(world, { endsAt: start + 3 * month });
      },
    },
    'agreement-unchanged',
  ],
  [
    'an entitlement that comes after the deadline',
    {
      checklist: 'new-signup',
      acts: (act) => act.purchase(),
      afterwards: (world) => entitlement(world, { visibleAt: start + month }),
    },
    'no-entitlement',
  ],
  [
    'terms and entitlement that differ',
    { checklist: 'new-signup', acts: (act) => act.purchase(), afterwards: (world) => entitlement(world, { value: 5 }) },
    'terms-differ',
  ],
  ['a contract that was there before', { checklist: 'new-signup', buyer: '666677778888' }, 'contract-in-the-way'],
  [
    'a buyer who is not on the allowlist',
    {
      checklist: 'new-signup',
      before: (world) => {
        world.products = world.products.map((product) => ({ ...product, allowlist: [] }));
      },
    },
    'not-on-allowlist',
  ],
  [
    'a product that is still a draft',
    {
      checklist: 'new-signup',
      before: (world) => {
        world.products = world.products.map((product) => ({ ...product, visibility: 'Draft' }));
      },
    },
    'draft',
  ],
])('%s never ends in pass, whatever people say', async (_, story, code) => {
  const { verdict, failed } = await walkedAgainst(story);
  expect(failed?.code).toBe(code);
  expect(verdict).toBe('fail');
});

const product = (changes: Partial<SandboxWorld['products'][number]>) => (world: SandboxWorld) => {
  world.products = world.products.map((each) => ({ ...each, ...changes }));
};

// The integration is sound, and looks unusual.
test.each<[what: string, story: Story]>([
  ['a purchase', { checklist: 'new-signup', acts: (act) => act.purchase() }],
  ['a change of quantity', { checklist: 'contract-change', acts: (act) => act.change() }],
  [
    'a change by a replaced agreement',
    { checklist: 'contract-change', acts: (act) => act.change({ replace: 'true' }) },
  ],
  [
    'two licenses, one of them changed',
    {
      checklist: 'contract-change',
      before: ({ entitlements }) => {
        const licenseArn = 'arn:aws:license-manager::111122223333:license:l-0000000000000000000000000000aaaa';
        entitlements.unshift({ ...lastOf(entitlements), licenseArn, dimension: 'basic', value: 1 });
      },
      acts: (act) => act.change(),
    },
  ],
  [
    'a customer identifier, as older products have it',
    {
      checklist: 'new-signup',
      acts: (act) => act.purchase(),
      afterwards: (world) => entitlement(world, { customerIdentifier: '7vBT7cnzEYf' }),
    },
  ],
  [
    'a contract that renews itself',
    {
      checklist: 'new-signup',
      acts: (act) => act.purchase(),
      afterwards: (world) => agreement(world, { autoRenew: true }),
    },
  ],
  [
    'agreements that may not be read',
    {
      checklist: 'new-signup',
      sandbox: { fault: (action) => (action === 'SearchAgreements' ? 'access-denied' : null) },
      acts: (act) => act.purchase(),
    },
  ],
  [
    'filters that the service refuses',
    { checklist: 'new-signup', sandbox: { refusedFilters: ['AcceptorAccountId'] }, acts: (act) => act.purchase() },
  ],
  [
    'Discovery that refuses',
    { checklist: 'new-signup', before: product({ discoverable: false }), acts: (act) => act.purchase() },
  ],
  [
    'a public product',
    {
      checklist: 'new-signup',
      before: product({ visibility: 'Public', allowlist: [] }),
      acts: (act) => act.purchase(),
    },
  ],
  [
    'a quantity from 0 to 5',
    {
      checklist: 'contract-change',
      before: (world) => {
        entitlement(world, { value: 0 });
        world.agreements.push({ ...lastOf(world.agreements.splice(-1)), dimensions: [{ key: 'pro', quantity: 0 }] });
      },
      acts: (act) => act.change({ quantity: '5' }),
    },
  ],
  [
    'an end in the year 9999',
    {
      checklist: 'new-signup',
      acts: (act) => act.purchase(),
      afterwards: (world) => {
        agreement(world, { endsAt: Date.UTC(9999, 0, 1) });
        entitlement(world, { endsAt: Date.UTC(9999, 0, 1) });
      },
    },
  ],
  [
    'a second contract beside the first, which the operator chose',
    { checklist: 'new-signup', buyer: '666677778888', acts: (act) => act.purchase(), moves: ['a'] },
  ],
  ['a purchase that a colleague made before', { checklist: 'new-signup', buyer: '666677778888', moves: ['c'] }],
])('%s ends in pass', async (_, story) => {
  const { verdict, failed } = await walkedAgainst(story);
  expect(failed).toBeUndefined();
  expect(verdict).toBe('pass');
});
