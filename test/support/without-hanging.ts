import { Script } from 'node:vm';

/**
 * Ends `work` if it is still busy after five minutes, which no time-out of a test could: it has the thread for itself. For
 * work whose input is so large that it is done in moments, or in hours where its time grows with the square.
 */
export function withoutHanging(work: () => void): void {
  new Script('work()').runInNewContext({ work }, { timeout: 5 * 60_000 });
}
