import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { openSandbox } from '../sandbox/support.ts';
import {
  awsError,
  connected,
  json,
  keys,
  keysInProfile,
  type Machine,
  openServer,
  stsError,
  troubleOf,
  useMachine,
} from './support.ts';

const config = (text: string): Machine => ({ files: { '.aws/config': text } });
const role = 'role_arn = arn:aws:iam::111122223333:role/mp-verify\n';
const sso = `[profile mp-seller]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Seller
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
`;
const oldSso = `[profile mp-seller]
sso_start_url = https://corp.example/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Seller
`;

/** What `aws sso login` leaves behind. */
function signedIn(profile: string, cachedFor: string, expiresAt: string): Machine {
  const name = createHash('sha1').update(cachedFor).digest('hex');
  const token = JSON.stringify({ accessToken: 'canary', refreshToken: 'canary', expiresAt });
  return { files: { '.aws/config': profile, [`.aws/sso/cache/${name}.json`]: token } };
}
const past = '2020-01-01T00:00:00Z';
const future = '2099-01-01T00:00:00Z';

/** As Windows PowerShell writes a file. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

interface Trouble {
  readonly code: string;
  readonly says: string;
  readonly hint: string;
}

test.each<[string, Machine, string | null, Trouble]>([
  [
    'nothing at all',
    {},
    null,
    {
      code: 'no-credentials',
      says: 'AWS_ACCESS_KEY_ID is not set and there is no default profile',
      hint: 'aws configure sso',
    },
  ],
  [
    'other profiles only',
    config('[profile a]\nregion = x\n[profile b]\nregion = x\n[sso-session s]\nsso_region = x\n[services s]\n'),
    null,
    { code: 'no-credentials', says: 'there is no default profile', hint: 'Profiles on this machine: a, b.' },
  ],
  [
    '--profile that does not exist',
    { files: { '.aws/config': '[profile a]\nregion = x\n', '.aws/credentials': '[default]\nregion = x\n' } },
    'mp-seller',
    { code: 'no-credentials', says: 'no AWS profile mp-seller', hint: 'Profiles on this machine: a, default.' },
  ],
  [
    'AWS_PROFILE that does not exist',
    { env: { AWS_PROFILE: 'mp-seller' } },
    null,
    { code: 'no-credentials', says: 'no AWS profile mp-seller', hint: 'no profiles on this machine' },
  ],
  [
    'a profile with nothing in it that gives credentials',
    config('[profile mp-seller]\nregion = ap-northeast-1\n'),
    'mp-seller',
    {
      code: 'no-credentials',
      says: 'Profile mp-seller has no setting that provides credentials (sso_session, role_arn, aws_access_key_id or',
      hint: 'aws configure sso --profile mp-seller',
    },
  ],
  [
    'a profile with nothing in it at all',
    config('[profile mp-seller]\n'),
    'mp-seller',
    { code: 'no-credentials', says: 'mp-seller', hint: 'aws configure sso' },
  ],
  [
    'only AWS_ACCESS_KEY_ID',
    { env: { AWS_ACCESS_KEY_ID: 'MPVERIFYUNKNOWN' } },
    null,
    { code: 'no-credentials', says: 'AWS_SECRET_ACCESS_KEY is not', hint: 'Set both' },
  ],
  [
    'a profile with half a pair of keys',
    { files: { '.aws/credentials': '[mp-seller]\naws_access_key_id = MPVERIFYUNKNOWN\n' } },
    'mp-seller',
    {
      code: 'no-credentials',
      says: 'aws_access_key_id provided no credentials',
      hint: 'aws configure --profile mp-seller',
    },
  ],
  [
    'SSO, never signed in',
    config(sso),
    'mp-seller',
    { code: 'expired-credentials', says: 'profile mp-seller', hint: 'aws sso login --profile mp-seller' },
  ],
  [
    'SSO without a session, never signed in',
    config(oldSso),
    'mp-seller',
    { code: 'expired-credentials', says: 'profile mp-seller', hint: 'aws sso login --profile mp-seller' },
  ],
  [
    'SSO, sign-in expired',
    signedIn(sso, 'corp', past),
    'mp-seller',
    { code: 'expired-credentials', says: 'profile mp-seller', hint: 'aws sso login --profile mp-seller' },
  ],
  [
    'SSO without a session, sign-in expired',
    signedIn(oldSso, 'https://corp.example/start', past),
    'mp-seller',
    { code: 'expired-credentials', says: 'profile mp-seller', hint: 'aws sso login --profile mp-seller' },
  ],
  [
    'aws login, never signed in',
    config('[profile mp-seller]\nlogin_session = arn:aws:iam::111122223333:user/x\n'),
    'mp-seller',
    { code: 'no-credentials', says: 'login_session', hint: 'aws login --profile mp-seller' },
  ],
  [
    'SSO without its start URL',
    config('[profile mp-seller]\nsso_account_id = 111122223333\nsso_role_name = Seller\n'),
    'mp-seller',
    { code: 'no-credentials', says: 'sso_start_url', hint: 'aws configure sso --profile mp-seller' },
  ],
  [
    'SSO whose session is not in the file',
    config(sso.replace('[sso-session corp]', '[sso-session other]')),
    'mp-seller',
    { code: 'no-credentials', says: 'corp', hint: 'aws configure sso --profile mp-seller' },
  ],
  [
    'a credential_process that fails',
    config('[profile mp-seller]\ncredential_process = node -e "console.error(\'canary\'); process.exit(3)" canary\n'),
    'mp-seller',
    {
      code: 'no-credentials',
      says: 'Profile mp-seller exists, but its credential_process provided no credentials',
      hint: 'Check the credential_process of profile mp-seller',
    },
  ],
  [
    'a credential_process that prints what is not JSON',
    config('[profile mp-seller]\ncredential_process = node -p "\'canary\'"\n'),
    'mp-seller',
    { code: 'no-credentials', says: 'credential_process', hint: 'Check the credential_process of profile mp-seller' },
  ],
  [
    'a source_profile that does not exist',
    config(`[profile mp-seller]\n${role}source_profile = base\n[profile other]\nregion = x\n`),
    'mp-seller',
    {
      code: 'no-credentials',
      says: 'Profile mp-seller uses profile base as its source, which does not exist',
      hint: 'Profiles on this machine: mp-seller, other.',
    },
  ],
  [
    'a role that wants a code of a second device',
    config(
      `[profile mp-seller]\n${role}source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/x\n[profile base]\n${keysInProfile}`,
    ),
    'mp-seller',
    { code: 'no-credentials', says: 'multi-factor', hint: 'mp-seller' },
  ],
  [
    'a web identity whose token file is gone',
    { env: { AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/x', AWS_WEB_IDENTITY_TOKEN_FILE: '/no/such/token' } },
    null,
    { code: 'no-credentials', says: '/no/such/token', hint: '' },
  ],
  [
    'config that is no config',
    config('[profile mp-seller\n= \0\n{}'),
    'mp-seller',
    { code: 'no-credentials', says: 'no AWS profile mp-seller', hint: 'no profiles on this machine' },
  ],
])('%s', async (_case, machine, profile, { code, says, hint }) => {
  await useMachine(machine);
  const { url } = await openSandbox();
  const trouble = await troubleOf((await connected(url, { profile })).caller());
  expect(trouble).toMatchObject({
    code,
    transient: false,
    message: expect.stringContaining(says),
    hint: expect.stringContaining(hint),
  });
  // A command is there to be pasted: nothing may run on after it.
  expect(trouble.hint).not.toMatch(/--profile mp-seller (?!\()/);
});

test.each(['listProducts', 'caller'] as const)('%s explains it as well', async (question) => {
  await useMachine();
  const { url } = await openSandbox();
  expect(await troubleOf((await connected(url))[question]())).toMatchObject({ code: 'no-credentials' });
});

test('the SSO portal that is out of reach is trouble of the network: signing in again would not help', async () => {
  await useMachine(signedIn(sso, 'corp', future));
  const { url } = await openSandbox();
  expect(await troubleOf((await connected(url, { profile: 'mp-seller' })).caller())).toMatchObject({
    code: 'network',
    transient: true,
    message: expect.stringContaining('portal.sso.us-east-1.amazonaws.com'),
  });
});

test('the SSO portal that refuses the role is quoted', async () => {
  await useMachine(signedIn(sso, 'corp', future));
  const portal = await openServer(() => awsError('ForbiddenException', 'No access', 403));
  vi.stubEnv('AWS_ENDPOINT_URL_SSO', portal.url);
  const { url } = await openSandbox();
  const { message, hint } = await troubleOf((await connected(url, { profile: 'mp-seller' })).caller());
  expect(`${message} ${hint}`).toMatch(/No access|sso_role_name/);
});

const assumed = config(`[profile mp-seller]\n${role}source_profile = base\n[profile base]\n${keysInProfile}`);

test('a role that may not be assumed is a missing permission', async () => {
  await useMachine(assumed);
  const denied = `User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/mp-verify`;
  const { url } = await openServer(() => stsError('AccessDenied', denied));
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
  const { message, hint } = await troubleOf((await connected(null, { profile: 'mp-seller' })).listProducts());
  expect(message).toContain('lack the permission sts:AssumeRole');
  expect(JSON.parse(/\{.*\}/.exec(hint)?.[0] ?? '')).toMatchObject({ Effect: 'Allow', Action: ['sts:AssumeRole'] });
});

test('a role whose source has expired names the profile to renew', async () => {
  await useMachine(assumed);
  const { url } = await openServer(() =>
    stsError('ExpiredToken', 'The security token included in the request is expired'),
  );
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
  expect(await troubleOf((await connected(null, { profile: 'mp-seller' })).listProducts())).toMatchObject({
    code: 'expired-credentials',
    hint: expect.stringContaining('profile base, the source of profile mp-seller'),
  });
});

test('trouble on the way to the credentials names the host that it is about', async () => {
  await useMachine(assumed);
  const { url } = await openSandbox();
  expect(await troubleOf((await connected(url, { profile: 'mp-seller' })).caller())).toMatchObject({
    code: 'network',
    message: expect.stringContaining('sts.us-east-1.amazonaws.com'),
  });
});

const printed = JSON.stringify({ Version: 1, AccessKeyId: 'K', SecretAccessKey: 'canary', SessionToken: 'canary' });
const roleCredentials = { accessKeyId: 'K', secretAccessKey: 'canary', sessionToken: 'canary', expiration: 4e12 };
test.each<[string, Machine, string]>([
  [
    'keys in the environment',
    { env: { AWS_ACCESS_KEY_ID: 'K', AWS_SECRET_ACCESS_KEY: 'canary' } },
    'Set new AWS_ACCESS_KEY_ID',
  ],
  ['keys in a profile', config(`[profile mp-seller]\n${keysInProfile}`), 'aws configure --profile mp-seller'],
  ['SSO', signedIn(sso, 'corp', future), 'aws sso login --profile mp-seller'],
  [
    'a credential_process',
    {
      files: { '.aws/config': '[profile mp-seller]\ncredential_process = node -p "process.env.PRINTED"\n' },
      env: { PRINTED: printed },
    },
    'Check the credential_process of profile mp-seller',
  ],
])('expired credentials are renewed where they come from: %s', async (_from, machine, hint) => {
  await useMachine(machine);
  const portal = await openServer(() => json({ roleCredentials }));
  vi.stubEnv('AWS_ENDPOINT_URL_SSO', portal.url);
  const { url } = await openServer(() => awsError('ExpiredTokenException', 'The security token is expired', 403));
  const profile = machine.files ? 'mp-seller' : null;
  expect(await troubleOf((await connected(url, { profile })).listProducts())).toMatchObject({
    code: 'expired-credentials',
    transient: false,
    hint: expect.stringContaining(hint),
  });
});

test.each<[string, Record<string, string>, string]>([
  ['AWS_ACCESS_KEY_ID', { AWS_ACCESS_KEY_ID: 'AKIACANARY\n' }, 'AWS_ACCESS_KEY_ID ends with a line break'],
  ['AWS_SECRET_ACCESS_KEY', { AWS_SECRET_ACCESS_KEY: 'canary\r\n' }, 'AWS_SECRET_ACCESS_KEY ends with a line break'],
  ['AWS_SESSION_TOKEN', { AWS_SESSION_TOKEN: 'canary\ncanary' }, 'AWS_SESSION_TOKEN contains a line break'],
  ['a space before a key', { AWS_SECRET_ACCESS_KEY: ' canary' }, 'AWS_SECRET_ACCESS_KEY begins with a space or a tab'],
  [
    'a character of another script',
    { AWS_SESSION_TOKEN: 'canary\u200b' },
    'AWS_SESSION_TOKEN ends with a character that is',
  ],
])('%s that no request can carry is named, and nothing is asked', async (_, changes, words) => {
  await useMachine({ env: { ...keys, ...changes } });
  const { url, received } = await openServer(() => json({}));
  const marketplace = await connected(url);
  const asked = [
    () => marketplace.caller(),
    () => marketplace.listProducts(),
    () => marketplace.entitlements('code', '444455556666'),
    () => marketplace.findListing('prod-1'),
  ];
  for (const question of asked) {
    const { code, message, hint } = await troubleOf(question());
    expect([code, message]).toEqual(['bad-credentials', expect.stringContaining(words)]);
    expect(hint).toContain('Set it again');
  }
  expect(received).toEqual([]);
});

test('a line break in what a credential_process gives is named, too', async () => {
  const gives = JSON.stringify({
    Version: 1,
    AccessKeyId: 'AKIACANARY',
    SecretAccessKey: 'canary',
    SessionToken: 'canary\n',
  });
  const { home } = await useMachine({ files: { 'give.cjs': `process.stdout.write(${JSON.stringify(gives)})` } });
  const config = `[profile mp-seller]\ncredential_process = node ${home}/give.cjs\n`;
  await writeFile(`${home}/config`, config);
  vi.stubEnv('AWS_CONFIG_FILE', `${home}/config`);
  const { url, received } = await openServer(() => json({}));
  const { message } = await troubleOf((await connected(url, { profile: 'mp-seller' })).listProducts());
  expect(message).toContain('The session token that profile mp-seller gives ends with a line break');
  expect(received).toEqual([]);
});

describe('profile files without content are reported', () => {
  const trouble = async (profile: string) => troubleOf((await connected('http://127.0.0.1:2', { profile })).caller());

  test.each(['config', 'credentials'])('in UTF-16: %s', async (name) => {
    const { home } = await useMachine();
    await mkdir(`${home}/.aws`);
    await writeFile(`${home}/.aws/${name}`, utf16('[mp-seller]\naws_access_key_id = x\n'));
    const { message } = await trouble('mp-seller');
    expect(message).toContain(`${home}/.aws/${name} is in UTF-16, which AWS tools cannot read: save it as UTF-8.`);
  });

  test('a folder in the place of the config file', async () => {
    const { home } = await useMachine();
    await mkdir(`${home}/.aws/config`, { recursive: true });
    expect((await trouble('mp-seller')).message).toContain(`${home}/.aws/config is a folder, not a file.`);
  });

  test('[profile x] in the credentials file, where x alone is a name', async () => {
    await useMachine({
      files: { '.aws/credentials': `[profile mp-seller]\n${keysInProfile}[other]\n${keysInProfile}` },
    });
    const { message, hint } = await trouble('mp-seller');
    expect(message).toContain('a section [profile mp-seller]: there it must be called [mp-seller].');
    expect(hint).toContain('Profiles on this machine: other.');
  });
});

test('a profile that needs an MFA code is not sent to aws sso login', async () => {
  const start = `[profile start]\naws_access_key_id = AKIACANARY\naws_secret_access_key = canary\n`;
  const mfa = `[profile mp-seller]\n${role}source_profile = start\nmfa_serial = arn:aws:iam::111122223333:mfa/kim\n`;
  await useMachine(config(start + mfa));
  const { code, message, hint } = await troubleOf(
    (await connected('http://127.0.0.1:2', { profile: 'mp-seller' })).caller(),
  );
  expect([code, message]).toEqual(['no-credentials', expect.stringContaining('needs an MFA code')]);
  expect(hint).not.toContain('sso login');
  expect(hint).toContain('aws sts assume-role --role-arn arn:aws:iam::111122223333:role/mp-verify');
  expect(hint).toContain('--profile start --serial-number arn:aws:iam::111122223333:mfa/kim --token-code CODE');
});
