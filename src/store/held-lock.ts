import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotTell } from '../errors.ts';
import { holderOf, readLock } from './lock-holder.ts';

/** The lock of a run that this process has taken. */
export interface HeldLock {
  /** Rejects with `CouldNotTell` where it is no longer ours, with the file system's error where the run is gone. */
  check(): Promise<void>;
  /** Removes it, if it still is ours. */
  release(): Promise<void>;
}

export function heldLock(folder: string, id: string, token: string): HeldLock {
  const path = join(folder, 'lock');
  return {
    async check() {
      const lock = await readLock(path);
      if (lock === null) await stat(folder);
      const holder = lock === null ? null : holderOf(lock);
      if (holder?.token === token) return;
      throw new CouldNotTell(
        'lock-lost',
        holder
          ? `Run ${id} was taken over by process ${holder.pid} on ${holder.host}: nothing more is written to it from here.`
          : `${path} is gone or was changed: another process may have run ${id} now, so nothing more is written to it.`,
        `When no other process walks it, go on with: mp-verify resume ${id}`,
      );
    },
    async release() {
      // What can't be removed now is a dead process's lock soon.
      const lock = await readLock(path).catch(() => null);
      if (lock !== null && holderOf(lock)?.token === token) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
