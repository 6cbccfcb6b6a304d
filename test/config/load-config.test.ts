import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checklist } from '../../src/checklist/model.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { checks } from '../../src/checks/index.ts';
import { type ConfigOptions, loadConfig } from '../../src/config/load-config.ts';
import { worldOf } from './world.ts';

const page = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
const file = `
product: prod-file
url: ${page}
profile: file-seller
role-arn: arn:aws:iam::111122223333:role/mp-verify
buyer-profile: file-buyer
operator: Aiko Tanaka
max-test-price: 5
buyers:
  new-signup: "444455556666"
saas:
  sign-in: https://app.acme.example/login
  contract-api:
    url: https://app.acme.example/\${buyer}
    headers:
      authorization: Bearer \${env.ACME_TOKEN}
      x-both: \${env.ACME_ID}-\${env.ACME_TOKEN}
    quantity: seats
inputs:
  team: blue
`;

const token = 'canary-of-the-token';

describe('flag, environment, file, default', () => {
  const role = { arn: 'arn:aws:iam::111122223333:role/mp-verify', externalId: null };
  // Whatever the credentials are, the role is assumed with them.
  const others = { product: 'prod-file', url: page, role, buyerProfile: 'file-buyer' };
  const everything = { ...others, profile: 'file-seller', profileFrom: 'mp-verify.yaml' };
  test.each<[string, ConfigOptions, Record<string, string>, object]>([
    ['the file where nothing else speaks', {}, {}, everything],
    ['a flag beats it', { profile: 'flag' }, {}, { ...others, profile: 'flag' }],
    ['so does a flag for the buyer', { buyerProfile: 'flag' }, {}, { ...everything, buyerProfile: 'flag' }],
    ['AWS_PROFILE beats it', {}, { AWS_PROFILE: 'environment' }, others],
    ['so do keys', {}, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }, others],
    ['but not a key without its secret', {}, { AWS_ACCESS_KEY_ID: 'x' }, everything],
    ['and a role of CI', {}, { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, others],
    ['and one of a container', {}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' }, others],
    ['a flag beats AWS_PROFILE', { profile: 'flag' }, { AWS_PROFILE: 'e' }, { ...others, profile: 'flag' }],
    ['an empty AWS_PROFILE is none', {}, { AWS_PROFILE: '' }, everything],
    [
      'the URL is that of the product of the file',
      { product: 'prod-other' },
      {},
      { ...everything, product: 'prod-other', url: undefined },
    ],
    ['which a flag may name too', { product: 'prod-file' }, {}, everything],
    ['a flag beats its URL', { url: `${page}x` }, {}, { ...everything, url: `${page}x` }],
  ])('%s', async (_, said, env, expected) => {
    const { options } = await loadConfig(said, worldOf({ 'mp-verify.yaml': file }, env));
    expect(options).toEqual(expected);
  });

  test('other options of the command are left as they are', async () => {
    const { options } = await loadConfig(
      { sandbox: false, endpointUrl: 'http://x', all: true },
      worldOf({ 'mp-verify.yaml': file }),
    );
    expect(options).toMatchObject({ endpointUrl: 'http://x', all: true });
  });
});

describe('which file', () => {
  test('none is needed', async () => {
    const said = { profile: 'flag' };
    const config = await loadConfig(said, worldOf({}));
    expect(config).toMatchObject({ options: said, file: null, buyers: {}, inputs: {}, operator: null });
    expect(config.settings([])).toEqual({
      maxTestPrice: 1,
      saas: { signIn: null, contractPage: null },
      contractApi: null,
    });
  });

  test('--config takes another one, and leaves the one in the working directory alone', async () => {
    const world = worldOf({ 'mp-verify.yaml': 'product: [', 'ci.yaml': 'product: prod-ci' });
    const { options, file: read } = await loadConfig({ config: 'ci.yaml' }, world);
    expect([(options as ConfigOptions).product, read]).toEqual(['prod-ci', 'ci.yaml']);
  });

  test.each<[string, Record<string, string>, string | null]>([
    ['the one in the working directory', { 'mp-verify.yaml': '#', '../mp-verify.yaml': '#', '../.git': '' }, '.'],
    ['the one in the parent folder', { '../mp-verify.yaml': '#', '../.git': '' }, '..'],
    ['the nearest one', { '../mp-verify.yaml': '#', '../../mp-verify.yaml': '#', '../../.git': '' }, '..'],
    ['the one in the root of the repository', { '../../mp-verify.yaml': '#', '../../.git': '' }, '../..'],
    ['none above the repository', { '../mp-verify.yaml': '#', '.git': '', '../.git': '' }, null],
    ['none above the root of a submodule', { '../../mp-verify.yaml': '#', '../.git': '', '../../.git': '' }, null],
    ['none above outside of a repository', { '../mp-verify.yaml': '#', '../../mp-verify.yaml': '#' }, null],
  ])('%s', async (_, contents, folder) => {
    const { file: found, inUse } = await loadConfig({}, worldOf(contents));
    const expected = folder === null ? null : join(folder, 'mp-verify.yaml');
    expect([found, inUse]).toEqual([expected, expected]);
  });

  test('what is above is read from there, and mistakes name that path', async () => {
    const found = await loadConfig<ConfigOptions>({}, worldOf({ '../mp-verify.yaml': file, '../.git': '' }));
    expect(found.options.product).toBe('prod-file');
    const wrong = worldOf({ '../mp-verify.yaml': 'profil: x', '../.git': '' });
    await expect(loadConfig({}, wrong)).rejects.toThrow('../mp-verify.yaml:1:1: profil: unknown field');
  });

  test('there is none where the working directory was deleted', async () => {
    const absolute = () => {
      throw Object.assign(new Error('uv_cwd'), { code: 'ENOENT' });
    };
    expect((await loadConfig({}, { ...worldOf({}), absolute })).file).toBe(null);
  });

  test('one above that belongs to another user is refused, unless --config names it', async () => {
    const contents = { '../mp-verify.yaml': file, '../.git': '' };
    const world = worldOf(contents, {}, ['../mp-verify.yaml']);
    await expect(loadConfig({}, world)).rejects.toMatchObject({
      name: 'UserError',
      code: 'foreign-config',
      message: expect.stringContaining('../mp-verify.yaml belongs to another user'),
      hint: expect.stringContaining('--config ../mp-verify.yaml'),
    });
    const named = await loadConfig<ConfigOptions>({ config: '../mp-verify.yaml' }, world);
    expect(named.options.product).toBe('prod-file');
    const own = await loadConfig({}, worldOf({ ...contents, 'mp-verify.yaml': '#' }, {}, ['../mp-verify.yaml']));
    expect(own.file).toBe('mp-verify.yaml');
  });

  test('a profile that the environment overrides is said with the file', async () => {
    const world = worldOf({ 'mp-verify.yaml': file }, { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' });
    const words = 'mp-verify.yaml; its profile file-seller is not used: AWS_WEB_IDENTITY_TOKEN_FILE is set';
    expect((await loadConfig({}, world)).inUse).toBe(words);
    expect((await loadConfig({ profile: 'flag' }, world)).inUse).toBe('mp-verify.yaml');
    expect((await loadConfig({ sandbox: true }, world)).inUse).toBe('mp-verify.yaml');
  });

  test.each<[string, ConfigOptions, Record<string, string | null>, string]>([
    ['one that --config names and is not there', { config: 'ci.yaml' }, {}, 'ci.yaml: there is no such file'],
    ['one that cannot be read', {}, { 'mp-verify.yaml': null }, 'mp-verify.yaml: it is a folder, not a file'],
    ['one with a mistake', {}, { 'mp-verify.yaml': 'profil: x' }, 'mp-verify.yaml:1:1: profil: unknown field'],
    ['one without a word', {}, { 'mp-verify.yaml': '' }, 'mp-verify.yaml: the file is empty'],
  ])('%s is a mistake of the command', async (_, said, contents, expected) => {
    const error = await loadConfig(said, worldOf(contents)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'UserError',
      code: 'invalid-file',
      message: expect.stringContaining(expected),
    });
  });
});

describe('in a sandbox of the process', () => {
  const sandboxed = loadConfig({ sandbox: true }, worldOf({ 'mp-verify.yaml': file }, { ACME_TOKEN: token }));

  test('nothing of the file names a product, an account or a profile', async () => {
    const { options, buyers } = await sandboxed;
    expect(options).toEqual({ sandbox: true });
    expect(buyers).toEqual({});
  });

  test('the rest of it holds, but the SaaS out there is not asked', async () => {
    const { operator, inputs, settings } = await sandboxed;
    expect([operator, inputs]).toEqual(['Aiko Tanaka', { team: 'blue' }]);
    expect(settings([useCase])).toMatchObject({
      maxTestPrice: 5,
      saas: { signIn: 'https://app.acme.example/login' },
      contractApi: null,
    });
  });

  test('a SaaS on this machine is', async () => {
    const local = `saas:\n  contract-api: { url: "http://127.0.0.1:3000/\${buyer}", quantity: seats }\n`;
    const { settings } = await loadConfig({ sandbox: true }, worldOf({ 'mp-verify.yaml': local }));
    expect(settings([useCase]).contractApi).toMatchObject({ url: `http://127.0.0.1:3000/\${buyer}` });
  });
});

describe('variables of the environment in headers', () => {
  const load = (env: Readonly<Record<string, string>>) => loadConfig({}, worldOf({ 'mp-verify.yaml': file }, env));

  test('are filled in', async () => {
    const { settings } = await load({ ACME_TOKEN: token, ACME_ID: '$&7' });
    expect(settings([useCase]).contractApi?.headers).toEqual({
      authorization: `Bearer ${token}`,
      'x-both': `$&7-${token}`,
    });
  });

  test('are needed only by checklists that compare with the SaaS', async () => {
    const { settings } = await load({});
    expect(settings([another]).contractApi).toBeNull();
    expect(settings([another]).maxTestPrice).toBe(5);
  });

  test.each([
    ['missing', {}, 'The environment variable ACME_TOKEN is not set (mp-verify.yaml uses it in authorization).'],
    ['empty', { ACME_TOKEN: '' }, 'The environment variable ACME_TOKEN is not set'],
    [
      'more than a line',
      { ACME_TOKEN: `${token}\n` },
      'ACME_TOKEN contains a character that is not allowed in a header, such as a line break',
    ],
  ])('%s: a mistake that names the variable, never what it holds', async (_, env, expected) => {
    const { settings } = await load(env);
    const error = (() => {
      try {
        return settings([another, useCase]);
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringContaining(expected) });
    expect(JSON.stringify(error)).not.toContain(token);
  });
});

const useCase = checklistOf(
  '  - {id: c, title: C, check: entitlements}\n  - {id: s, title: S, do: Look., check: saas-contract}\n',
);
const another = checklistOf('  - {id: c, title: C, check: entitlements}\n');

function checklistOf(steps: string): Checklist {
  const checklist = parseChecklist('trial.yaml', `version: 1\nid: trial\ntitle: Trial\nsteps:\n${steps}`, checks);
  if (!('steps' in checklist)) throw new Error(checklist.map(({ message }) => message).join('\n'));
  return checklist;
}
