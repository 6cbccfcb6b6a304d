import { expect, test } from 'vitest';
import { matchProduct } from '../../src/product/target.ts';

const products = [
  { id: 'prod-a', code: 'codeofproducta', title: 'Acme Notes' },
  { id: 'prod-b', code: null, title: 'Acme Notes Pro' },
  { id: 'prod-c', code: 'codeofproductc', title: 'acme notes' },
];

test.each([
  ['prod-b', 'prod-b'],
  ['prod-b@7', 'prod-b'],
  ['arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-b', 'prod-b'],
  ['codeofproductc', 'prod-c'],
  ['Acme Notes', 'prod-a'],
  ['ACME NOTES PRO', 'prod-b'],
  ['notes pro', 'prod-b'],
  ['notes', 'prod-a prod-b prod-c'],
  ['prod', ''],
  ['zzz', ''],
])('%j means [%s]', (said, ids) => {
  expect(
    matchProduct(said, products)
      .map(({ id }) => id)
      .join(' '),
  ).toBe(ids);
});
