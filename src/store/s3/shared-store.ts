import { randomUUID } from 'node:crypto';
import { CouldNotCheck, UserError } from '../../errors.ts';
import type {
  Clock,
  OpenRun,
  ProductPages,
  RunIndex,
  RunRecord,
  Runs,
  SavedRun,
  SharedStore,
  SummaryFacts,
} from '../../ports/host.ts';
import { attachedWarnings } from '../evidence.ts';
import type { Machine } from '../lock.ts';
import { encodeRun } from '../run-document.ts';
import { unknownRun } from '../run-errors.ts';
import { idParts, inParallel } from '../run-folders.ts';
import { readShared } from './attached.ts';
import { endHold, hasRun, isHolding, lastHold, takeHold } from './hold.ts';
import { keys, numberIn } from './layout.ts';
import { connectObjects, type Location, type Objects } from './objects.ts';
import { addOpening, markRun, openShared, type Shared, savedRun } from './open-run.ts';
import { outbox } from './outbox.ts';
import { probeStore } from './probe.ts';
import { pushRun } from './push.ts';
import { runIndex } from './run-index.ts';
import { newHold, runObject } from './run-object.ts';
import {
  cannotCreateShared,
  cannotDeleteShared,
  cannotPush,
  cannotReadStore,
  cannotSaveShared,
  cannotUseStore,
} from './shared-errors.ts';
import { sharedPages } from './shared-pages.ts';
import { newRun, readSlots } from './slots.ts';

export interface SharedStoreOptions extends Location {
  /** Names the operator to others who find a run in use. */
  operator(): Promise<string | null>;
  /** Returns what lists show of a run. Throws `CouldNotCheck` for a run that this version cannot read. */
  summarize(saved: SavedRun): SummaryFacts;
}

/** Runs in S3, shared by everybody who uses the same address. */
export interface SharedRuns extends Runs, Omit<SharedStore, 'url'> {
  readonly index: RunIndex;
  readonly productPages: ProductPages;
}

/**
 * Implements the port `Runs` on S3. Every object is created once and never changed, by a conditional write that only one
 * writer can win; a lost answer is recognized by the content. See `layout.ts` for where things are, `slots.ts` and `hold.ts`
 * for how writers keep out of each other's way, `run-index.ts` for lists.
 */
