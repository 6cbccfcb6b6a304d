import { describe, expect, test } from 'vitest';
import type { ConfirmedProduct } from '../../src/checklist/confirmations.ts';
import type { FleetProduct } from '../../src/checklist/entries.ts';
import { matchFleet } from '../../src/product/match-fleet.ts';

const [main, other] = ['111122223333', '999988887777'];

function known(productId: string, title: string, accountId = main): ConfirmedProduct {
  return { productId, productCode: `code-of-${productId}`, title, accountId, useCases: [] };
}

function listed(product: string, accountId: string | null = null) {
  const named: FleetProduct = { product, account: null, owner: null, waiver: null, withoutSaas: false };
  return { product: named, accountId };
}

test('a product that is listed under two names counts once', () => {
  const { matched, notCounted } = matchFleet([listed('prod-a'), listed('Notes')], [known('prod-a', 'Notes')]);
  expect(matched.map(({ found }) => found?.productId ?? null)).toEqual(['prod-a', null]);
  expect(notCounted).toEqual([
    {
      ...{ productId: 'prod-a', title: 'Notes', accountId: main, listedAs: 'Notes' },
      reason: 'mp-verify.yaml lists it twice: it counts as "prod-a", but not as "Notes".',
    },
  ]);
});

describe('a product of mp-verify.yaml is found among those with runs', () => {
  const products = [known('prod-a', 'Acme Notes'), known('prod-b', 'Acme Mail'), known('prod-c', 'Acme')];
  test.each([
    ['its entity ID', 'prod-b', 'prod-b'],
    ['its ARN', `arn:aws:aws-marketplace:us-east-1:${main}:AWSMarketplace/SaaSProduct/prod-b`, 'prod-b'],
    ['its product code', 'code-of-prod-a', 'prod-a'],
    ['its title', 'Acme Notes', 'prod-a'],
    ['its title in another case', 'acme mail', 'prod-b'],
    ['a part of a title, which may be the title of a product without runs: none', 'Mail', null],
    ['a whole title rather than a part of others', 'Acme', 'prod-c'],
    ['an ID that no run knows: none', 'prod-z', null],
    ['a title that no run knows: none', 'Beta', null],
  ])('by %s', (_, name, expected) => {
    expect(matchFleet([listed(name)], products).matched[0]?.found?.productId ?? null).toBe(expected);
  });
});

test.each<[string, string, readonly ConfirmedProduct[], string | null, readonly (readonly [string, string])[]]>([
  [
    'runs on another account than the listed one do not count',
    'prod-a',
    [known('prod-a', 'Notes', other)],
    null,
    [['prod-a', 'mp-verify.yaml lists it for account 111122223333.']],
  ],
  [
    'of two products with one title, the one on the listed account counts',
    'Notes',
    [known('prod-x', 'Notes', other), known('prod-a', 'Notes')],
    'prod-a',
    [['prod-x', 'mp-verify.yaml lists it for account 111122223333.']],
  ],
  [
    'a name that fits two products counts for none',
    'Notes',
    [known('prod-a', 'Notes'), known('prod-b', 'Notes')],
    null,
    [
      ['prod-a', '"Notes" in mp-verify.yaml fits 2 products. Use their IDs there.'],
      ['prod-b', '"Notes" in mp-verify.yaml fits 2 products. Use their IDs there.'],
    ],
  ],
  [
    'a part of a title counts for none',
    'Note',
    [known('prod-a', 'Notes')],
    null,
    [['prod-a', '"Note" in mp-verify.yaml is not its whole title. If this product is meant, use its ID there.']],
  ],
  [
    'what is not listed is said',
    'prod-a',
    [known('prod-a', 'Notes'), known('prod-b', 'Mail')],
    'prod-a',
    [['prod-b', 'mp-verify.yaml does not list it.']],
  ],
])('%s', (_, name, products, expected, reasons) => {
  const { matched, notCounted } = matchFleet([listed(name, main)], products);
  expect(matched[0]?.found?.productId ?? null).toBe(expected);
  expect(notCounted.map(({ productId, reason }) => [productId, reason])).toEqual(reasons);
});

test('the newest run tells the account of a product where mp-verify.yaml does not', () => {
  const { matched, notCounted } = matchFleet(
    [listed('prod-a')],
    [known('prod-a', 'Notes', other), known('prod-a', 'Notes', main)],
  );
  expect(matched[0]?.found?.accountId).toBe(other);
  expect(notCounted).toEqual([
    {
      ...{ productId: 'prod-a', title: 'Notes', accountId: main, listedAs: 'prod-a' },
      reason: `Its newest run was on account ${other}.`,
    },
  ]);
});

test('twice the products need twice the work', () => {
  const reads = (count: number) => {
    let read = 0;
    const names = Array.from({ length: count }, (_, i) => `prod-${i}`);
    const products = names.map((id) => {
      const counted = { ...known(id, `Title of ${id}`) };
      return Object.defineProperty(counted, 'title', { enumerable: true, get: () => `T${read++}` });
    });
    const { matched } = matchFleet(
      names.map((name) => listed(name)),
      products,
    );
    expect(matched.every(({ found }) => found !== null)).toBe(true);
    return read;
  };
  expect(reads(600)).toBe(2 * reads(300));
});
