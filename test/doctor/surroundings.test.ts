import { beforeEach, describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import { actions } from '../../src/ports/marketplace.ts';
import { nowhere } from '../marketplace/support.ts';
import { openAws, openServer } from './aws.ts';
import { doctor, examined, sellerKeys, useMachine } from './support.ts';

beforeEach(() => useMachine());

describe('credentials', () => {
  test('without credentials: lists what needs them as not checked, and sends no request', async () => {
    await useMachine({});
    const aws = await openAws();
    const { outcome, document, of } = await examined(['--endpoint-url', aws.url]);
    expect({ outcome, ok: document.ok, account: document.account }).toEqual({
      outcome: 'error',
      ok: false,
      account: null,
    });
    expect(document.checks.map(({ name, status }) => `${status} ${name}`)).toEqual([
      'pass node',
      'pass network',
      'fail credentials',
      'error account',
      'pass clock',
      'error product',
      ...actions.map((action) => `error ${action}`),
    ]);
    expect(of('credentials')?.detail).toContain('there is no default profile');
    for (const name of ['account', ...actions])
      expect(of(name)?.detail).toContain('Could not check: there are no credentials.');
    expect(of('network')?.detail).toMatch(/ responds \(not AWS, as configured\)$/);
    expect(of('credentials')?.detail).toContain('aws configure sso');
    expect(aws.received.map(({ action }) => action)).toEqual(['ListEntities']);
  });

  test('a profile that does not exist is named, with those that do', async () => {
    const credentials = '[mp-seller]\naws_access_key_id = A\naws_secret_access_key = canary\n';
    await useMachine({}, { '.aws/credentials': credentials });
    const aws = await openAws();
    const { of } = await examined(['--endpoint-url', aws.url, '--profile', 'mp-seler']);
    expect(of('credentials')?.detail).toMatch(/no AWS profile mp-seler.*mp-seller/);
  });

  test('expired', async () => {
    const aws = await openAws({ faults: 'expired-token' });
    const { outcome, document, of } = await examined(['--endpoint-url', aws.url]);
    expect(outcome).toBe('error');
    expect(of('credentials')).toMatchObject({ status: 'fail', detail: expect.stringMatching(/expired.*Set new/) });
    expect(of('clock')?.status).toBe('pass');
    expect(document.policy).toBeNull();
  });

  test('of an unknown key', async () => {
    await useMachine({ ...sellerKeys, AWS_ACCESS_KEY_ID: 'MPVERIFYUNKNOWN' });
    const aws = await openAws();
    const { outcome, of } = await examined(['--endpoint-url', aws.url]);
    expect([outcome, of('network')?.status, of('credentials')?.status]).toEqual(['error', 'pass', 'fail']);
  });

  test.each([
    [10, 'warning'],
    [120, 'pass'],
  ])('that end in %i min', async (minutes, status) => {
    const end = new Date(Date.now() + minutes * 60_000).toISOString();
    await useMachine({ ...sellerKeys, AWS_CREDENTIAL_EXPIRATION: end });
    const aws = await openAws();
    const { outcome, of } = await examined(['--endpoint-url', aws.url]);
    expect([outcome, of('credentials')?.status]).toEqual(['pass', status]);
    expect(of('credentials')?.detail).toContain(`until ${end.slice(0, 16).replace('T', ' ')} UTC`);
  });
});

test.each([
  [0, 'pass', 'pass', ''],
  [0.5, 'pass', 'pass', 's behind'],
  [2, 'warning', 'pass', '2 min behind'],
  [-2, 'warning', 'pass', '2 min ahead of'],
  [7, 'fail', 'error', '7 min behind'],
  [-180, 'fail', 'error', '3 h 0 min ahead of'],
  [null, 'warning', 'pass', 'has no date'],
] as const)("AWS's clock %s min ahead of ours", async (clockOff, status, ends, words) => {
  const aws = await openAws({ clockOff });
  const { outcome, of, others } = await examined(['--endpoint-url', aws.url]);
  expect(of('clock')).toMatchObject({ status, detail: expect.stringContaining(words) });
  expect(outcome).toBe(ends);
  expect(new Set(others('clock'))).toEqual(new Set(['pass']));
});

describe('network', () => {
  test.each([
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' }],
    ['a page with 403', { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>Blocked</html>' }],
    ['a redirect', { status: 302, headers: { location: 'https://proxy.example/login' }, body: '' }],
  ])('a proxy that answers in the place of AWS with %s', async (_what, answer) => {
    const proxy = await openServer(() => answer);
    const { outcome, document, of } = await examined(['--endpoint-url', proxy.url]);
    expect(outcome).toBe('error');
    expect(of('network')).toMatchObject({ status: 'fail', detail: expect.stringContaining('is not AWS') });
    expect(of('network')?.detail).toContain('captive portal');
    for (const { name, status } of document.checks) if (name !== 'node') expect([name, status]).not.toContain('pass');
  });

  test('nothing is listening', async () => {
    const { outcome, of } = await examined(['--endpoint-url', nowhere]);
    expect(outcome).toBe('error');
    expect(of('network')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/ECONNREFUSED.*Check the net/),
    });
    // The keys are there; that they are good nobody can tell.
    expect(of('credentials')?.status).toBe('error');
    for (const action of actions) expect(of(action)?.status).toBe('error');
  });

  test('no name can be resolved', async () => {
    const { outcome, of } = await examined([]);
    expect(outcome).toBe('error');
    expect(of('network')?.detail).toContain('catalog.marketplace.us-east-1.amazonaws.com');
  });

  test('gives the cause once', async () => {
    const { stdout } = await doctor(['--endpoint-url', nowhere]);
    expect(stdout.match(/Could not check: AWS cannot be reached/g)).toHaveLength(1);
    for (const action of actions) expect(stdout).toContain(action);
  });

  test('a stop of the program is no finding', async () => {
    const stopping = new AbortController();
    const silent = await openServer(() => {
      stopping.abort(new Interrupted('SIGINT'));
      return new Promise(() => {});
    });
    await expect(doctor(['--endpoint-url', silent.url], { signal: stopping.signal })).rejects.toThrow(Interrupted);
  });
});