export function sharedStore(
  options: SharedStoreOptions,
  machine: Machine,
  clock: Clock,
  stateFolder: string,
): SharedRuns {
  const objects = connectObjects(options, clock);
  const index = runIndex(objects);
  const shared: Shared = { objects, index, outbox: outbox(stateFolder, options.url), summarize: options.summarize };
  const reading = <T>(what: string, read: Promise<T>): Promise<T> =>
    read.catch((error: unknown) => {
      throw cannotReadStore(error, what);
    });
  let probed: Promise<void> | null = null;
  const probe = () => {
    probed ??= probeStore(objects, options.url).catch((error: unknown) => {
      probed = null;
      throw error;
    });
    return probed;
  };

  async function read(id: string): Promise<SavedRun> {
    if (!idParts(id)) throw unknownRun(id);
    return savedRun(await readSlots(id, objects), objects);
  }

  async function withWarnings(saved: SavedRun): Promise<SavedRun> {
    const { id } = saved.record;
    const warnings = await attachedWarnings(saved, async (_, file) => {
      const content = await readShared.content(id, file, objects);
      return typeof content === 'string' ? content : null;
    });
    return { ...saved, warnings };
  }

  async function open(id: string, takeOver: number | null): Promise<OpenRun> {
    if (!idParts(id)) throw unknownRun(id);
    try {
      await probe();
      const hold = newHold(machine, await options.operator());
      const epoch = await takeHold(id, takeOver, hold, objects, machine);
      try {
        const run = await readSlots(id, objects);
        await addOpening(run, epoch, shared);
        await markRun(run, epoch, 'in-use', shared);
        const { warnings } = await withWarnings(savedRun(run, objects));
        return openShared(run, epoch, hold, warnings, shared);
      } catch (error) {
        await endHold(id, epoch, hold, objects).catch(() => undefined);
        throw error;
      }
    } catch (error) {
      throw cannotSaveShared(error, 'The start of this session', id, '');
    }
  }

  async function create(base: string, described: Omit<RunRecord, 'id'>): Promise<OpenRun> {
    await probe();
    const hold = newHold(machine, await options.operator());
    const uid = randomUUID();
    for (let number = await lastNumber(base, objects, index); ; ) {
      number += 1;
      const record: RunRecord = { ...described, id: `${base}-${number}` };
      const text = encodeRun(record);
      if ((await objects.create(keys.run(record.id), runObject(uid, hold, text))) !== null) continue;
      const run = newRun(record.id, record, uid, text);
      await markRun(run, 1, 'in-use', shared);
      return openShared(run, 1, hold, [], shared);
    }
  }

  /** Deletes even a damaged run, so it reads no more of it than the number of its last slot. */
  async function remove(id: string): Promise<void> {
    if (!idParts(id)) throw unknownRun(id);
    await probe();
    const startedAt = await read(id).then(
      ({ record }) => record.startedAt,
      (error: unknown) => {
        if (error instanceof UserError) throw error;
        return null;
      },
    );
    const hold = newHold(machine, await options.operator());
    const epoch = await takeHold(id, null, hold, objects, machine);
    let slot = 0;
    for await (const { key } of objects.list(keys.slots(id))) slot = Math.max(slot, numberIn(key) ?? 0);
    const content = JSON.stringify({ token: randomUUID(), epoch, mark: 'deleted' });
    while ((await objects.create(keys.slot(id, slot + 1), content)) !== null) slot += 1;
    const at = startedAt ?? (await startOf(id, index));
    if (at !== null) await index.mark({ id, startedAt: at, epoch, slot: slot + 1, state: 'deleted', facts: null });
    await endHold(id, epoch, hold, objects);
  }

  return {
    index: {
      list: () => listing(index.list()),
      deciding: () => reading('the list of runs', index.deciding()),
    },
    productPages: sharedPages(objects, options.url),
    async ids() {
      const ids: string[] = [];
      for await (const { id } of listing(index.list())) ids.push(id);
      return ids;
    },
    read: (id) => reading(`run ${id}`, read(id)),
    async readAll() {
      const ids: string[] = [];
      for await (const { id } of listing(index.list())) ids.push(id);
      const all = await inParallel(ids, (id) =>
        reading(`run ${id}`, read(id)).catch((error: unknown) => {
          if (error instanceof CouldNotCheck) return { id, error };
          // It was deleted a moment ago.
          if (error instanceof UserError) return null;
          throw error;
        }),
      );
      return all.filter((run) => run !== null);
    },
    inspect: (id) => reading(`run ${id}`, read(id).then(withWarnings)),
    readFile: (id, file) =>
      reading(
        `run ${id}`,
        read(id).then(async () => {
          const content = await readShared.content(id, file, objects);
          return typeof content === 'string' || content.length !== file.bytes ? null : content;
        }),
      ),
    create: (base, record) =>
      create(base, record).catch((error: unknown) => {
        throw cannotCreateShared(error, options.url);
      }),
    open: (id) => open(id, null),
    takeOver: open,
    async inUse(id) {
      if (!idParts(id)) throw unknownRun(id);
      return isHolding(await reading(`run ${id}`, lastHold(id, objects)), machine);
    },
    remove: (id) =>
      remove(id).catch((error: unknown) => {
        throw cannotDeleteShared(error, id);
      }),
    unsaved: shared.outbox.of,
    async push(run) {
      try {
        await probe();
        const last = (base: string) => lastNumber(base, objects, index);
        return await pushRun(run, last, machine, await options.operator(), shared);
      } catch (error) {
        throw cannotPush(error, run.saved.record.id);
      }
    },
    async probe(request) {
      try {
        if (request === 's3:PutObject') await probeStore(objects, options.url);
        else if (request === 's3:GetObject') await objects.get('store.json');
        else for await (const _ of objects.list('store.', { pageSize: 1 })) break;
      } catch (error) {
        throw cannotUseStore(error, options.url);
      }
    },
    bucketFacts: objects.bucketFacts,
  };
}

/**
 * Returns the highest number of a base; 0 for none. There are no gaps, so it searches upwards from the newest run that the
 * index knows. Listing the runs would take a request for each thousand.
 */
async function lastNumber(base: string, objects: Objects, index: RunIndex): Promise<number> {
  let last = await hintOf(base, index);
  const exists = async (number: number) => hasRun(`${base}-${number}`, objects);
  let step = 1;
  for (; await exists(last + step); step *= 2) last += step;
  for (let free = last + step; free - last > 1; ) {
    const middle = Math.floor((last + free) / 2);
    if (await exists(middle)) last = middle;
    else free = middle;
  }
  return last;
}

/** Looks only at the newest runs. */
async function hintOf(base: string, index: RunIndex): Promise<number> {
  let seen = 0;
  for await (const { id } of index.list()) {
    const parts = idParts(id);
    if (parts?.base === base) return parts.number;
    seen += 1;
    if (seen === 200) break;
  }
  return 0;
}

/** Returns where a run stands in the list. That of a damaged run can only be found there. */
async function startOf(id: string, index: RunIndex): Promise<string | null> {
  for await (const each of index.list()) if (each.id === id) return each.startedAt;
  return null;
}

async function* listing<T>(list: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* list;
  } catch (error) {
    throw cannotReadStore(error, 'the list of runs');
  }
}
