import type { SavedRun } from '../ports/runs.ts';
import { readRegularFile } from '../system/files.ts';
import { codeOf } from './code-of.ts';
import { cannotRead } from './disk-trouble.ts';
import { decodeJournal, type Journal } from './journal.ts';
import { decodeRun } from './run-document.ts';
import { runFiles } from './run-files.ts';
import { damagedRun } from './run-trouble.ts';

/** A run as it stands in its folder, and its journal. Rejects with `CouldNotTell`; changes nothing. */
export async function readRun(
  folder: string,
  id: string,
): Promise<{ readonly saved: SavedRun; readonly journal: Journal }> {
  const { record, journal: path } = runFiles(folder);
  const saved = decodeRun(await content(record, id), id, record);
  const journal = decodeJournal(await content(path, id), saved, path);
  const remarks = journal.torn
    ? [`The last line of ${path} was not finished when the program was stopped: it is left out.`]
    : [];
  return { saved: { record: saved, entries: journal.entries, remarks, folder }, journal };
}

async function content(path: string, id: string): Promise<Buffer> {
  try {
    return await readRegularFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw damagedRun(id, path, 'it is missing');
    throw cannotRead(error, path);
  }
}
