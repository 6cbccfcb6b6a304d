import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, constants, lstat, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { cannotWrite, codeOf, whyNot } from './write-trouble.ts';

/** Whole or not at all. Rejects with `CouldNotTell`. */
export async function writeReport(path: string, text: string): Promise<void> {
  const target = resolve(path);
  const there = await stat(target).catch(() => null);
  if (there && !there.isFile()) {
    // A device, like /dev/stdout, must be written into; put in its place, a file would end it.
    await writeFile(target, text).catch((error: unknown) => {
      throw cannotWrite(path, error, 'Choose another place and run the command again.');
    });
    return;
  }
  const part = partOf(target);
  try {
    // Where the machine loses its power, a name must not stand for nothing.
    await writeFile(part, text, { flag: 'wx', flush: true });
    await rename(part, target);
  } catch (error) {
    await remove(part);
    throw cannotWrite(path, error, 'Choose another place or name and print the report again.');
  }
}

/** Rejects with `UserError` where `writeReport` would fail for a reason that is there already. Leaves all as it was. */
export async function checkWritable(path: string): Promise<void> {
  const target = resolve(path);
  const refuse = (why: string) =>
    new UserError('cannot-write', `${path} can't be written: ${why}.`, 'Choose another place or name for the report.');
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

/** Where nothing is, or a link that leads nowhere, a file can be put. */
async function found(
  look: (path: string) => Promise<Stats>,
  target: string,
  refuse: (why: string) => UserError,
): Promise<Stats | null> {
  return look(target).catch((error: unknown) => {
    if (['ENOENT', 'ELOOP'].includes(codeOf(error))) return null;
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
