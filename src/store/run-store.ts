import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CouldNotCheck } from '../errors.ts';
import type { OpenRun, RunRecord, Runs } from '../ports/runs.ts';
import { isThere, makeFolders, moveFolder, syncFolder, writeDurably } from '../system/disk.ts';
import { evidenceWarnings, readAttached } from './evidence.ts';
import { heldLock, isHeld, type Machine, newLock, readLock, runInUse } from './lock.ts';
import { openRun, readRun, resumeRun } from './open-run.ts';
import { encodeRun } from './run-document.ts';
import { cannotCreate, cannotDelete, cannotRead } from './run-errors.ts';
import {
  existingRun,
  highestNumber,
  linkTarget,
  listRuns,
  removeUnfinished,
  reserveNumber,
  runFiles,
  unfinished,
} from './run-folders.ts';

/**
 * The port `Runs` on a local disk: each run is a folder below `runs/` in the state folder. What only this store does: a lock file
 * checks whether its process is running, every write is synced, and folders appear and disappear by renaming.
 */
export function runStore(stateFolder: string, machine: Machine): Runs {
  const runs = join(stateFolder, 'runs');
  const read = async (id: string) => (await readRun(await existingRun(runs, id), id)).saved;
  return {
    ids: () => listRuns(runs),
    read,
    async inspect(id) {
      const saved = await read(id);
      return { ...saved, warnings: [...saved.warnings, ...(await evidenceWarnings(saved))] };
    },
    readFile: async (id, file) => readAttached(await existingRun(runs, id), file),
    async create(base, record) {
      await removeUnfinished(runs, machine.now());
      return createRun(runs, base, record, machine);
    },
    open: async (id) => resumeRun(await existingRun(runs, id), id, machine),
    async inUse(id) {
      const { lock: path } = runFiles(await existingRun(runs, id));
      const lock = await readLock(path).catch((error: unknown) => {
        throw cannotRead(error, path);
      });
      return lock !== null && isHeld(lock, machine);
    },
    remove: (id) => removeRun(runs, id, machine),
  };
}

type NewRecord = Omit<RunRecord, 'id'>;

/** Creates a run, with its lock. Its folder is made under another name, so the run is there whole or not at all. */
async function createRun(runs: string, base: string, described: NewRecord, machine: Machine): Promise<OpenRun> {
  const draft = join(runs, `${unfinished.created}${randomUUID()}`);
  let folder = draft;
  try {
    const made = await makeFolders(runs);
    if (made !== null) for (const path of [dirname(made), dirname(runs)]) await syncFolder(path);
    await mkdir(draft, { mode: 0o700 });
    const { token, text } = newLock(machine);
    await writeDurably(runFiles(draft).lock, text);
    await writeDurably(runFiles(draft).journal, '');
    const record = await moveToNextNumber(runs, draft, base, described);
    folder = join(runs, record.id);
    await syncFolder(runs);
    return openRun(
      { record, entries: [], warnings: [], location: folder },
      { entries: [], length: 0 },
      heldLock(folder, record.id, token),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw cannotCreate(error, runs);
  }
}

async function moveToNextNumber(runs: string, draft: string, base: string, described: NewRecord): Promise<RunRecord> {
  for (let number = (await highestNumber(runs, base)) + 1; ; number++) {
    const record: RunRecord = { ...described, id: `${base}-${number}` };
    const folder = join(runs, record.id);
    await writeDurably(runFiles(draft).record, encodeRun(record), 'w');
    await syncFolder(draft);
    try {
      await moveFolder(draft, folder);
      return record;
    } catch (error) {
      // If it is there, another process was faster: take the next number.
      if (!(await isThere(folder))) throw error;
    }
  }
}

/** Renames the run's folder before deleting it, so that a run is never half there. Needs no space on the disk. */
async function removeRun(runs: string, id: string, machine: Machine): Promise<void> {
  const folder = await deletableFolder(runs, id);
  const gone = join(runs, `${unfinished.deleted}${randomUUID()}`);
  const refuseHeld = async (place: string) => {
    const lock = await readLock(runFiles(place).lock);
    if (lock !== null && isHeld(lock, machine)) throw runInUse(id, runFiles(folder).lock, lock, machine);
  };
  try {
    await refuseHeld(folder);
    await reserveNumber(runs, id).catch(() => undefined);
    await moveFolder(folder, gone);
    // Another process may have taken the lock just before the move.
    await refuseHeld(gone).catch(async (error: unknown) => {
      await moveFolder(gone, folder);
      throw error;
    });
    await rm(gone, { recursive: true });
    await syncFolder(runs);
  } catch (error) {
    throw cannotDelete(error, id, folder);
  }
}

/** The run's folder, or a link that leads nowhere. Rejects for a link to a folder: deleting the link alone would keep the run. */
async function deletableFolder(runs: string, id: string): Promise<string> {
  const folder = await existingRun(runs, id).catch((error: unknown) => {
    if (error instanceof CouldNotCheck && error.code === 'damaged-run') return null;
    throw error;
  });
  if (folder === null) return join(runs, id);
  const link = await linkTarget(folder);
  if (link === null) return folder;
  throw new CouldNotCheck(
    'cannot-delete',
    `Run ${id} was not deleted: ${folder} is a link to ${link}, and mp-verify deletes only what is in its own folder.`,
    `Delete ${link} yourself, then run the command again.`,
  );
}
