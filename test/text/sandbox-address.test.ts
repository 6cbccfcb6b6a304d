import { expect, test } from 'vitest';
import { inSandbox, sandboxPage } from '../../src/text/sandbox-address.ts';

const aws = 'https://aws.amazon.com/marketplace';
const sandbox = 'http://127.0.0.1:4567';
const portal = `${sandbox}/marketplace/management/products/saas`;

test.each([
  ['a product page', `${aws}/pp/prodview-3xw4sjqv2pb22`, `${sandbox}/marketplace/pp/prodview-3xw4sjqv2pb22`],
  ['a purchase page', `${aws}/procurement?productId=prod-1`, `${sandbox}/marketplace/procurement?productId=prod-1`],
  ['the list of the portal', `${aws}/management/products/saas?#`, portal],
  ['a product of the portal', `${aws}/management/products/prod-1/overview`, portal],
  ['Partner Central', 'https://us-east-1.console.aws.amazon.com/partnercentral/home', portal],
  [
    "the buyer's subscriptions",
    'https://console.aws.amazon.com/marketplace/home#/subscriptions',
    `${sandbox}/marketplace/contracts`,
  ],
  ["AWS's documentation", 'https://docs.aws.amazon.com/marketplace/latest/userguide/saas-guidelines.html', null],
  ['another site', 'https://aws.amazon.com.evil.example/marketplace/pp/x', null],
  ['another part of AWS', 'https://aws.amazon.com/marketplaces', null],
  ['no address', 'the portal', null],
])('%s has its page in the sandbox: %s is %s', (_case, url, page) => {
  expect(sandboxPage(url, sandbox)).toBe(page);
  expect(sandboxPage(url, null)).toBeNull();
  expect(inSandbox(`Open it (${url}), then go on.`, sandbox)).toBe(`Open it (${page ?? url}), then go on.`);
  expect(inSandbox(`See ${url}.`, null)).toBe(`See ${url}.`);
});
