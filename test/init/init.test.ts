import { describe, expect, test } from 'vitest';
import { init } from '../../src/commands/init.ts';
import { type Config, parseConfig } from '../../src/config/config-file.ts';
import { CouldNotCheck, Interrupted } from '../../src/errors.ts';
import { fakeHost, type Move } from './fakes.ts';

const notes = { id: 'prod-lp5dq7gziiuyi', title: 'Acme Notes', visibility: 'Limited', ownerAccountId: '111122223333' };
const boards = { ...notes, id: 'prod-boards', title: 'Acme Boards', visibility: null };
const acme = () => ({
  caller: async () => ({
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/me',
    credentials: 'profile mp-seller',
    credentialsExpire: null,
    sandbox: null,
  }),
  listProducts: async () => [notes, boards],
});
const silent = () => ({
  ...acme(),
  caller: async () => {
    throw new CouldNotCheck('no-credentials', 'There are no AWS credentials.', 'Run: aws sso login');
  },
});
const options = { input: true, color: 'auto' } as const;

function configOf(files: Readonly<Record<string, string>>): Config {
  const config = parseConfig('mp-verify.yaml', files['mp-verify.yaml'] ?? '');
  if (!('buyers' in config)) throw new Error(config.map(({ message }) => message).join('\n'));
  return config;
}

test('asks what it needs and writes it', async () => {
  const script = [
    'mp-seller',
    'prod-boards',
    '4444-5555-6666',
    '555566667777',
    '666677778888',
    'mp-buyer',
    'https://app.acme.example/login',
    'https://app.acme.example/contract',
  ];
  const { host, files, profiles, left, questions, printed } = fakeHost(script, acme);
  expect(await init(options, host)).toBe('pass');
  expect(left).toEqual([]);
  expect(profiles).toEqual(['mp-seller']);
  expect(questions).toContain('Which product?\nAcme Notes  prod-lp5dq7gziiuyi  Limited\nAcme Boards  prod-boards');
  expect(printed()).toContain('Created mp-verify.yaml');
  expect(configOf(files)).toMatchObject({
    product: 'prod-boards',
    profile: 'mp-seller',
    buyerProfile: 'mp-buyer',
    buyers: { 'new-signup': '444455556666', 'existing-user': '555566667777', 'contract-change': '666677778888' },
    settings: {
      saas: { signIn: 'https://app.acme.example/login', contractPage: 'https://app.acme.example/contract' },
    },
  });
  expect(files['mp-verify.yaml']).toContain('# Acme Boards\n');
});

test('what is left open stays a comment', async () => {
  const { host, files, profiles } = fakeHost(Array(8).fill(null), acme);
  expect(await init(options, host)).toBe('pass');
  expect(profiles).toEqual([null]);
  expect(configOf(files)).toEqual(configOf({ 'mp-verify.yaml': 'version: 1' }));
});

test.each([
  ['the file of a folder above, which it replaces here, is named', { '../.git': '' }, true],
  ['a file above that did not apply is not', {}, false],
])('%s', async (_, repository, isNamed) => {
  const { host, said } = fakeHost(null, acme, { '../mp-verify.yaml': '#', ...repository });
  expect(await init({ ...options, input: false }, host)).toBe('pass');
  expect(said().includes('mp-verify will use the new file instead of ../mp-verify.yaml.')).toBe(isNamed);
});

test('--profile is not asked for again', async () => {
  const { host, profiles, questions } = fakeHost(Array(7).fill(null), acme);
  await init({ ...options, profile: 'mp-seller' }, host);
  expect(profiles).toEqual(['mp-seller']);
  expect(questions.join()).not.toContain('AWS profile of the seller');
});

