import { randomUUID } from 'node:crypto';
import { type Entry, isAnswer } from '../../checklist/entries.ts';
import { CouldNotCheck } from '../../errors.ts';
import type { OpenRun, SavedRun, SummaryFacts } from '../../ports/storage.ts';
import { encodeEntry } from '../journal.ts';
import { entryInWords } from '../run-errors.ts';
import { readShared, saveShared } from './attached.ts';
import { endHold, lastHold, takenOver, tryEndHold } from './hold.ts';
import { keys } from './layout.ts';
import type { Mark } from './mark.ts';
import { type Objects, StoreTrouble } from './objects.ts';
import type { Outbox } from './outbox.ts';
import type { Hold } from './run-object.ts';
import { cannotSaveShared, damagedShared, deletedRun } from './shared-errors.ts';
import { addSlot, type Slot, type SlotsRead, seal } from './slots.ts';

/** What the runs of a shared store share. */
export interface Shared {
  readonly objects: Objects;
  readonly index: { mark(mark: Mark): Promise<void> };
  readonly outbox: Outbox;
  /** Rejects with `CouldNotCheck` for a run that cannot be summarized. */
  summarize(saved: SavedRun): Promise<SummaryFacts>;
}

/** Returns a run as it has been read so far. */
export function savedRun(run: SlotsRead, objects: Objects): SavedRun {
  return {
    record: run.record,
    entries: [...run.entries],
    warnings: [],
    location: objects.address(`runs/${run.id}`),
    fileLocation: (file) => objects.address(keys.evidence(run.id, readShared.nameOf(file))),
    journalSha256: run.hash.copy().digest('hex'),
  };
}

/** Marks a run in the index, and resolves with what lists show of it now. */
export async function markRun(
  run: SlotsRead,
  epoch: number,
  state: 'in-use' | 'free',
  shared: Shared,
  known?: Mark['facts'],
): Promise<Mark['facts']> {
  // Before anything is awaited, because the run can grow meanwhile.
  const { id, slot, record } = run;
  const facts = known === undefined ? await factsOf(run, shared) : known;
  await shared.index.mark({ id, startedAt: record.startedAt, epoch, slot, state, facts });
  return facts;
}

async function factsOf(run: SlotsRead, { objects, summarize }: Shared): Promise<Mark['facts']> {
  try {
    const { checklists, acceptedChanges, ...facts } = await summarize(savedRun(run, objects));
    return { ...facts, acceptedChanges: [...acceptedChanges], checklists: [...checklists] };
  } catch (error) {
    if (error instanceof CouldNotCheck) return null;
    throw error;
  }
}

/**
 * Adds the mark with which a later holder begins: from then on earlier holders can add nothing. What they add meanwhile
 * is read. Rejects with `lock-lost` if an even later holder was faster.
 */
export async function addOpening(run: SlotsRead, epoch: number, { objects }: Shared): Promise<void> {
  const opening = JSON.stringify({ token: randomUUID(), epoch, mark: 'opened' } satisfies Slot);
  for (;;) {
    if (run.deleted) throw deletedRun(run.id);
    if (run.epoch > epoch) throw await takenOver(run.id, objects);
    const other = await objects.create(keys.slot(run.id, run.slot + 1), opening);
    addSlot(run, other ?? Buffer.from(opening), objects);
    if (other === null) return;
  }
}

/**
 * Opens a run that this process holds. Writes happen one after the other, in the order of the calls. After a write
 * without a clear answer nothing more is written, because it may still arrive: the next holder finds out. `shown` is what
 * lists show of the run.
 */
