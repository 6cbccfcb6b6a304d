import { open } from 'node:fs/promises';
import { platform } from 'node:os';
import { codeOf } from './code-of.ts';

/** Windows opens no folder, some file systems sync none, and one above ours may not be readable: no more can be done there. */
const cannot: readonly (string | null)[] =
  platform() === 'win32' ? ['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'EBADF'] : ['EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS'];

/** Puts the names in a folder on disk: a new file can be lost without, though its content is on disk. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!cannot.includes(codeOf(error))) throw error;
  }
}
