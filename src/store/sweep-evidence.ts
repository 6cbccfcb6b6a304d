import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the halves of files that a process was attaching when it was killed. For whoever has the run's lock. */
export async function sweepEvidence(evidence: string): Promise<void> {
  for (const name of await readdir(evidence).catch(() => []))
    if (name.startsWith('.new-')) await rm(join(evidence, name), { force: true }).catch(() => undefined);
}