describe('what would only be noticed in the middle of a run is noticed here', () => {
  test.each<[string, readonly Move[], string]>([
    ['an account ID of ten digits', ['4444555566', '444455556666', null], 'an AWS account ID has 12 digits'],
    ["the seller's own account", ['111122223333', '444455556666', null], "the seller's own account"],
    ['one account for two purchases', ['444455556666', '444455556666', null], 'new-signup already uses that account'],
  ])('%s', async (_, answers, expected) => {
    const { host, said, files } = fakeHost(['mp-seller', notes.id, ...answers, null, null, null, null], acme);
    await init(options, host);
    expect(said()).toContain(expected);
    expect(configOf(files).buyers).toEqual({ 'new-signup': '444455556666' });
  });

  test('a profile that this machine does not have', async () => {
    const script = ['typo', 'mp-seller', notes.id, null, null, null, 'me', 'mp-buyer', null, null];
    const { host, said, files, profiles } = fakeHost(script, acme);
    await init(options, host);
    const words = said().replaceAll(/\s+/g, ' ');
    expect(words).toContain('This machine has no AWS profile typo. Its profiles: mp-seller, mp-buyer, corp.');
    expect(words).toContain('This machine has no AWS profile me.');
    expect(profiles).toEqual(['mp-seller']);
    expect(configOf(files)).toMatchObject({ profile: 'mp-seller', buyerProfile: 'mp-buyer' });
  });

  test('a machine without profiles, and how to create one', async () => {
    const { host, said } = fakeHost(null, acme, {}, []);
    await init({ ...options, input: false, profile: 'mp-seller' }, host);
    expect(said().replaceAll(/\s+/g, ' ')).toContain(
      'No AWS profiles are configured on this machine. Create mp-seller with the AWS CLI: aws configure sso --profile mp-seller',
    );
  });

  test.each([true, false])('a profile of --profile that this machine does not have (input: %s)', async (input) => {
    const { host, said } = fakeHost(input ? Array(7).fill(null) : null, acme);
    await init({ ...options, input, profile: 'typo' }, host);
    expect(said().replaceAll(/\s+/g, ' ')).toContain('This machine has no AWS profile typo.');
  });

  test('a page that is no web address', async () => {
    const script = [
      'mp-seller',
      notes.id,
      null,
      null,
      null,
      null,
      'app.acme.example',
      'https://app.acme.example/',
      null,
    ];
    const { host, said, files } = fakeHost(script, acme);
    await init(options, host);
    expect(said()).toContain('must be a URL');
    expect(configOf(files).settings.saas.signIn).toBe('https://app.acme.example/');
  });
});

describe('where AWS does not answer', () => {
  test('it says why, and the product is typed', async () => {
    const { host, said, files } = fakeHost(['mp-seller', 'Acme Notes', ...Array(6).fill(null)], silent);
    expect(await init(options, host)).toBe('pass');
    expect(said().replaceAll(/\s+/g, ' ')).toContain('There are no AWS credentials. Run: aws sso login');
    expect(configOf(files).product).toBe('Acme Notes');
  });

  test('a stop is a stop, and leaves nothing behind', async () => {
    const { host, files } = fakeHost(['mp-seller', notes.id, new Interrupted('SIGINT')], acme);
    await expect(init(options, host)).rejects.toBeInstanceOf(Interrupted);
    expect(files).toEqual({});
  });
});

test('an account without a product asks no further about it', async () => {
  const { host, said, files } = fakeHost(Array(7).fill(null), () => ({ ...acme(), listProducts: async () => [] }));
  await init(options, host);
  expect(said()).toContain('with 0 SaaS products');
  expect(configOf(files).product).toBeNull();
});

test('an existing file is left as it is, before anything is asked', async () => {
  const files = { 'mp-verify.yaml': 'product: mine' };
  const { host } = fakeHost([], acme, files);
  await expect(init(options, host)).rejects.toMatchObject({
    name: 'UserError',
    message: 'mp-verify.yaml already exists, and was not changed.',
    hint: expect.stringContaining('mp-verify validate mp-verify.yaml'),
  });
  expect(files).toEqual({ 'mp-verify.yaml': 'product: mine' });
});

test('without a terminal it writes a template and asks nothing', async () => {
  const { host, files, profiles, printed } = fakeHost(null, acme);
  expect(await init({ ...options, input: false }, host)).toBe('pass');
  expect(profiles).toEqual([]);
  expect(printed()).toContain('a template');
  const set = files['mp-verify.yaml']?.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line));
  expect(set).toEqual(['version: 1']);
});

test('what --profile says stands in the template', async () => {
  const { host, files } = fakeHost(null, acme);
  await init({ ...options, input: false, profile: 'mp-seller' }, host);
  expect(configOf(files)).toEqual({ ...configOf({ 'mp-verify.yaml': 'version: 1' }), profile: 'mp-seller' });
});
