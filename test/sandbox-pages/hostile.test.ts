import { expect, test } from 'vitest';
import { agreed, contract, offer, notes as product, worldWith } from '../sandbox/support.ts';
import { buyers, detail, notes, openPages, signIn, switchTo } from './support.ts';

const hostile = `"><script>alert('x')</script>&lt;b&gt;<img src=x onerror=alert(1)>`;

/** Every name that comes from a world is hostile. */
function hostileWorld() {
  const dimensions = [
    { key: `pro`, name: hostile, types: ['Entitled'] as const },
    { key: `${hostile}2`, name: `${hostile}2`, types: ['Entitled'] as const },
  ];
  return worldWith({
    products: [
      { ...product, title: hostile, code: product.code, dimensions, ownerAccountId: product.ownerAccountId },
      { ...product, id: 'prod-2', listingId: `x${hostile}`, title: `${hostile}3`, fulfillmentUrl: hostile },
    ],
    offers: [{ ...offer, name: hostile, currency: hostile, prices: { pro: hostile } }],
    agreements: [{ ...agreed, price: hostile, dimensions: [{ key: 'pro', quantity: 10 }] }],
    entitlements: [{ ...contract, value: hostile }],
    buyers: { ...worldWith({}).buyers, [hostile]: { ...worldWith({}).seller, accountId: '999988887777' } },
  });
}

const markup = /<script|<img|onerror=alert\(1\)>(?!&|")/;

test('hostile names are escaped on every page', async () => {
  const { browser, world } = await openPages({ world: hostileWorld() });
  await switchTo(browser, buyers.customer);
  const id = world.agreements[0]?.id;
  const contractPage = await signIn(browser, 'contract-change@acme.example');
  const pages = [
    await browser.open('/marketplace'),
    await browser.open(notes),
    await browser.open('/marketplace/contracts'),
    await browser.open(`/marketplace/contracts/${id}?created`),
    await browser.open(`/marketplace/contracts/${id}?${encodeURIComponent(hostile)}`),
    await browser.open('/marketplace/management/products/saas'),
    await browser.open(`/marketplace/${encodeURIComponent(hostile)}`),
    await browser.post('/marketplace/buyer', { buyer: hostile }),
    await browser.submit(await browser.open(notes), 'Create contract', { quantity: hostile }),
    await browser.post('/saas/registration', { 'x-amzn-marketplace-token': hostile }),
    await signIn(browser, hostile),
    contractPage,
  ];
  const escaped = hostile.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  for (const { source } of pages) {
    expect(source).toContain('<h1>');
    expect(source).not.toMatch(/<(script|img)/);
    expect(source.replaceAll('&quot;', '"').replaceAll('&#39;', "'")).not.toMatch(markup);
  }
  const shows = pages.filter(({ source }) =>
    source.replaceAll('&quot;', '"').replaceAll('&#39;', "'").includes(escaped),
  );
  expect(shows.length).toBeGreaterThan(8);
  expect(detail(contractPage, 'Plan')).toBe(hostile);
});

test.each(['javascript:alert(1)', 'data:text/html,x', 'http://', ''])(
  'a browser is not sent to the fulfillment URL %j',
  async (fulfillmentUrl) => {
    const { browser } = await openPages({ world: worldWith({ products: [{ ...product, fulfillmentUrl }] }) });
    const page = await browser.submit(await browser.open(notes), 'Create contract');
    expect(page.forms.map(({ button }) => button)).toEqual(['Change contract', 'Switch']);
    expect(page.text).toContain('no fulfillment URL that a browser can post to');
  },
);

test('pages may run no scripts, be framed or be kept', async () => {
  const { url } = await openPages();
  for (const path of ['/marketplace', notes, '/saas/sign-in', '/saas/nowhere']) {
    const { headers } = await fetch(`${url}${path}`);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none';.*frame-ancestors 'none'/);
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

test('every page is a sandbox, has one h1, landmarks, and a label for each field', async () => {
  const { browser } = await openPages();
  const bought = await browser.submit(await browser.open(notes), 'Create contract');
  const pages = [
    bought,
    await browser.open('/marketplace'),
    await browser.open(notes),
    await browser.open('/marketplace/contracts'),
    await browser.open('/marketplace/management/products/saas'),
    await browser.open('/saas/registration'),
    await browser.open('/saas/sign-in'),
    await browser.submit(bought, 'Set up your account'),
    await signIn(browser, 'existing-user@acme.example'),
    await browser.open('/saas/nowhere'),
  ];
  for (const { source, text } of pages) {
    expect(text).toContain('This is a sandbox on your machine.');
    expect(source.match(/<h1>/g)).toHaveLength(1);
    for (const part of ['<html lang="en">', '<header>', '<nav aria-label', '<main id="main"', '<footer>', '<title>'])
      expect(source).toContain(part);
    const ids = [...source.matchAll(/<(?:input(?![^>]*type="hidden")|select)[^>]*\bid="([^"]+)"/g)].map(([, id]) => id);
    const fields = source.match(/<(?:input(?![^>]*type="hidden")|select)/g) ?? [];
    expect(ids).toHaveLength(fields.length);
    for (const id of ids) expect(source).toContain(`<label for="${id}">`);
    const all = [...source.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(all).size).toBe(all.length);
    for (const [, id] of source.matchAll(/aria-(?:labelledby|describedby)="([^"]+)"/g)) expect(all).toContain(id);
  }
});
