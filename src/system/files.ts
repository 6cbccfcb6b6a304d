import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';

const builtInFolder = fileURLToPath(new URL('../../checklists/', import.meta.url));
/** In the order in which a seller goes through them; any others after them, by name. */
const order = ['new-signup', 'existing-user', 'contract-change', 'regression', 'registration', 'before-public'];

/** Files of the machine. */
export const files: Files = {
  async read(path, maxBytes) {
    try {
      // Looked at before it is opened: a pipe that nobody writes into would be waited for.
      checked(await stat(path), maxBytes);
      return await readFile(path);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError('unreadable-file', reasons[codeOf(error)] ?? `the file can't be read (${codeOf(error)})`);
    }
  },

  async exists(path) {
    try {
      await lstat(path);
      return true;
    } catch (error) {
      return !['ENOENT', 'ENOTDIR'].includes(codeOf(error));
    }
  },

  async create(path, text) {
    try {
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new UserError('file-exists', `${path} is here already.`);
      await rm(path, { force: true });
      throw cannotWrite(path, error, 'Make the folder writable, or run the command in another one.');
    }
  },

  async write(path, text) {
    const target = resolve(path);
    // A device, like /dev/stdout, must be written into; put in its place, a file would end it.
    const there = await stat(target).catch(() => null);
    if (there && !there.isFile())
      return writeFile(target, text).catch((error: unknown) =>
        Promise.reject(cannotWrite(path, error, 'Choose another place and run the command again.')),
      );
    const part = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
    try {
      await writeFile(part, text, { flag: 'wx' });
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw cannotWrite(path, error, 'Choose another place and print the report again.');
    }
  },

  async checkWritable(path) {
    const target = resolve(path);
    const refuse = (why: string) =>
      new UserError('cannot-write', `${path} can't be written: ${why}.`, 'Choose another place for the report.');
    const folder = await stat(dirname(target)).catch((error: unknown) => {
      throw refuse(
        codeOf(error) === 'ENOENT' ? 'its folder does not exist' : (writeReasons[codeOf(error)] ?? codeOf(error)),
      );
    });
    if (!folder.isDirectory()) throw refuse('what should be its folder is a file');
    const there = await stat(target).catch(() => null);
    if (there?.isDirectory()) throw refuse('it is a folder');
    await access(dirname(target), constants.W_OK).catch(() => {
      throw refuse('its folder is read-only for you');
    });
  },

  async builtIns() {
    const names = await readdir(builtInFolder);
    const ids = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
    const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
    return ids
      .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
      .map((id) => ({ id, path: join(builtInFolder, `${id}.yaml`) }));
  },
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'there is no such file: a part of its path is a file, not a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

const writeReasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the disk is read-only',
};

function cannotWrite(path: string, error: unknown, hint: string): CouldNotTell {
  return new CouldNotTell(
    'cannot-write',
    `${path} can't be written: ${writeReasons[codeOf(error)] ?? codeOf(error)}.`,
    hint,
  );
}

function checked(found: { isDirectory(): boolean; isFile(): boolean; readonly size: number }, maxBytes: number): void {
  if (found.isDirectory()) throw new UserError('unreadable-file', 'it is a folder, not a file');
  if (!found.isFile()) throw new UserError('unreadable-file', 'it is not a regular file');
  if (found.size > maxBytes) {
    throw new UserError(
      'unreadable-file',
      `it is too large (${(found.size / 1024 / 1024).toFixed(1)} MiB); the limit is ${maxBytes / 1024 / 1024} MiB`,
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
