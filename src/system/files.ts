import { lstat, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import { cannotWrite, causeOf, errorCode, readRegularFile } from './disk.ts';
import { checkWritable, writeReport } from './report-file.ts';

const builtInFolder = fileURLToPath(new URL('../../checklists/', import.meta.url));
/** In the order in which a seller needs them; any others follow by name. */
const order = ['new-signup', 'existing-user', 'contract-change', 'regression', 'registration', 'before-public'];

/** The port `Files`, on this machine's file system. */
export const files: Files = {
  async read(path, maxBytes) {
    try {
      // Checked before it is opened: reading a pipe without a writer blocks.
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