export function openShared(
  run: SlotsRead,
  epoch: number,
  hold: Hold,
  warnings: readonly string[],
  shown: Mark['facts'],
  shared: Shared,
): OpenRun {
  const { objects } = shared;
  const { id } = run;
  const saved = { ...savedRun(run, objects), warnings };
  let last: Promise<unknown> = Promise.resolve();
  /** What lists show. */
  let facts = shown;
  /** Lists do not show what they must, so the next entry tries again. */
  let isBehind = false;
  /** Why nothing more is written; null while all is well. */
  let broken: unknown = null;
  const inTurn = (write: () => Promise<void>): Promise<void> => {
    const done = last.then(() => {
      if (broken !== null) throw broken;
      return write();
    });
    last = done.catch(() => undefined);
    return done;
  };

  async function append(entry: Entry): Promise<void> {
    const n = run.entries.length + 1;
    const line = encodeEntry(run.record, n, entry).trimEnd();
    const slot: Slot = { token: randomUUID(), epoch, line };
    const content = JSON.stringify(slot);
    const keep = async () => {
      if (!isAnswer(entry)) return '';
      const path = await shared.outbox.keep({ run: id, slot: run.slot + 1, ...slot, n });
      const what = entryInWords(entry);
      return path === null
        ? `${what} could not be saved on this machine either.`
        : `${what} was saved on this machine instead: ${path}. Resuming the run here offers to add it.`;
    };
    try {
      const other = await objects.create(keys.slot(id, run.slot + 1), content);
      if (other !== null) throw await explainOther(other, keep);
      addSlot(run, Buffer.from(content), objects);
    } catch (error) {
      broken = error instanceof StoreTrouble ? cannotSaveShared(error, entryInWords(entry), id, await keep()) : error;
      throw broken;
    }
    if (isBehind || mustShow(entry)) await show();
    else if (mayUndoPass(entry, facts)) {
      const now = await factsOf(run, shared);
      if (passesOf(now) < passesOf(facts)) await show(now);
    }
  }

  async function show(known?: Mark['facts']): Promise<void> {
    try {
      facts = await markRun(run, epoch, 'in-use', shared, known);
      isBehind = false;
    } catch {
      isBehind = true;
    }
  }

  /** Says why another writer's slot is where ours should be. */
  async function explainOther(content: Uint8Array, keep: () => Promise<string>): Promise<Error> {
    const where = objects.address(keys.slot(id, run.slot + 1));
    const kept = await keep();
    try {
      const other = addSlot({ ...run, entries: [...run.entries], lines: [], hash: run.hash.copy() }, content, objects);
      if (other.epoch > epoch) return takenOver(id, objects, kept);
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      return new CouldNotCheck(
        error.code,
        `${error.message} ${kept}`.trim(),
        error.hint,
        error.transient,
        error.values,
      );
    }
    return damagedShared(id, where, 'another process wrote it while this one held the run', kept);
  }

  return {
    ...saved,
    get journalSha256() {
      return run.hash.copy().digest('hex');
    },
    append: (entry) => inTurn(() => append(entry)),
    saveFile: ({ sha256, extension, content }) =>
      inTurn(async () => {
        try {
          // Not for safety: the entry that names the file is refused. It says so before a long upload.
          if ((await lastHold(id, objects)).epoch > epoch) throw await takenOver(id, objects);
          await saveShared(id, sha256, extension, content, objects);
        } catch (error) {
          throw cannotSaveShared(error, 'The attached file', id, '');
        }
      }),
    async close() {
      await last;
      await finish().catch(() => undefined);
      broken ??= new Error(`run ${id} is closed`);
    },
  };

  /** Others can do without what a killed process leaves out here. */
  async function finish(): Promise<void> {
    try {
      if (broken !== null) throw broken;
      if (run.slot > run.sealed) await seal(run, objects);
      await markRun(run, epoch, 'free', shared);
      await endHold(id, epoch, hold, objects);
    } catch {
      // Do not keep the operator waiting any longer.
      await tryEndHold(id, epoch, hold, objects);
    }
  }
}

/** Whether lists must show an entry at once, whatever happens to this process: a failure, the product, or that passes end. */
function mustShow(entry: Entry): boolean {
  if (entry.type === 'began') return entry.accepted.length > 0;
  return entry.type === 'target' || ('status' in entry && entry.status === 'fail');
}

/** Whether an entry may undo a pass that lists show. Asked before the run is summarized again, which takes time. */
function mayUndoPass(entry: Entry, facts: Mark['facts']): boolean {
  if (!('checklist' in entry) || entry.type === 'note' || entry.type === 'evidence') return false;
  if (entry.type === 'looked-again' && entry.status === 'pass') return false;
  return facts?.checklists.some(({ id, outcome }) => id === entry.checklist && outcome === 'pass') ?? false;
}

function passesOf(facts: Mark['facts']): number {
  return facts?.checklists.filter(({ outcome }) => outcome === 'pass').length ?? 0;
}
