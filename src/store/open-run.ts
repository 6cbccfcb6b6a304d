import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../checklist/entries.ts';
import type { OpenRun, SavedRun } from '../ports/runs.ts';
import { errorCode, readRegularFile } from '../system/disk.ts';
import { evidenceWarnings, removeUnfinishedEvidence, writeEvidence } from './evidence.ts';
import { decodeJournal, type Journal, journalFile } from './journal.ts';
import { type HeldLock, heldLock, type Machine, takeLock } from './lock.ts';
import { decodeRun } from './run-document.ts';
import { cannotRead, cannotSave, damagedRun } from './run-errors.ts';
import { runFiles } from './run-folders.ts';

/** Reads a run from its folder, with its journal. Rejects with `CouldNotCheck`; changes nothing. */
export async function readRun(
  folder: string,
  id: string,
): Promise<{ readonly saved: SavedRun; readonly journal: Journal }> {
  const { record: recordPath, journal: path } = runFiles(folder);
  const record = decodeRun(await contentOf(recordPath, id), id, recordPath);
  const journal = decodeJournal(await contentOf(path, id), record, path);
  const warnings = journal.torn
    ? [`The last line of ${path} is incomplete because mp-verify was stopped while writing it. It is ignored.`]
    : [];
  return { saved: { record, entries: journal.entries, warnings, location: folder }, journal };
}

async function contentOf(path: string, id: string): Promise<Buffer> {
  try {
    return await readRegularFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw damagedRun(id, path, 'it is missing');
    throw cannotRead(error, path);
  }
}

/** Takes the run's lock, then reads the run. Cuts off an incomplete last line. */
export async function resumeRun(folder: string, id: string, machine: Machine): Promise<OpenRun> {
  const files = runFiles(folder);
  const token = await takeLock(folder, id, machine).catch((error: unknown) => {
    throw cannotSave(error, 'The lock of the run', files.lock, id);
  });
  const lock = heldLock(folder, id, token);
  try {
    const { saved, journal } = await readRun(folder, id);
    if (journal.torn)
      await cut(files.journal, journal.length).catch((error: unknown) => {
        throw cannotSave(error, 'The removal of an incomplete last line', files.journal, id);
      });
    await removeUnfinishedEvidence(files.evidence);
    const warnings = [...saved.warnings, ...(await evidenceWarnings(saved))];
    return openRun({ ...saved, warnings }, journal, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function cut(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(length);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Opens a run whose lock this process holds. Writes happen one after the other, in the order of the calls. */
export function openRun(saved: SavedRun, journal: Pick<Journal, 'entries' | 'length'>, lock: HeldLock): OpenRun {
  const { id } = saved.record;
  const files = runFiles(saved.location);
  const lines = journalFile(files.journal, saved.record, journal);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (write: () => Promise<void>, what: string, path: string): Promise<void> => {
    const done = last
      .then(() => lock.check())
      .then(write)
      .catch((error: unknown) => {
        throw cannotSave(error, what, path, id);
      });
    last = done.catch(() => undefined);
    return done;
  };
  return {
    ...saved,
    append: (entry) => inTurn(() => lines.append(entry), describe(entry), files.journal),
    saveFile({ sha256, extension, content }) {
      const path = join(files.evidence, `${sha256}.${extension}`);
      return inTurn(() => writeEvidence(path, content), 'The attached file', path);
    },
    async close() {
      await last;
      await lock.release();
    },
  };
}

const nouns: Readonly<Record<Entry['type'], string>> = {
  attempt: 'The result',
  claimed: 'The answer',
  'looked-again': 'The result of checking again',
  note: 'The note',
  evidence: 'The attached file',
  reopened: 'Starting over',
  revisited: 'Going back',
  kept: 'The kept answer',
  decided: 'The decision',
  buyer: 'The new buyer',
  checklist: 'The changed checklist',
  began: 'The start of this session',
  target: 'The product',
  ended: 'The end of this session',
};

function describe(entry: Entry): string {
  const place = 'step' in entry ? ` of step "${entry.step}" (${entry.checklist})` : '';
  return `${nouns[entry.type]}${place}`;
}
