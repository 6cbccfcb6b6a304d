import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '../system/files.ts';
import { codeOf } from './code-of.ts';
import { cannotRead } from './disk-trouble.ts';
import { decodeRun } from './run-document.ts';
import { idParts, runFiles } from './run-files.ts';

/** Ids, the newest run first. */
export async function listRuns(runs: string): Promise<readonly string[]> {
  const found: { readonly id: string; readonly number: number; readonly at: number }[] = [];
  for (const { id, number } of await runFolders(runs)) found.push({ id, number, at: await begun(join(runs, id), id) });
  return found.sort((a, b) => b.at - a.at || b.number - a.number || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

async function runFolders(runs: string): Promise<readonly { readonly id: string; readonly number: number }[]> {
  const folders: { readonly id: string; readonly number: number }[] = [];
  for (const entry of await content(runs)) {
    const parts = idParts(entry.name);
    if (parts && (await isFolder(entry, join(runs, entry.name))))
      folders.push({ id: entry.name, number: parts.number });
  }
  return folders;
}

async function content(runs: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(runs, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw cannotRead(error, runs);
  }
}

/** Also a link to one. A link that leads nowhere may have led to one, so it must not vanish: reading it says what is wrong. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (there) => there.isDirectory(),
    () => true,
  );
}

/** When a run was begun, ms. Its description is written once, so of a damaged one the time of the file is as good. */
async function begun(folder: string, id: string): Promise<number> {
  const { record } = runFiles(folder);
  try {
    return Date.parse(decodeRun(await readRegularFile(record), id, record).startedAt);
  } catch {
    const found = await stat(record).catch(() => stat(folder).catch(() => lstat(folder).catch(() => null)));
    return found?.mtimeMs ?? 0;
  }
}
