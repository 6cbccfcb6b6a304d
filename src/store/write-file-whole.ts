import { open } from 'node:fs/promises';
import { writeAll } from './write-all.ts';

/** A file that only its owner may read, on disk when this resolves. `wx` refuses one that is there already. */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  flag: 'w' | 'wx' = 'wx',
): Promise<void> {
  const file = await open(path, flag, 0o600);
  try {
    await writeAll(file, Buffer.from(content), 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
