import { setMaxListeners } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CouldNotCheck, Interrupted } from '../../src/errors.ts';
import { makePacer, type Pacer, pacers } from '../../src/marketplace/pacer.ts';
import type { Clock } from '../../src/ports/host.ts';
import { notes, openSandbox, worldWith } from '../sandbox/support.ts';
import { fastClock } from '../support/fast-pacers.ts';
import { connected, keys, keysInProfile, useMachine } from './support.ts';

/** Time that passes only where nothing else is to be done: then it is that of the next sleeper to wake. */
function virtualClock(start = Date.UTC(2026, 10, 23)): Clock {
  let time = start;
  let waking = false;
  const sleepers: { readonly until: number; wake(): void }[] = [];
  const wakeNext = () => {
    sleepers.sort((a, b) => a.until - b.until);
    const next = sleepers.shift();
    waking = next !== undefined;
    if (!next) return;
    time = Math.max(time, next.until);
    next.wake();
    setImmediate(wakeNext);
  };
  return {
    now: () => new Date(time),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ until: time + Math.ceil(ms), wake: resolve });
        if (!waking) setImmediate(wakeNext);
        waking = true;
      }),
  };
}

const throttled = () => new CouldNotCheck('throttled', 'AWS throttled it.', null, true);
const broken = () => new CouldNotCheck('aws-error', 'AWS answered with HTTP 500.', null, true);
const offline = () => new CouldNotCheck('network', 'It did not reach AWS.', null, true);
const refused = () => new CouldNotCheck('access-denied', 'A permission is missing.');
const { signal } = new AbortController();
setMaxListeners(0, signal);

/** An API of AWS: it lets so many questions through in any second, whoever asks. */
function apiOf(perSecond: number, clock: Clock) {
  const served: number[] = [];
  let turnedAway = 0;
  return {
    served,
    turnedAway: () => turnedAway,
    async ask(answer: number) {
      const now = clock.now().getTime();
      if (served.filter((time) => time > now - 1_000).length >= perSecond) {
        turnedAway++;
        throw throttled();
      }
      served.push(now);
      return answer;
    },
  };
}

function all(pacer: Pacer, count: number, ask: (nth: number) => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, nth) => pacer.put(() => ask(nth), signal)));
}

