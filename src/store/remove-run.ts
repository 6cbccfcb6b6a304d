import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotTell } from '../errors.ts';
import { diskTrouble } from './disk-trouble.ts';
import { rememberNumber } from './given-number.ts';
import { isHeld, readLock, runInUse } from './lock-holder.ts';
import type { Machine } from './machine.ts';
import { moveFolder } from './move-folder.ts';
import { existingRun, linkAt, runFiles } from './run-files.ts';
import { syncFolder } from './sync-folder.ts';

/** Takes the run away under another name first, so that it is never half there. Needs no room on the disk. */
export async function removeRun(runs: string, id: string, machine: Machine): Promise<void> {
  const folder = await ownFolder(runs, id);
  const gone = join(runs, `.deleted-${randomUUID()}`);
  try {
    await refuseHeld(folder, folder, id, machine);
    await rememberNumber(runs, id).catch(() => undefined);
    await moveFolder(folder, gone);
    // Somebody may have taken it between the look and the move.
    await refuseHeld(gone, folder, id, machine).catch(async (error: unknown) => {
      await moveFolder(gone, folder);
      throw error;
    });
    await rm(gone, { recursive: true });
    await syncFolder(runs);
  } catch (error) {
    throw cannotDelete(error, id, folder);
  }
}

/** Its folder, or a link that leads nowhere. What is elsewhere is not ours to delete, and the link alone is not the run. */
async function ownFolder(runs: string, id: string): Promise<string> {
  const folder = await existingRun(runs, id).catch((error: unknown) => {
    if (error instanceof CouldNotTell && error.code === 'damaged-run') return null;
    throw error;
  });
  if (folder === null) return join(runs, id);
  const link = await linkAt(folder);
  if (link === null) return folder;
  throw new CouldNotTell(
    'cannot-delete',
    `Run ${id} was not deleted: ${folder} is a link to ${link}, and only what is in the folder of the runs is deleted.`,
    `Delete ${link} by hand, then run the command again.`,
  );
}

async function refuseHeld(now: string, home: string, id: string, machine: Machine): Promise<void> {
  const lock = await readLock(runFiles(now).lock);
  if (lock !== null && isHeld(lock, machine)) throw runInUse(id, runFiles(home).lock, lock, machine);
}

function cannotDelete(error: unknown, id: string, folder: string): unknown {
  const trouble = diskTrouble(error);
  if (!trouble) return error;
  return new CouldNotTell(
    'cannot-delete',
    `Run ${id} could not be deleted from ${folder}: ${trouble.why}.`,
    `${trouble.mend}, then run the command again.`,
  );
}
