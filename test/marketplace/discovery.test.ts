import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/api/fault.ts';
import { boards, notes, openSandbox, worldWith } from '../sandbox/support.ts';
import { listening } from '../support/listening.ts';
import { authorization } from './sigv4.ts';
import {
  awsError,
  connected,
  json,
  keys,
  nowhere,
  openServer,
  pending,
  type Reply,
  troubleOf,
  useMachine,
} from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

/** Why the page could not be named: always a sentence, on one line, and never a secret. */
async function whyNot(url: string): Promise<string> {
  const answer = await (await connected(url)).findListing(notes.id);
  if (answer.listingId !== null) expect.fail(`there is a listing: ${answer.listingId}`);
  expect(answer.why).toMatch(/^The Discovery API [^\n]*\.$/);
  expect(answer.why).not.toMatch(/canary|undefined|TypeError/);
  return answer.why;
}

describe('the listing of a product', () => {
  test('is known behind a proxy that compresses what it may', async () => {
    const answer = JSON.stringify({ listingId: notes.listingId });
    const server = createServer(({ headers }, response) => {
      if (headers['accept-encoding'] === 'identity') return response.end(answer);
      return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(answer));
    });
    const { findListing } = await connected(await listening(server));
    expect(await findListing(notes.id)).toEqual({ listingId: notes.listingId });
  });

  test.each([notes, boards])('is known for a product in visibility $visibility', async ({ id, listingId }) => {
    const { url } = await openSandbox();
    expect(await (await connected(url)).findListing(id)).toEqual({ listingId });
  });

  test.each([
    'https://aws.amazon.com/marketplace/customer-connect/demo/prodview-3xw4sjqv2pb22',
    'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22?ref=x',
    'prodview-3xw4sjqv2pb22',
  ])('is taken from an engagement where it is missing: %s', async (engagementUrl) => {
    const { url } = await openSandbox({
      world: worldWith({ products: [{ ...notes, listingId: null, engagementUrl }] }),
    });
    expect(await (await connected(url)).findListing(notes.id)).toEqual({ listingId: 'prodview-3xw4sjqv2pb22' });
  });

  const link = (value: unknown) => ({ sellerEngagements: [null, {}, { value: null }, { value }] });
  test.each([
    [{ listingId: 'prodview-a1' }, 'prodview-a1'],
    [{ listingId: 'prodview-a1', ...link('/prodview-b2') }, 'prodview-a1'],
    [{ listingId: '', ...link('/prodview-b2') }, 'prodview-b2'],
    // The example in AWS's own SDK: an id that is cut short is the page of nobody.
    [link('https://aws.amazon.com/marketplace/customer-connect/demo/prodview-sampleSaasId'), 'prodview-sampleSaasId'],
  ])('of %j is %s', async (product, listingId) => {
    const { url } = await openServer(() => json(product));
    expect(await (await connected(url)).findListing(notes.id)).toEqual({ listingId });
  });

  test('is not that of another product that was answered about', async () => {
    const { url } = await openServer(() => json({ productId: 'prod-other', listingId: 'prodview-a1' }));
    expect(await whyNot(url)).toBe(`The Discovery API returned product prod-other instead of ${notes.id}.`);
  });

  test.each([
    {},
    { listingId: null, sellerEngagements: null },
    { listingId: 'prod-1', sellerEngagements: [{ value: 'https://acme.example/demo' }] },
    { listingId: 'prodview-a1/../../evil' },
    { listingId: 'prodview-a1 and more' },
  ])('is not known of %j', async (product) => {
    const { url } = await openServer(() => json(product));
    expect(await whyNot(url)).toContain('without a listing');
  });
});

describe('a refusal is an answer', () => {
  test('where AWS does not show the product', async () => {
    const { url } = await openSandbox({ world: worldWith({ products: [{ ...notes, discoverable: false }] }) });
    expect(await whyNot(url)).toContain(`Product ${notes.id} was not found`);
  });

  test.each<[Fault, string]>([['access-denied', 'aws-marketplace:GetProduct']])(
    '%s: "%s", asked once',
    async (fault, words) => {
      const asked: number[] = [];
      const { url } = await openSandbox({ fault: (_action, nth) => (asked.push(nth) > 0 ? fault : null) });
      expect(await whyNot(url)).toContain(words);
      expect(asked).toHaveLength(1);
    },
  );

  test('an error of several lines', async () => {
    const { url } = await openServer(() => awsError('ValidationException', 'one\ntwo', 400));
    expect(await whyNot(url)).toContain('one');
  });
});

