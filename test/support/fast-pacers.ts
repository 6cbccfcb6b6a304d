import { type Pacers, pacers } from '../../src/marketplace/pacer.ts';
import type { Clock } from '../../src/ports/host.ts';

/** The machine's clock, except that sleeping takes no time and moves it forward. */
export function fastClock(): Clock & { readonly naps: number[] } {
  let slept = 0;
  const naps: number[] = [];
  return {
    naps,
    now: () => new Date(Date.now() + slept),
    async sleep(ms, signal) {
      naps.push(ms);
      // Lets signals and answers arrive in between, as they would in a real sleep.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      slept += Math.ceil(ms);
    },
  };
}

/** Pacers like those of a separate process, which never really wait. AWS's time is compared with `clock`. */
export function fastPacers(clock: Clock = fastClock()): Pacers {
  return { ...pacers(fastClock()), clock };
}
