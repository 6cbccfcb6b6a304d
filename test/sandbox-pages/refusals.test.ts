import { describe, expect, test } from 'vitest';
import { notes as notesProduct, worldWith } from '../sandbox/support.ts';
import { browser as another, type Browser, buyers, notes, openPages, signIn, signUp, switchTo } from './support.ts';

const seller = '111122223333';

async function bought(browser: Browser) {
  return browser.submit(await browser.open(notes), 'Create contract');
}

describe('a form that is wrong is answered with a page that says what to do', () => {
  test.each([
    ['quantity 0', { quantity: '0' }, 'Quantity is "0": use a whole number from 1 to 1000000.'],
    ['no quantity', { quantity: '' }, 'Quantity is "": use'],
    ['another dimension', { dimension: 'gold' }, 'Unknown dimension "gold": choose from pro, basic.'],
    ['no length', { months: 'x' }, 'Months is "x": use a whole number from 1 to 36.'],
  ])('a purchase with %s, and its form is there to mend it', async (_, fields, words) => {
    const { browser, world } = await openPages();
    const page = await browser.submit(await browser.open(notes), 'Create contract', fields);
    expect([page.status, page.h1, page.text]).toEqual([400, 'Acme Notes', expect.stringContaining(words)]);
    expect(page.source).toContain('role="alert"');
    expect(world.agreements).toHaveLength(1);
    expect((await browser.submit(page, 'Create contract')).text).toContain('The contract was created.');
  });

  test.each([
    ['a buyer who is not signed in', { buyer: buyers.user }, 409, 'Open the page again.'],
    ['an unknown buyer', { buyer: '123412341234' }, 409, 'Open the page again.'],
  ])('a purchase with %s', async (_, fields, status, words) => {
    const { browser, world } = await openPages();
    const page = await browser.submit(await browser.open(notes), 'Create contract', fields);
    expect([page.status, page.h1, page.text]).toEqual([status, 'Something went wrong', expect.stringContaining(words)]);
    expect(page.source).toContain('<a href="/marketplace">');
    expect(world.agreements).toHaveLength(1);
  });

  test.each([
    ['nothing changed', {}, 409, 'Nothing would change'],
    ['quantity -1', { quantity: '-1' }, 400, 'Quantity is "-1"'],
  ])('a change with %s', async (_, fields, status, words) => {
    const { browser } = await openPages();
    const page = await browser.submit(await bought(browser), 'Change contract', fields);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
    expect((await browser.submit(page, 'Change contract', { quantity: '20' })).text).toContain('was changed');
  });

  test('a sign-up that is refused is marked at its fields, and the words are theirs', async () => {
    const { browser } = await openPages();
    const form = await browser.submit(await bought(browser), 'Set up your account');
    const page = await browser.submit(form, 'Sign up', { email: 'aiko', password: 'short' });
    expect(page.source).toMatch(/<div id="wrong">.*role="alert"/);
    const inputs = page.source.match(/<input id="(email|password)"[^>]*>/g) ?? [];
    expect(inputs.map((tag) => /aria-invalid="true" aria-describedby="([^"]*)"/.exec(tag)?.[1])).toEqual([
      'wrong',
      'wrong password-hint',
    ]);
  });

  test("another buyer's contract is not there", async () => {
    const { browser, url } = await openPages();
    const { path } = await bought(browser);
    const other = another(url);
    await switchTo(other, buyers.customer);
    expect(await other.open(path)).toMatchObject({ status: 404 });
    const changed = await other.post(path, { buyer: buyers.customer, dimension: 'basic', quantity: '1' });
    expect(changed).toMatchObject({ status: 404, text: expect.stringContaining('has no such contract') });
  });

  test('a contract that has ended cannot be changed', async () => {
    const { browser, clock } = await openPages();
    const page = await bought(browser);
    clock.now = Date.UTC(2027, 0, 1);
    const late = await browser.submit(page, 'Change contract', { quantity: '20' });
    expect([late.status, late.text]).toEqual([409, expect.stringContaining('This contract has ended')]);
    expect((await browser.open(page.path)).forms.map(({ button }) => button)).toEqual(['Switch']);
  });

  test.each([
    ['no email address', { email: 'aiko', password: 'correct horse' }, 400, 'Enter an email address'],
    ['a short password', { email: 'aiko@gmail.com', password: 'short' }, 400, '8 to 200 characters'],
    [
      'the address of somebody else',
      { email: 'Existing-User@acme.example', password: 'correct horse' },
      409,
      'Existing-User@acme.example already has an account. Sign in to it',
    ],
  ])('a sign-up with %s', async (_, fields, status, words) => {
    const { browser } = await openPages();
    const form = await browser.submit(await bought(browser), 'Set up your account');
    const page = await browser.submit(form, 'Sign up', fields);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
    expect(page.forms[0]?.fields.email).toBe(fields.email);
  });

  test('a sign-up without a purchase', async () => {
    const { browser } = await openPages();
    const page = await browser.post('/saas/sign-up', { email: 'aiko@gmail.com', password: 'correct horse' });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('You have no purchase to sign up with.')]);
    expect((await browser.open('/saas/sign-up')).path).toBe('/saas/registration');
  });

  test('a sign-in with another password', async () => {
    const { browser } = await openPages();
    const page = await signIn(browser, 'existing-user@acme.example', 'wrong password');
    expect([page.status, page.text]).toEqual([401, expect.stringContaining('Wrong email address or password')]);
    expect((await browser.open('/saas/contract')).path).toBe('/saas/sign-in');
  });

  test('two browsers with one purchase make one account', async () => {
    const { browser, url } = await openPages();
    const contract = await bought(browser);
    const second = another(url);
    const fields = contract.forms.find(({ button }) => button === 'Set up your account')?.fields ?? {};
    const late = await second.post('/saas/registration', fields);
    const form = await browser.submit(contract, 'Set up your account');
    await browser.submit(form, 'Sign up', { email: 'aiko@gmail.com', password: 'correct horse' });
    const page = await second.submit(late, 'Sign up', { email: 'ken@gmail.com', password: 'correct horse' });
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('already belongs to an account')]);
  });

  test.each(['/marketplace/buyer', notes, '/saas/sign-in', '/saas/sign-up', '/saas/registration'])(
    'JSON to %s',
    async (path) => {
      const { url } = await openPages();
      const headers = { 'content-type': 'application/json', origin: url };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' });
      expect([answer.status, await answer.text()]).toEqual([415, expect.stringContaining('accepts only forms')]);
    },
  );

  test('a field that is given twice', async () => {
    const { url } = await openPages();
    const body = new URLSearchParams('buyer=1&buyer=2');
    const answer = await fetch(`${url}/marketplace/buyer`, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('more than once')]);
  });

  test.each([
    ['GET', '/marketplace/pp/prodview-x', 404, 'There is no product at this address.'],
    ['GET', '/marketplace/nowhere', 404, 'Page not found'],
    ['GET', '/saas/%00', 404, 'Page not found'],
    ['POST', '/marketplace/contracts', 405, 'Open it in a browser instead.'],
    ['DELETE', '/saas/contract', 405, 'Open it in a browser instead.'],
  ])('%s %s', async (method, path, status, words) => {
    const { url } = await openPages();
    const answer = await fetch(`${url}${path}`, { method });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words)]);
  });
});

