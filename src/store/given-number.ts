import { constants } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idParts } from './run-files.ts';

/** Names an empty file that stays where the run with the highest number was deleted: no id is given twice. */
const prefix = '.given-';

/** The highest number that a run of this kind was given; 0 where none was. */
export async function highestNumber(runs: string, base: string): Promise<number> {
  const ids = (await readdir(runs)).map((name) => idParts(name.replace(prefix, '')));
  return Math.max(0, ...ids.flatMap((id) => (id?.base === base ? [id.number] : [])));
}

/** Remembers the number of a run that is deleted. Where the disk has no room for it, it is forgotten. */
export async function rememberNumber(runs: string, id: string): Promise<void> {
  const parts = idParts(id);
  if (!parts || (await highestNumber(runs, parts.base)) !== parts.number) return;
  // Nothing that stands there is waited for.
  const flag = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK;
  await writeFile(join(runs, `${prefix}${id}`), '', { mode: 0o600, flag });
  for (const name of await readdir(runs)) {
    const other = name.startsWith(prefix) ? idParts(name.replace(prefix, '')) : null;
    if (other?.base === parts.base && other.number < parts.number) await rm(join(runs, name), { force: true });
  }
}
