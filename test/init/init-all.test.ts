import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { initAll } from '../../src/commands/init-all.ts';
import { type Config, parseConfig } from '../../src/config/config-file.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import type { ProductSummary } from '../../src/ports/marketplace.ts';
import { openMachine } from '../commands/machine.ts';
import { allHostile, hostile, rawIn } from '../support/hostile.ts';
import { fakeHost } from './fakes.ts';

const accountId = '111122223333';
const product = (id: string, title: string, visibility: string | null = 'Limited'): ProductSummary => {
  return { id, title, visibility, ownerAccountId: accountId };
};
const caller = {
  ...{ accountId, arn: `arn:aws:iam::${accountId}:user/me`, credentials: 'profile mp-seller' },
  ...{ credentialsExpire: null, sandbox: null },
};
const options = { input: false, color: 'auto', all: true } as const;

function read(text: string): Config {
  const config = parseConfig('mp-verify.yaml', text);
  if (!('buyers' in config)) throw new Error(config.map(({ message }) => message).join('\n'));
  return config;
}

/** Runs the command on an account with these products. */
async function written(products: readonly ProductSummary[], profile?: string) {
  const world = fakeHost(null, () => ({ caller: async () => caller, listProducts: async () => products }));
  expect(await initAll({ ...options, profile }, world.host)).toBe('pass');
  const text = world.files['mp-verify.yaml'] ?? '';
  const config = read(text);
  return { ...world, text, config, listed: [...(config.products?.keys() ?? [])] };
}

