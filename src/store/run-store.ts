import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { OpenRun, RunRecord, Runs, SavedRun, UnreadableRun } from '../ports/storage.ts';
import {
  errorCode,
  isThere,
  makeFolders,
  moveFolder,
  readRegularFile,
  syncFolder,
  writeDurably,
} from '../system/disk.ts';
import { evidencePath, evidenceWarnings, readAttached, removeUnfinishedEvidence, writeEvidence } from './evidence.ts';
import { decodeJournal, type Journal } from './journal.ts';
import { journalFile } from './journal-file.ts';
import { type HeldLock, heldLock, isHeld, type Machine, newLock, readLock, runInUse, takeLock } from './lock.ts';
import { checksum, decodeRun, encodeRun } from './run-document.ts';
import { cannotCreate, cannotDelete, cannotRead, cannotSave, damagedRun, entryInWords } from './run-errors.ts';
import {
  existingRun,
  highestNumber,
  inParallel,
  linkTarget,
  listRuns,
  newestFirst,
  removeUnfinished,
  reserveNumber,
  runFiles,
  runIds,
  startTime,
  unfinished,
} from './run-folders.ts';

/**
 * Implements the port `Runs` on a local disk: each run is a folder under `runs/` in the state folder. Specific to this
 * store: lock files detect whether their process is running, every write is synced, and folders appear and disappear by
 * renaming.
 */
export function runStore(stateFolder: string, machine: Machine): Runs {
  const runs = join(stateFolder, 'runs');
  const read = async (id: string) => (await readRun(await existingRun(runs, id), id)).saved;
  return {
    index: null,
    ids: () => listRuns(runs),
    read,
    readAll: () => readRuns(runs),
    async inspect(id) {
      const saved = await read(id);
      return { ...saved, warnings: [...saved.warnings, ...(await evidenceWarnings(saved))] };
    },
    readFile: async (id, file) => readAttached(await existingRun(runs, id), file),
    async create(base, record) {
      await removeUnfinished(runs, machine.now());
      return createRun(runs, base, record, machine);
    },
    open: async (id) => resumeRun(await existingRun(runs, id), id, machine),
    async inUse(id) {
      const { lock: path } = runFiles(await existingRun(runs, id));
      const lock = await readLock(path).catch((error: unknown) => {
        throw cannotRead(error, path);
      });
      return lock !== null && isHeld(lock, machine);
    },
    remove: (id) => removeRun(runs, id, machine),
  };
}

type NewRecord = Omit<RunRecord, 'id'>;

