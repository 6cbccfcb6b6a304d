import { Script } from 'node:vm';

/**
 * Stops `work` after five minutes. A test's time-out cannot, because the work occupies the thread. For inputs so large
 * that linear work takes moments, and quadratic work hours.
 */
export function withoutHanging(work: () => void): void {
  new Script('work()').runInNewContext({ work }, { timeout: 5 * 60_000 });
}
