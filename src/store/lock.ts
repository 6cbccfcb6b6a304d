import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { link, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck } from '../errors.ts';
import { errorCode, makeFolders, readRegularFile } from '../system/disk.ts';
import { checksum } from './run-document.ts';

/**
 * The lock of a run: the file `lock` in its folder, which names the process that may add to the run. The lock is held
 * while that process runs. Only locks of processes that this machine can see can be checked; any other lock counts as held.
 */
export interface HeldLock {
  /**
   * Rejects with `CouldNotCheck` if this process no longer holds the lock, with the file system's error if the run is
   * gone.
   */
  check(): Promise<void>;
  /** Removes the lock if this process still holds it. */
  release(): Promise<void>;
}

/** What locks need to know about this machine and process. */
export interface Machine {
  readonly pid: number;
  readonly host: string;
  /** Tells machines of the same name apart; null where only one machine comes. */
  readonly id: string | null;
  now(): Date;
  /** Seconds since the machine started. Unlike the clock, it is never corrected. */
  uptime(): number;
  /** Changes with every start of the machine; null if the system has none. */
  bootId(): string | null;
  /** Names what process ids count in: a container has its own. Null if the system has none. */
  pidNamespace(): string | null;
  /** Whether a process of this machine is running. */
  alive(pid: number): boolean;
}

/** `signal` sends signal 0 to a process, and throws if there is none. */
export function thisMachine(pid: number, signal: (pid: number) => void, id: string | null = null): Machine {
  return {
    pid,
    host: hostname(),
    id,
    now: () => new Date(),
    uptime,
    bootId,
    pidNamespace,
    alive(other) {
      try {
        signal(other);
        return true;
      } catch (error) {
        // EPERM: the process is running, as another user.
        return errorCode(error) === 'EPERM';
      }
    },
  };
}

/** Linux only: https://docs.kernel.org/admin-guide/sysctl/kernel.html#random */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/** Linux only: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** The first versions wrote only the first four. */
const holder = z.object({
  pid: z.int(),
  host: z.string(),
  time: z.string(),
  token: z.string().optional(),
  boot: z.string().nullish(),
  uptime: z.number().nullish(),
  machine: z.string().nullish(),
  namespace: z.string().nullish(),
});
type Holder = z.output<typeof holder>;

/** Returns the text of a new lock. `token` distinguishes it from every other lock, including others of this process. */
export function newLock({ pid, host, id, now, uptime, bootId, pidNamespace }: Machine): {
  readonly token: string;
  readonly text: string;
} {
  const token = randomUUID();
  const lock = {
    ...{ pid, host, time: now().toISOString(), token, boot: bootId(), uptime: uptime() },
    ...{ machine: id, namespace: pidNamespace() },
  };
  return { token, text: `${JSON.stringify(lock)}\n` };
}

