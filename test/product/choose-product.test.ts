import { describe, expect, test } from 'vitest';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import type { Product } from '../../src/ports/marketplace.ts';
import { type Choose, chooseProduct } from '../../src/product/target.ts';
import { acmeNotes } from '../support/acme.ts';
import { fakeMarketplace } from '../support/fake-marketplace.ts';

function product(title: string, visibility: string | null, changes: Partial<Product> = {}): Product {
  const name = title.toLowerCase().replaceAll(/[^a-z]/g, '');
  return { ...acmeNotes, id: `prod-${name}`, title, visibility, code: name.padEnd(25, '0').slice(0, 25), ...changes };
}

const notes = product('Acme Notes', 'Limited');
const notesPro = product('Acme Notes Pro', 'Public');
const boards = product('Acme Boards', 'Public');
const draft = product('Acme Draft', 'Draft');
const unseen = product('Acme Unseen', null);
// Its title is a product code in form.
const codeLike = product('0123456789abcdefghijklmno', 'Public', { id: 'prod-codelike', code: 'z'.repeat(25) });

/** What AWS is asked, and what comes of it, for an account that owns those products. */
async function choose(owned: readonly Product[], wanted: string | null, chooser: Choose = null) {
  const marketplace = fakeMarketplace({
    listProducts: () => owned,
    describeProduct: (id) => owned.find((one) => one.id === id) ?? null,
    describeProducts: (ids) => ({ products: owned.filter(({ id }) => ids.includes(id)), failed: [] }),
  });
  const chosen = await chooseProduct(marketplace, wanted, chooser).catch((error: unknown) => error);
  return { chosen, asked: marketplace.asked.map((question) => question.split(' ')[0]) };
}

describe('without --product', () => {
  test.each<[string, readonly Product[], Product]>([
    ['the only product', [boards], boards],
    ['the only product, a draft too', [draft], draft],
    ['the only one in Limited visibility', [boards, notes, draft], notes],
  ])('it is %s', async (_case, owned, expected) => {
    expect((await choose(owned, null)).chosen).toEqual(expected);
  });

  test.each<[string, readonly Product[]]>([
    ['several in Limited visibility', [notes, product('Acme Second', 'Limited'), boards]],
    ['several and none in Limited visibility', [notesPro, boards, unseen]],
  ])('%s are ambiguous, and title, id and visibility of each are told', async (_case, owned) => {
    const { chosen, asked } = await choose(owned, null);
    expect(chosen).toBeInstanceOf(UserError);
    expect(chosen).toMatchObject({ code: 'ambiguous-product', hint: expect.stringContaining('--product') });
    for (const { title, id, visibility } of owned) {
      const seen = visibility === null ? '' : ` (${visibility})`;
      expect(chosen).toHaveProperty('message', expect.stringContaining(`"${title}" ${id}${seen}`));
    }
    expect(asked).toEqual(['listProducts']);
  });

  test('of many products, the first are told, because a fleet has this reason at each product that it does not find', async () => {
    const many = Array.from({ length: 300 }, (_, i) => product('Beta', 'Public', { id: `prod-${i}` }));
    const { chosen } = await choose(many, 'Acme Gone');
    expect(chosen).toMatchObject({
      code: 'unknown-product',
      hint: expect.stringMatching(/ and 280 more \(mp-verify product-url --all lists them\)\.$/),
    });
    expect((chosen as UserError).hint?.match(/"Beta"/g)).toHaveLength(20);
  });

  test('an account without products is no error of the operator', async () => {
    const { chosen } = await choose([], null);
    expect(chosen).toBeInstanceOf(CouldNotCheck);
    expect(chosen).toMatchObject({ code: 'no-product', hint: expect.stringContaining('--profile') });
  });
});

describe('with an operator to ask', () => {
  test('several products are offered, and the chosen one is taken', async () => {
    const offered: (readonly string[])[] = [];
    const { chosen } = await choose([notesPro, boards], null, async (products) => {
      offered.push(products.map(({ id }) => id));
      return boards.id;
    });
    expect(chosen).toEqual(boards);
    expect(offered).toEqual([[notesPro.id, boards.id]]);
  });

  test('only the products that the title fits are offered', async () => {
    const offered: (readonly string[])[] = [];
    const { chosen } = await choose([notes, notesPro, boards], 'notes', async (products) => {
      offered.push(products.map(({ id }) => id));
      return notesPro.id;
    });
    expect(chosen).toEqual(notesPro);
    expect(offered).toEqual([[notes.id, notesPro.id]]);
  });

  test('one product is not asked about', async () => {
    const chooser = () => Promise.reject(new Error('nobody should be asked'));
    expect((await choose([notes, boards], null, chooser)).chosen).toEqual(notes);
  });

  test('no choice leaves it ambiguous', async () => {
    expect((await choose([notesPro, boards], null, async () => null)).chosen).toMatchObject({
      code: 'ambiguous-product',
    });
  });
});

