import { randomUUID } from 'node:crypto';
import { constants, fstatSync, type Stats, write } from 'node:fs';
import { access, chmod, chown, lstat, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import { cannotWrite, codeOf, whyNot } from './write-trouble.ts';

/** How long is waited, in ms: for somebody to read from a pipe, for a slow reader, and for either when the command is stopped. */
const patienceMs = { ENXIO: 10_000, EAGAIN: Number.POSITIVE_INFINITY, stopped: 1_000 };
const writeTo = promisify(write);

/**
 * Whole or not at all, where it is a regular file or nothing yet: links are followed, and one that is replaced keeps its mode
 * and its owner. Anything else, like a device, a pipe or /dev/stdout, is written into. Rejects with `CouldNotTell`, or with
 * the reason of `signal` where that came meanwhile; a pipe that nobody reads from is waited for 10 s, and no longer than a second once `signal` is aborted.
 */
export async function writeReport(path: string, text: string, signal?: AbortSignal): Promise<void> {
  const wasStopped = signal?.aborted;
  try {
    const target = await targetOf(path);
    const bytes = Buffer.from(text);
    if (typeof target === 'number') return await writeInto(target, bytes, signal);
    const there = await stat(target).catch(() => null);
    if (!there || there.isFile()) return await replace(target, text, there);
    const file = await waitedFor(() => open(target, constants.O_WRONLY | constants.O_NONBLOCK), 'ENXIO', signal);
    await writeInto(file.fd, bytes, signal).finally(() => file.close());
  } catch (error) {
    if (signal?.aborted && !wasStopped) throw signal.reason;
    throw cannotWrite(path, error, 'Choose another place or name and print the report again.');
  }
}

/** Rejects with `UserError` where `writeReport` would fail for a reason that is there already. Leaves all as it was. */
export async function checkWritable(path: string): Promise<void> {
  const refuse = (why: string) =>
    new UserError('cannot-write', `${path} can't be written: ${why}.`, 'Choose another place or name for the report.');
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
  if (!folder.isDirectory()) throw refuse('what should be its folder is a file');
  const there = await found(stat, target, refuse);
  if (there?.isDirectory()) throw refuse('it is a folder');
  if (there && !there.isFile()) {
    await access(target, constants.W_OK).catch((error: unknown) => {
      throw refuse(whyNot(error));
    });
    return;
  }
  const part = partOf(target);
  try {
    // Permissions are not all that a folder may have against it.
    await writeFile(part, '\n', { flag: 'wx' });
    const [mine, replaced] = [await lstat(part), await found(lstat, target, refuse)];
    if (replaced && !mayReplace(replaced, folder, mine.uid))
      throw refuse('it belongs to another user, and in this folder only they may replace it');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw refuse(codeOf(error) === 'ENOENT' ? 'no file can be made there' : whyNot(error));
  } finally {
    await remove(part);
  }
}

/**
 * What a path stands for in the end, whether or not it is there; a number where it is an open file of this process, which
 * only writing into keeps whole: /dev/stdout, whatever it was redirected to.
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

/** The folders that list what this process has open: https://man7.org/linux/man-pages/man5/proc.5.html; macOS has /dev/fd. */
async function openFiles(): Promise<readonly string[]> {
  const self = await realpath('/proc/self').catch(() => null);
  return ['/dev/fd', ...(self === null ? [] : [join(self, 'fd')])];
}

async function replace(target: string, text: string, there: Stats | null): Promise<void> {
  const part = partOf(target);
  try {
    // Where the machine loses its power, a name must not stand for nothing.
    await writeFile(part, text, { flag: 'wx', flush: true, ...(there ? { mode: 0o600 } : {}) });
    if (there) {
      const mine = await stat(part);
      if (mine.uid !== there.uid || mine.gid !== there.gid) await chown(part, there.uid, there.gid);
      await chmod(part, there.mode & 0o7777);
    }
    await rename(part, target);
  } catch (error) {
    await remove(part);
    // Who may not give it back to its owner or its group writes into it: that changes neither.
    if (there && codeOf(error) === 'EPERM') return writeFile(target, text, { flush: true });
    throw error;
  }
}

/** Writes all of it, however little is taken at a time. */
async function writeInto(fd: number, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await waitedFor(
      () => writeTo(fd, bytes, done, bytes.length - done, null),
      'EAGAIN',
      signal,
    );
    done += bytesWritten;
  }
}

/** Tries again while the system says `not yet`. */
async function waitedFor<Done>(
  attempt: () => Promise<Done>,
  notYet: 'ENXIO' | 'EAGAIN',
  signal: AbortSignal | undefined,
): Promise<Done> {
  const since = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const patience = signal?.aborted ? patienceMs.stopped : patienceMs[notYet];
      if (codeOf(error) !== notYet || performance.now() - since > patience) throw error;
      await setTimeout(20);
    }
  }
}

/** Where nothing is, or a link that leads nowhere, a file can be put. */
async function found(
  look: (path: string) => Promise<Stats>,
  target: string,
  refuse: (why: string) => UserError,
): Promise<Stats | null> {
  return look(target).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw refuse(whyNot(error));
  });
}

/** In a folder like /tmp only a file's owner, the folder's and root put another one in its place: rename(2), EPERM. */
function mayReplace(file: Stats, folder: Stats, me: number): boolean {
  const sticky = (folder.mode & 0o1000) !== 0;
  return !sticky || me === 0 || me === file.uid || me === folder.uid;
}

/** Its name is short, whatever the target's is. */
function partOf(target: string): string {
  return join(dirname(target), `.${randomUUID()}.part`);
}

async function remove(part: string): Promise<void> {
  await rm(part, { force: true }).catch(() => undefined);
}