/** Reads the text of a lock; null if there is none. Rejects with the file system's error. */
export async function readLock(path: string): Promise<string | null> {
  try {
    return (await readRegularFile(path)).toString();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null if the text is not a lock, because its process was stopped while writing it. */
function holderOf(lock: string): Holder | null {
  try {
    return holder.parse(JSON.parse(lock));
  } catch {
    return null;
  }
}

/** Whether the process that wrote the lock is running. One that cannot be seen from here counts as running. */
export function isHeld(lock: string, machine: Machine): boolean {
  const found = holderOf(lock);
  if (!found) return false;
  if (!canSee(found, machine)) return true;
  // After a restart of the machine another process may have the same id.
  return machine.alive(found.pid) && !hasRestarted(found, machine);
}

/**
 * Whether this process can find out if another one is running. The name of a machine does not tell: laptops are called as
 * they were delivered, and containers as their image says.
 */
export function canSee(found: Omit<Holder, 'token'>, machine: Machine): boolean {
  if (found.host !== machine.host) return false;
  const isOtherNamespace = differ(found.namespace, machine.pidNamespace());
  if (found.boot && found.boot === machine.bootId()) return !isOtherNamespace;
  // A restart ends the processes in every container.
  return !differ(found.machine, machine.id) && (!isOtherNamespace || hasRestarted(found, machine));
}

/** Whether both are known, and not the same. */
function differ(a: string | null | undefined, b: string | null): boolean {
  return typeof a === 'string' && b !== null && a !== b;
}

/**
 * Returns the id of this machine: a random text in the state folder. A machine that can keep none is known to nobody, so
 * that what its processes hold counts as held.
 */
export async function machineId(stateFolder: string): Promise<string> {
  const path = join(stateFolder, 'machine-id');
  const read = async () => (await readRegularFile(path)).toString().trim();
  const mine = randomUUID();
  try {
    await makeFolders(stateFolder);
    if (await createWhole(path, `${mine}\n`)) return mine;
    return (await read()) || mine;
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return mine;
  }
}

/** In seconds. Some systems calculate the uptime from the clock and round it. */
const uptimeTolerance = 10;

/**
 * Whether the machine has restarted since the lock was written. The clock is the last resort: on a machine that learns
 * the time after its start, it may have moved by years while the process was running.
 */
function hasRestarted({ boot, uptime, time }: Omit<Holder, 'token'>, machine: Machine): boolean {
  const bootNow = machine.bootId();
  if (boot && bootNow) return boot !== bootNow;
  const uptimeNow = machine.uptime();
  if (typeof uptime === 'number') return uptimeNow + uptimeTolerance < uptime;
  return Date.parse(time) < machine.now().getTime() - uptimeNow * 1000;
}

/** Returns the error for a run whose lock another process holds. */
export function runInUse(id: string, path: string, lock: string | null, machine: Machine): CouldNotCheck {
  const found = lock === null ? null : holderOf(lock);
  // A process that has just taken the lock may not have written its name yet.
  if (lock === null || !found || !isHeld(lock, machine))
    return new CouldNotCheck(
      'run-in-use',
      `Run ${id} is in use by another process.`,
      'Wait until it has ended, then run the command again.',
      true,
    );
  const { pid, host, time } = found;
  return new CouldNotCheck(
    'run-in-use',
    `Run ${id} is in use by process ${pid} on ${host}, since ${time}.`,
    canSee(found, machine)
      ? `End that process first. If it is not mp-verify, delete ${path}`
      : `mp-verify cannot check from here whether that process is still running. If it is not, delete ${path}`,
  );
}

/**
 * Takes the lock of the run in `folder`, and resolves with its token. Rejects with `CouldNotCheck` if a running process
 * holds it or takes it first, otherwise with the file system's error.
 */
export async function takeLock(folder: string, id: string, machine: Machine): Promise<string> {
  const path = join(folder, 'lock');
  const { token, text } = newLock(machine);
  const found = await readLock(path);
  const taken = found === null ? await createWhole(path, text) : await replaceDeadLock(path, found, text, machine);
  if (!taken) throw runInUse(id, path, await readLock(path), machine);
  return token;
}

/**
 * Replaces the lock of a dead process. A process first creates a claim: a file named after the text of the lock to
 * replace, which only one process can create. It then renames the claim to the lock. If it dies in between, its claim
 * is replaced in the same way. So the lock of a running process is never moved, not even for a moment.
 */
async function replaceDeadLock(path: string, found: string, text: string, machine: Machine): Promise<boolean> {
  for (let last = found; !isHeld(last, machine); ) {
    const claim = join(dirname(path), `.lock-after-${checksum(last)}`);
    const next = await readLock(claim);
    if (next === null) return (await createWhole(claim, text)) && (await replace(path, found, claim));
    last = next;
  }
  return false;
}

async function replace(path: string, found: string, claim: string): Promise<boolean> {
  // Another process may have replaced the lock and removed its claim since it was read.
  if ((await readLock(path)) !== found) {
    await rm(claim, { force: true });
    return false;
  }
  await rename(claim, path);
  await removeLeftovers(dirname(path)).catch(() => undefined);
  return true;
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('.lock-')) await rm(join(folder, name), { force: true });
}

/** Creates a file together with its content. Returns false if the file exists. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const part = join(dirname(path), `.lock-${randomUUID()}`);
  try {
    await writeFile(part, text, { flag: 'wx', mode: 0o600 });
    return await isCreated(() => link(part, path)).catch(() =>
      // Not every file system supports links.
      isCreated(() => writeFile(path, text, { flag: 'wx', mode: 0o600 })),
    );
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

async function isCreated(create: () => Promise<void>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Returns the lock that this process has taken, by its token. */
export function heldLock(folder: string, id: string, token: string): HeldLock {
  const path = join(folder, 'lock');
  return {
    async check() {
      const lock = await readLock(path);
      if (lock === null) await stat(folder);
      const found = lock === null ? null : holderOf(lock);
      if (found?.token === token) return;
      throw new CouldNotCheck(
        'lock-lost',
        found
          ? `Run ${id} was taken over by process ${found.pid} on ${found.host}, so this process saves nothing more in it.`
          : `${path} was removed or changed. Another process may be using run ${id}, so this process saves nothing more in it.`,
        `When no other process uses the run, resume it: ${resumeCommand(id)}`,
      );
    },
    async release() {
      // If it cannot be removed, it becomes the lock of a dead process when this one ends.
      const lock = await readLock(path).catch(() => null);
      if (lock !== null && holderOf(lock)?.token === token) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
