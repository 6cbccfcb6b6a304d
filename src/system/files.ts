import { constants, fstatSync, type Stats, write } from 'node:fs';
import {
  access,
  chmod,
  chown,
  lstat,
  mkdtemp,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import { packageFolder } from '../package-folder.ts';
import type { Files } from '../ports/host.ts';
import { cannotWrite, causeOf, errorCode, readRegularFile, whyNot } from './disk.ts';

/**
 * How long to wait, in ms: for the reader of a pipe, for a slow reader, and for either once the command has been
 * stopped.
 */
const timeouts = { ENXIO: 10_000, EAGAIN: Number.POSITIVE_INFINITY, stopped: 1_000 };
const writeTo = promisify(write);

/**
 * Writes a report. A regular or new file is written completely or not at all: links are followed, and a replaced file
 * keeps its mode and owner. Anything else (a device, a pipe, /dev/stdout) is written into; a pipe's reader has 10 s to
 * appear, or 1 s once `signal` is aborted. Rejects with `CouldNotCheck`, or with the reason of `signal` if that was
 * aborted meanwhile.
 */
export async function writeReport(path: string, text: string, signal?: AbortSignal): Promise<void> {
  const wasStopped = signal?.aborted;
  try {
    const target = await targetOf(path);
    const bytes = Buffer.from(text);
    if (typeof target === 'number') return await writeInto(target, bytes, signal);
    const there = await stat(target).catch(() => null);
    if (!there || there.isFile()) return await replace(target, text, there);
    const file = await retryWhile(() => open(target, constants.O_WRONLY | constants.O_NONBLOCK), 'ENXIO', signal);
    await writeInto(file.fd, bytes, signal).finally(() => file.close());
  } catch (error) {
    if (signal?.aborted && !wasStopped) throw signal.reason;
    throw cannotWrite(path, error, 'Choose another path and print the report again.');
  }
}

/** Rejects with `UserError` if it is clear beforehand that `writeReport` would fail. Changes nothing. */
async function checkWritable(path: string): Promise<void> {
  const refuse = (why: string) =>
    new UserError('cannot-write', `Cannot write ${path}: ${why}.`, 'Choose another path for the report.');
  const target = await targetOf(path).catch((error: unknown) => {
    throw refuse(whyNot(error));
  });
  if (typeof target === 'number') {
    try {
      fstatSync(target);
    } catch (error) {
      throw refuse(whyNot(error));
    }
    return;
  }
  const folder = await stat(dirname(target)).catch((error: unknown) => {
    throw refuse(whyNot(error));
  });
  if (!folder.isDirectory()) throw refuse('a file is where a folder should be');
  const there = await found(stat, target, refuse);
  if (there?.isDirectory()) throw refuse('it is a folder, not a file');
  if (there && !there.isFile()) {
    await access(target, constants.W_OK).catch((error: unknown) => {
      throw refuse(whyNot(error));
    });
    return;
  }
  const part = temporaryName(target);
  try {
    // A folder may reject a file for reasons other than permissions.
    await writeFile(part, '\n', { flag: 'wx' });
    const [mine, replaced] = [await lstat(part), await found(lstat, target, refuse)];
    if (replaced && !mayReplace(replaced, folder, mine.uid))
      throw refuse('it belongs to another user, and in this folder only its owner may replace it');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw refuse(errorCode(error) === 'ENOENT' ? 'no file can be created there' : whyNot(error));
  } finally {
    await remove(part);
  }
}

/**
 * Returns the path behind all links, whether or not it exists. Returns a file descriptor for an open file of this
 * process, such as /dev/stdout, which must be written into, not replaced.
 */
async function targetOf(path: string): Promise<string | number> {
  let target = resolve(path);
  for (let links = 0; links < 40; links++) {
    const folder = await realpath(dirname(target)).catch(() => dirname(target));
    if (/^\d+$/.test(basename(target)) && (await openFiles()).includes(folder)) return Number(basename(target));
    target = join(folder, basename(target));
    const link = await readlink(target).catch(() => null);
    if (link === null) return target;
    target = resolve(folder, link);
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}

/**
 * The folders that list this process's open files: https://man7.org/linux/man-pages/man5/proc.5.html; macOS has
 * /dev/fd.
 */
async function openFiles(): Promise<readonly string[]> {
  const self = await realpath('/proc/self').catch(() => null);
  return ['/dev/fd', ...(self === null ? [] : [join(self, 'fd')])];
}

async function replace(target: string, text: string, there: Stats | null): Promise<void> {
  const part = temporaryName(target);
  try {
    // After a power cut the name must not lead to an empty file.
    await writeFile(part, text, { flag: 'wx', flush: true, ...(there ? { mode: 0o600 } : {}) });
    if (there) {
      const mine = await stat(part);
      if (mine.uid !== there.uid || mine.gid !== there.gid) await chown(part, there.uid, there.gid);
      await chmod(part, there.mode & 0o7777);
    }
    await rename(part, target);
  } catch (error) {
    await remove(part);
    // If the owner or group cannot be restored, write into the file: that changes neither.
    if (there && errorCode(error) === 'EPERM') return writeFile(target, text, { flush: true });
    throw error;
  }
}

/** Writes the whole text, however little the reader accepts at a time. */
async function writeInto(fd: number, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await retryWhile(
      () => writeTo(fd, bytes, done, bytes.length - done, null),
      'EAGAIN',
      signal,
    );
    done += bytesWritten;
  }
}

/** Retries while the system answers `notYet`. */
async function retryWhile<Done>(
  attempt: () => Promise<Done>,
  notYet: 'ENXIO' | 'EAGAIN',
  signal: AbortSignal | undefined,
): Promise<Done> {
  const since = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const timeout = signal?.aborted ? timeouts.stopped : timeouts[notYet];
      if (errorCode(error) !== notYet || performance.now() - since > timeout) throw error;
      await setTimeout(20);
    }
  }
}

