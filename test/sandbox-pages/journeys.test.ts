import { expect, test } from 'vitest';
import { buyers, detail, notes, openPages, signIn, signUp, switchTo } from './support.ts';

test('a new customer buys, sets up, signs up, signs in, and sees the contract', async () => {
  const { browser } = await openPages();
  const product = await browser.open(notes);
  expect(product.h1).toBe('Acme Notes');
  expect(product.text).toContain('0.01 USD');
  const bought = await browser.submit(product, 'Create contract', { dimension: 'basic', quantity: '7', months: '12' });
  expect(bought.path).toMatch(/^\/marketplace\/contracts\/agmt-[0-9a-z]{25}\?created$/);
  expect(bought.text).toContain('The contract was created.');
  expect([detail(bought, 'Dimension'), detail(bought, 'Quantity')]).toEqual(['Basic (basic)', '7']);
  expect([detail(bought, 'Duration'), detail(bought, 'Price')]).toEqual(['12 months', '0.07 USD']);
  const signUpPage = await browser.submit(bought, 'Set up your account');
  expect(signUpPage.path).toBe('/saas/sign-up');
  const made = await browser.submit(signUpPage, 'Sign up', { email: 'aiko@gmail.com', password: 'correct horse' });
  expect(made.text).toContain('Your account was created.');
  const contract = await browser.submit(made, 'Sign in', { email: 'aiko@gmail.com', password: 'correct horse' });
  expect(contract.path).toBe('/saas/contract');
  expect([detail(contract, 'Plan'), detail(contract, 'Quantity')]).toEqual(['Basic', '7']);
  expect(detail(contract, 'Ends on')).toBe('2027-11-23 09:00 UTC');
  expect(detail(contract, 'AWS account')).toBe(buyers.newcomer);
});

test('a user who has an account signs in from the registration page, and the purchase comes along', async () => {
  const { browser } = await openPages();
  const before = await signIn(browser, 'existing-user@acme.example');
  expect(before.text).toContain('This account has no contract.');
  await browser.submit(before, 'Sign out');
  await switchTo(browser, buyers.user);
  const bought = await browser.submit(await browser.open(notes), 'Create contract');
  const registration = await browser.submit(bought, 'Set up your account');
  expect(registration.source).toContain('href="/saas/sign-in"');
  const contract = await signIn(browser, 'existing-user@acme.example');
  expect(detail(contract, 'Account number')).toBe(detail(before, 'Account number'));
  expect([detail(contract, 'Plan'), detail(contract, 'Quantity')]).toEqual(['Pro', '10']);
});

test('a contract that is changed in the shop is shown changed by the SaaS', async () => {
  const { browser } = await openPages();
  await switchTo(browser, buyers.customer);
  const before = await signIn(browser, 'contract-change@acme.example');
  expect([detail(before, 'Plan'), detail(before, 'Quantity')]).toEqual(['Pro', '10']);
  const product = await browser.open(notes);
  const contractPath = /href="(\/marketplace\/contracts\/[^"]+)"/.exec(product.source)?.[1] ?? '';
  const changed = await browser.submit(await browser.open(contractPath), 'Change contract', {
    dimension: 'basic',
    quantity: '20',
  });
  expect(changed.text).toContain('The contract was changed.');
  expect([detail(changed, 'Dimension'), detail(changed, 'Quantity')]).toEqual(['Basic (basic)', '20']);
  const after = await browser.open('/saas/contract');
  expect([detail(after, 'Plan'), detail(after, 'Quantity')]).toEqual(['Basic', '20']);
});

test('of several contracts the one that is chosen is changed', async () => {
  const { browser } = await openPages();
  const first = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '3' });
  const second = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '4' });
  await browser.submit(await browser.open(first.path), 'Change contract', { quantity: '5' });
  expect(detail(await browser.open(first.path), 'Quantity')).toBe('5');
  expect(detail(await browser.open(second.path), 'Quantity')).toBe('4');
});

test('tells a user who registers before AWS grants anything, and shows the contract once it exists', async () => {
  const { browser, clock } = await openPages({ delayMs: 60_000 });
  const early = await signUp(browser);
  expect(early.text).toContain('AWS Marketplace has not granted your contract yet.');
  clock.now += 60_000;
  expect(detail(await browser.open('/saas/contract'), 'Quantity')).toBe('7');
});

