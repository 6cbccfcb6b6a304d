import { join } from 'node:path';
import type { Runs } from '../ports/runs.ts';
import { createRun } from './create-run.ts';
import { cannotRead } from './disk-trouble.ts';
import { evidenceRemarks } from './evidence-remarks.ts';
import { listRuns } from './list-runs.ts';
import { isHeld, readLock } from './lock-holder.ts';
import type { Machine } from './machine.ts';
import { readRun } from './read-run.ts';
import { removeRun } from './remove-run.ts';
import { resumeRun } from './resume-run.ts';
import { existingRun, runFiles } from './run-files.ts';
import { sweep } from './sweep.ts';

/** Runs as plain files, below the state folder. */
export function runStore(stateFolder: string, machine: Machine): Runs {
  const runs = join(stateFolder, 'runs');
  return {
    ids: () => listRuns(runs),
    async read(id) {
      return (await readRun(await existingRun(runs, id), id)).saved;
    },
    async inspect(id) {
      const { saved } = await readRun(await existingRun(runs, id), id);
      return { ...saved, remarks: [...saved.remarks, ...(await evidenceRemarks(saved))] };
    },
    async create(base, record) {
      await sweep(runs, machine.now());
      return createRun(runs, base, record, machine);
    },
    async open(id) {
      return resumeRun(await existingRun(runs, id), id, machine);
    },
    async inUse(id) {
      const { lock: path } = runFiles(await existingRun(runs, id));
      const lock = await readLock(path).catch((error: unknown) => Promise.reject(cannotRead(error, path)));
      return lock !== null && isHeld(lock, machine);
    },
    async remove(id) {
      await removeRun(runs, id, machine);
    },
  };
}