/** Numbers from 0 to 1, the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, nth) => nth);

describe('within a quota', () => {
  test('2,000 questions side by side are all answered, and none is turned away', async () => {
    const clock = virtualClock();
    const api = apiOf(5, clock);
    const began = clock.now().getTime();
    expect(
      await all(
        makePacer(() => 5, clock),
        2_000,
        api.ask,
      ),
    ).toEqual(upTo(2_000));
    expect(api.turnedAway()).toBe(0);
    const seconds = (clock.now().getTime() - began) / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(399);
    // With a rest now and then that lets others in.
    expect(seconds).toBeLessThan(460);
  });

  // The quotas of AWS, and those of a sandbox with 20 times as much.
  test.each([
    [5, 300, 1],
    [5, 2_000, 2],
    [10, 100, 3],
    [20, 15, 4],
    [100, 300, 5],
    [100, 1_000, 6],
    [400, 1_000, 7],
  ])('of %i a second, %i questions take at most 1.2 times as long as it allows', async (quota, count, seed) => {
    const random = randomFrom(seed);
    const clock = virtualClock();
    const api = apiOf(quota, clock);
    const began = clock.now().getTime();
    // A question takes 50 to 100 ms to AWS, and its answer up to 200 ms.
    const ask = async (nth: number) => {
      await clock.sleep(50 + 50 * random(), signal);
      const answer = await api.ask(nth);
      await clock.sleep(200 * random(), signal);
      return answer;
    };
    expect(
      await all(
        makePacer(() => quota, clock),
        count,
        ask,
      ),
    ).toEqual(upTo(count));
    expect(api.turnedAway()).toBe(0);
    // Served is what AWS saw; the rest is the way to AWS and back.
    const lastSent = (api.served.at(-1) ?? 0) - 100;
    expect(lastSent - began).toBeLessThanOrEqual((1.2 * 1_000 * count) / quota);
  });

  test('that changes, as when the sandbox says its own, is kept from then on', async () => {
    const clock = virtualClock();
    let quota = 5;
    const pacer = makePacer(() => quota, clock);
    const began = clock.now().getTime();
    await all(pacer, 5, async (nth) => nth);
    quota = 100;
    await all(pacer, 95, async (nth) => nth);
    expect(clock.now().getTime()).toBe(began);
    quota = 5;
    await all(pacer, 15, async (nth) => nth);
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(3_000);
  });

  test('a second’s quota is there at once: a single command does not wait', async () => {
    const clock = virtualClock();
    const began = clock.now().getTime();
    await all(
      makePacer(() => 5, clock),
      5,
      async (nth) => nth,
    );
    expect(clock.now().getTime()).toBe(began);
  });

  test.each([1, 2, 3, 4, 5])('three processes side by side lose nothing (seed %i)', async (seed) => {
    // The pauses are drawn by chance: here the same each time.
    vi.spyOn(Math, 'random').mockImplementation(randomFrom(seed));
    const clock = virtualClock();
    const api = apiOf(5, clock);
    const found = await Promise.all(
      upTo(3).map(() =>
        all(
          makePacer(() => 5, clock),
          200,
          api.ask,
        ),
      ),
    );
    expect(found).toEqual([upTo(200), upTo(200), upTo(200)]);
    expect(api.turnedAway()).toBeGreaterThan(0);
  });

  test('an API and an account have one pacer in a process, and others have their own', () => {
    const kept = pacers(virtualClock());
    const of = (credentials: string, action: string, host = 'aws') =>
      kept.of(credentials, host, `aws-marketplace:${action}`);
    expect(of('seller', 'GetProduct')).toBe(of('seller', 'GetProduct'));
    expect(of('seller', 'GetProduct')).not.toBe(of('buyer', 'GetProduct'));
    expect(of('seller', 'GetProduct')).not.toBe(of('seller', 'ListEntities'));
    expect(of('seller', 'GetProduct')).not.toBe(of('seller', 'GetProduct', 'sandbox'));
    kept.setAccount('seller', '111122223333');
    kept.setAccount('ci', '111122223333');
    kept.setAccount('buyer', '444455556666');
    expect(of('seller', 'GetProduct')).toBe(of('ci', 'GetProduct'));
    expect(of('seller', 'GetProduct')).not.toBe(of('buyer', 'GetProduct'));
  });

  test('a clock that is set back holds nothing up', async () => {
    const real = virtualClock();
    let back = 0;
    const clock = { ...real, now: () => new Date(real.now().getTime() - back) };
    const pacer = makePacer(() => 2, clock);
    await all(pacer, 2, async (nth) => nth);
    back = 86_400_000;
    const began = real.now().getTime();
    await all(pacer, 2, async (nth) => nth);
    expect(real.now().getTime() - began).toBeLessThan(2_000);
  });
});

describe('trouble that may pass', () => {
  /** A question that fails so long, in ms of the clock, then is answered. */
  const failingFor = (ms: number, trouble: () => Error, clock: Clock) => {
    const until = clock.now().getTime() + ms;
    return async () => {
      if (clock.now().getTime() < until) throw trouble();
      return 'answer';
    };
  };

  test.each([
    ['throttling', throttled, 50_000],
    ['errors of AWS', broken, 25_000],
    ['a lost network', offline, 2_000],
  ])('is outlasted: %s', async (_, trouble, ms) => {
    const clock = virtualClock();
    expect(await makePacer(() => 5, clock).put(failingFor(ms, trouble, clock), signal)).toBe('answer');
  });

  test.each([
    ['throttling', throttled, 70_000],
    ['errors of AWS', broken, 40_000],
    ['a network that was never there', offline, 10_000],
  ])('is given up when it lasts, and said: %s', async (_, trouble, most) => {
    const clock = virtualClock();
    const began = clock.now().getTime();
    const pacer = makePacer(() => 5, clock);
    await expect(all(pacer, 2_000, () => Promise.reject(trouble()))).rejects.toMatchObject(trouble());
    expect(clock.now().getTime() - began).toBeLessThan(most);
  });

  test('counts from the last success of the API, not from the start', async () => {
    const clock = virtualClock();
    const pacer = makePacer(() => 5, clock);
    const began = clock.now().getTime();
    // One is turned away for 100 s, as when others use the quota up, while the rest is answered.
    const others = all(pacer, 500, async (nth) => nth);
    const unlucky = pacer.put(failingFor(100_000, broken, clock), signal);
    expect(await unlucky).toBe('answer');
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(100_000);
    expect(await others).toEqual(upTo(500));
  });

  test('has its time again after a rest', async () => {
    const clock = virtualClock();
    const pacer = makePacer(() => 5, clock);
    await pacer.put(async () => 'answer', signal);
    await clock.sleep(3_600_000, signal);
    expect(await pacer.put(failingFor(20_000, throttled, clock), signal)).toBe('answer');
  });

  test('is distinguished from permanent errors, which are reported at once', async () => {
    const clock = virtualClock();
    const asked: number[] = [];
    const question = async (attempt: number) => {
      asked.push(attempt);
      throw refused();
    };
    await expect(makePacer(() => 5, clock).put(question, signal)).rejects.toMatchObject(refused());
    expect(asked).toEqual([1]);
  });
});

