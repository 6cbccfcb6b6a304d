import { open } from 'node:fs/promises';
import type { OpenRun } from '../ports/runs.ts';
import { cannotSave } from './disk-trouble.ts';
import { evidenceRemarks } from './evidence-remarks.ts';
import { heldLock } from './held-lock.ts';
import type { Machine } from './machine.ts';
import { openRun } from './open-run.ts';
import { readRun } from './read-run.ts';
import { runFiles } from './run-files.ts';
import { sweepEvidence } from './sweep-evidence.ts';
import { takeLock } from './take-lock.ts';

/** Takes the run's lock, then reads it. What was not finished at its end is cut off. */
export async function resumeRun(folder: string, id: string, machine: Machine): Promise<OpenRun> {
  const files = runFiles(folder);
  const token = await takeLock(folder, id, machine).catch((error: unknown) =>
    Promise.reject(cannotSave(error, 'Who has this run', files.lock, id)),
  );
  const lock = heldLock(folder, id, token);
  try {
    const { saved, journal } = await readRun(folder, id);
    if (journal.torn)
      await cut(files.journal, journal.length).catch((error: unknown) =>
        Promise.reject(cannotSave(error, 'A clean end of the last results', files.journal, id)),
      );
    await sweepEvidence(files.evidence);
    const remarks = [...saved.remarks, ...(await evidenceRemarks(saved))];
    return openRun({ ...saved, remarks }, journal, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function cut(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(length);
    await file.datasync();
  } finally {
    await file.close();
  }
}
