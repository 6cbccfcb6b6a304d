import { expect, test } from 'vitest';
import { boards, discover, notes, offer, openSandbox, start, worldWith } from './support.ts';

const buyer = '444455556666';
const of = (...ids: string[]) => ({ filters: [{ filterType: 'PRODUCT_ID', filterValues: ids }] });

/** The offers that each account is shown: the seller and the three buyers. */
async function shown(changes: Parameters<typeof worldWith>[0], body: object) {
  const { url, seller, world } = await openSandbox({ world: worldWith(changes) });
  const answers = [seller, ...Object.values(world.buyers)].map(async (account) => {
    const { answer } = await discover(url, account, 'listPurchaseOptions', body);
    return (answer.purchaseOptions as { purchaseOptionId: string }[]).map((option) => option.purchaseOptionId);
  });
  return Promise.all(answers);
}

test('gives an offer with its product and its seller', async () => {
  const { url, world } = await openSandbox();
  const account = world.buyers['new-signup'] ?? world.seller;
  const acme = { sellerProfileId: 'seller-sandboxacme', displayName: 'Acme' };
  expect(await discover(url, account, 'listPurchaseOptions', of(notes.id))).toEqual({
    status: 200,
    error: null,
    answer: {
      purchaseOptions: [
        {
          purchaseOptionId: 'offer-sandboxnotes1',
          catalog: 'AWSMarketplace',
          purchaseOptionType: 'OFFER',
          purchaseOptionName: 'Acme Notes, public offer',
          sellerOfRecord: acme,
          badges: [],
          associatedEntities: [
            {
              product: { productId: notes.id, productName: 'Acme Notes', manufacturer: acme },
              offer: { offerId: offer.id, offerName: offer.name, sellerOfRecord: acme },
            },
          ],
        },
      ],
    },
  });
});

test('shows the offers of a Limited product to its allowlist, those of a Public one to all', async () => {
  const products = [{ ...notes, allowlist: [buyer] }, boards];
  expect(await shown({ products }, of(notes.id, boards.id))).toEqual([
    ['offer-sandboxboard1'],
    ['offer-sandboxnotes1', 'offer-sandboxboard1'],
    ['offer-sandboxboard1'],
    ['offer-sandboxboard1'],
  ]);
});

test('shows a private offer to its buyers, with its end and a badge', async () => {
  const offers = [{ ...offer, id: 'offer-private', buyerAccounts: [buyer], availableUntil: start + 1500 }];
  expect(await shown({ offers }, of(notes.id))).toEqual([[], ['offer-private'], [], []]);
  const { url, world } = await openSandbox({ world: worldWith({ offers }) });
  const { answer } = await discover(
    url,
    world.buyers['new-signup'] ?? world.seller,
    'listPurchaseOptions',
    of(notes.id),
  );
  expect(answer).toMatchObject({
    purchaseOptions: [{ expirationTime: start / 1000 + 1, badges: [{ badgeType: 'PRIVATE_PRICING' }] }],
  });
});

test.each([
  ['a draft', { offers: [{ ...offer, state: 'Draft' as const }] }],
  ['one that is over', { offers: [{ ...offer, availableUntil: start }] }],
  ['one of a product that Discovery does not know', { products: [{ ...notes, discoverable: false }] }],
  [
    'a private one of such a product',
    { products: [{ ...notes, discoverable: false }], offers: [{ ...offer, buyerAccounts: [buyer] }] },
  ],
  ['one of a Restricted product', { products: [{ ...notes, visibility: 'Restricted' as const }] }],
])('does not show %s', async (_case, changes) => {
  expect(await shown(changes, of(notes.id))).toEqual([[], [], [], []]);
});

test('intersects filters', async () => {
  const [byProduct] = of(notes.id).filters;
  const sets = { filterType: 'PURCHASE_OPTION_TYPE', filterValues: ['OFFERSET'] };
  expect((await shown({}, { filters: [byProduct, sets] }))[1]).toEqual([]);
  const either = { ...sets, filterValues: ['OFFER', 'OFFERSET'] };
  expect((await shown({}, { filters: [byProduct, either] }))[1]).toEqual([offer.id]);
});

test('gives pages', async () => {
  const offers = ['a', 'b', 'c'].map((letter) => ({ ...offer, id: `offer-${letter}`, productId: boards.id }));
  const { url, seller } = await openSandbox({ world: worldWith({ offers }) });
  const ask = async (more: object) =>
    (await discover(url, seller, 'listPurchaseOptions', { ...of(boards.id), maxResults: 2, ...more })).answer;
  const { nextToken } = await ask({});
  expect(nextToken).toEqual(expect.any(String));
  const last = await ask({ nextToken });
  expect(last).toMatchObject({ purchaseOptions: [{ purchaseOptionId: 'offer-c' }] });
  expect(last).not.toHaveProperty('nextToken');
});

test.each([
  ['no filter', {}, 'PRODUCT_ID'],
  ['no product', { filters: [{ filterType: 'PURCHASE_OPTION_TYPE', filterValues: ['OFFER'] }] }, 'PRODUCT_ID'],
  ['a filter without values', { filters: [{ filterType: 'PRODUCT_ID', filterValues: [] }] }, 'filterValues'],
  ['an unknown filter', { filters: [{ filterType: 'VISIBILITY_SCOPE', filterValues: ['X'] }] }, 'the sandbox filters'],
  ['too large a page', { ...of(notes.id), maxResults: 101 }, 'maxResults'],
  ['eleven products', of(...Array.from({ length: 11 }, () => notes.id)), 'filterValues'],
  ['an id of two words', of('prod 1'), 'filterValues'],
  ['a long id', of('p'.repeat(256)), 'filterValues'],
  ['a locale that is a list', { ...of(notes.id), locale: 'en;fr' }, 'locale'],
  [
    'a type that there is not',
    { filters: [...of(notes.id).filters, { filterType: 'PURCHASE_OPTION_TYPE', filterValues: ['NOPE'] }] },
    'OFFERSET',
  ],
])('refuses %s', async (_case, body, part) => {
  const { url, seller } = await openSandbox();
  expect(await discover(url, seller, 'listPurchaseOptions', body)).toMatchObject({
    status: 400,
    error: 'ValidationException',
    answer: { message: expect.stringContaining(part), reason: 'MALFORMED_REQUEST_PARAMETERS' },
  });
});

test.each(['bm9uc2Vuc2U', '', 'not a token', 'bXAtdmVyaWZ5LXNhbmRib3ggMA \n'])(
  'refuses the token %j by a reason of its own',
  async (nextToken) => {
    const { url, seller } = await openSandbox();
    const { answer, ...rest } = await discover(url, seller, 'listPurchaseOptions', { ...of(notes.id), nextToken });
    expect(rest).toEqual({ status: 400, error: 'ValidationException' });
    expect(answer).toMatchObject({ reason: 'INVALID_PAGINATION_TOKEN' });
  },
);
