import { open } from 'node:fs/promises';
import type { Entry } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import { encodeEntry, type Journal, type RunIdentity } from './journal.ts';
import { writeAll } from './write-all.ts';

/** The `results.jsonl` of a run that is ours. */
export interface JournalFile {
  /** Resolves when the entry is on disk. Rejects with the file system's error; the lines before it stay as they are. */
  append(entry: Entry): Promise<void>;
}

/** `known` is what is in it. One append at a time. */
export function journalFile(path: string, run: RunIdentity, known: Pick<Journal, 'entries' | 'length'>): JournalFile {
  let lines = known.entries.length;
  let length = known.length;
  // What a failed append left behind could not be cut off.
  let dirty = false;
  return {
    async append(entry) {
      const line = Buffer.from(encodeEntry(run, lines + 1, entry));
      const file = await open(path, 'r+');
      try {
        const { size } = await file.stat();
        if (size < length || (size > length && !dirty)) throw changed(path, run.id);
        if (size > length) await file.truncate(length);
        dirty = true;
        try {
          await writeAll(file, line, length);
          await file.datasync();
        } catch (error) {
          await file.truncate(length).then(
            () => {
              dirty = false;
            },
            () => undefined,
          );
          throw error;
        }
        dirty = false;
        lines += 1;
        length += line.length;
      } finally {
        await file.close().catch(() => undefined);
      }
    },
  };
}

function changed(path: string, id: string): CouldNotTell {
  return new CouldNotTell(
    'cannot-save',
    `${path} was changed by another program while this run was walked: nothing was written to it.`,
    `See what it holds with "mp-verify runs show ${id}", then go on with: mp-verify resume ${id}`,
  );
}
