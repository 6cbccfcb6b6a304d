import { z } from 'zod';
import { CouldNotTell } from '../errors.ts';
import { readRegularFile } from '../system/files.ts';
import { codeOf } from './code-of.ts';
import type { Machine } from './machine.ts';

/** The first locks had neither `boot` nor `uptime`. */
const holder = z.object({
  pid: z.int(),
  host: z.string(),
  time: z.string(),
  token: z.string().optional(),
  boot: z.string().nullish(),
  uptime: z.number().nullish(),
});
type Holder = z.output<typeof holder>;

/** The text of a lock; null where there is none. Rejects with the file system's error. */
export async function readLock(path: string): Promise<string | null> {
  try {
    return (await readRegularFile(path)).toString();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whose lock it is. Null where that can't be made out: whoever wrote it did not live to end it. */
export function holderOf(lock: string): Holder | null {
  try {
    return holder.parse(JSON.parse(lock));
  } catch {
    return null;
  }
}

/** Of another machine's processes nobody here can tell, so they count as living. */
export function isHeld(lock: string, machine: Machine): boolean {
  const found = holderOf(lock);
  if (!found) return false;
  if (found.host !== machine.host) return true;
  // After a restart another process may have the number.
  return machine.alive(found.pid) && !isFromBefore(found, machine);
}

/** Some systems make it out of a clock, and round it. */
const uptimeSlack = 10;

/**
 * Whether the machine was started anew since. The clock says so only where nothing else does: it may have been put forward
 * by years while the process lived, as it is on a machine that learns the time after its start.
 */
function isFromBefore({ boot, uptime, time }: Holder, machine: Machine): boolean {
  const bootNow = machine.bootId();
  if (boot && bootNow) return boot !== bootNow;
  const up = machine.uptime();
  if (typeof uptime === 'number') return up + uptimeSlack < uptime;
  return Date.parse(time) < machine.now().getTime() - up * 1000;
}

/** For a run that another process has. */
export function runInUse(id: string, path: string, lock: string | null, machine: Machine): CouldNotTell {
  const found = lock === null ? null : holderOf(lock);
  // Whoever was faster may not have put its name there yet.
  if (lock === null || !found || !isHeld(lock, machine))
    return new CouldNotTell('run-in-use', `Another process has just taken run ${id}.`, 'Wait for it to end.', true);
  const { pid, host, time } = found;
  return new CouldNotTell(
    'run-in-use',
    `Run ${id} is in use by process ${pid} on ${host}, since ${time}.`,
    host === machine.host
      ? `End that process first. If it is not mp-verify, delete ${path}`
      : `It can't be seen from here whether that process still runs. If it does not, delete ${path}`,
  );
}
