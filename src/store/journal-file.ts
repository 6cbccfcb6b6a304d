import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Entry } from '../checklist/entries.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck } from '../errors.ts';
import { writeAll } from '../system/disk.ts';
import { encodeEntry, type RunIdentity } from './journal.ts';

/** The `results.jsonl` of a run whose lock this process holds. */
export interface JournalFile {
  /** Resolves when the entry is synced. Rejects with the file system's error; earlier lines stay unchanged. */
  append(entry: Entry): Promise<void>;
  /** Returns the SHA-256 of the file, in hex. */
  sha256(): string;
}

/** `content` is what the file contains, `count` its number of lines. Only one append at a time. */
export function journalFile(path: string, run: RunIdentity, content: Uint8Array, count: number): JournalFile {
  const hash = createHash('sha256').update(content);
  let lines = count;
  let length = content.length;
  // True if a failed append left something that could not be cut off.
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
        hash.update(line);
      } finally {
        await file.close().catch(() => undefined);
      }
    },
    sha256: () => hash.copy().digest('hex'),
  };
}

function changed(path: string, id: string): CouldNotCheck {
  return new CouldNotCheck(
    'cannot-save',
    `Another program changed ${path} while this run was in use, so nothing was written to it.`,
    `See what it contains with "${printedCommand(`runs show ${id}`)}", then resume: ${resumeCommand(id)}`,
  );
}