describe('what something else than AWS says is no answer: "no listing" would be believed', () => {
  test.each<Fault>(['html', 'html-403'])('%s, asked once', async (fault) => {
    const asked: number[] = [];
    const { url } = await openSandbox({ fault: (_action, nth) => (asked.push(nth) > 0 ? fault : null) });
    const trouble = await troubleOf((await connected(url)).findListing(notes.id));
    expect(trouble).toMatchObject({ code: 'not-aws', transient: false });
    expect(asked).toHaveLength(1);
  });

  test.each<[string, Reply, string]>([
    ['a redirect', { status: 307, headers: { location: '/elsewhere' }, body: '' }, 'is not AWS'],
    ['a redirect with a JSON body', { ...json({}, 302), headers: { location: '/elsewhere' } }, 'is not AWS'],
    ['more than 1 MiB', json({ listingId: 'prodview-a1', pad: 'x'.repeat(1024 * 1024) }), 'larger'],
    ['no body', { status: 204, body: '' }, 'is not AWS'],
    ['a word', json('prodview-a1'), 'is not AWS'],
    ['null', json(null), 'is not AWS'],
    ['half an answer', { ...json({}), body: '{"listingId":"prodview-a1"' }, 'is not AWS'],
    ['an error without words', json({}, 400), 'is not AWS'],
    ['an empty body', { body: '' }, 'is empty'],
    ['other JSON', { body: '{"status":"ok"}' }, 'has only status'],
  ])('%s', async (_case, reply, words) => {
    const { url, received } = await openServer(() => reply);
    const trouble = await troubleOf((await connected(url)).findListing(notes.id));
    expect(trouble).toMatchObject({ code: 'not-aws', message: expect.stringContaining(words) });
    expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
  });
});

