import { constants } from 'node:fs';
import { lstat, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import { checkWritable, writeReport } from './report-file.ts';
import { cannotWrite, codeOf } from './write-trouble.ts';

const builtInFolder = fileURLToPath(new URL('../../checklists/', import.meta.url));
/** In the order in which a seller goes through them; any others after them, by name. */
const order = ['new-signup', 'existing-user', 'contract-change', 'regression', 'registration', 'before-public'];

/** Files of the machine. */
export const files: Files = {
  async read(path, maxBytes) {
    try {
      // Looked at before it is opened: a pipe that nobody writes into would be waited for.
      checked(await stat(path), maxBytes);
      return await readRegularFile(path);
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
      if (codeOf(error) === 'EEXIST')
        throw new UserError('file-exists', `${path} is here already.`, 'It is left as it is: name another file.');
      await rm(path, { force: true }).catch(() => undefined);
      throw cannotWrite(path, error, 'Make the folder writable, or run the command in another one.');
    }
  },

  write: writeReport,
  checkWritable,

  async builtIns() {
    const names = await readdir(builtInFolder);
    const ids = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
    const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
    return ids
      .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
      .map((id) => ({ id, path: join(builtInFolder, `${id}.yaml`) }));
  },
};

/**
 * What a regular file holds. Rejects with EISDIR for a folder and with EFTYPE for anything else: a pipe that nobody writes into
 * would be waited for, and while a thread of Node's waits for the system the process can't end.
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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  EFTYPE: 'it is not a regular file',
  ENOTDIR: 'there is no such file: a part of its path is a file, not a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ENAMETOOLONG: 'its name is too long',
};

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
