import type { Clock } from '../../src/ports/host.ts';

export interface FakeClock extends Clock {
  /** Every sleep, in ms, in order. */
  readonly naps: number[];
  /** Called at the beginning of each sleep. */
  onNap: () => void;
}

/** A clock that moves only while sleeping, which takes no real time. */
export function fakeClock(start = '2026-11-23T09:00:00.000Z'): FakeClock {
  let time = Date.parse(start);
  const clock: FakeClock = {
    naps: [],
    onNap: () => undefined,
    now: () => new Date(time),
    async sleep(ms, signal) {
      clock.naps.push(ms);
      // Code that never stops waiting would keep the test from ending.
      if (clock.naps.length > 1_000) throw new Error('a thousand sleeps are enough');
      clock.onNap();
      signal.throwIfAborted();
      // The clock counts whole milliseconds, so a sleep never ends early.
      time += Math.ceil(ms);
    },
  };
  return clock;
}
