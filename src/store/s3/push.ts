import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { extensionOf } from '../../checklist/media-type.ts';
import { CouldNotCheck, UserError } from '../../errors.ts';
import type { Pushed, RunRecord, RunToPush } from '../../ports/host.ts';
import { encodeEntry } from '../journal.ts';
import type { Machine } from '../lock.ts';
import { checksum, encodeRun, readJson } from '../run-document.ts';
import { saveShared } from './attached.ts';
import { endHold, takeHold } from './hold.ts';
import { keys } from './layout.ts';
import { addOpening, markRun, type Shared } from './open-run.ts';
import { newHold, readRunObject, runObject } from './run-object.ts';
import { addSlot, readSlots, type Slot, type SlotsRead, seal } from './slots.ts';

/** Where a run was copied to. There is a second one if the number of the first was taken meanwhile, and so on. */
const copySchema = z.object({ id: z.string() });

/**
 * Copies a run of another store: its description under a new number, then its attached files and entries. The uid of the
 * copy comes from the description, so the next push finds it, however far the last one came. It adds what the run has
 * got since, unless somebody has added to the copy.
 */
export async function pushRun(
  { saved, base, readFile }: RunToPush,
  lastNumber: (base: string) => Promise<number>,
  machine: Machine,
  operator: string | null,
  shared: Shared,
): Promise<Pushed> {
  const { objects } = shared;
  const uid = checksum(encodeRun(saved.record)).slice(0, 32);
  const hold = newHold(machine, operator);
  const { id, isNew } = await claim();
  const read = await readSlots(id, objects).catch((error: unknown) => {
    if (!isNew && error instanceof UserError) return null;
    throw error;
  });
  // It was copied, and then deleted.
  if (read === null) return { id, isNew: false, missing: [] };
  const rest = saved.entries.slice(read.entries.length);
  if (isNew) return { id, isNew, missing: await copy(read, 1) };
  if (!isPrefix(read.entries, saved.entries)) {
    // The copy has everything, and more.
    if (isPrefix(saved.entries, read.entries)) return { id, isNew, missing: [] };
    throw new CouldNotCheck(
      'cannot-save',
      `${saved.record.id} was copied as ${id}, and both have changed since. Nothing was copied.`,
      `Continue with ${id} in the shared store.`,
    );
  }
  if (rest.length === 0) return { id, isNew, missing: [] };
  const epoch = await takeHold(id, null, hold, objects, machine);
  const run = await readSlots(id, objects);
  await addOpening(run, epoch, shared);
  return { id, isNew: true, missing: await copy(run, epoch) };

  /** Finds the copy, or creates its description. */
  async function claim(): Promise<{ readonly id: string; readonly isNew: boolean }> {
    for (let n = 1; ; n++) {
      const key = `pushed/${uid}.${n}.json`;
      let noted = idIn(await objects.get(key));
      if (noted === null) {
        const id = `${base}-${(await lastNumber(base)) + 1}`;
        const other = await objects.create(key, JSON.stringify({ id, token: randomUUID() }));
        noted = other === null ? id : (idIn(other) ?? id);
      }
      const record: RunRecord = { ...saved.record, id: noted };
      const other = await objects.create(keys.run(noted), runObject(uid, hold, encodeRun(record)));
      if (other === null) return { id: noted, isNew: true };
      // Otherwise another run was faster to take the number.
      if (readRunObject(other, noted, objects.address(keys.run(noted))).uid === uid) return { id: noted, isNew: false };
    }
  }

  /** Adds the rest of the run. Returns the names of attached files that could not be read. */
  async function copy(run: SlotsRead, epoch: number): Promise<readonly string[]> {
    const missing: string[] = [];
    await markRun(run, epoch, 'in-use', shared);
    for (const entry of saved.entries.slice(run.entries.length)) {
      if (entry.type === 'evidence') {
        const content = await readFile(entry);
        if (content === null) missing.push(entry.name);
        else await saveShared(id, entry.sha256, extensionOf[entry.mediaType], content, objects);
      }
      const line = encodeEntry(run.record, run.entries.length + 1, entry).trimEnd();
      const content = JSON.stringify({ token: randomUUID(), epoch, line } satisfies Slot);
      const other = await objects.create(keys.slot(id, run.slot + 1), content);
      if (other !== null)
        throw new CouldNotCheck(
          'cannot-save',
          `${id}, the copy of ${saved.record.id}, was taken over while it was copied.`,
          'When nobody else uses it, run the command again.',
        );
      addSlot(run, Buffer.from(content), objects);
    }
    await seal(run, objects);
    await markRun(run, epoch, 'free', shared);
    await endHold(id, epoch, hold, objects);
    return missing;
  }
}

function idIn(content: Uint8Array | null): string | null {
  const json = content === null ? { wrong: '' } : readJson(content);
  return 'value' in json ? (copySchema.safeParse(json.value).data?.id ?? null) : null;
}

function isPrefix(short: readonly object[], long: readonly object[]): boolean {
  return short.every((entry, index) => JSON.stringify(entry) === JSON.stringify(long[index]));
}
