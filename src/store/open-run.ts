import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../checklist/model.ts';
import type { OpenRun, SavedRun } from '../ports/runs.ts';
import { readRegularFile } from '../system/files.ts';
import { codeOf } from './code-of.ts';
import { cannotSave } from './disk-trouble.ts';
import type { HeldLock } from './held-lock.ts';
import type { Journal } from './journal.ts';
import { journalFile } from './journal-file.ts';
import { runFiles } from './run-files.ts';
import { syncFolder } from './sync-folder.ts';
import { writeFileWhole } from './write-file-whole.ts';

/** A run whose lock is ours. What is to be kept is kept one after another, in the order in which it came. */
export function openRun(saved: SavedRun, journal: Pick<Journal, 'entries' | 'length'>, lock: HeldLock): OpenRun {
  const { id } = saved.record;
  const files = runFiles(saved.folder);
  const lines = journalFile(files.journal, saved.record, journal);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>, what: string, path: string): Promise<void> => {
    const done = last
      .then(() => lock.check())
      .then(work)
      .catch((error: unknown) => Promise.reject(cannotSave(error, what, path, id)));
    last = done.catch(() => undefined);
    return done;
  };
  return {
    ...saved,
    append: (entry) => inTurn(() => lines.append(entry), named(entry), files.journal),
    keep({ sha256, extension, content }) {
      const path = join(files.evidence, `${sha256}.${extension}`);
      return inTurn(() => keepFile(saved.folder, files.evidence, path, content), 'The attached file', path);
    },
    async close() {
      await last;
      await lock.release();
    },
  };
}

async function keepFile(folder: string, evidence: string, path: string, content: Uint8Array): Promise<void> {
  const made = await mkdir(evidence, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'EEXIST' && Promise.reject(error),
  );
  if (made) await syncFolder(folder);
  if (!(await holds(path, content))) {
    const part = join(evidence, `.new-${randomUUID()}`);
    try {
      await writeFileWhole(part, content);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  }
  await syncFolder(evidence);
}

/** Whether a file is there and has these very bytes. */
async function holds(path: string, content: Uint8Array): Promise<boolean> {
  const there = await stat(path).catch(() => null);
  if (!there?.isFile() || there.size !== content.length) return false;
  return readRegularFile(path).then(
    (found) => found.equals(content),
    () => false,
  );
}

const nouns: Readonly<Record<Entry['type'], string>> = {
  attempt: 'The result',
  claimed: 'The answer',
  'looked-again': 'The new look',
  note: 'The note',
  evidence: 'The attached file',
  reopened: 'Starting over',
  revisited: 'Going back',
  kept: 'The kept answer',
  decided: 'The decision',
  buyer: 'The other buyer',
  checklist: 'The changed checklist',
  began: 'The beginning of this walk',
  target: 'What AWS says of the product',
  ended: 'The end of this walk',
};

function named(entry: Entry): string {
  const place = 'step' in entry ? ` of step "${entry.step}" (${entry.checklist})` : '';
  return `${nouns[entry.type]}${place}`;
}
