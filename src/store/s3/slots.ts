import { createHash, type Hash } from 'node:crypto';
import * as z from 'zod';
import type { Entry } from '../../checklist/entries.ts';
import { CouldNotCheck } from '../../errors.ts';
import type { RunRecord } from '../../ports/storage.ts';
import { decodeEntry } from '../journal.ts';
import { decodeRun, readJson } from '../run-document.ts';
import { unknownRun } from '../run-errors.ts';
import { keys, layout, numberIn } from './layout.ts';
import type { Objects } from './objects.ts';
import { readRunObject } from './run-object.ts';
import { damagedShared, deletedRun } from './shared-errors.ts';

/**
 * The slots of a run, `entries/1.json`, `2.json` and so on, are one sequence for all its writers: who creates slot n has
 * seen every slot before it. A slot has a line of the journal, exactly as on disk, or a mark:
 *
 * - `opened` is the first slot of every holder but the first. From there on an earlier holder can add nothing: the slot
 *   that it would create next is taken, even for a request of its that arrives late. A slot of an earlier holder behind
 *   it is damage.
 * - `deleted` ends the run.
 */
const slotSchema = z.union([
  z.strictObject({ token: z.string(), epoch: z.int().positive(), line: z.string() }),
  z.strictObject({ token: z.string(), epoch: z.int().positive(), mark: z.enum(['opened', 'deleted']) }),
]);
export type Slot = z.output<typeof slotSchema>;

/** The first line of a seal. */
const sealSchema = z.strictObject({
  layout: z.literal(layout),
  slot: z.int().nonnegative(),
  epoch: z.int().positive(),
  uid: z.string(),
  run: z.string(),
});

/** A run, as far as its slots have been read. Grows with `addSlot`. */
export interface SlotsRead {
  readonly id: string;
  readonly record: RunRecord;
  readonly uid: string;
  /** The text of `run.json` on disk. */
  readonly runText: string;
  readonly entries: Entry[];
  /** The journal, as on disk: each with its line end. */
  readonly lines: string[];
  readonly hash: Hash;
  /** The last slot; 0 for none. */
  slot: number;
  /** The epoch of the last slot. */
  epoch: number;
  deleted: boolean;
  /** The last slot that a seal contains. */
  sealed: number;
}

/** Requests at a time. */
const width = 16;

/**
 * Reads a run: its newest seal, then the slots after it. Rejects with `UserError` for a run that does not exist or was
 * deleted, with `CouldNotCheck` if it is damaged or too new, and like `Objects`.
 */
export async function readSlots(id: string, objects: Objects): Promise<SlotsRead> {
  try {
    return await readWhole(id, objects);
  } catch (error) {
    // A damaged run can be deleted.
    if (error instanceof CouldNotCheck && (await isDeleted(id, objects))) throw deletedRun(id);
    throw error;
  }
}

async function isDeleted(id: string, objects: Objects): Promise<boolean> {
  const slot = await lastSlot(id, objects);
  return slot !== null && 'mark' in slot && slot.mark === 'deleted';
}

/** Reads the last slot alone; null if there is none, or it is damaged. */
export async function lastSlot(id: string, objects: Objects): Promise<Slot | null> {
  let last: string | null = null;
  for await (const { key } of objects.list(keys.slots(id))) last = key;
  const content = last === null ? null : await objects.get(last);
  const json = content === null ? { wrong: '' } : readJson(content);
  return ('value' in json ? slotSchema.safeParse(json.value).data : null) ?? null;
}

/** Whether anything of a run is there, however damaged. */
export async function hasRun(id: string, objects: Objects): Promise<boolean> {
  for await (const _ of objects.list(keys.folder(id), { pageSize: 1 })) return true;
  return false;
}

