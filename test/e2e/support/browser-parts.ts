import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { detail, type Hands } from './browser-person.ts';

/** What a person does in the browser at the steps of a checklist; `shown` is what the terminal says of the step. */
export type Part = Readonly<Record<string, (shown: string) => Promise<void>>>;

/** Somebody before a window of the browser. */
export interface Visitor {
  readonly page: Page;
  readonly url: string;
  readonly hands: Hands;
}

const password = 'correct horse';

/** The portal's list, as the seller: its button opens the product page. */
async function seePortal({ page, url, hands }: Visitor): Promise<void> {
  await page.goto(`${url}/marketplace/management/products/saas`);
  const notes = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Acme Notes' }) });
  await hands.press(notes.getByRole('link', { name: 'View on AWS Marketplace' }));
  await page.getByRole('heading', { level: 1, name: 'Acme Notes' }).waitFor();
}

async function become({ page, hands }: Visitor, buyer: string): Promise<void> {
  const choice = await page.getByLabel('Signed in as').locator(`option[value="${buyer}"]`).textContent();
  await hands.fill(page.getByLabel('Signed in as'), choice ?? '');
  await hands.press(page.getByRole('button', { name: 'Switch' }));
  await page.getByLabel('Signed in as').locator(`option[value="${buyer}"][selected]`).waitFor({ state: 'attached' });
}

async function buy({ page, hands }: Visitor, order: { readonly dimension: string; readonly quantity: number }) {
  await hands.fill(page.getByLabel('Dimension', { exact: true }), order.dimension);
  await hands.fill(page.getByLabel('Quantity'), String(order.quantity));
  await hands.fill(page.getByLabel('Duration'), '12 months');
  await hands.press(page.getByRole('button', { name: 'Create contract' }));
  await page.getByRole('status').getByText('The contract was created.').waitFor();
  expect([await detail(page, 'Dimension'), await detail(page, 'Quantity'), await detail(page, 'Duration')]).toEqual([
    order.dimension,
    String(order.quantity),
    '12 months',
  ]);
}

async function enter({ page, hands }: Visitor, button: 'Sign up' | 'Sign in', email: string, word: string) {
  await hands.fill(page.getByLabel('Email address'), email);
  await hands.fill(page.getByLabel('Password'), word);
  await hands.press(page.getByRole('button', { name: button, exact: true }));
}

/** Where a person compares: the contract page of the SaaS, and what the terminal says of AWS. */
async function compare({ page, url }: Visitor, shown: string, plan: string, quantity: number): Promise<void> {
  await page.goto(`${url}/saas/contract`);
  const [, licence = '?', row = ''] = /says:\n.*\n +(l-\w+) +(\S.*)/.exec(shown) ?? [];
  const [, said, count, ends] = /^(\w+) \(\w+\) +(\d+) +(\S.*\S)$/.exec(row) ?? [];
  expect([said, Number(count)]).toEqual([plan, quantity]);
  expect(await detail(page, 'Plan')).toBe(plan);
  expect(await detail(page, 'Quantity')).toBe(String(quantity));
  expect(await detail(page, 'Ends on')).toBe(ends);
  expect((await detail(page, 'License'))?.slice(0, licence.length)).toBe(licence);
}

function newSignup(visitor: Visitor): Part {
  const { page, url, hands } = visitor;
  return {
    page: () => seePortal(visitor),
    purchase: async (shown) => {
      expect(shown).toContain('0.01 USD');
      await page.getByRole('row').filter({ hasText: 'basic' }).getByText('0.01 USD').waitFor();
      await buy(visitor, { dimension: 'Basic (basic)', quantity: 7 });
    },
    'sign-up-page': async () => {
      await hands.press(page.getByRole('button', { name: 'Set up your account' }));
      await page.getByRole('heading', { level: 1, name: 'Sign up for Acme' }).waitFor();
    },
    'sign-up': async () => {
      await enter(visitor, 'Sign up', 'aiko@gmail.com', password);
      await page.getByText('Your account was created.').waitFor();
    },
    'sign-in': async () => {
      await page.goto(`${url}/saas/sign-in`);
      await enter(visitor, 'Sign in', 'aiko@gmail.com', password);
      await page.getByText('aiko@gmail.com').waitFor();
    },
    inspect: (shown) => compare(visitor, shown, 'Basic', 7),
  };
}

function existingUser(visitor: Visitor): Part {
  const { page, hands } = visitor;
  return {
    page: () => seePortal(visitor),
    purchase: async () => {
      await become(visitor, '555566667777');
      await buy(visitor, { dimension: 'Pro (pro)', quantity: 3 });
    },
    'sign-in-page': async () => {
      await hands.press(page.getByRole('button', { name: 'Set up your account' }));
      await hands.press(page.getByRole('link', { name: 'Sign in to your account' }));
      await page.getByText('Sign in to add your purchase to your account.').waitFor();
    },
    'sign-in': async () => {
      await enter(visitor, 'Sign in', 'existing-user@acme.example', 'sandbox-only');
      expect(await detail(page, 'Signed in as')).toBe('existing-user@acme.example');
    },
    inspect: (shown) => compare(visitor, shown, 'Pro', 3),
  };
}

function contractChange(visitor: Visitor): Part {
  const { page, url, hands } = visitor;
  return {
    page: () => seePortal(visitor),
    change: async () => {
      await become(visitor, '666677778888');
      await hands.press(page.getByRole('link', { name: 'Your contracts' }));
      await hands.press(page.getByRole('link', { name: 'Acme Notes' }));
      await hands.fill(page.getByLabel('Dimension'), 'Basic (basic)');
      await hands.fill(page.getByLabel('Quantity'), '25');
      await hands.press(page.getByRole('button', { name: 'Change contract' }));
      await page.getByRole('status').getByText('The contract was changed.').waitFor();
      expect([await detail(page, 'Dimension'), await detail(page, 'Quantity')]).toEqual(['Basic (basic)', '25']);
    },
    'sign-in': async () => {
      await page.goto(`${url}/saas/sign-in`);
      await enter(visitor, 'Sign in', 'contract-change@acme.example', 'sandbox-only');
      expect(await detail(page, 'Signed in as')).toBe('contract-change@acme.example');
    },
    inspect: (shown) => compare(visitor, shown, 'Basic', 25),
  };
}

/** The people's part of each use case. */
export const parts: Readonly<Record<string, (visitor: Visitor) => Part>> = {
  'new-signup': newSignup,
  'existing-user': existingUser,
  'contract-change': contractChange,
};
