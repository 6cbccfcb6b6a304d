import { hostname, uptime } from 'node:os';

/** What tells a living process from a dead one, on this machine. */
export const thisMachine = (pid: number, poke: (pid: number) => void) => ({
  pid,
  host: hostname(),
  now: () => new Date(),
  bootedAt: () => new Date(Date.now() - uptime() * 1000),
  alive(other: number): boolean {
    try {
      poke(other);
      return true;
    } catch (error) {
      // It is there, and another user's.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
});