describe('--product', () => {
  test.each<[string, string, Product, readonly string[]]>([
    ['an id, without a list', notes.id, notes, ['describeProduct']],
    ['a product code', notesPro.code ?? '', notesPro, ['listProducts', 'describeProducts', 'describeProduct']],
    ['an exact title, which beats a partial one', 'Acme Notes', notes, ['listProducts', 'describeProduct']],
    ['a title in other case, which beats a partial one', 'ACME notes', notes, ['listProducts', 'describeProduct']],
    ['a part of one title', 'board', boards, ['listProducts', 'describeProducts', 'describeProduct']],
    ['a title that looks like a product code', codeLike.title, codeLike, ['listProducts', 'describeProduct']],
  ])('may be %s', async (_case, wanted, expected, questions) => {
    const { chosen, asked } = await choose([notesPro, notes, boards, codeLike], wanted);
    expect(chosen).toEqual(expected);
    expect(asked).toEqual(questions);
  });

  test('a title is exact before its case is let go', async () => {
    const shouting = product('ACME NOTES', 'Public', { id: 'prod-shouting' });
    expect((await choose([shouting, notes], 'Acme Notes')).chosen).toEqual(notes);
  });

  test.each([
    ['a part of several titles', 'notes', [notes, notesPro]],
    [
      'a title that two products have',
      'Twin',
      [product('Twin', 'Public'), product('Twin', 'Public', { id: 'prod-b' })],
    ],
  ])('%s is ambiguous: no other product is named', async (_case, wanted, fitting) => {
    const { chosen } = await choose([...fitting, boards], wanted);
    expect(chosen).toMatchObject({ code: 'ambiguous-product', message: expect.stringContaining(`"${wanted}"`) });
    for (const { id } of fitting) expect(chosen).toHaveProperty('message', expect.stringContaining(id));
    expect(chosen).not.toHaveProperty('message', expect.stringContaining(boards.id));
  });

  test.each([
    ['an id', 'prod-other', 'prod-other'],
    ['a product code', 'y'.repeat(25), 'y'.repeat(25)],
    ['a title', 'Zebra', '"Zebra"'],
  ])('%s that the account does not have is an error of the operator', async (_case, wanted, named) => {
    const { chosen } = await choose([notes, boards], wanted);
    expect(chosen).toBeInstanceOf(UserError);
    expect(chosen).toMatchObject({ code: 'unknown-product', message: expect.stringContaining(named) });
  });

  test('a title that no product has says which there are', async () => {
    const { chosen } = await choose([notes, boards], 'Zebra');
    expect(chosen).toHaveProperty(
      'hint',
      expect.stringMatching(/Acme Notes.*prod-acmenotes.*Acme Boards.*prod-acmeboards/),
    );
  });

  test('in an account without products it is the account that is wrong', async () => {
    expect((await choose([], 'Acme Notes')).chosen).toMatchObject({ name: 'CouldNotCheck', code: 'no-product' });
  });
});

describe('every id that AWS or mp-verify prints is taken', () => {
  const guid = product('Old Acme', 'Public', { id: '0a1b2c3d-1111-2222-3333-444455556666', code: 'shortcode' });
  const renamed = product('Acme Pro 2', 'Public', { id: 'prod-renamed', code: 'c'.repeat(30) });
  const arn = (id: string) => `arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/${id}`;

  test.each<[string, string, Product]>([
    ['a GUID, of an older product', guid.id, guid],
    ['a GUID with a revision', `${guid.id}@12`, guid],
    ['an id with a revision', `${notes.id}@7`, notes],
    ['an ARN', arn(notes.id), notes],
    ['an ARN of an older product', arn(guid.id), guid],
    ['a short product code', 'shortcode', guid],
    ['a long product code', 'c'.repeat(30), renamed],
    ['the title of the details, which is shown', 'Acme Pro 2', renamed],
    ['the title of the list', 'Acme Pro', renamed],
    ['a part of the title of the details', 'pro 2', renamed],
  ])('%s', async (_, wanted, expected) => {
    const owned = [guid, notes, renamed];
    const marketplace = fakeMarketplace({
      listProducts: () => owned.map((one) => (one === renamed ? { ...one, title: 'Acme Pro' } : one)),
      describeProduct: (id) => owned.find((one) => one.id === id) ?? null,
      describeProducts: () => ({ products: owned, failed: [] }),
    });
    expect(await chooseProduct(marketplace, wanted, null)).toEqual(expected);
  });

  test('what could not be described may be the one that is meant', async () => {
    const error = new CouldNotCheck('throttled', 'AWS throttled it.', null, true);
    const marketplace = fakeMarketplace({
      listProducts: () => [notes, boards],
      describeProducts: () => ({ products: [notes], failed: [{ id: boards.id, error }] }),
    });
    await expect(chooseProduct(marketplace, 'somecode', null)).rejects.toBe(error);
  });
});

test.each(['AmiProduct', 'ContainerProduct'])(
  'the ID of an %s is no SaaS product, and that is said',
  async (entityType) => {
    const { chosen } = await choose([product('Acme Image', null, { entityType })], 'prod-acmeimage');
    expect(chosen).toBeInstanceOf(UserError);
    expect(chosen).toMatchObject({ code: 'not-saas', message: expect.stringContaining(entityType) });
  },
);

test('a product that is listed but not described may be there in a minute', async () => {
  const marketplace = fakeMarketplace({ listProducts: [[notes]], describeProduct: [null] });
  await expect(chooseProduct(marketplace, null, null)).rejects.toMatchObject({
    name: 'CouldNotCheck',
    transient: true,
    message: expect.stringContaining(notes.id),
  });
});
