import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const day = 24 * 60 * 60 * 1000;

/** Removes what processes that were killed have left half made or half deleted. Nobody needs to hear of it. */
export async function sweep(runs: string, now: Date): Promise<void> {
  for (const name of await readdir(runs).catch(() => [])) {
    const path = join(runs, name);
    if (name.startsWith('.deleted-') || (name.startsWith('.new-') && (await isOld(path, now))))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isOld(path: string, now: Date): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && now.getTime() - found.mtimeMs > day;
}