describe('what may pass is no answer: "no listing" would be believed', () => {
  test.each<[Fault, string, string]>([
    ['throttling', 'throttled', 'throttled aws-marketplace:GetProduct, '],
    ['internal', 'aws-error', 'HTTP 500'],
    ['drop', 'network', 'did not reach http://127.0.0.1'],
    ['expired-token', 'expired-credentials', 'expired'],
  ])('%s', async (fault, code, words) => {
    const { url } = await openSandbox({ fault: () => fault });
    const trouble = await troubleOf((await connected(url)).findListing(notes.id));
    expect(trouble).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test.each<[string, Reply, string]>([
    [
      'an error named in the body',
      json({ __type: 'com.amazon#ThrottlingException:http://x', message: 'x' }, 400),
      'throttled',
    ],
    ['a gateway that is busy', { status: 429, body: '<html>Too many requests</html>' }, 'throttled'],
    ['a gateway without a service', { status: 503, body: '<html>Service Unavailable</html>' }, 'not JSON'],
    ['a listing ID that is a number', json({ listingId: 7 }), 'GetProduct'],
  ])('%s', async (_case, reply, words) => {
    const { url } = await openServer(() => reply);
    expect((await troubleOf((await connected(url)).findListing(notes.id))).message).toContain(words);
  });

  test('if nothing is listening', async () => {
    const { message } = await troubleOf((await connected(nowhere)).findListing(notes.id));
    expect(message).toContain(`did not reach ${nowhere}`);
  });

  test('where the connection is closed without a word', async () => {
    const server = createServer(({ socket }) => socket.end());
    const url = await listening(server);
    const { message } = await troubleOf((await connected(url)).findListing(notes.id));
    expect(message).toContain(`did not reach ${url}`);
  });

  test('where the name does not resolve', async () => {
    const { message } = await troubleOf((await connected('http://aws.invalid')).findListing(notes.id));
    expect(message).toContain('could not be resolved');
  });

  test('where there are no credentials', async () => {
    await useMachine();
    const { url } = await openSandbox();
    const { message } = await troubleOf((await connected(url)).findListing(notes.id));
    expect(message).toContain('no AWS credentials');
  });
});

describe('purchase options', () => {
  const option = { purchaseOptionId: 'offer-1' };
  /** The pages of a list, each with the token of the next one. */
  const paged = (pages: readonly object[][]) =>
    openServer(({ body }) => {
      const nth = Number(JSON.parse(body).nextToken ?? 0);
      const nextToken = nth + 1 < pages.length ? String(nth + 1) : null;
      return json({ purchaseOptions: pages[nth], nextToken });
    });

  test.each<[string, object[][], number]>([
    ['an empty first page', [[], [option]], 1],
    ['several pages', [[option], [], [option, option]], 3],
    ['none', [[]], 0],
  ])('are those of all pages: %s', async (_, pages, count) => {
    const { url, received } = await paged(pages);
    expect(await (await connected(url)).purchaseOptions(notes.id)).toBe(count);
    expect(received).toHaveLength(pages.length);
    for (const { body } of received) expect(JSON.parse(body).filters).toHaveLength(1);
  });

  test('with pages that never end are no response', async () => {
    const { url } = await openServer(() => json({ purchaseOptions: [], nextToken: 'again' }));
    expect(await troubleOf((await connected(url)).purchaseOptions(notes.id))).toMatchObject({ code: 'not-aws' });
  });
});

test('throttled at first, it is asked again', async () => {
  const { url } = await openSandbox({ fault: (_action, nth) => (nth === 1 ? 'throttling' : null) });
  expect(await (await connected(url)).findListing(notes.id)).toEqual({ listingId: notes.listingId });
});

test('a server that never answers is given up after ten seconds', async () => {
  const real = globalThis.setTimeout;
  const limits: (() => void)[] = [];
  const timeout = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((late: () => void, ms?: number) => {
    if (ms !== 10_000) return real(late, ms);
    limits.push(late);
    return real(() => undefined, 0);
  }) as never);
  const { url } = await openServer(() => {
    for (const late of limits) late();
    return pending;
  });
  const { message } = await troubleOf((await connected(url)).findListing(notes.id));
  expect(message).toContain('it timed out');
  timeout.mockRestore();
});

describe('the request', () => {
  const credentials = { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY };
  const always = ['content-type', 'host', 'x-amz-date'];

  test.each([
    ['with a session token', '', keys.AWS_SESSION_TOKEN, [...always, 'x-amz-security-token']],
    ['without a session token', '', '', always],
    ['below a path', '/emulator', '', always],
    ['below a path with characters to encode', '/my%20emulator/v1.0~a', '', always],
  ])('is signed as AWS computes it, %s', async (_case, path, AWS_SESSION_TOKEN, signed) => {
    await useMachine({ env: { ...keys, AWS_SESSION_TOKEN } });
    const { url, received } = await openServer(() => json({ listingId: 'prodview-a1' }));
    expect(await (await connected(`${url}${path}`)).findListing('prod-abc')).toEqual({ listingId: 'prodview-a1' });

    const [request = expect.fail('there was no request')] = received;
    expect(request).toMatchObject({
      method: 'POST',
      path: `${path}/2026-02-05/getProduct`,
      body: '{"productId":"prod-abc"}',
      headers: { 'content-type': 'application/json', host: new URL(url).host },
    });
    expect(request.headers['x-amz-security-token']).toBe(AWS_SESSION_TOKEN || undefined);
    expect(request.headers.authorization).toBe(authorization(request, signed, 'aws-marketplace', credentials));
  });

  test('carries the time of this machine', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 2, 42, 18) });
    const { url, received } = await openServer(() => json({ listingId: 'prodview-a1' }));
    await (await connected(url)).findListing('prod-abc');
    vi.useRealTimers();
    expect(received[0]?.headers['x-amz-date']).toBe('20261123T024218Z');
  });
});

test('no server but the one that is asked sees the request', async () => {
  const elsewhere = await openServer(() => json({ listingId: 'prodview-evil' }));
  const { url } = await openServer(() => ({ status: 308, headers: { location: elsewhere.url }, body: '' }));
  await troubleOf((await connected(url)).findListing(notes.id));
  expect(elsewhere.received).toEqual([]);
});
