import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CouldNotTell } from '../errors.ts';
import { diskTrouble } from './disk-trouble.ts';
import { rememberNumber } from './given-number.ts';
import { isHeld, readLock, runInUse } from './lock-holder.ts';
import type { Machine } from './machine.ts';
import { moveFolder } from './move-folder.ts';
import { existingRun, runFiles } from './run-files.ts';
import { syncFolder } from './sync-folder.ts';

/** Takes the run away under another name first, so that it is never half there. Needs no room on the disk. */
export async function removeRun(runs: string, id: string, machine: Machine): Promise<void> {
  const folder = await existingRun(runs, id);
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
