import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Runs } from '../../src/ports/storage.ts';
import { thisMachine } from '../../src/store/lock.ts';
import { runStore } from '../../src/store/run-store.ts';

/** The real store, in a folder that is deleted with the test. */
export async function tempRuns(): Promise<Runs & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-runs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const machine = thisMachine(process.pid, (pid) => void process.kill(pid, 0));
  return { ...runStore(folder, machine), folder };
}