async function readWhole(id: string, objects: Objects): Promise<SlotsRead> {
  const run = (await readSeal(id, objects)) ?? (await readBeginning(id, objects));
  const found: number[] = [];
  for await (const { key } of objects.list(keys.slots(id), { after: keys.slot(id, run.slot) }))
    found.push(numberIn(key) ?? Number.NaN);
  for (let at = 0; at < found.length; at += width) {
    const part = found.slice(at, at + width);
    const contents = await Promise.all(part.map((n) => objects.get(keys.slot(id, n))));
    for (const [i, n] of part.entries()) {
      const content = contents[i] ?? null;
      if (n !== run.slot + 1 || content === null)
        throw damagedShared(id, objects.address(keys.slot(id, run.slot + 1)), 'it is missing');
      addSlot(run, content, objects);
    }
  }
  if (run.deleted) throw deletedRun(id);
  return run;
}

/** Adds the next slot to what has been read. Throws `CouldNotCheck` for one that no holder wrote there. */
export function addSlot(run: SlotsRead, content: Uint8Array, objects: Objects): Slot {
  const n = run.slot + 1;
  const where = objects.address(keys.slot(run.id, n));
  const json = readJson(content);
  if ('wrong' in json) throw damagedShared(run.id, where, json.wrong);
  const found = slotSchema.safeParse(json.value);
  if (!found.success) throw damagedShared(run.id, where, 'it is not an entry of a run');
  const slot = found.data;
  const isOpening = 'mark' in slot;
  if (slot.epoch < run.epoch || (slot.epoch > run.epoch && !isOpening))
    throw damagedShared(run.id, where, 'a process that no longer held the run wrote it');
  if (run.deleted) throw damagedShared(run.id, where, 'it was written after the run was deleted');
  if ('line' in slot) addLine(run, slot.line, where);
  else if (slot.mark === 'deleted') run.deleted = true;
  run.slot = n;
  run.epoch = slot.epoch;
  return slot;
}

function addLine(run: SlotsRead, line: string, where: string): void {
  run.entries.push(decodeEntry(Buffer.from(line), run.entries.length + 1, run.record, where));
  run.lines.push(`${line}\n`);
  run.hash.update(`${line}\n`);
}

async function readBeginning(id: string, objects: Objects): Promise<SlotsRead> {
  const content = await objects.get(keys.run(id));
  const where = objects.address(keys.run(id));
  if (content === null) throw (await hasRun(id, objects)) ? damagedShared(id, where, 'it is missing') : unknownRun(id);
  const { uid, run } = readRunObject(content, id, where);
  return newRun(id, decodeRun(Buffer.from(run), id, where), uid, run);
}

/** Returns a run without slots. */
export function newRun(id: string, record: RunRecord, uid: string, runText: string): SlotsRead {
  const hash = createHash('sha256');
  return { id, record, uid, runText, entries: [], lines: [], hash, slot: 0, epoch: 1, deleted: false, sealed: 0 };
}

/**
 * Reads the newest seal; null for none. One that cannot be used is no loss, because the slots are still there: it counts
 * as none.
 */
async function readSeal(id: string, objects: Objects): Promise<SlotsRead | null> {
  let newest: string | null = null;
  for await (const { key } of objects.list(keys.seals(id))) newest = key;
  const content = newest === null ? null : await objects.get(newest);
  if (newest === null || content === null) return null;
  try {
    const [head = '', ...lines] = Buffer.from(content).toString().split('\n');
    const found = sealSchema.safeParse(JSON.parse(head));
    if (!found.success || lines.pop() !== '' || found.data.slot !== numberIn(newest)) return null;
    const { uid, run: text, slot, epoch } = found.data;
    const run = newRun(id, decodeRun(Buffer.from(text), id, newest), uid, text);
    for (const line of lines) addLine(run, line, newest);
    return Object.assign(run, { slot, epoch, sealed: slot });
  } catch {
    return null;
  }
}

/** Saves a seal of everything read so far. Only called for slots that were read, or confirmed to be saved. */
export async function seal(run: SlotsRead, objects: Objects): Promise<void> {
  const { uid, runText, slot, epoch } = run;
  const head = JSON.stringify({ layout, slot, epoch, uid, run: runText });
  await objects.create(keys.seal(run.id, slot), [`${head}\n`, ...run.lines].join(''));
  run.sealed = slot;
}