test('a change before the first sign-in is not lost', async () => {
  const { browser } = await openPages();
  const bought = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '7' });
  await browser.submit(bought, 'Set up your account');
  await browser.submit(await browser.open(bought.path), 'Change contract', { quantity: '8' });
  const form = await browser.open('/saas/sign-up');
  const made = await browser.submit(form, 'Sign up', { email: 'aiko@gmail.com', password: 'correct horse' });
  const contract = await browser.submit(made, 'Sign in', { email: 'aiko@gmail.com', password: 'correct horse' });
  expect(detail(contract, 'Quantity')).toBe('8');
});

test('a second visit with the same purchase leads to the account that there is', async () => {
  const { browser } = await openPages();
  await signUp(browser);
  const again = await browser.submit(await browser.open('/marketplace/contracts'), 'Switch');
  const path = /href="(\/marketplace\/contracts\/agmt-[^"]+)"/.exec(again.source)?.[1] ?? '';
  const known = await browser.submit(await browser.open(path), 'Set up your account');
  expect(known.path).toBe('/saas/sign-in?known');
  expect(known.text).toContain('Your purchase already has an account');
});

test('a registration that was left unfinished is begun again', async () => {
  const { browser } = await openPages();
  const bought = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '7' });
  await browser.submit(bought, 'Set up your account');
  browser.cookies.clear();
  const form = await browser.submit(await browser.open(bought.path), 'Set up your account');
  const made = await browser.submit(form, 'Sign up', { email: 'aiko@gmail.com', password: 'correct horse' });
  expect(made.text).toContain('Your account was created.');
});

test('a token is kept out of addresses and cookies, and expires after an hour', async () => {
  const { browser, clock, world } = await openPages();
  const bought = await browser.submit(await browser.open(notes), 'Create contract');
  const token = bought.forms.find(({ button }) => button === 'Set up your account')?.fields['x-amzn-marketplace-token'];
  expect(token).toBe(world.registrationTokens.at(-1)?.token);
  clock.now += 60 * 60 * 1000 - 1;
  const page = await browser.submit(bought, 'Set up your account');
  expect(page.path).toBe('/saas/sign-up');
  expect([...browser.cookies.values()].map(({ value }) => decodeURIComponent(value))).not.toContain(token);
  clock.now += 1;
  const late = await browser.submit(bought, 'Set up your account');
  expect([late.status, late.text]).toEqual([400, expect.stringContaining('This registration token has expired.')]);
});

test('the portal lists the products of the seller, and leads to their pages', async () => {
  const { browser } = await openPages();
  const portal = await browser.open('/marketplace/management/products/saas');
  expect(portal.text).toContain('Acme Notes');
  expect(portal.text).toContain('Acme Boards');
  const links = [...portal.source.matchAll(/href="([^"]+)">View on AWS Marketplace/g)].map(([, href]) => href);
  expect(links).toEqual([notes, '/marketplace/pp/prodview-sandboxboard1']);
  for (const link of links) expect((await browser.open(link ?? '')).status).toBe(200);
});

test('who is sent to the shop for another test buyer hears of it, and is one press away', async () => {
  const { browser } = await openPages();
  const page = await browser.open(`${notes}?buyer=${buyers.user}`);
  expect(page.text).toContain(`This link is for ${buyers.user} (existing-user), but ${buyers.newcomer} is signed in.`);
  const signedIn = await browser.submit(page, `Sign in as ${buyers.user}`);
  expect(signedIn.path).toBe(notes);
  const bought = await browser.submit(signedIn, 'Create contract');
  expect(detail(bought, 'AWS account')).toBe(buyers.user);
  for (const who of [buyers.user, '123412341234', ''])
    expect((await browser.open(`${notes}?buyer=${who}`)).text).not.toContain('This link is for');
});

test("the purchase page by the product's ID leads to its product page, for the same buyer", async () => {
  const { browser } = await openPages();
  const page = await browser.open(`/marketplace/procurement?productId=prod-sandboxnotes1&buyer=${buyers.user}`);
  expect([page.path, page.h1]).toEqual([`${notes}?buyer=${buyers.user}`, 'Acme Notes']);
  expect((await browser.open('/marketplace/procurement?productId=prod-none')).status).toBe(404);
});
