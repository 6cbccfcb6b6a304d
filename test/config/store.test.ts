import { describe, expect, test } from 'vitest';
import { type ConfigOptions, loadConfig } from '../../src/config/load-config.ts';
import { worldOf } from './world.ts';

const role = { arn: 'arn:aws:iam::111122223333:role/mp-verify', externalId: null };
const own = { arn: 'arn:aws:iam::111122223333:role/mp-runs', externalId: null };
const seller = `profile: seller\nrole-arn: ${role.arn}\noperator: Mina\n`;
const aws = { region: 'us-east-1', endpointUrl: null };
const asSeller = { profile: 'seller', profileFrom: 'mp-verify.yaml', role };

async function chosen(store: string, flags: ConfigOptions = {}, env: Record<string, string> = {}) {
  return (await loadConfig(flags, worldOf({ 'mp-verify.yaml': `${seller}${store}` }, env))).store;
}

describe('where runs are saved: flag, environment, file, this machine', () => {
  test.each<[string, string, ConfigOptions, Record<string, string>, string | null]>([
    ['nothing is said', '', {}, {}, null],
    ['the file says it', 'store: s3://acme/a', {}, {}, 's3://acme/a'],
    ['so does the environment', 'store: s3://acme/a', {}, { MP_VERIFY_STORE: 's3://acme/b' }, 's3://acme/b'],
    ['a flag beats it', '', { store: 's3://acme/c' }, { MP_VERIFY_STORE: 's3://acme/b' }, 's3://acme/c'],
    ['a flag brings runs back here', 'store: s3://acme/a', { store: 'local' }, {}, null],
    ['so does the environment', 'store: s3://acme/a', {}, { MP_VERIFY_STORE: 'local' }, null],
    ['an empty variable is none', 'store: s3://acme/a', {}, { MP_VERIFY_STORE: '' }, 's3://acme/a'],
    ['a practice run is saved in the same place', 'store: s3://acme/a', { sandbox: true }, {}, 's3://acme/a'],
  ])('%s (%s)', async (_, store, flags, env, url) => {
    expect((await chosen(store, flags, env))?.url ?? null).toBe(url);
  });

  test("by default it is asked with the seller's credentials", async () => {
    const location = { url: 's3://acme', ...aws, credentials: asSeller, operator: 'Mina' };
    expect(await chosen('store: s3://acme')).toEqual(location);
    expect(await chosen('store: s3://acme', { sandbox: true })).toEqual(location);
    expect(await chosen('', { store: 's3://acme', profile: 'flag', operator: 'Ben' })).toEqual({
      ...location,
      credentials: { profile: 'flag', profileFrom: null, role },
      operator: 'Ben',
    });
    expect((await chosen('store: s3://acme', {}, { AWS_PROFILE: 'e' }))?.credentials).toMatchObject({ profile: null });
  });

  test('or with its own, in its own region', async () => {
    const file = `store: { url: "s3://acme", profile: runs, role-arn: "${own.arn}", region: eu-central-1, endpoint-url: "https://s3.acme.example" }`;
    const credentials = { profile: 'runs', profileFrom: 'mp-verify.yaml', role: own };
    const location = { region: 'eu-central-1', endpointUrl: 'https://s3.acme.example', credentials };
    expect(await chosen(file, {}, { AWS_REGION: 'us-west-2', AWS_PROFILE: 'e' })).toMatchObject(location);
    // Another address replaces all of it.
    const other = await chosen(file, { store: 's3://other' }, { AWS_REGION: 'us-west-2' });
    expect(other).toMatchObject({ url: 's3://other', region: 'us-west-2', endpointUrl: null, credentials: asSeller });
    expect((await chosen('store: { url: "s3://acme", profile: runs }'))?.credentials.role).toBeNull();
  });
});

test.each<[string, string, ConfigOptions, Record<string, string>]>([
  ['--store is "acme"', '', { store: 'acme' }, {}],
  ['MP_VERIFY_STORE is "s3:/acme"', '', {}, { MP_VERIFY_STORE: 's3:/acme' }],
  ['--store is "s3://…@acme"', '', { store: 's3://key:secret@acme' }, {}],
  ['store: must be s3://BUCKET/PREFIX, or local', 'store: https://acme.s3.amazonaws.com', {}, {}],
  ['store.url: is missing', 'store: { profile: runs }', {}, {}],
  ['store.prefix: unknown field, did you mean "profile"?', 'store: { url: "s3://acme", prefix: runs }', {}, {}],
  ['store.external-id: needs "role-arn"', 'store: { url: "s3://acme", external-id: acme-7 }', {}, {}],
])('%s', async (message, store, flags, env) => {
  await expect(chosen(store, flags, env)).rejects.toThrow(message);
});
