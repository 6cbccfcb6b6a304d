import { constants, type Dirent } from 'node:fs';
import { lstat, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, readRegularFile } from '../system/disk.ts';
import { decodeRun } from './run-document.ts';
import { cannotRead, lostRun, unknownRun } from './run-errors.ts';

/** The paths within a run's folder. */
export function runFiles(folder: string) {
  return {
    record: join(folder, 'run.json'),
    journal: join(folder, 'results.jsonl'),
    evidence: join(folder, 'evidence'),
    lock: join(folder, 'lock'),
  };
}

const runId = /^([a-z0-9]+(?:-[a-z0-9]+)*)-([1-9]\d{0,14})$/;

/** `new-signup-7` in two parts; null for a name that is not a run id. */
function idParts(name: string): { readonly base: string; readonly number: number } | null {
  const [, base, number] = runId.exec(name) ?? [];
  return base === undefined ? null : { base, number: Number(number) };
}

/**
 * The folder of an existing run. Rejects with `UserError` if there is no such run, with `CouldNotCheck` if its folder cannot be
 * read or is a link that leads nowhere.
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

/** Where a link leads; null for anything but a link. */
export function linkTarget(path: string): Promise<string | null> {
  return readlink(path).catch(() => null);
}

/** Run ids, the newest run first. Rejects with `CouldNotCheck` if the folder of the runs cannot be read. */
export async function listRuns(runs: string): Promise<readonly string[]> {
  const found: { readonly id: string; readonly number: number; readonly at: number }[] = [];
  for (const entry of await entriesOf(runs)) {
    const parts = idParts(entry.name);
    const path = join(runs, entry.name);
    if (parts && (await isFolder(entry, path)))
      found.push({ id: entry.name, number: parts.number, at: await startTime(path, entry.name) });
  }
  return found.sort((a, b) => b.at - a.at || b.number - a.number || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

async function entriesOf(runs: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(runs, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw cannotRead(error, runs);
  }
}

/** Follows links. One that leads nowhere counts as a run: reading it explains what is wrong. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (there) => there.isDirectory(),
    () => true,
  );
}

/** Epoch ms. `run.json` is written once, so for a damaged one the file's own time is good enough. */
async function startTime(folder: string, id: string): Promise<number> {
  const { record } = runFiles(folder);
  try {
    return Date.parse(decodeRun(await readRegularFile(record), id, record).startedAt);
  } catch {
    const found = await stat(record).catch(() => stat(folder).catch(() => lstat(folder).catch(() => null)));
    return found?.mtimeMs ?? 0;
  }
}

/** The name of an empty file that stays when the run with the highest number is deleted, so that no id is used twice. */
const usedPrefix = '.given-';

/** The highest number that a run with this base ever had; 0 if there was none. */
export async function highestNumber(runs: string, base: string): Promise<number> {
  const ids = (await readdir(runs)).map((name) => idParts(name.replace(usedPrefix, '')));
  return Math.max(0, ...ids.flatMap((id) => (id?.base === base ? [id.number] : [])));
}

/** Keeps the number of a run that is about to be deleted from being used again. */
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

/** A run is created under the first name and deleted under the second, so that it is there whole or not at all. */
export const unfinished = { created: '.new-', deleted: '.deleted-' } as const;
const day = 24 * 60 * 60 * 1000;

/** Removes runs that a killed process left half created or half deleted. */
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
