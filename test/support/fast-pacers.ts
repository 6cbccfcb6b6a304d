import { type Pacers, pacers } from '../../src/marketplace/pacer.ts';
import type { Clock } from '../../src/ports/host.ts';

/** The machine's clock, but for sleeping: that takes no time, and moves it on. */
export function fastClock(): Clock & { readonly naps: number[] } {
  let slept = 0;
  const naps: number[] = [];
  return {
    naps,
    now: () => new Date(Date.now() + slept),
    async sleep(ms, signal) {
      naps.push(ms);
      // Signals and answers come in between, as they would.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      slept += Math.ceil(ms);
    },
  };
}

/** Pacers of a process of its own, that waits for nothing. AWS's time is compared with `clock`. */
export function fastPacers(clock: Clock = fastClock()): Pacers {
  return { ...pacers(fastClock()), clock };
}
