import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findChrome } from './support/browser.ts';
import { audit } from './support/browser-audit.ts';
import { detail, type Hands, keyboard, mouse } from './support/browser-person.ts';
import { pageStates } from './support/browser-states.ts';
import { patienceMs } from './support/launch.ts';
import { type Machine, test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { finish, question, type UseCase, useCases } from './support/walking.ts';

const chrome = findChrome();
const missing = 'missing' in chrome ? chrome.missing : null;
let browser: Browser;

beforeAll(async () => {
  if ('launch' in chrome) browser = await chrome.launch();
});
afterAll(() => browser?.close());

/** A window of the browser with cookies of its own. */
async function openWindow(onTestFinished: (close: () => Promise<void>) => void, javaScriptEnabled = true) {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(patienceMs);
  onTestFinished(() => context.close());
  return context.newPage();
}

/** What the person in the browser does at a step of the checklist. */
type Part = Readonly<Record<number, (shown: string) => Promise<void>>>;

interface Visitor {
  readonly page: Page;
  readonly url: string;
  readonly hands: Hands;
}

/** The `mp-verify sandbox` process, and the environment that it prints. */
async function startSandbox(machine: Machine) {
  const printed = await machine.start(['sandbox', '--delay', '1s']).until(/Ctrl\+C stops it/);
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const buyer = (id: string) => new RegExp(`(\\d{12}) {2}for mp-verify run ${id} `).exec(printed)?.[1] ?? '';
  return { env, url: env.AWS_ENDPOINT_URL ?? '', buyer };
}

async function walk(pty: Pty, useCase: UseCase, part: Part): Promise<void> {
  for (const number of useCase.manual) {
    const shown = await pty.until(question(number, useCase));
    await part[number]?.(shown.slice(shown.lastIndexOf(`? ${number}/`)));
    pty.keys('p');
  }
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
  await hands.fill(page.getByLabel('E-mail address'), email);
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
  expect((await detail(page, 'Licence'))?.slice(0, licence.length)).toBe(licence);
}

function newSignup(visitor: Visitor): Part {
  const { page, url, hands } = visitor;
  return {
    7: () => seePortal(visitor),
    8: async (shown) => {
      expect(shown).toMatch(/Basic|basic/);
      await buy(visitor, { dimension: 'Basic (basic)', quantity: 7 });
    },
    9: async () => {
      await hands.press(page.getByRole('button', { name: 'Set up your account' }));
      await page.getByRole('heading', { level: 1, name: 'Sign up for Acme' }).waitFor();
    },
    10: async () => {
      await enter(visitor, 'Sign up', 'aiko@gmail.com', password);
      await page.getByText('Your account was created.').waitFor();
    },
    11: async () => {
      await page.goto(`${url}/saas/sign-in`);
      await enter(visitor, 'Sign in', 'aiko@gmail.com', password);
      await page.getByText('aiko@gmail.com').waitFor();
    },
    13: (shown) => compare(visitor, shown, 'Basic', 7),
  };
}

function existingUser(visitor: Visitor): Part {
  const { page, hands } = visitor;
  return {
    7: () => seePortal(visitor),
    8: async () => {
      await become(visitor, '555566667777');
      await buy(visitor, { dimension: 'Pro (pro)', quantity: 3 });
    },
    9: async () => {
      await hands.press(page.getByRole('button', { name: 'Set up your account' }));
      await hands.press(page.getByRole('link', { name: 'Sign in to the account that you have' }));
      await page.getByText('Your purchase is kept.').waitFor();
    },
    10: async () => {
      await enter(visitor, 'Sign in', 'existing-user@acme.example', 'sandbox-only');
      expect(await detail(page, 'Signed in as')).toBe('existing-user@acme.example');
    },
    12: (shown) => compare(visitor, shown, 'Pro', 3),
  };
}

function contractChange(visitor: Visitor): Part {
  const { page, url, hands } = visitor;
  return {
    5: () => seePortal(visitor),
    6: async () => {
      await become(visitor, '666677778888');
      await hands.press(page.getByRole('link', { name: 'Your contracts' }));
      await hands.press(page.getByRole('link', { name: 'Acme Notes' }));
      await hands.fill(page.getByLabel('Dimension'), 'Basic (basic)');
      await hands.fill(page.getByLabel('Quantity'), '25');
      await hands.press(page.getByRole('button', { name: 'Change contract' }));
      await page.getByRole('status').getByText('The contract was changed.').waitFor();
    },
    8: async () => {
      await page.goto(`${url}/saas/sign-in`);
      await enter(visitor, 'Sign in', 'contract-change@acme.example', 'sandbox-only');
      expect(await detail(page, 'Signed in as')).toBe('contract-change@acme.example');
    },
    9: (shown) => compare(visitor, shown, 'Basic', 25),
  };
}

const parts: Readonly<Record<string, (visitor: Visitor) => Part>> = {
  'new-signup': newSignup,
  'existing-user': existingUser,
  'contract-change': contractChange,
};

const config = (url: string) => `
saas:
  sign-in: ${url}/saas/sign-in
  contract-page: ${url}/saas/contract
  contract-api:
    url: ${url}/saas/api/contract?account=\${buyer}&licence=\${licence}
    plan: contract.plan
    quantity: contract.quantity
    end-date: contract.endsAt
    accounts: accounts
`;

const walks = [
  ...useCases.map((useCase) => ({ id: useCase.id, useCase, by: 'mouse', scripts: true })),
  ...useCases.map((useCase) => ({ id: useCase.id, useCase, by: 'keyboard', scripts: false })),
];

describe.skipIf(missing !== null)(
  `in a browser${missing === null ? '' : ` (skipped: ${missing})`}`,
  { concurrent: true },
  () => {
    test.for(walks)(
      '$id passes: pages by $by (scripts: $scripts), and the checklist beside them by keys',
      async ({ useCase, by, scripts }, { machine, onTestFinished }) => {
        const { env, url, buyer } = await startSandbox(machine);
        await machine.write('mp-verify.yaml', config(url));
        const page = await openWindow(onTestFinished, scripts);
        const visitor = { page, url, hands: by === 'keyboard' ? keyboard(page) : mouse };

        const args = ['run', useCase.id, '--buyer', buyer(useCase.id), '--report', 'json=run.json'];
        const pty = machine.terminal(args, { env });
        await walk(pty, useCase, parts[useCase.id]?.(visitor) ?? {});
        expect(await finish(pty)).toBe(0);
        expect(pty.transcript()).toMatch(new RegExp(`^PASS  ${useCase.title}`, 'm'));
        expect(await machine.report('run.json')).toMatchObject({ verdict: 'pass', seen: { disagreed: 0 } });
      },
    );

    test.for(pageStates)(
      '$name is there for eyes, keys and screen readers, at both widths',
      async ({ name, h1, see }, { machine, onTestFinished }) => {
        const page = await openWindow(onTestFinished);
        const troubles: string[] = [];
        page.on('pageerror', ({ message }) => troubles.push(message));
        await see({ machine, page });
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(h1);
        expect([...(await audit(page, name)), ...troubles]).toEqual([]);
      },
    );
  },
);
