import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './code-of.ts';
import { cannotRead } from './disk-trouble.ts';
import { lostRun, unknownRun } from './run-trouble.ts';

const plain = /^([a-z0-9]+(?:-[a-z0-9]+)*)-([1-9]\d{0,14})$/;

/** Where the parts of a run are. */
export function runFiles(folder: string) {
  return {
    record: join(folder, 'run.json'),
    journal: join(folder, 'results.jsonl'),
    evidence: join(folder, 'evidence'),
    lock: join(folder, 'lock'),
  };
}

/** What a run's id is made of; null for a name that is no id. */
export function idParts(name: string): { readonly base: string; readonly number: number } | null {
  const [, base, number] = plain.exec(name) ?? [];
  return base === undefined ? null : { base, number: Number(number) };
}

/**
 * The folder of a run that exists. Rejects with `UserError` where none has this id, with `CouldNotTell` where that can't be
 * told, and where it is a link that leads nowhere.
 */
export async function existingRun(runs: string, id: string): Promise<string> {
  if (!idParts(id)) throw unknownRun(id);
  const folder = join(runs, id);
  const found = await stat(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return null;
    throw cannotRead(error, folder);
  });
  const link = found === null ? await linkAt(folder) : null;
  if (link !== null) throw lostRun(id, folder, link);
  if (!found?.isDirectory()) throw unknownRun(id);
  return folder;
}

/** What a link leads to; null where there is no link. */
export function linkAt(path: string): Promise<string | null> {
  return readlink(path).catch(() => null);
}