test('a body without a length is refused, and one that is missing is none', async () => {
  const { url } = await openPages();
  const chunked = { method: 'POST', body: new Blob(['buyer=1']).stream(), duplex: 'half' };
  expect((await fetch(`${url}/marketplace/buyer`, chunked as RequestInit)).status).toBe(411);
  expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(404);
});

describe('who is signed in to the shop', () => {
  test('an unknown buyer cannot be chosen', async () => {
    const { browser } = await openPages();
    const page = await switchTo(browser, seller);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(`There is no test buyer "${seller}".`)]);
  });

  test('a cookie of another sandbox is asked to choose', async () => {
    const { browser } = await openPages();
    browser.cookies.set('sandbox-buyer', { value: '123412341234', path: '/marketplace' });
    const page = await browser.open(notes);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('No test buyer is signed in. Choose one')]);
    expect((await browser.submit(page, 'Switch', { buyer: buyers.user })).h1).toBe('Acme Notes');
  });

  test('the switch leads back to its page, and to no other site', async () => {
    const { browser } = await openPages();
    const portal = '/marketplace/management/products/saas';
    expect((await switchTo(browser, buyers.user, portal)).path).toBe(portal);
    for (const back of ['https://evil.example', '//evil.example', '/saas/contract', '/marketplace/../x'])
      expect((await browser.post('/marketplace/buyer', { buyer: buyers.user, back })).path).toBe('/marketplace');
  });

  test.each([
    ['is not on its allowlist', { allowlist: [buyers.user] }],
    ['is a Draft', { visibility: 'Draft' }],
    ['is Restricted', { visibility: 'Restricted' }],
  ] as const)('who may not buy is told why: %s', async (words, changes) => {
    const products = [{ ...notesProduct, ...changes }];
    const { browser } = await openPages({ world: worldWith({ products }) });
    const page = await browser.open(notes);
    expect([page.status, page.text]).toEqual([404, expect.stringContaining(words)]);
    expect(page.forms.map(({ button }) => button)).toEqual(['Switch']);
    const forced = await browser.post(notes, { buyer: buyers.newcomer, dimension: 'pro', quantity: '1', months: '1' });
    expect(forced.status).toBe(404);
  });
});

