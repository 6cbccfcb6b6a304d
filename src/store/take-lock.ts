import { randomUUID } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksum } from './checksum.ts';
import { codeOf } from './code-of.ts';
import { isHeld, readLock, runInUse } from './lock-holder.ts';
import type { Machine } from './machine.ts';

export interface NewLock {
  /** Tells it from every other lock, of this process too. */
  readonly token: string;
  readonly text: string;
}

export function newLock({ pid, host, now, uptime, bootId }: Machine): NewLock {
  const token = randomUUID();
  const lock = { pid, host, time: now().toISOString(), token, boot: bootId(), uptime: uptime() };
  return { token, text: `${JSON.stringify(lock)}\n` };
}

/**
 * Takes the lock of the run in `folder`; resolves with its token. Rejects with `CouldNotTell` where a living process
 * has it, or gets it first; else with the file system's error.
 */
export async function takeLock(folder: string, id: string, machine: Machine): Promise<string> {
  const path = join(folder, 'lock');
  const own = newLock(machine);
  const found = await readLock(path);
  const taken = found === null ? await createWhole(path, own.text) : await succeed(path, found, own.text, machine);
  if (!taken) throw runInUse(id, path, await readLock(path), machine);
  return own.token;
}

/**
 * Takes the place of a dead process. Whoever is to follow a certain lock says so in a file named after that lock's
 * text, which only one can make; the one who made it puts it in the lock's place. A successor that died before it
 * came to that is itself followed in this way. So a living process's lock is never moved, not even for a moment.
 */
async function succeed(path: string, found: string, own: string, machine: Machine): Promise<boolean> {
  for (let last = found; !isHeld(last, machine); ) {
    const claim = join(dirname(path), `.lock-after-${checksum(last)}`);
    const next = await readLock(claim);
    if (next === null) return (await createWhole(claim, own)) && (await replace(path, found, claim));
    last = next;
  }
  return false;
}

async function replace(path: string, found: string, claim: string): Promise<boolean> {
  // Another one may have followed it, and be done with its claim, since it was read.
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

/** Makes a file with its content at once. False where it is there already. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const part = join(dirname(path), `.lock-${randomUUID()}`);
  try {
    await writeFile(part, text, { flag: 'wx', mode: 0o600 });
    return await createdBy(() => link(part, path)).catch(() =>
      // Not every file system has links.
      createdBy(() => writeFile(path, text, { flag: 'wx', mode: 0o600 })),
    );
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

async function createdBy(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
