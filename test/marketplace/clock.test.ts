import { beforeEach, describe, expect, test } from 'vitest';
import { notes, openSandbox } from '../sandbox/support.ts';
import { awsError, connected, json, keys, openServer, troubleOf, useMachine } from './support.ts';

beforeEach(async () => {
  await useMachine({ env: keys });
});

const code = notes.code ?? '';
const buyer = '666677778888';

test('entitlements come with the time of the sandbox that gave them', async () => {
  const { url, clock } = await openSandbox();
  const marketplace = await connected(url);
  expect((await marketplace.entitlements(code, buyer)).at?.toISOString()).toBe('2026-11-23T09:00:00.000Z');
  clock.now += 3_600_000;
  expect((await marketplace.entitlements(code, buyer)).at?.toISOString()).toBe('2026-11-23T10:00:00.000Z');
});

test.each([['nonsense'], ['']])('a Date header "%s" is no time', async (date) => {
  const { url } = await openServer(() => ({ ...json({}), headers: { 'x-amzn-requestid': 'r-1', date } }));
  const marketplace = await connected(url);
  expect((await marketplace.entitlements(code, buyer)).at).toBeNull();
  expect(marketplace.clockSkew()).toBeNull();
});

describe('how far this machine’s clock is from AWS’s', () => {
  const hour = 3_600_000;
  const at = (skew: number) => ({ date: new Date(Date.now() - skew).toUTCString(), 'x-amzn-requestid': 'r-1' });

  test.each([
    ['ahead', 40 * 24 * hour],
    ['behind', -72 * hour],
    ['right', 0],
  ])('is told by any answer: %s', async (_, skew) => {
    const { url } = await openServer(() => ({ ...json({}), headers: at(skew) }));
    const marketplace = await connected(url);
    expect(marketplace.clockSkew()).toBeNull();
    await marketplace.listProducts();
    expect(Math.abs((marketplace.clockSkew() ?? Number.NaN) - skew)).toBeLessThan(60_000);
  });

  test('is also read from a rejection', async () => {
    const refusal = awsError('AccessDeniedException', 'No.', 403);
    const { url } = await openServer(() => ({ ...refusal, headers: { ...refusal.headers, ...at(hour) } }));
    const marketplace = await connected(url);
    await troubleOf(marketplace.listProducts());
    expect(Math.round((marketplace.clockSkew() ?? 0) / hour)).toBe(1);
  });
});

describe('a clock that is days off does not keep anything from being asked', () => {
  const days = 3 * 24 * 3_600_000;
  /** AWS as it refuses a signature of another time than its own. */
  const strict = () =>
    openServer(({ headers }) => {
      const now = Date.now() + days;
      const signed = String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
      const reply =
        Math.abs(Date.parse(signed) - now) > 300_000
          ? awsError('InvalidSignatureException', 'Signature expired', 403)
          : json({});
      return { ...reply, headers: { ...reply.headers, date: new Date(now).toUTCString() } };
    });

  test('entitlements', async () => {
    const { url } = await strict();
    expect((await (await connected(url)).entitlements(code, buyer)).rows).toEqual([]);
  });

  test('the page, by a request that is signed by hand', async () => {
    const { url } = await strict();
    expect(await (await connected(url)).findListing(notes.id)).toMatchObject({ listingId: null });
  });
});
