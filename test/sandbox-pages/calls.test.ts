import { request } from 'node:http';
import { expect, test } from 'vitest';
import { openPages, signUp } from './support.ts';

test('every page leads to the calls, and those of a sign-up are there, newest first', async () => {
  const { browser } = await openPages();
  const shop = await browser.open('/marketplace');
  const saas = await browser.open('/saas/sign-in');
  for (const { source } of [shop, saas]) expect(source).toContain('href="/sandbox/calls"');
  expect((await browser.open('/sandbox/calls')).text).toContain('No calls yet');
  await signUp(browser);
  const page = await browser.open('/sandbox/calls');
  expect(page).toMatchObject({ status: 200, h1: 'Calls to the APIs' });
  const answers = page.text.split('Metering ResolveCustomer');
  expect(answers).toHaveLength(2);
  expect(answers[0]).toMatch(
    /09:00:00 UTC seller 111122223333, aws-sdk-js\/\S+ Entitlement GetEntitlements Acme Notes/,
  );
  expect(answers[1]).toMatch(/for Acme Notes 200, account 444455556666, license l-\w+, no CustomerIdentifier/);
});

const headers = {
  authorization: 'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/aws-marketplace/aws4_request',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSMPEntitlementService.GetEntitlements',
};

const ask = (url: string, input: object) =>
  new Promise((resolve) => {
    request(url, { method: 'POST', headers }, (answer) => answer.resume().on('end', resolve)).end(
      JSON.stringify(input),
    );
  });

test('reports an unread page with the call that returned its token', async () => {
  const { url, browser, world } = await openPages({ fault: () => 'empty-first-page' });
  const [{ code = '' } = {}] = world.products;
  await ask(url, { ProductCode: code });
  expect((await browser.open('/sandbox/calls')).text).toMatch(
    /page 1 200, no rows, NextToken to page 2; page 2 was never requested/,
  );
  const next = Buffer.from('mp-verify-sandbox 0').toString('base64url');
  await ask(url, { ProductCode: code, NextToken: next });
  const { text } = await browser.open('/sandbox/calls');
  expect(text).toMatch(/page 2 200, 1 row: pro 10 .* page 1 200, no rows, NextToken to page 2/);
  expect(text).not.toContain('never requested');
});

test('what a hostile client sends is words on the page, and nothing else', async () => {
  const { url, browser } = await openPages();
  await ask(url, { ProductCode: '<script>alert(1)</script>\u202e', Filter: { '"><img src=x onerror=1>': ['</td>'] } });
  const { source, text } = await browser.open('/sandbox/calls');
  expect(source).not.toMatch(/<script|<img|\u202e/);
  expect(text).toContain('<script>alert(1)</script>\\u202e');
});

test('only the newest calls are kept', async () => {
  const { url, browser } = await openPages();
  for (let i = 0; i < 510; i++) await ask(url, { ProductCode: `n${i}` });
  const { source } = await browser.open('/sandbox/calls');
  expect(source.match(/<tr><td/g)).toHaveLength(500);
  expect(source).toContain('unknown product n509,');
  expect(source).not.toContain('unknown product n9,');
});

test('no other site may read them', async () => {
  const { url } = await openPages();
  const answer = await fetch(`${url}/sandbox/calls`, { headers: { origin: 'https://evil.example' } });
  expect(answer.status).toBe(403);
});
