import { describe, expect, test } from 'vitest';
import type { ProductPages } from '../../src/ports/storage.ts';
import { checkedPageUrl, findPage, pageLookupSteps, wrongPageUrl } from '../../src/product/product-page.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import { fakeMarketplace, type MarketplaceScript } from '../support/fake-marketplace.ts';

const discovered = 'https://aws.amazon.com/marketplace/pp/prodview-discovered1';
const pasted = 'https://aws.amazon.com/marketplace/pp/prodview-pasted1';
const said = 'https://aws.amazon.com/marketplace/pp/prodview-said1';
const why = 'The Discovery API did not return the page.';

const pages = (url: string | null): ProductPages => ({
  recall: async () => new Map(url === null ? [] : [[acmeNotes.id, url]]),
  remember: async () => undefined,
});
const found: MarketplaceScript = { findListing: [{ listingId: 'prodview-discovered1' }] };
const refused: MarketplaceScript = { findListing: [{ listingId: null, why }] };

describe('the product page', () => {
  // A source that must not be asked has no script: the fake refuses.
  test.each<[string, MarketplaceScript, string | null, string | null, string, string, string]>([
    ['what the operator says', {}, pasted, said, said, 'operator', 'url-given'],
    ['what was pasted in an earlier run', {}, pasted, null, pasted, 'operator', 'url-remembered'],
    ['what the Discovery API names', found, null, null, discovered, 'discovery', 'url-found'],
  ])('is %s', async (_case, script, remembered, operator, url, urlSource, code) => {
    const answer = await findPage(fakeMarketplace(script), pages(remembered), seller, acmeNotes, operator);
    expect(answer).toEqual({
      page: expect.objectContaining({ url, urlSource }),
      ...{ code, values: {}, reason: expect.any(String) },
    });
  });

  test('is null if no source has it, with the reason', async () => {
    const { page, code, values } = await findPage(fakeMarketplace(refused), pages(null), seller, acmeNotes, null);
    expect(page).toMatchObject({ url: null, urlSource: null });
    expect([code, values]).toEqual(['url-unknown', { why }]);
  });

  test('is remembered for the endpoint and the product', async () => {
    const recalled: unknown[] = [];
    const recall = async (endpoint: string | null) => {
      recalled.push(endpoint);
      return new Map([['prod-other', said]]);
    };
    const marketplace = fakeMarketplace({ endpoint: 'http://127.0.0.1:4566' });
    await expect(findPage(marketplace, { ...pages(null), recall }, seller, acmeNotes, null)).rejects.toThrow();
    expect(recalled).toEqual(['http://127.0.0.1:4566']);
  });

  test('comes with everything else that is pinned about the product', async () => {
    const { page } = await findPage(fakeMarketplace(found), pages(null), seller, acmeNotes, null);
    expect(page).toEqual({
      productId: 'prod-lp5dq7gziiuyi',
      productCode: '4ml54db8vrmjuykaw1psroool',
      title: 'Acme Notes',
      visibility: 'Limited',
      state: 'Active',
      url: discovered,
      urlSource: 'discovery',
      purchaseUrl: 'https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi',
      managementUrl: 'https://aws.amazon.com/marketplace/management/products/prod-lp5dq7gziiuyi/overview',
      fulfillmentUrl: 'https://acme.example/aws',
      accountId: '111122223333',
    });
  });
});

describe('the URL that an operator gives', () => {
  test.each([
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com/marketplace/pp/prodview-sampleSaasId',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22?sr=0-1&ref_=beagle',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22#reviews',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22/',
  ])('may be %s', (url) => {
    expect(wrongPageUrl(url)).toBeNull();
    expect(checkedPageUrl(url)).toBe(url);
  });

  test.each([
    '',
    'prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com/marketplace/pp/prodview-',
    'https://aws.amazon.com/marketplace/pp/prod-lp5dq7gziiuyi',
    'https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi',
    'http://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com.evil.example/marketplace/pp/prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com@evil.example/marketplace/pp/prodview-3xw4sjqv2pb22',
    'https://evil.example/https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    'javascript://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22 and the rest of a mail',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22\nhttps://evil.example/',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22/../../../evil',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22\u001b[2J',
  ])('is not %j, and an example says what it looks like', (url) => {
    expect(wrongPageUrl(url) ?? '').toContain('https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22');
    expect(() => checkedPageUrl(url)).toThrow(expect.objectContaining({ name: 'UserError', code: 'bad-url' }));
  });

  test('is looked up by hand in the four steps of the procedure', () => {
    expect(pageLookupSteps).toHaveLength(4);
    expect(pageLookupSteps.join(' ')).toMatch(
      /Management Portal.*management\/products\/saas.*"View on AWS Marketplace"/,
    );
  });
});