/** Null if a file can be created: the path does not exist, or is a broken link. */
async function found(
  look: (path: string) => Promise<Stats>,
  target: string,
  refuse: (why: string) => UserError,
): Promise<Stats | null> {
  return look(target).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw refuse(whyNot(error));
  });
}

/**
 * In a folder like /tmp, only the owner of the file, the owner of the folder and root may replace a file: rename(2),
 * EPERM.
 */
function mayReplace(file: Stats, folder: Stats, me: number): boolean {
  const sticky = (folder.mode & 0o1000) !== 0;
  return !sticky || me === 0 || me === file.uid || me === folder.uid;
}

/** Returns a short name, however long the target's name is. */
function temporaryName(target: string): string {
  return join(dirname(target), `.${crypto.randomUUID()}.part`);
}

async function remove(part: string): Promise<void> {
  await rm(part, { force: true }).catch(() => undefined);
}

const builtInFolder = fileURLToPath(new URL('checklists/', packageFolder));
/** The order in which a seller needs them. Others follow by name. */
const order = ['new-signup', 'existing-user', 'contract-change', 'regression', 'registration', 'before-public'];

/** Implements the port `Files` on this machine's file system. */
export const files: Files = {
  async read(path, maxBytes) {
    try {
      // Check before opening: reading a pipe without a writer blocks.
      checkReadable(await stat(path), maxBytes);
      return await readRegularFile(path);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError('unreadable-file', whyUnreadable(errorCode(error) ?? String(error)));
    }
  },

  async exists(path) {
    try {
      await lstat(path);
      return true;
    } catch (error) {
      return !['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    }
  },

  async ownership(path) {
    try {
      const [{ uid }, folder] = await Promise.all([lstat(path), stat('.')]);
      return [0, folder.uid, operatorId()].includes(uid) ? 'own' : 'foreign';
    } catch {
      return null;
    }
  },

  async create(path, text) {
    try {
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      if (errorCode(error) === 'EEXIST')
        throw new UserError('file-exists', `${path} already exists.`, 'It was not changed. Choose another file name.');
      await rm(path, { force: true }).catch(() => undefined);
      throw cannotWrite(path, error, 'Make the folder writable, or run the command in another folder.');
    }
  },

  write: writeReport,
  checkWritable,

  async temporary(name) {
    const folder = await mkdtemp(join(tmpdir(), 'mp-verify-')).catch((error: unknown) => {
      throw cannotWrite(join(tmpdir(), name), error, 'Name a file with -o FILE.');
    });
    return join(folder, name);
  },

  async builtIns() {
    const names = await readdir(builtInFolder);
    const ids = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
    const position = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
    return ids
      .sort((a, b) => position(a) - position(b) || a.localeCompare(b))
      .map((id) => ({ id, path: join(builtInFolder, `${id}.yaml`) }));
  },
};

/** Null for a user without a name, as in some containers. */
function operatorId(): number | null {
  try {
    return userInfo().uid;
  } catch {
    return null;
  }
}

function whyUnreadable(code: string): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'ENOTDIR') return 'there is no such file: part of its path is a file, not a folder';
  return causeOf(code) ?? `it cannot be read (${code})`;
}

function checkReadable(
  found: { isDirectory(): boolean; isFile(): boolean; readonly size: number },
  maxBytes: number,
): void {
  if (!found.isFile()) throw new UserError('unreadable-file', whyUnreadable(found.isDirectory() ? 'EISDIR' : 'EFTYPE'));
  if (found.size > maxBytes) {
    throw new UserError(
      'unreadable-file',
      `it is too large (${(found.size / 1024 / 1024).toFixed(1)} MiB); the limit is ${maxBytes / 1024 / 1024} MiB`,
    );
  }
}
