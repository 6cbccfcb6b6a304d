import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Evidence } from '../checklist/entries.ts';
import { extensionOf } from '../checklist/media-type.ts';
import { resumeCommand } from '../checklist/printed-command.ts';
import type { SavedRun } from '../ports/storage.ts';
import { errorCode, readRegularFile, syncFolder, writeDurably } from '../system/disk.ts';
import { checksum } from './run-document.ts';
import { runFiles } from './run-folders.ts';

const unfinishedPrefix = '.new-';

/** Writes a whole attached file or nothing. Keeps an existing file with the same content. */
export async function writeEvidence(path: string, content: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => errorCode(error) !== 'EEXIST' && Promise.reject(error),
  );
  if (made) await syncFolder(dirname(folder));
  if (!(await hasContent(path, content))) {
    const part = join(folder, `${unfinishedPrefix}${randomUUID()}`);
    try {
      await writeDurably(part, content);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  }
  await syncFolder(folder);
}

async function hasContent(path: string, content: Uint8Array): Promise<boolean> {
  const there = await stat(path).catch(() => null);
  if (!there?.isFile() || there.size !== content.length) return false;
  return readRegularFile(path).then(
    (found) => found.equals(content),
    () => false,
  );
}

/** Removes files that a killed process left incomplete. Only the holder of the run's lock may call it. */
export async function removeUnfinishedEvidence(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(unfinishedPrefix)) await rm(join(folder, name), { force: true }).catch(() => undefined);
}

/**
 * Returns a warning, as a whole sentence, for each attached file that is missing or changed. A run is valid without its
 * files. Reads every file: at most 10 MiB each when it was attached.
 */
export function evidenceWarnings(saved: SavedRun): Promise<readonly string[]> {
  return attachedWarnings(saved, problemOf);
}

/** `problemOf` tells what is wrong with a file, as a clause; null for nothing. */
export async function attachedWarnings(
  { record, entries, fileLocation }: SavedRun,
  problemOf: (location: string, file: Evidence) => Promise<string | null>,
): Promise<readonly string[]> {
  const warnings = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== 'evidence') continue;
    const location = fileLocation(entry);
    const problem = warnings.has(location) ? null : await problemOf(location, entry);
    if (problem === null) continue;
    const { name, checklist, step } = entry;
    warnings.set(
      location,
      `The file "${name}" of step "${step}" (${checklist}) ${problem}: ${location}. Restore it from a backup, or attach it again: ${resumeCommand(record.id)} --attach ${checklist}/${step}=FILE`,
    );
  }
  return [...warnings.values()];
}

export function evidencePath(folder: string, { sha256, mediaType }: Pick<Evidence, 'sha256' | 'mediaType'>): string {
  return join(runFiles(folder).evidence, `${sha256}.${extensionOf[mediaType]}`);
}

/** Returns the content of an attached file of a run; null if it is missing, changed or unreadable. */
export async function readAttached(
  folder: string,
  file: Pick<Evidence, 'sha256' | 'bytes' | 'mediaType'>,
): Promise<Uint8Array | null> {
  const path = evidencePath(folder, file);
  const there = await stat(path).catch(() => null);
  if (!there?.isFile() || there.size !== file.bytes) return null;
  const content = await readRegularFile(path).catch(() => null);
  return content !== null && checksum(content) === file.sha256 ? content : null;
}

async function problemOf(path: string, { sha256, bytes }: Evidence): Promise<string | null> {
  const changed = 'was changed';
  try {
    // Check before opening: reading a pipe blocks, and a file that grew may not fit into memory.
    const there = await stat(path);
    if (!there.isFile() || there.size !== bytes) return changed;
    return checksum(await readRegularFile(path)) === sha256 ? null : changed;
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    return ['ENOENT', 'ENOTDIR'].includes(code) ? 'is missing' : `cannot be read (${code})`;
  }
}
