import { describe, expect, test } from 'vitest';
import { type ConfigOptions, loadConfig } from '../../src/config/load-config.ts';
import { loadFleet, selectProducts } from '../../src/config/load-fleet.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { worldOf } from './world.ts';

const mainRole = { arn: 'arn:aws:iam::111122223333:role/mp-verify', externalId: null };
const file = `
operator: Aiko Tanaka
store: s3://acme-verify/prod
accounts:
  main: { role-arn: "${mainRole.arn}" }
  emea: { profile: mp-emea }
  apac: { profile: mp-apac, role-arn: "${mainRole.arn}" }
defaults:
  account: main
  buyers: { regression: "222222222222" }
  saas:
    contract-api:
      url: https://app.acme.example/\${buyer}?product=\${product.code}
      headers: { authorization: "Bearer \${env.ACME_TOKEN}" }
      quantity: seats
products:
  - prod-aaa
  - { product: prod-bbb, account: emea, buyers: { regression: "666677778888" } }
  - product: Acme Notes
    account: apac
    saas: { contract-api: { headers: { authorization: "Bearer \${env.NOTES_TOKEN}" } } }
  - { product: prod-ddd, saas: none }
`;
const contents = { 'mp-verify.yaml': file };
const compares = checklistOf(
  '  - {id: c, title: C, check: entitlements}\n  - {id: s, title: S, do: Look., check: saas-contract}\n',
);