test('a stop ends every wait: in the queue, for the quota, and between two tries', async () => {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const reason = new Interrupted('SIGINT');
  const still: Clock = {
    now: () => new Date(0),
    sleep: (_, stopped) =>
      new Promise((_resolve, reject) => stopped.addEventListener('abort', () => reject(stopped.reason))),
  };
  const pacer = makePacer(() => 2, still);
  const ends = Array.from({ length: 20 }, (_, nth) =>
    pacer
      .put(async () => (nth === 0 ? Promise.reject(broken()) : nth), stopping.signal)
      .catch((error: unknown) => error),
  );
  await new Promise((resolve) => setImmediate(resolve));
  stopping.abort(reason);
  const [first, second, ...rest] = await Promise.all(ends);
  expect([first, second]).toEqual([reason, 1]);
  expect(new Set(rest)).toEqual(new Set([reason]));
});

describe('three programs side by side, on a sandbox with AWS’s quotas', () => {
  beforeEach(async () => {
    await useMachine({ env: keys });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });

  test('find the pages of 40 products each, and tell no product that it has none', async () => {
    const clock = fastClock();
    const products = upTo(40).map((nth) => ({ ...notes, id: `prod-${nth}`, listingId: `prodview-${nth}` }));
    const now = () => clock.now().getTime();
    const { url } = await openSandbox({ world: worldWith({ products }), quotas: 1, now });
    const program = async () => {
      const marketplace = await connected(url, {}, pacers(clock));
      return Promise.all(products.map(({ id }) => marketplace.findListing(id)));
    };
    const found = await Promise.all([program(), program(), program()]);
    const pages = products.map(({ listingId }) => ({ listingId }));
    expect(found).toEqual([pages, pages, pages]);
  });
});

test('the quotas that a sandbox announces are the pace, and every page is found', async () => {
  await useMachine({ env: keys });
  const clock = fastClock();
  const products = upTo(150).map((nth) => ({ ...notes, id: `prod-${nth}`, listingId: `prodview-${nth}` }));
  const { url } = await openSandbox({ world: worldWith({ products }), quotas: 20, now: () => clock.now().getTime() });
  const pacing = pacers(clock);
  const setQuotas = vi.spyOn(pacing, 'setQuotas');
  const marketplace = await connected(url, {}, pacing);
  await marketplace.caller();
  expect(setQuotas.mock.calls).toEqual([[url, 20]]);
  const ids = (await marketplace.listProducts()).map(({ id }) => id);
  const described = await marketplace.describeProducts(ids);
  const found = await Promise.all(described.products.map(({ id }) => marketplace.findListing(id)));
  expect(found).toEqual(products.map(({ listingId }) => ({ listingId })));
});

test('two profiles of one account, and the default one beside a named one, share its quota', async () => {
  const profiles = ['default', 'seller', 'ci'].map((name) => `[${name}]\n${keysInProfile}`).join('');
  await useMachine({ files: { '.aws/credentials': profiles } });
  const clock = virtualClock();
  const shared = pacers(clock);
  const { url } = await openSandbox();
  const connections = await Promise.all([null, 'seller', 'ci'].map((profile) => connected(url, { profile }, shared)));
  for (const marketplace of connections) await marketplace.caller();
  const began = clock.now().getTime();
  await Promise.all(connections.flatMap((marketplace) => upTo(5).map(() => marketplace.findListing(notes.id))));
  // 15 questions, of which AWS lets 5 a second through.
  expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(2_000);
});