/** Creates a run with its lock. The folder is built under another name, so the run is never incomplete. */
async function createRun(runs: string, base: string, described: NewRecord, machine: Machine): Promise<OpenRun> {
  const draft = join(runs, `${unfinished.created}${randomUUID()}`);
  let folder = draft;
  try {
    const made = await makeFolders(runs);
    if (made !== null) for (const path of [dirname(made), dirname(runs)]) await syncFolder(path);
    await mkdir(draft, { mode: 0o700 });
    const { token, text } = newLock(machine);
    await writeDurably(runFiles(draft).lock, text);
    await writeDurably(runFiles(draft).journal, '');
    const record = await moveToNextNumber(runs, draft, base, described);
    folder = join(runs, record.id);
    await syncFolder(runs);
    return openRun(
      { record, entries: [], warnings: [], ...locationIn(folder) },
      new Uint8Array(),
      heldLock(folder, record.id, token),
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw cannotCreate(error, runs);
  }
}

async function moveToNextNumber(runs: string, draft: string, base: string, described: NewRecord): Promise<RunRecord> {
  for (let number = (await highestNumber(runs, base)) + 1; ; number++) {
    const record: RunRecord = { ...described, id: `${base}-${number}` };
    const folder = join(runs, record.id);
    await writeDurably(runFiles(draft).record, encodeRun(record), 'w');
    await syncFolder(draft);
    try {
      await moveFolder(draft, folder);
      return record;
    } catch (error) {
      // If the folder exists, another process was faster: take the next number.
      if (!(await isThere(folder))) throw error;
    }
  }
}

/** Renames the run's folder before deleting it, so that a run is never incomplete. Needs no disk space. */
async function removeRun(runs: string, id: string, machine: Machine): Promise<void> {
  const folder = await deletableFolder(runs, id);
  const gone = join(runs, `${unfinished.deleted}${randomUUID()}`);
  const refuseHeld = async (place: string) => {
    const lock = await readLock(runFiles(place).lock);
    if (lock !== null && isHeld(lock, machine)) throw runInUse(id, runFiles(folder).lock, lock, machine);
  };
  try {
    await refuseHeld(folder);
    await reserveNumber(runs, id).catch(() => undefined);
    await moveFolder(folder, gone);
    // Another process may have taken the lock just before the move.
    await refuseHeld(gone).catch(async (error: unknown) => {
      await moveFolder(gone, folder);
      throw error;
    });
    await rm(gone, { recursive: true });
    await syncFolder(runs);
  } catch (error) {
    throw cannotDelete(error, id, folder);
  }
}

/**
 * Returns the run's folder, or a broken link. Rejects for a link to a folder: deleting only the link would keep the
 * run.
 */
async function deletableFolder(runs: string, id: string): Promise<string> {
  const folder = await existingRun(runs, id).catch((error: unknown) => {
    if (error instanceof CouldNotCheck && error.code === 'damaged-run') return null;
    throw error;
  });
  if (folder === null) return join(runs, id);
  const link = await linkTarget(folder);
  if (link === null) return folder;
  throw new CouldNotCheck(
    'cannot-delete',
    `Run ${id} was not deleted: ${folder} is a link to ${link}, and mp-verify deletes only what is in its own folder.`,
    `Delete ${link} yourself, then run the command again.`,
  );
}

interface ReadRun {
  readonly saved: SavedRun;
  readonly journal: Journal;
  /** The bytes of the journal. */
  readonly content: Uint8Array;
}

/** Reads each run once, some at a time. */
async function readRuns(runs: string): Promise<readonly (SavedRun | UnreadableRun)[]> {
  const found = await inParallel(await runIds(runs), async (id) => {
    try {
      const { saved } = await readRun(join(runs, id), id);
      return [{ id, at: Date.parse(saved.record.startedAt), read: saved }];
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      const why = await existingRun(runs, id).then(() => error, whyUnreadable);
      return why === null ? [] : [{ id, at: await startTime(join(runs, id), id), read: { id, error: why } }];
    }
  });
  return newestFirst<{ readonly id: string; readonly at: number; readonly read: SavedRun | UnreadableRun }>(
    found.flat(),
  ).map(({ read }) => read);
}

/** Null for a run that was deleted a moment ago. */
function whyUnreadable(error: unknown): CouldNotCheck | null {
  if (error instanceof CouldNotCheck) return error;
  if (error instanceof UserError) return null;
  throw error;
}

/** Reads a run from its folder, with its journal. Rejects with `CouldNotCheck`; changes nothing. */
async function readRun(folder: string, id: string): Promise<ReadRun> {
  const { record: recordPath, journal: path } = runFiles(folder);
  const record = decodeRun(await contentOf(recordPath, id), id, recordPath);
  const content = await contentOf(path, id);
  const journal = decodeJournal(content, record, path);
  const warnings = journal.torn
    ? [`The last line of ${path} is incomplete because mp-verify was stopped while writing it. It is ignored.`]
    : [];
  const { entries } = journal;
  return {
    saved: { record, entries, warnings, ...locationIn(folder), journalSha256: checksum(content) },
    journal,
    content,
  };
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
async function resumeRun(folder: string, id: string, machine: Machine): Promise<OpenRun> {
  const files = runFiles(folder);
  const token = await takeLock(folder, id, machine).catch((error: unknown) => {
    throw cannotSave(error, 'The lock of the run', files.lock, id);
  });
  const lock = heldLock(folder, id, token);
  try {
    const { saved, journal, content } = await readRun(folder, id);
    if (journal.torn)
      await cut(files.journal, journal.length).catch((error: unknown) => {
        throw cannotSave(error, 'The removal of an incomplete last line', files.journal, id);
      });
    await removeUnfinishedEvidence(files.evidence);
    const warnings = [...saved.warnings, ...(await evidenceWarnings(saved))];
    return openRun({ ...saved, warnings }, content.subarray(0, journal.length), lock);
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

function locationIn(folder: string): Pick<SavedRun, 'location' | 'fileLocation'> {
  return { location: folder, fileLocation: (file) => evidencePath(folder, file) };
}

/** Opens a run whose lock this process holds. Writes happen one after the other, in the order of the calls. */
function openRun(saved: Omit<SavedRun, 'journalSha256'>, journal: Uint8Array, lock: HeldLock): OpenRun {
  const { id } = saved.record;
  const files = runFiles(saved.location);
  const lines = journalFile(files.journal, saved.record, journal, saved.entries.length);
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
    get journalSha256() {
      return lines.sha256();
    },
    append: (entry) => inTurn(() => lines.append(entry), entryInWords(entry), files.journal),
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
