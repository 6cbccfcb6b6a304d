import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A folder with all above it, for its owner alone. Node's own `recursive` never ends where a folder above is there and yet
 * takes none, as in /proc (https://github.com/nodejs/node/issues/31481). Answers with the topmost folder that was made.
 */
export async function makeFolders(path: string): Promise<string | null> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return null;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path || (await isThere(above))) throw error;
    const first = await makeFolders(above);
    await makeFolders(path);
    return first ?? path;
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