describe('loadFleet', () => {
  test('returns one entry a product, in order, with options, buyers and settings of that product', async () => {
    const world = worldOf(contents, { ACME_TOKEN: 'a', NOTES_TOKEN: 'n' });
    const fleet = await loadFleet({ json: true } as ConfigOptions, world);
    expect(fleet).toMatchObject({ file: 'mp-verify.yaml', inUse: 'mp-verify.yaml', operator: 'Aiko Tanaka' });
    expect(fleet.entries.map(({ product }) => product.product)).toEqual([
      'prod-aaa',
      'prod-bbb',
      'Acme Notes',
      'prod-ddd',
    ]);
    expect(fleet.entries.map(({ config }) => config.options)).toMatchObject([
      { json: true, product: 'prod-aaa', profile: undefined, role: mainRole },
      { json: true, product: 'prod-bbb', profile: 'mp-emea', profileFrom: 'mp-verify.yaml', role: undefined },
      { json: true, product: 'Acme Notes', profile: 'mp-apac', role: mainRole },
      { json: true, product: 'prod-ddd', profile: undefined, role: mainRole },
    ]);
    expect(fleet.entries.map(({ config }) => config.buyers.regression)).toEqual([
      '222222222222',
      '666677778888',
      '222222222222',
      '222222222222',
    ]);
    const headers = fleet.entries.map(({ config }) => config.settings([compares]).contractApi?.headers);
    const usual = { authorization: 'Bearer a' };
    expect(headers).toEqual([usual, usual, { authorization: 'Bearer n' }, undefined]);
  });

  test('a missing variable is a problem only of the products that use it', async () => {
    const { entries } = await loadFleet({}, worldOf(contents, { ACME_TOKEN: 'a' }));
    const told = entries.map(({ config }) => {
      try {
        return config.settings([compares]).contractApi?.headers.authorization ?? null;
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(told).toEqual(['Bearer a', 'Bearer a', expect.stringContaining('NOTES_TOKEN is not set'), null]);
  });

  test('credentials of the environment replace the profiles, once said, and assume the roles', async () => {
    const { inUse, entries } = await loadFleet<ConfigOptions>({}, worldOf(contents, { AWS_PROFILE: 'ci' }));
    expect(inUse).toBe('mp-verify.yaml; its profiles mp-emea, mp-apac are not used: AWS_PROFILE is set');
    expect(entries.map(({ config: { options } }) => [options.profile, options.role])).toEqual([
      [undefined, mainRole],
      [undefined, undefined],
      [undefined, mainRole],
      [undefined, mainRole],
    ]);
  });

  test('so does --profile, which needs no words', async () => {
    const { inUse, entries } = await loadFleet({ profile: 'flag' }, worldOf(contents, { AWS_PROFILE: 'ci' }));
    expect(inUse).toBe('mp-verify.yaml');
    expect(entries.map(({ config: { options } }) => options.profile)).toEqual(['flag', 'flag', 'flag', 'flag']);
  });

  test('the store is asked as the account of the defaults, whichever product is chosen', async () => {
    const world = worldOf(contents);
    const credentials = { profile: null, profileFrom: null, role: mainRole };
    const fleet = await loadFleet({}, world);
    expect(fleet.store).toMatchObject({ url: 's3://acme-verify/prod', credentials });
    expect((await loadConfig({ product: 'prod-bbb' }, world)).store).toEqual(fleet.store);
    expect(fleet.entries.map(({ config }) => config.store)).toEqual(fleet.entries.map(() => fleet.store));
  });

  test.each<[string, ConfigOptions, Record<string, string>, string]>([
    ['no file', {}, {}, 'There is no mp-verify.yaml that lists your products.'],
    ['a file without products', {}, { 'mp-verify.yaml': 'profile: x' }, 'mp-verify.yaml lists no products.'],
    ['another one', { config: 'ci.yaml' }, { ...contents, 'ci.yaml': '#' }, 'ci.yaml lists no products.'],
    ['a sandbox', { sandbox: true }, contents, 'A sandbox has none of the products in mp-verify.yaml.'],
  ])('needs a fleet: %s', async (_, options, files, message) => {
    await expect(loadFleet(options, worldOf(files))).rejects.toMatchObject({ code: 'no-fleet', message });
  });

  test('a mistake in the file is one', async () => {
    const wrong = worldOf({ 'mp-verify.yaml': 'products: [prod-aaa, prod-aaa]' });
    await expect(loadFleet({}, wrong)).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('selectProducts', () => {
  const fleet = loadFleet({}, worldOf(contents));
  const select = async (...names: string[]) =>
    selectProducts(await fleet, names).map(({ product: { product } }) => product);

  test('selects in the order of the file, however an ID is written', async () => {
    expect(await select('Acme Notes', 'prod-aaa@3', 'prod-aaa')).toEqual(['prod-aaa', 'Acme Notes']);
  });

  test('a product that is not listed is a mistake, with the one that was meant', async () => {
    await expect(select('prod-aaa', 'prod-dda')).rejects.toMatchObject({
      code: 'unknown-product',
      message: 'mp-verify.yaml does not list the product "prod-dda".',
      hint: 'Did you mean "prod-ddd"?',
    });
    await expect(select('elsewhere')).rejects.toMatchObject({
      hint: 'Name a product as mp-verify.yaml does, or add it there.',
    });
  });
});

describe('a single run', () => {
  const load = (options: ConfigOptions, text = file, env = {}) =>
    loadConfig<ConfigOptions>(options, worldOf({ 'mp-verify.yaml': text }, env));

  test('uses the settings of the product, if the file lists it', async () => {
    for (const product of ['prod-bbb', 'prod-bbb@4']) {
      const { options, buyers, inUse } = await load({ product });
      expect(options).toMatchObject({ product, profile: 'mp-emea', profileFrom: 'mp-verify.yaml', role: undefined });
      expect(buyers).toEqual({ regression: '666677778888' });
      expect(inUse).toBe('mp-verify.yaml, account emea');
    }
    expect((await load({ product: 'prod-ddd' })).settings([compares]).contractApi).toBe(null);
  });

  test('those of the product that the file names, without --product', async () => {
    const { options } = await load({}, `product: prod-bbb\n${file}`);
    expect(options).toMatchObject({ product: 'prod-bbb', profile: 'mp-emea' });
  });

  test.each([[{}], [{ product: 'prod-other' }]])('otherwise the defaults: %j', async (flags) => {
    const { options, buyers, inUse } = await load(flags);
    expect(options).toMatchObject({ ...flags, role: mainRole, profile: undefined });
    expect(buyers).toEqual({ regression: '222222222222' });
    expect(inUse).toBe('mp-verify.yaml, account main');
  });

  test('an account is named if it is used', async () => {
    const env = { AWS_PROFILE: 'ci' };
    const words = '; its profile mp-emea is not used: AWS_PROFILE is set';
    expect((await load({ product: 'prod-bbb' }, file, env)).inUse).toBe(`mp-verify.yaml${words}`);
    expect((await load({ product: 'prod-bbb', profile: 'flag' })).inUse).toBe('mp-verify.yaml');
    expect((await load({ product: 'prod-aaa', profile: 'flag' })).inUse).toBe('mp-verify.yaml, account main');
  });

  test('in a sandbox, no product of the file applies', async () => {
    const { options, buyers, inUse } = await load({ product: 'prod-bbb', sandbox: true });
    expect([options, buyers, inUse]).toEqual([{ product: 'prod-bbb', sandbox: true }, {}, 'mp-verify.yaml']);
  });

  test('a resumed run uses the settings of its product, whatever the file calls it', async () => {
    const found = { id: 'prod-bbb', code: 'c'.repeat(25), title: 'Acme Notes' };
    const resume = (product: typeof found, flags = {}) =>
      loadConfig<ConfigOptions>(flags, worldOf({ 'mp-verify.yaml': `product: prod-aaa\n${file}` }), product);
    expect((await resume(found)).options).toMatchObject({ product: 'prod-bbb', profile: 'mp-emea' });
    expect((await resume({ ...found, id: 'prod-new' })).options).toMatchObject({
      product: 'Acme Notes',
      profile: 'mp-apac',
    });
    expect((await resume({ ...found, id: 'prod-new', title: 'New' })).options).toMatchObject({ role: mainRole });
    expect((await resume(found, { product: 'prod-ddd' })).options).toMatchObject({ product: 'prod-ddd' });
    // AWS finds a product by its title in any case.
    expect((await resume({ ...found, id: 'prod-new', title: 'ACME Notes' })).options).toMatchObject({
      product: 'Acme Notes',
      profile: 'mp-apac',
    });
  });

  test('does not use the settings of another product than the one that AWS finds', async () => {
    const found = { id: 'prod-bbb', code: null, title: 'Notes for teams' };
    const [byTitle, byId, other] = await Promise.all(
      ['Notes for teams', 'prod-bbb', 'prod-ddd'].map((product) => load({ product })),
    );
    expect(() => byId?.assertProduct(found)).not.toThrow();
    expect(() => other?.assertProduct({ ...found, id: 'prod-ddd' })).not.toThrow();
    expect(() => other?.assertProduct({ ...found, id: 'prod-other' })).toThrow(
      expect.objectContaining({
        message:
          'mp-verify.yaml lists "prod-ddd", which is not the ID, product code or whole title of what AWS found: Notes for teams (prod-other).',
      }),
    );
    expect(() => byTitle?.assertProduct(found)).toThrow(
      expect.objectContaining({
        code: 'ambiguous-product',
        message:
          'mp-verify.yaml lists Notes for teams (prod-bbb) as "prod-bbb", with settings that this command does not use.',
        hint: 'To use them: --product prod-bbb',
      }),
    );
    // Without settings of its own, it does not matter which name is used.
    expect(() => byTitle?.assertProduct({ ...found, id: 'prod-aaa' })).not.toThrow();
    expect((await load({ sandbox: true })).assertProduct(found)).toBe(undefined);
  });
});
