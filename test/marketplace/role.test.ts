import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { notes, openSandbox, start } from '../sandbox/support.ts';
import { connected, json, keys, openServer, type Received, stsError, troubleOf, useMachine } from './support.ts';

const world = defaultWorld(start);
const [agency] = Object.values(world.buyers);
const arn = 'arn:aws:iam::111122223333:role/tools/mp-verify';
const role = { arn, externalId: null };
const code = notes.code ?? '';

afterEach(() => {
  vi.useRealTimers();
});

/** A sandbox, and a machine with the keys of another account than the seller's. */
async function asAgency() {
  await useMachine({ env: { ...keys, AWS_ACCESS_KEY_ID: agency?.accessKeyId ?? '' } });
  const asked: string[] = [];
  const fault = (action: string) => {
    asked.push(action);
    return null;
  };
  const sandbox = await openSandbox({ world, fault });
  return { asked, sandbox, marketplace: await connected(sandbox.url, { role }) };
}

test('every question is asked with the keys of the role, which is assumed once', async () => {
  const { asked, marketplace } = await asAgency();
  const caller = await marketplace.caller();
  expect(caller).toMatchObject({
    accountId: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/mp-verify/mp-verify',
    credentials: 'role mp-verify, assumed with AWS_ACCESS_KEY_ID from the environment',
    // The keys of the role are renewed as long as these, which do not expire.
    credentialsExpire: null,
  });
  const answers = await Promise.all([marketplace.listProducts(), marketplace.entitlements(code, '666677778888')]);
  expect(answers.map((answer) => ('rows' in answer ? answer.rows.length : answer.length))).toEqual([2, 1]);
  expect(asked.filter((action) => action === 'AssumeRole')).toHaveLength(1);
});

test('names the credentials that assume the role', async () => {
  const { marketplace } = await asAgency();
  expect(await marketplace.assumedBy()).toMatchObject({
    arn: `arn:aws:iam::${agency?.accountId}:user/mp-verify-sandbox`,
    credentials: 'AWS_ACCESS_KEY_ID from the environment',
  });
  const { url, seller } = await openSandbox();
  expect(await (await connected(url, { keys: seller })).assumedBy()).toBeNull();
});

test('the role is assumed again before its keys expire, and after a new sign-in', async () => {
  const real = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: real });
  const { asked, sandbox, marketplace } = await asAgency();
  const assumed = () => asked.filter((action) => action === 'AssumeRole').length;
  for (const [minutes, times] of [
    [0, 1],
    [50, 1],
    [56, 2],
    [120, 3],
  ] as const) {
    vi.setSystemTime(real + minutes * 60_000);
    sandbox.clock.now = start + minutes * 60_000;
    await marketplace.caller();
    expect([minutes, assumed()]).toEqual([minutes, times]);
  }
  await marketplace.refreshCredentials();
  expect((await marketplace.caller()).accountId).toBe('111122223333');
  expect(assumed()).toBe(4);
});

/** STS that answers AssumeRole like this, and says that any other caller has the role. */
async function sts(answer: (request: Received) => ReturnType<typeof stsError>, externalId: string | null = null) {
  await useMachine({ env: keys });
  const identity = `<Arn>${session}</Arn><UserId>x</UserId><Account>111122223333</Account>`;
  const result = `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult>`;
  const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</GetCallerIdentityResponse>`;
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' };
  const { url, received } = await openServer((request) =>
    request.body.includes('Action=AssumeRole') ? answer(request) : { headers, body },
  );
  return { received, marketplace: await connected(url, { role: { arn, externalId } }) };
}

const session = 'arn:aws:sts::111122223333:assumed-role/mp-verify/job';
const denied = (principal: string, more = '') =>
  stsError(
    'AccessDenied',
    `User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${arn}${more}`,
  );

describe('a role that cannot be assumed', () => {
  const ci = 'arn:aws:iam::999988887777:user/ci';

  test('names both identities and what both policies need', async () => {
    const { marketplace } = await sts(() => denied(ci));
    const { code, transient, message, hint } = await troubleOf(marketplace.listProducts());
    expect([code, transient]).toEqual(['role-not-assumed', false]);
    expect(message).toContain(
      `${ci} (AWS_ACCESS_KEY_ID from the environment) cannot assume the role ${arn}. AWS says:`,
    );
    expect(hint).toContain(`policy of the user ci: {"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${arn}"}`);
    expect(hint).toContain('The trust policy of the role must allow it too.');
    expect(hint).toContain('set external-id in mp-verify.yaml');
  });

  test('with an external ID, which AWS is told, names it', async () => {
    const { marketplace, received } = await sts(() => denied(ci), 'acme-7');
    expect((await troubleOf(marketplace.caller())).hint).toContain('with the external ID acme-7.');
    expect(new URLSearchParams(received.at(-1)?.body).get('ExternalId')).toBe('acme-7');
  });

  test('because of an explicit deny, which no statement can override', async () => {
    const { marketplace } = await sts(() => denied(ci, ' with an explicit deny in a service control policy'));
    const { hint } = await troubleOf(marketplace.caller());
    expect(hint).toMatch(/^A policy denies it explicitly/);
  });

  test('because the credentials that would assume it have expired', async () => {
    const { marketplace } = await sts(() => stsError('ExpiredToken', 'The security token included is expired'));
    expect(await troubleOf(marketplace.caller())).toMatchObject({
      code: 'expired-credentials',
      message: 'The credentials (AWS_ACCESS_KEY_ID from the environment) have expired.',
    });
  });

  test('because what answers is not AWS', async () => {
    const { marketplace } = await sts(() => ({ ...json({}), status: 200 }) as never);
    expect(await troubleOf(marketplace.caller())).toMatchObject({ code: 'not-aws' });
  });
});

test('credentials that have the role already are used as they are', async () => {
  const { marketplace } = await sts(() => denied(session));
  expect(await marketplace.caller()).toMatchObject({ accountId: '111122223333', arn: session });
});

test.each([
  'arn:aws:sts::999988887777:assumed-role/mp-verify/job',
  'arn:aws:sts::111122223333:assumed-role/mp-verify-ci/job',
])('those of another role are not: %s', async (other) => {
  const { marketplace } = await sts(() => denied(other));
  expect((await troubleOf(marketplace.caller())).code).toBe('role-not-assumed');
});
