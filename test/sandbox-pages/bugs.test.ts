import { describe, expect, test } from 'vitest';
import type { SaasBugName } from '../../src/ports/sandbox.ts';
import { bugs } from '../../src/sandbox/saas/bugs.ts';
import { type Browser, buyers, detail, notes, openPages, type Seen, signIn, signUp, switchTo } from './support.ts';

/** The page on which a user meets the bug. */
type Journey = (browser: Browser) => Promise<Seen>;

const newcomer: Journey = (browser) => signUp(browser);

const setsUp: Journey = async (browser) => {
  const bought = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '7' });
  return browser.submit(bought, 'Set up your account');
};

const user: Journey = async (browser) => {
  await switchTo(browser, buyers.user);
  await setsUp(browser);
  return signIn(browser, 'existing-user@acme.example');
};

const changes: Journey = async (browser) => {
  await switchTo(browser, buyers.customer);
  const list = await browser.open('/marketplace/contracts');
  const path = /href="(\/marketplace\/contracts\/agmt-[^"]+)"/.exec(list.source)?.[1] ?? '';
  await browser.submit(await browser.open(path), 'Change contract', { quantity: '20' });
  return signIn(browser, 'contract-change@acme.example');
};

const failed = 'Something went wrong';

const journeys = {
  'ignores-contract-change': [changes, (page) => [detail(page, 'Quantity')], ['20'], ['10']],
  'drops-quantity': [newcomer, (page) => [detail(page, 'Quantity')], ['7'], ['1']],
  'wrong-plan': [newcomer, (page) => [detail(page, 'Plan')], ['Pro'], ['Basic']],
  'get-only-registration': [setsUp, ({ status, h1 }) => [status, h1], [200, 'Sign up for Acme'], [405, failed]],
  'decodes-token-twice': [setsUp, ({ status, h1 }) => [status, h1], [200, 'Sign up for Acme'], [400, failed]],
  'duplicates-existing-user': [user, (page) => [detail(page, 'Account number')], ['1'], ['3']],
  'never-stores-contract': [newcomer, ({ text }) => [/has no contract/.test(text)], [false], [true]],
  'crashes-on-empty-entitlements': [setsUp, ({ status }) => [status], [200], [500]],
} as const satisfies Record<SaasBugName, readonly [Journey, (page: Seen) => unknown[], unknown[], unknown[]]>;

describe.each(Object.keys(bugs) as SaasBugName[])('%s', (bug) => {
  const [journey, look, sound, broken] = journeys[bug];

  test('changes what a user sees', async () => {
    const whole = await openPages();
    expect(look(await journey(whole.browser))).toEqual(sound);
    const { browser } = await openPages({ saasBug: bug });
    expect(look(await journey(browser))).toEqual(broken);
  });

  test('says what it breaks', () => expect(bugs[bug].breaks).toMatch(/^[a-z].{20,}/));
});

describe('the contract API', () => {
  const contractOf = async (saasBug: SaasBugName | null, journey: Journey, buyer: string) => {
    const { browser, saas, world } = await openPages(saasBug === null ? {} : { saasBug });
    await journey(browser);
    const licence =
      world.agreements
        .findLast((row) => row.buyerAccountId === buyer)
        ?.licenseArn?.split(':')
        .at(-1) ?? '';
    const url = saas?.contractApi.url.replace(`\${buyer}`, buyer).replace(`\${licence}`, licence) ?? '';
    expect((await fetch(url)).status).toBe(401);
    const answer = await fetch(url, { headers: saas?.contractApi.headers ?? {} });
    return { status: answer.status, body: await answer.json() };
  };
  const contract = { plan: 'Pro', quantity: 7, endsAt: '2026-12-23T09:00:00.000Z' };

  test.each([
    ['a new customer', null, newcomer, buyers.newcomer, 200, { accounts: 1, contract }],
    ['an existing user', null, user, buyers.user, 200, { accounts: 1, contract }],
    [
      'a changed contract',
      null,
      changes,
      buyers.customer,
      200,
      { accounts: 1, contract: { ...contract, quantity: 20 } },
    ],
    [
      'a purchase without a sign-up',
      null,
      setsUp,
      buyers.newcomer,
      404,
      { error: expect.stringContaining('No account') },
    ],
    ['a second account', 'duplicates-existing-user', user, buyers.user, 200, { accounts: 2, contract }],
    [
      'a change that is ignored',
      'ignores-contract-change',
      changes,
      buyers.customer,
      200,
      { contract: { quantity: 10 } },
    ],
    ['a quantity that is dropped', 'drops-quantity', newcomer, buyers.newcomer, 200, { contract: { quantity: 1 } }],
    ['a plan that is wrong', 'wrong-plan', newcomer, buyers.newcomer, 200, { contract: { plan: 'Basic' } }],
    ['a contract that is not stored', 'never-stores-contract', newcomer, buyers.newcomer, 404, {}],
  ] as const)('tells of %s', async (_, bug, journey, buyer, status, body) => {
    expect(await contractOf(bug, journey, buyer)).toMatchObject({ status, body });
  });
});