describe('registration tokens', () => {
  test.each([
    ['none', {}, 'The registration token is missing.'],
    ['one that never was', { 'x-amzn-marketplace-token': 'a+b/c=' }, 'This registration token is invalid.'],
  ])('%s is refused', async (_, fields, words) => {
    const { browser } = await openPages();
    const page = await browser.post('/saas/registration', fields, 'https://aws.amazon.com');
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(words)]);
  });

  test.each(['throttling', 'drop', 'internal', 'expired-token'] as const)(
    'a buyer is not blamed for AWS when it answers %s',
    async (fault) => {
      const { browser } = await openPages({ fault: (action) => (action === 'ResolveCustomer' ? fault : null) });
      const page = await browser.submit(await bought(browser), 'Set up your account');
      expect([page.status, page.text]).toEqual([503, expect.stringContaining('Try again in a few minutes.')]);
    },
  );

  test('a contract that cannot be read again is shown with its last data and a notice', async () => {
    let down = false;
    const fault = (action: string) => (down && action === 'GetEntitlements' ? 'access-denied' : null);
    const { browser } = await openPages({ fault });
    await signUp(browser);
    down = true;
    const { text } = await browser.open('/saas/contract');
    expect(text).toContain('AWS Marketplace is currently unavailable. This is its last response. Plan Pro Quantity 7');
  });
});

describe('forms of other sites', () => {
  const evil = 'https://evil.example';

  test.each([
    ['/marketplace/buyer', { buyer: buyers.user }],
    [notes, { buyer: buyers.newcomer, dimension: 'pro', quantity: '1', months: '1' }],
    ['/saas/sign-in', { email: 'existing-user@acme.example', password: 'sandbox-only' }],
    ['/saas/sign-up', { email: 'a@b.example', password: 'correct horse' }],
    ['/saas/sign-out', {}],
  ])('are refused at %s', async (path, fields) => {
    const { browser, world } = await openPages();
    for (const origin of [evil, 'null', 'https://aws.amazon.com'])
      expect((await browser.post(path, fields, origin)).status).toBe(403);
    expect([world.agreements.length, browser.cookies.size]).toEqual([1, 0]);
  });

  test('are taken by the fulfillment URL, to which AWS posts', async () => {
    const { browser } = await openPages();
    const page = await bought(browser);
    const fields = page.forms.find(({ button }) => button === 'Set up your account')?.fields ?? {};
    expect((await browser.post('/saas/registration', fields, 'https://aws.amazon.com')).path).toBe('/saas/sign-up');
  });
});

describe('fulfillmentUrl', () => {
  test('sends buyers to the SaaS that is named, of every product', async () => {
    const { browser, saas } = await openPages({ fulfillmentUrl: 'http://localhost:3000/register?from=aws' });
    const form = (await bought(browser)).forms.find(({ button }) => button === 'Set up your account');
    expect(form?.action).toBe('http://localhost:3000/register?from=aws');
    expect(Object.keys(form?.fields ?? {})).toEqual(['x-amzn-marketplace-token']);
    expect(saas).toBeNull();
  });

  test.each(['javascript:alert(1)', 'localhost:3000', '/register', ''])('%j is refused', async (fulfillmentUrl) => {
    await expect(openPages({ fulfillmentUrl })).rejects.toMatchObject({ code: 'bad-fulfillment-url' });
  });
});
