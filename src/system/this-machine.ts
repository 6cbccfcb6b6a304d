import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** What tells a living process from a dead one, on this machine. */
export const thisMachine = (pid: number, poke: (pid: number) => void) => ({
  pid,
  host: hostname(),
  now: () => new Date(),
  uptime,
  bootId,
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

/** https://docs.kernel.org/admin-guide/sysctl/kernel.html#random: other systems than Linux have none. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}
