import { randomUUID } from 'node:crypto';
import type { Evidence } from '../../checklist/entries.ts';
import { CouldNotCheck, UserError } from '../../errors.ts';
import type { Clock } from '../../ports/host.ts';
import type {
  OpenRun,
  ProductPages,
  Pushed,
  RunIndex,
  RunRecord,
  Runs,
  SavedRun,
  SharedStore,
  SummaryFacts,
  UnreadableRun,
} from '../../ports/storage.ts';
import { attachedWarnings } from '../evidence.ts';
import type { Machine } from '../lock.ts';
import { encodeRun } from '../run-document.ts';
import { unknownRun } from '../run-errors.ts';
import { idParts, inParallel } from '../run-folders.ts';
import { readShared } from './attached.ts';
import { endHold, isHolding, lastHold, takeHold } from './hold.ts';
import { fromCountdown, keys, lastEpoch, numberIn } from './layout.ts';
import { connectObjects, type Location, type Objects } from './objects.ts';
import { addOpening, markRun, openShared, type Shared, savedRun } from './open-run.ts';
import { outbox } from './outbox.ts';
import { probeStore } from './probe.ts';
import { addMissing, claimNumber } from './push.ts';
import { runIndex } from './run-index.ts';
import { type Hold, newHold, runObject } from './run-object.ts';
import {
  cannotCreateShared,
  cannotDeleteShared,
  cannotPush,
  cannotReadStore,
  cannotSaveShared,
  cannotUseStore,
} from './shared-errors.ts';
import { sharedPages } from './shared-pages.ts';
import { newRun, readSlots, type SlotsRead } from './slots.ts';

export interface SharedStoreOptions extends Location {
  /** Names the operator to others who find a run in use. */
  operator(): Promise<string | null>;
  /** Returns what lists show of a run. Rejects with `CouldNotCheck` for a run that this version cannot read. */
  summarize(saved: SavedRun): Promise<SummaryFacts>;
}

/** Runs in S3, shared by everybody who uses the same address. */
export interface SharedRuns extends Runs, Omit<SharedStore, 'url'> {
  readonly index: RunIndex;
  readonly productPages: ProductPages;
  /**
   * Sets up an empty store, and checks that this process can list, read and write, and that the store lets only one writer
   * create an object. Rejects with `CouldNotCheck` (`unsafe-store`, `cannot-save`). `create` and `open` do it first.
   */
  check(): Promise<void>;
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
  // The same store, however its address is written.
  const kept = outbox(stateFolder, objects.address('').replace(/\/$/, ''));
  const shared: Shared = { objects, index, outbox: kept, summarize: options.summarize };
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

  async function ids(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { id } of listing(index.list())) found.push(id);
    return found;
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
        const facts = await markRun(run, epoch, 'in-use', shared);
        const { warnings } = await withWarnings(savedRun(run, objects));
        return openShared(run, epoch, hold, warnings, facts, shared);
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
    for (let number = await lastNumber(base, objects); ; ) {
      number += 1;
      const record: RunRecord = { ...described, id: `${base}-${number}` };
      const text = encodeRun(record);
      if ((await objects.create(keys.run(record.id), runObject(uid, hold, text))) !== null) continue;
      return begin(newRun(record.id, record, uid, text), hold);
    }
  }

  async function push(saved: SavedRun, readFile: (file: Evidence) => Promise<Uint8Array | null>): Promise<Pushed> {
    await probe();
    const base = idParts(saved.record.id)?.base;
    if (base === undefined) throw unknownRun(saved.record.id);
    const hold = newHold(machine, await options.operator());
    const nextId = async (tried: number) => `${base}-${Math.max(await lastNumber(base, objects), tried) + 1}`;
    const { id, uid, text, isNew } = await claimNumber(saved, hold, objects, nextId);
    // Most runs that were pushed before have nothing new.
    const { entries } = isNew ? { entries: [] } : await read(id);
    if (!isNew && entries.length >= saved.entries.length) {
      const differs = saved.entries.some((entry, i) => JSON.stringify(entry) !== JSON.stringify(entries[i]));
      return { id, added: 0, differs, lostFiles: [] };
    }
    const record = { ...saved.record, id };
    const run = isNew ? await begin(newRun(id, record, uid, text), hold) : await open(id, null);
    try {
      return { id, ...(await addMissing(saved, run, readFile)) };
    } finally {
      await run.close();
    }
  }

  async function begin(run: SlotsRead, hold: Hold): Promise<OpenRun> {
    const parts = idParts(run.id);
    if (parts) await objects.create(keys.number(parts.base, parts.number), '');
    const facts = await markRun(run, 1, 'in-use', shared);
    return openShared(run, 1, hold, [], facts, shared);
  }

  /** Deletes even a damaged run, so it reads no more of it than the number of its last slot. */
  async function remove(id: string): Promise<void> {
    if (!idParts(id)) throw unknownRun(id);
    await probe();
    let startedAt: string | null = null;
    try {
      startedAt = (await read(id)).record.startedAt;
    } catch (error) {
      if (error instanceof UserError) return forget(id, error);
    }
    const hold = newHold(machine, await options.operator());
    const epoch = await takeHold(id, null, hold, objects, machine);
    let slot = 0;
    for await (const { key } of objects.list(keys.slots(id))) slot = Math.max(slot, numberIn(key) ?? 0);
    const content = JSON.stringify({ token: randomUUID(), epoch, mark: 'deleted' });
    while ((await objects.create(keys.slot(id, slot + 1), content)) !== null) slot += 1;
    const at = startedAt ?? (await startOf(id, index));
    // For good, whatever holders there were.
    if (at !== null)
      await index.mark({ id, startedAt: at, epoch: lastEpoch, slot: slot + 1, state: 'deleted', facts: null });
    await endHold(id, epoch, hold, objects);
  }

  /** Takes a run off the list that is not there anymore: a process was killed while deleting it, or the bucket expired it. */
  async function forget(id: string, unknown: UserError): Promise<void> {
    const startedAt = await startOf(id, index);
    if (startedAt === null) throw unknown;
    await index.mark({ id, startedAt, epoch: lastEpoch, slot: 0, state: 'deleted', facts: null });
  }

  return {
    index: {
      list: () => listing(index.list()),
      deciding: () => reading('the list of runs', index.deciding()),
    },
    productPages: sharedPages(objects, options.url),
    ids,
    async readAll() {
      const found = await inParallel(await ids(), async (id): Promise<readonly (SavedRun | UnreadableRun)[]> => {
        try {
          return [await reading(`run ${id}`, read(id))];
        } catch (error) {
          if (error instanceof CouldNotCheck) return [{ id, error }];
          // The run was deleted a moment ago.
          if (error instanceof UserError) return [];
          throw error;
        }
      });
      return found.flat();
    },
    read: (id) => reading(`run ${id}`, read(id)),
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
    check: () =>
      probe().catch((error: unknown) => {
        throw cannotUseStore(error, options.url);
      }),
    push: (saved, readFile) =>
      push(saved, readFile).catch((error: unknown) => {
        throw cannotPush(error, saved.record.id);
      }),
    unsaved: shared.outbox.of,
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
 * Returns the highest number of a base that is known to be taken; 0 for none. Those who begin at the same moment have not
 * said so yet, so the next number may be taken, too.
 */
async function lastNumber(base: string, objects: Objects): Promise<number> {
  const folder = keys.numbers(base);
  for await (const { key } of objects.list(folder, { pageSize: 1 })) return fromCountdown(key.slice(folder.length));
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
