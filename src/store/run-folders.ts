import { constants, type Dirent } from 'node:fs';
import { lstat, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, readRegularFile } from '../system/disk.ts';
import { decodeRun } from './run-document.ts';
import { cannotRead, lostRun, unknownRun } from './run-errors.ts';

/** Returns the paths in a run's folder. */
export function runFiles(folder: string) {
  return {
    record: join(folder, 'run.json'),
    journal: join(folder, 'results.jsonl'),
    evidence: join(folder, 'evidence'),
    lock: join(folder, 'lock'),
  };
}

const runId = /^([a-z0-9]+(?:-[a-z0-9]+)*)-([1-9]\d{0,14})$/;

/** Splits `new-signup-7` into its base and number; null for a name that is not a run id. */
export function idParts(name: string): { readonly base: string; readonly number: number } | null {
  const [, base, number] = runId.exec(name) ?? [];
  return base === undefined ? null : { base, number: Number(number) };
}

/**
 * Returns the folder of an existing run. Rejects with `UserError` if there is no such run, with `CouldNotCheck` if its
 * folder cannot be read or is a broken link.
 */
export async function existingRun(runs: string, id: string): Promise<string> {
  if (!idParts(id)) throw unknownRun(id);
  const folder = join(runs, id);
  const found = await stat(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return null;
    throw cannotRead(error, folder);
  });
  const link = found === null ? await linkTarget(folder) : null;
  if (link !== null) throw lostRun(id, folder, link);
  if (!found?.isDirectory()) throw unknownRun(id);
  return folder;
}

/** Returns the target of a link; null for anything else. */
export function linkTarget(path: string): Promise<string | null> {
  return readlink(path).catch(() => null);
}

/** Lists run ids, newest first. Rejects with `CouldNotCheck` if the folder of the runs cannot be read. */
export async function listRuns(runs: string): Promise<readonly string[]> {
  const found = await inParallel(await runIds(runs), async (id) => ({ id, at: await startTime(join(runs, id), id) }));
  return newestFirst(found).map(({ id }) => id);
}

/** Returns run ids in no order. Rejects like `listRuns`. */
export async function runIds(runs: string): Promise<readonly string[]> {
  const entries = (await entriesOf(runs)).filter(({ name }) => idParts(name) !== null);
  const folders = await inParallel(entries, (entry) => isFolder(entry, join(runs, entry.name)));
  return entries.filter((_, index) => folders[index]).map(({ name }) => name);
}

/** Sorts runs by when they started, in epoch ms. */
export function newestFirst<Run extends { readonly id: string; readonly at: number }>(runs: readonly Run[]): Run[] {
  const numbered = runs.map((run) => ({ run, number: idParts(run.id)?.number ?? 0 }));
  return numbered
    .sort((a, b) => b.run.at - a.run.at || b.number - a.number || (a.run.id < b.run.id ? -1 : 1))
    .map(({ run }) => run);
}

/** Node has four threads for files, so more reads at a time would only wait. */
const readsAtATime = 8;

/** Does the same for each item, some at a time. Keeps the order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: readsAtATime }, worker));
  return results;
}

async function entriesOf(runs: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(runs, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw cannotRead(error, runs);
  }
}

/** Follows links. A broken link counts as a run: reading it explains what is wrong. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (there) => there.isDirectory(),
    () => true,
  );
}

/** Epoch ms. `run.json` is written once, so if it is damaged, the time of the file is good enough. */
export async function startTime(folder: string, id: string): Promise<number> {
  const { record } = runFiles(folder);
  try {
    return Date.parse(decodeRun(await readRegularFile(record), id, record).startedAt);
  } catch {
    const found = await stat(record).catch(() => stat(folder).catch(() => lstat(folder).catch(() => null)));
    return found?.mtimeMs ?? 0;
  }
}

/** Names an empty file that stays when the run with the highest number is deleted, so that no id is used twice. */
const usedPrefix = '.given-';

/** Returns the highest number that a run with this base ever had; 0 for none. */
export async function highestNumber(runs: string, base: string): Promise<number> {
  const ids = (await readdir(runs)).map((name) => idParts(name.replace(usedPrefix, '')));
  return Math.max(0, ...ids.flatMap((id) => (id?.base === base ? [id.number] : [])));
}

/** Keeps the number of a run to be deleted from being used again. */
export async function reserveNumber(runs: string, id: string): Promise<void> {
  const parts = idParts(id);
  if (!parts || (await highestNumber(runs, parts.base)) !== parts.number) return;
  // O_NONBLOCK: a pipe of that name must not block.
  const flag = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK;
  await writeFile(join(runs, `${usedPrefix}${id}`), '', { mode: 0o600, flag });
  for (const name of await readdir(runs)) {
    const other = name.startsWith(usedPrefix) ? idParts(name.replace(usedPrefix, '')) : null;
    if (other?.base === parts.base && other.number < parts.number) await rm(join(runs, name), { force: true });
  }
}

/** Prefixes of a run during creation and deletion, so that a run never appears incomplete. */
export const unfinished = { created: '.new-', deleted: '.deleted-' } as const;
const day = 24 * 60 * 60 * 1000;

/** Removes incomplete runs that a killed process left behind. */
export async function removeUnfinished(runs: string, now: Date): Promise<void> {
  for (const name of await readdir(runs).catch(() => [])) {
    const path = join(runs, name);
    const isOld = async () => {
      const found = await stat(path).catch(() => null);
      return found !== null && now.getTime() - found.mtimeMs > day;
    };
    if (name.startsWith(unfinished.deleted) || (name.startsWith(unfinished.created) && (await isOld())))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
