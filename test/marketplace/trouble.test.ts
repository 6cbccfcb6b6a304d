import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/api/fault.ts';
import { notes, openSandbox } from '../sandbox/support.ts';
import {
  awsError,
  connected,
  keys,
  nowhere,
  openServer,
  openStallingServer,
  pending,
  questions,
  type Reply,
  troubleOf,
  useMachine,
} from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});
afterEach(() => {
  vi.useRealTimers();
});

const actions = {
  STS: 'sts:GetCallerIdentity',
  Catalog: 'aws-marketplace:ListEntities',
  Entitlement: 'aws-marketplace:GetEntitlements',
} as const;

/** Until the API is given up. */
const many = Number.POSITIVE_INFINITY;

describe.each(['STS', 'Catalog', 'Entitlement'] as const)('%s', (service) => {
  const ask = questions[service];
  const action = actions[service];

  test.each<[Fault, { code: string; transient: boolean; words: readonly string[]; hint: string; times: number }]>([
    [
      'throttling',
      {
        code: 'throttled',
        transient: true,
        words: [`throttled ${action}, `, 'times in a row'],
        hint: 'Wait a minute',
        times: many,
      },
    ],
    ['internal', { code: 'aws-error', transient: true, words: [action, 'HTTP 500'], hint: 'in a minute', times: many }],
    [
      'expired-token',
      { code: 'expired-credentials', transient: false, words: ['have expired'], hint: 'Set new AWS_', times: 1 },
    ],
    [
      'drop',
      { code: 'network', transient: true, words: [action, 'ECONNRESET'], hint: 'Check the network', times: many },
    ],
    ['html', { code: 'not-aws', transient: false, words: ['is not AWS'], hint: 'captive portal', times: 1 }],
    ['html-403', { code: 'not-aws', transient: false, words: ['(HTTP 403) is not AWS'], hint: 'A proxy', times: 1 }],
  ])('%s', async (fault, { code, transient, words, hint, times }) => {
    const asked: string[] = [];
    const { url } = await openSandbox({ fault: (name) => (asked.push(name) > 0 ? fault : null) });
    const trouble = await troubleOf(ask(await connected(url)));
    expect(trouble).toMatchObject({ code, transient, hint: expect.stringContaining(hint) });
    for (const part of code === 'not-aws' || code === 'network' ? [...words, url] : words)
      expect(trouble.message).toContain(part);
    if (times === many) expect(asked.length).toBeGreaterThan(4);
    else expect(asked).toHaveLength(times);
  });

  test('throttled at first, it is asked again without a word', async () => {
    const { url } = await openSandbox({ fault: (_action, nth) => (nth < 4 ? 'throttling' : null) });
    await expect(ask(await connected(url))).resolves.toBeDefined();
  });

  test('an unknown key', async () => {
    await useMachine({ env: { ...keys, AWS_ACCESS_KEY_ID: 'MPVERIFYUNKNOWN' } });
    const { url } = await openSandbox();
    expect(await troubleOf(ask(await connected(url)))).toMatchObject({
      code: 'bad-credentials',
      transient: false,
      message: expect.stringContaining('AWS_ACCESS_KEY_ID from the environment'),
      hint: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
  });

  test.each([
    [nowhere, nowhere, 'ECONNREFUSED'],
    ['http://aws.invalid', 'aws.invalid', 'could not be resolved (ENOTFOUND)'],
    [null, 'us-east-1.amazonaws.com', 'could not be resolved (ENOTFOUND)'],
  ])('no network to %s', async (url, host, words) => {
    const { code, transient, message } = await troubleOf(ask(await connected(url)));
    expect({ code, transient }).toEqual({ code: 'network', transient: true });
    for (const part of [`${action} did not reach`, host, words]) expect(message).toContain(part);
  });

  test('a silent server is given up after 15 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { url, received } = await openServer(() => pending);
    const trouble = troubleOf(ask(await connected(url)));
    while (received.length < 1) await vi.advanceTimersByTimeAsync(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await trouble).toMatchObject({
      code: 'network',
      transient: true,
      message: expect.stringContaining('it timed out'),
    });
  });

  test.each([
    ['stops in the middle', null],
    ['trickles in', ' '],
  ])('an answer that %s is given up after a minute and a half, and its connection with it', async (_case, more) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { url, begun, answer, closed, asked } = await openStallingServer();
    const trouble = troubleOf(ask(await connected(url)));
    await begun;
    for (let s = 0; s < 90; s += 10) {
      if (more !== null) answer().write(more);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    const { message, ...rest } = await trouble;
    expect(rest).toMatchObject({
      code: 'network',
      transient: true,
      hint: expect.stringContaining('Check the network'),
    });
    expect(message).toBe(`${action} timed out: the response from ${url} was not complete after 90 s.`);
    await closed;
    expect(asked()).toBe(1);
  });

  test('an answered question leaves no timer behind that would keep the program from ending', async () => {
    const { url } = await openSandbox();
    const marketplace = await connected(url);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await ask(marketplace);
    // The SDK's own are shorter than this.
    vi.advanceTimersByTime(20_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  // AWS's own load balancers answer so while a service is down: a poll must outlive it.
  test.each([502, 503, 504])('a gateway that answers %i may be there again in a minute', async (status) => {
    const { url } = await openServer(() => ({ status, body: '<html><b>Http/1.1 Service Unavailable</b></html>' }));
    expect(await troubleOf(ask(await connected(url)))).toMatchObject({ transient: true });
  });

  // An empty list would be believed: a baseline without contracts makes the next look a purchase.
  test.each<[string, Reply]>([
    ['an empty page', { body: '' }],
    ['204', { status: 204, body: '' }],
    ['a list', { body: '[]' }],
    ['a word', { body: '"ok"' }],
    ['an object of somebody else', { body: '{"status":"ok"}' }],
    ['null', { body: 'null' }],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' }, body: '' }],
    ['a page in XML', { headers: { 'content-type': 'text/html' }, body: '<html><body>Sign in</body></html>' }],
  ])('%s is not an answer of AWS', async (_case, reply) => {
    const { url } = await openServer(() => reply);
    const trouble = await troubleOf(ask(await connected(url)));
    expect(trouble).toMatchObject({ code: 'not-aws', message: expect.stringContaining(url) });
  });
});

type Asked = [action: string, ask: typeof questions.Catalog];

const described: typeof questions.Catalog = async (marketplace) => {
  const { failed } = await marketplace.describeProducts([notes.id]);
  for (const { error } of failed) throw error;
};

describe('a missing permission', () => {
  test.each([
    ['aws-marketplace:ListEntities', questions.Catalog],
    ['aws-marketplace:DescribeEntity', async (marketplace) => marketplace.describeProduct(notes.id)],
    ['aws-marketplace:DescribeEntity', described],
    ['aws-marketplace:GetEntitlements', questions.Entitlement],
  ] satisfies Asked[])('%s is named, with the statement that adds it', async (action, ask) => {
    const { url } = await openSandbox({ fault: () => 'access-denied' });
    const { code, transient, message, hint } = await troubleOf(ask(await connected(url)));
    expect({ code, transient }).toEqual({ code: 'access-denied', transient: false });
    expect(message).toContain(`lack the permission ${action}`);
    expect(message).toContain('arn:aws:iam::111122223333:user/mp-verify-sandbox');
    expect(JSON.parse(/\{.*\}/.exec(hint)?.[0] ?? '')).toEqual({ Effect: 'Allow', Action: [action], Resource: '*' });
  });

  test.each([
    ['aws-marketplace:ListEntities', questions.Catalog],
    ['aws-marketplace:DescribeEntity', described],
  ] satisfies Asked[])('that AWS does not name is the one of the question: %s', async (action, ask) => {
    const { url } = await openServer(() => awsError('AccessDeniedException', 'Access denied.', 403));
    const { message } = await troubleOf(ask(await connected(url)));
    expect(message).toContain(`lack the permission ${action}`);
  });
});

describe('a signature that AWS refuses', () => {
  test.each([
    [
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      'clock-skew',
    ],
    [
      'InvalidSignatureException',
      'Signature expired: 20261123T090000Z is now earlier than 20261123T100000Z',
      'clock-skew',
    ],
    ['SignatureDoesNotMatch', 'Signature not yet current: 20261123T090000Z is still later', 'clock-skew'],
    ['InvalidSignatureException', 'The request signature we calculated does not match.', 'bad-credentials'],
    ['SignatureDoesNotMatch', 'The request signature we calculated does not match.', 'bad-credentials'],
    ['IncompleteSignatureException', 'Authorization header requires more.', 'bad-credentials'],
  ])('%s: %s', async (name, message, code) => {
    const { url } = await openServer(() => awsError(name, message, 403));
    const trouble = await troubleOf((await connected(url)).listProducts());
    expect(trouble).toMatchObject({ code, transient: false, message: expect.stringContaining(message) });
    expect(trouble.hint).toMatch(code === 'clock-skew' ? /clock/ : /AWS_SECRET_ACCESS_KEY/);
  });

  // AWS spells out the request that it saw, and the session token is a header of it.
  const spelledOut = (headers: object) =>
    `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\n${Object.entries(
      headers,
    )
      .map(([name, value]) => `${name}:${value}`)
      .join('\n')}'`;
  const refusing = () => openServer(({ headers }) => awsError('InvalidSignatureException', spelledOut(headers), 403));

  test.each([
    ['Catalog', questions.Catalog],
    ['Entitlement', questions.Entitlement],
  ])('is not quoted with the session token in it: %s', async (_service, ask) => {
    const { url } = await refusing();
    const { message } = await troubleOf(ask(await connected(url)));
    expect(message).toContain('does not match the signature you provided');
  });

  test('is not quoted with the session token in it: Discovery', async () => {
    const { url } = await refusing();
    const { message } = await troubleOf((await connected(url)).findListing(notes.id));
    expect(message).toContain('does not match the signature you provided');
  });
});

test.each([
  ['ValidationException', 422, false],
  ['InvalidParameterException', 400, false],
  ['ServiceUnavailableException', 503, true],
])('another error of AWS is quoted with its name: %s', async (name, status, transient) => {
  const { url } = await openServer(() => awsError(name, 'What AWS says of the network.', status));
  expect(await troubleOf((await connected(url)).listProducts())).toMatchObject({
    code: 'aws-error',
    transient,
    message: `AWS returned ${name} (HTTP ${status}) for aws-marketplace:ListEntities: What AWS says of the network.`,
  });
});
