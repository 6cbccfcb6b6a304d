import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CouldNotCheck } from '../errors.ts';

/** Returns the file system's code of an error (`ENOSPC`); null for any other error. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^(E[A-Z0-9]+|UNKNOWN)$/.test(code) ? code : null;
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'a file is where a folder should be',
  EISDIR: 'it is a folder, not a file',
  EFTYPE: 'it is not a regular file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'the disk reported an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links form a loop',
  ENXIO: 'no program reads from it',
  EAGAIN: 'no program reads from it',
  EPIPE: 'no program reads from it anymore',
};

/** Explains a file system code of a failed write, such as `the disk is full`. Null for an unknown code. */
export function causeOf(code: string): string | null {
  return causes[code] ?? null;
}

/** Explains why a file cannot be written. */
export function whyNot(error: unknown): string {
  const code = errorCode(error);
  return code === null ? String(error) : (causeOf(code) ?? code);
}

export function cannotWrite(path: string, error: unknown, hint: string): CouldNotCheck {
  return new CouldNotCheck('cannot-write', `Cannot write ${path}: ${whyNot(error)}.`, hint);
}

/** Whether the path exists, even as a broken link. False if it cannot be examined. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Reads a regular file. Rejects with EISDIR for a folder and EFTYPE for anything else: reading a pipe without a writer
 * blocks, and a process cannot end while one of Node's threads is blocked.
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const found = await stat(path);
  if (!found.isFile()) {
    const code = found.isDirectory() ? 'EISDIR' : 'EFTYPE';
    throw Object.assign(new Error(`${code}: not a regular file`), { code, syscall: 'read' });
  }
  // It may have become a pipe since.
  return readFile(path, { flag: constants.O_RDONLY | constants.O_NONBLOCK });
}

/**
 * Creates a folder and its parents, accessible only to the owner. Returns the topmost folder created. Node's
 * `recursive` never ends if a parent exists but accepts no folder, as in /proc
 * (https://github.com/nodejs/node/issues/31481).
 */
export async function makeFolders(path: string): Promise<string | null> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return null;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path || (await isThere(above))) throw error;
    const first = await makeFolders(above);
    await makeFolders(path);
    return first ?? path;
  }
}

/** Writes a file that only its owner may read, and syncs it. `wx` fails if the file exists. */
export async function writeDurably(path: string, content: string | Uint8Array, flag: 'w' | 'wx' = 'wx'): Promise<void> {
  const file = await open(path, flag, 0o600);
  try {
    await writeAll(file, Buffer.from(content), 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes all bytes, however few the system accepts at a time. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO', syscall: 'write' });
    done += bytesWritten;
  }
}

/** These errors are ignored: Windows opens no folder, some file systems sync none, and a parent may not be readable. */
const cannotSync: readonly (string | null)[] =
  platform() === 'win32' ? ['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'EBADF'] : ['EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS'];

/** Syncs the names in a folder. Without it, a new file can be lost although its content is on disk. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!cannotSync.includes(errorCode(error))) throw error;
  }
}

/** Renames a folder. Retries on Windows, where a virus scanner that reads a new file blocks it for a moment. */
export async function moveFolder(from: string, to: string): Promise<void> {
  for (let triesLeft = platform() === 'win32' ? 20 : 1; ; triesLeft--) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (triesLeft === 1 || !['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')) throw error;
      await pause(50);
    }
  }
}