/** The file without the "#" of its examples, as an operator takes them away. */
const uncommented = (text: string) => text.replaceAll(/^#(?! )|^#(?= {2})/gm, '');

test('lists every product by its title, with the account of the profile', async () => {
  const { text, config, listed, profiles, printed, said } = await written(
    [product('prod-b', 'Acme Notes'), product('prod-a', 'Acme Boards', 'Public'), product('prod-c', 'Acme Mail', null)],
    'mp-seller',
  );
  expect(profiles).toEqual(['mp-seller']);
  expect(listed).toEqual(['prod-a', 'prod-c', 'prod-b']);
  expect(text).toContain('  - prod-b  # Acme Notes\n');
  for (const each of config.products?.values() ?? [])
    expect(each).toMatchObject({ account: 'main', profile: 'mp-seller', role: null });
  expect(printed()).toBe('');
  expect(said().replaceAll(/\s+/g, ' ').trim()).toBe(
    'Created mp-verify.yaml with 3 products. Set the test buyer (buyers: regression), then: mp-verify validate mp-verify.yaml, and mp-verify run regression --all',
  );
});

test('without --profile, the credentials of the environment need no account', async () => {
  const { config, listed, profiles } = await written([product('prod-a', 'Acme Notes')]);
  expect(profiles).toEqual([null]);
  expect(listed).toEqual(['prod-a']);
  expect(config).toMatchObject({ account: null, profile: null, role: null });
});

describe('what cannot be checked is a comment with the reason', () => {
  const others = [
    product('prod-draft', 'Acme Draft', 'Draft'),
    product('prod-old', 'Acme Old', 'Restricted'),
    { ...product('prod-foreign', 'Theirs'), ownerAccountId: '999988887777' },
  ];

  test('beside other products', async () => {
    const { text, listed, said } = await written([...others, product('prod-a', 'Acme Notes')]);
    expect(listed).toEqual(['prod-a']);
    expect(text).toContain('#  - prod-draft  # Acme Draft: Draft, not on AWS Marketplace yet\n');
    expect(text).toContain('#  - prod-old  # Acme Old: Restricted, closed to new buyers\n');
    expect(text).toContain('#  - prod-foreign  # Theirs: belongs to account 999988887777\n');
    expect(said().replaceAll(/\s+/g, ' ')).toContain('with 1 product, and 3 more as comments.');
  });

  test('also if no other product is left', async () => {
    const { config, text, said } = await written(others.slice(0, 1));
    expect(config.products).toBeNull();
    expect(said().replaceAll(/\s+/g, ' ')).toContain(
      'with 0 products, and 1 more as a comment. Remove the "#" of those to check',
    );
    expect([...(read(uncommented(text)).products?.keys() ?? [])]).toContain('prod-draft');
  });
});

test.each([undefined, 'mp-seller'])('every example is right once its "#" is removed (profile: %s)', async (profile) => {
  const { text } = await written([product('prod-a', 'Acme Notes'), product('prod-d', 'Acme Draft', 'Draft')], profile);
  const config = read(uncommented(text));
  const [first, second, ...rest] = config.products?.values() ?? [];
  expect(first).toMatchObject({
    account: 'emea',
    role: { arn: 'arn:aws:iam::777788889999:role/mp-verify', externalId: 'acme-7' },
    recorded: { owner: 'team-notes', waiver: { reason: 'MP-412: no test contract yet' } },
  });
  expect(second).toMatchObject({ recorded: { withoutSaas: true }, settings: { contractApi: null } });
  expect(rest.map(({ recorded }) => recorded.product)).toEqual(['prod-a', 'prod-d']);
  for (const each of rest)
    expect(each).toMatchObject({
      ...{ account: 'main', profile: profile ?? null, role: { arn: `arn:aws:iam::${accountId}:role/mp-verify` } },
      buyers: { regression: '666677778888' },
      settings: { contractApi: { plan: 'plan', quantity: 'seats', endDate: 'endsAt' } },
    });
});

test.each([
  ...Object.entries(hostile),
  ['all of them', allHostile],
  ['YAML', 'a"b\\ # c: [d]\n\nprofile: forged\n  - prod-forged\u0085  - prod-forged'],
  ['a quote', "it's: *x"],
  ['nothing', ''],
])('a title is only a comment: %s', async (_, title) => {
  const { text, config, listed } = await written([
    product('prod-a', title),
    product('prod-d', title, 'Draft'),
    product('prod-z', 'Zebra'),
  ]);
  expect(new Set(listed)).toEqual(new Set(['prod-a', 'prod-z']));
  expect(config.profile).toBeNull();
  expect(rawIn(text)).toEqual([]);
  expect([...(read(uncommented(text)).products?.keys() ?? [])]).toHaveLength(5);
});

test('IDs and profiles that YAML would read as something else stay text, and none is listed twice', async () => {
  const ids = ['12345678-90ab-cdef-1234-567890abcdef', '5e3', 'true', 'a: b #', 'prod-a'];
  const { listed, config } = await written(
    [...ids, 'prod-a'].map((id) => product(id, `Acme ${id}`)),
    'it\'s "mine": #1',
  );
  expect(new Set(listed)).toEqual(new Set(ids));
  expect(listed).toHaveLength(ids.length);
  expect([...(config.products?.values() ?? [])][0]?.profile).toBe('it\'s "mine": #1');
});

test('an existing file is left as it is, before AWS is asked', async () => {
  const files = { 'mp-verify.yaml': 'product: mine' };
  const { host, profiles } = fakeHost(
    null,
    () => ({ caller: async () => caller, listProducts: async () => [] }),
    files,
  );
  await expect(initAll(options, host)).rejects.toMatchObject({
    code: 'file-exists',
    hint: expect.stringContaining('run mp-verify init --all again'),
  });
  expect(files).toEqual({ 'mp-verify.yaml': 'product: mine' });
  expect(profiles).toEqual([]);
});

test.each([
  ['there are no credentials', async () => Promise.reject(new CouldNotCheck('no-credentials', 'None.', 'Sign in.'))],
  ['the account owns no product', async () => []],
] as const)('no file is written if %s', async (_, listProducts) => {
  const { host, files } = fakeHost(null, () => ({ caller: async () => caller, listProducts }));
  await expect(initAll(options, host)).rejects.toBeInstanceOf(CouldNotCheck);
  expect(files).toEqual({});
});

describe('the command line', () => {
  test('writes a file of 300 products that validates and that other commands read', async () => {
    const machine = await openMachine();
    const { world } = machine.sandbox;
    const [notes] = world.products;
    if (!notes) throw new Error('the sandbox has products');
    world.products = Array.from({ length: 300 }, (_, n) => {
      return { ...notes, id: `prod-${n}`, title: `Acme ${n} ${allHostile}` };
    });
    const created = await machine.run('init --all --no-input');
    expect(created).toMatchObject({ code: 0, stdout: '' });
    expect(created.stderr.replaceAll(/\s+/g, ' ')).toContain('Created mp-verify.yaml with 300 products.');
    const valid = await machine.run('validate mp-verify.yaml');
    expect(valid).toMatchObject({ code: 0, stdout: 'mp-verify.yaml: ok, configuration, 300 products\n' });
    const { stdout } = await machine.run('status --all --json');
    expect((JSON.parse(stdout) as { readonly products: readonly unknown[] }).products).toHaveLength(300);
    const before = await readFile(join(machine.folder, 'mp-verify.yaml'), 'utf8');
    expect((await machine.run('init --all')).code).toBe(2);
    expect(await readFile(join(machine.folder, 'mp-verify.yaml'), 'utf8')).toBe(before);
  });

  test('exits with 4 and writes nothing if AWS refuses the credentials', async () => {
    const machine = await openMachine();
    machine.keys = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'unknown' };
    expect((await machine.run('init --all --no-input')).code).toBe(4);
    await expect(stat(join(machine.folder, 'mp-verify.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
