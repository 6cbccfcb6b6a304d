import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OpenRun, RunRecord } from '../ports/runs.ts';
import { makeFolders } from '../system/make-folders.ts';
import { cannotCreate } from './disk-trouble.ts';
import { highestNumber } from './given-number.ts';
import { heldLock } from './held-lock.ts';
import type { Machine } from './machine.ts';
import { moveFolder } from './move-folder.ts';
import { openRun } from './open-run.ts';
import { encodeRun } from './run-document.ts';
import { runFiles } from './run-files.ts';
import { syncFolder } from './sync-folder.ts';
import { newLock } from './take-lock.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** A new run, ours from the start. Its folder is made under another name, so it is there whole or not at all. */
export async function createRun(
  runs: string,
  base: string,
  described: Omit<RunRecord, 'id'>,
  machine: Machine,
): Promise<OpenRun> {
  const draft = join(runs, `.new-${randomUUID()}`);
  let folder = draft;
  try {
    const made = await makeFolders(runs);
    if (made !== null) for (const path of [dirname(made), dirname(runs)]) await syncFolder(path);
    await mkdir(draft, { mode: 0o700 });
    const { token, text } = newLock(machine);
    await writeFileWhole(join(draft, 'lock'), text);
    await writeFileWhole(runFiles(draft).journal, '');
    const record = await settle(runs, draft, base, described);
    folder = join(runs, record.id);
    await syncFolder(runs);
    return openRun(
      { record, entries: [], remarks: [], folder },
      { entries: [], length: 0 },
      heldLock(folder, record.id, token),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw cannotCreate(error, runs);
  }
}

/** Gives the draft the next free number. */
async function settle(runs: string, draft: string, base: string, described: Omit<RunRecord, 'id'>): Promise<RunRecord> {
  for (let number = (await highestNumber(runs, base)) + 1; ; number++) {
    const record: RunRecord = { ...described, id: `${base}-${number}` };
    const folder = join(runs, record.id);
    await writeFileWhole(runFiles(draft).record, encodeRun(record), 'w');
    await syncFolder(draft);
    try {
      await moveFolder(draft, folder);
      return record;
    } catch (error) {
      // Another process was faster.
      if (!(await isThere(folder))) throw error;
    }
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
