import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ClientOptions } from '../../src/marketplace/ask.ts';
import { openSandbox } from '../sandbox/support.ts';
import {
  connected,
  json,
  keys,
  keysInProfile,
  type Machine,
  openServer,
  sellerKey,
  troubleOf,
  useMachine,
} from './support.ts';

afterEach(() => vi.restoreAllMocks());

function answersAs(Account: string) {
  const members = `<Arn>arn:aws:iam::${Account}:user/x</Arn><UserId>x</UserId><Account>${Account}</Account>`;
  const result = `<GetCallerIdentityResult>${members}</GetCallerIdentityResult>`;
  const root = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}`;
  return openServer(() => ({
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' },
    body: `${root}</GetCallerIdentityResponse>`,
  }));
}

test('the caller in a sandbox is its seller, and the test buyers are known', async () => {
  await useMachine();
  const { url, seller, buyers } = await openSandbox();
  expect(await (await connected(url, { keys: seller })).caller()).toEqual({
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/mp-verify-sandbox',
    credentials: expect.stringContaining('sandbox'),
    credentialsExpire: null,
    sandbox: buyers,
    instance: expect.stringMatching(/^[0-9a-f]{8}$/),
    sampleSaas: true,
  });
});

test('what does not say that it is a sandbox is none', async () => {
  await useMachine({ env: keys });
  const { url } = await answersAs('999988887777');
  expect(await (await connected(url)).caller()).toMatchObject({ accountId: '999988887777', sandbox: null });
});

test.each(['', '1234', 'sandbox'])('an account "%s" is not AWS', async (account) => {
  await useMachine({ env: keys });
  const { url } = await answersAs(account);
  expect(await troubleOf((await connected(url)).caller())).toMatchObject({
    code: 'bad-answer',
    message: expect.stringMatching(/GetCallerIdentity .* Account is /),
  });
});

describe('the caller says where the credentials come from', () => {
  const other = 'aws_access_key_id = MPVERIFYUNKNOWN\naws_secret_access_key = canary\n';
  const credentials = `[default]\n${keysInProfile}[mp-seller]\n${keysInProfile}[other]\n${other}`;

  test.each<[from: string, { machine: Machine; profile?: string; words: string }]>([
    [
      '--profile, which beats AWS_PROFILE',
      {
        machine: { env: { AWS_PROFILE: 'other' }, files: { '.aws/credentials': credentials } },
        profile: 'mp-seller',
        words: 'profile mp-seller',
      },
    ],
    [
      'AWS_PROFILE',
      {
        machine: { env: { AWS_PROFILE: 'mp-seller' }, files: { '.aws/credentials': credentials } },
        words: 'profile mp-seller',
      },
    ],
    [
      'the keys of the environment, which beat the default profile',
      {
        machine: { env: keys, files: { '.aws/credentials': `[default]\n${other}` } },
        words: 'AWS_ACCESS_KEY_ID from the environment',
      },
    ],
    [
      'the default profile',
      {
        machine: { files: { '.aws/credentials': credentials } },
        words: 'profile default',
      },
    ],
    [
      'the default profile where only AWS_ACCESS_KEY_ID is set',
      {
        machine: { env: { AWS_ACCESS_KEY_ID: 'MPVERIFYUNKNOWN' }, files: { '.aws/credentials': credentials } },
        words: 'profile default',
      },
    ],
    [
      'a profile in files elsewhere',
      {
        machine: { env: { AWS_PROFILE: 'mp-seller' }, files: { elsewhere: credentials } },
        words: 'profile mp-seller',
      },
    ],
  ])('%s', async (_from, { machine, profile = null, words }) => {
    const { home } = await useMachine(machine);
    if (machine.files?.elsewhere) vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', `${home}/elsewhere`);
    const { url } = await openSandbox();
    const caller = await (await connected(url, { profile })).caller();
    expect(caller).toMatchObject({ accountId: '111122223333', credentials: words });
  });

  test('a profile beats the keys of the environment without a word of the SDK on the screen', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'MPVERIFYUNKNOWN', AWS_SECRET_ACCESS_KEY: 'canary' };
    await useMachine({ env, files: { '.aws/credentials': credentials } });
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { url } = await openSandbox();
    const caller = await (await connected(url, { profile: 'mp-seller' })).caller();
    expect(caller.credentials).toBe('profile mp-seller');
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('on a machine that has credentials of its own, as a container has', () => {
  async function callerOf(options: Partial<ClientOptions>, files: Machine['files'] = {}) {
    const role = {
      AccessKeyId: sellerKey,
      SecretAccessKey: 'canary',
      Token: 'canary',
      Expiration: '2099-01-01T00:00:00Z',
    };
    const { url: credentialServer } = await openServer(() => json(role));
    await useMachine({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: credentialServer }, files });
    const { url } = await openSandbox();
    return (await connected(url, options)).caller();
  }

  test('does not attribute them to a profile that does not exist', async () => {
    const { accountId, credentials } = await callerOf({});
    expect(accountId).toBe('111122223333');
    expect(credentials).not.toMatch(/profile/);
  });

  test('nor to a default profile that has only a region', async () => {
    const { credentials } = await callerOf({}, { '.aws/config': '[default]\nregion = eu-west-1\n' });
    expect(credentials).toBe('the credentials of this container');
  });

  test('they do not stand in for a profile of mp-verify.yaml that does not exist', async () => {
    const { message, hint } = await troubleOf(callerOf({ profile: 'typo', profileFrom: '../mp-verify.yaml' }));
    expect(message).toContain(
      'no AWS profile typo in the shared config and credentials files. ../mp-verify.yaml names it.',
    );
    expect(hint).toContain('remove profile from the file');
  });

  test('they do not stand in for a profile that was asked for and does not exist', async () => {
    expect(await troubleOf(callerOf({ profile: 'typo' }))).toMatchObject({
      code: 'no-credentials',
      message: expect.stringContaining('no AWS profile typo'),
    });
  });
});

describe('the caller says when the credentials end', () => {
  test.each([
    ['2099-01-01T00:00:00.000Z', '2099-01-01T00:00:00Z'],
    [null, ''],
  ])('%s', async (end, AWS_CREDENTIAL_EXPIRATION) => {
    await useMachine({ env: { ...keys, AWS_CREDENTIAL_EXPIRATION } });
    const { url } = await openSandbox();
    const { credentialsExpire } = await (await connected(url)).caller();
    expect(credentialsExpire?.toISOString() ?? null).toBe(end);
  });
});
