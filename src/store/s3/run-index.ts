import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { CouldNotCheck } from '../../errors.ts';
import type { ListedRun, RunIndex, RunSummary, SummaryFacts } from '../../ports/storage.ts';
import { idParts } from '../run-folders.ts';
import { type DatedMark, type Deciding, emptyDeciding, fold, isUncertain } from './deciding-runs.ts';
import { countdown, fromCountdown, numberDigits } from './layout.ts';
import { isNewer, listedFactsSchema, type Mark, markSchema } from './mark.ts';
import type { Objects } from './objects.ts';

const folder = { runs: 'index/runs/', log: 'index/log/' } as const;
/** Marks between two states. A reader makes a state if there are more. */
const usualMarksPerState = 16;

const logged = z.object({ token: z.string(), mark: markSchema });
const stateSchema = z.object({
  version: z.literal(1),
  marks: z.array(z.object({ mark: markSchema, at: z.number() })),
  floors: z.record(z.string(), z.array(z.array(z.number()))),
});
/**
 * The index answers lists without reading runs. A process that begins, opens, closes or deletes a run, or saves a failure
 * in it, marks it in two places. A mark contains what lists show, and replaces earlier marks of the run.
 *
 * 1. `index/runs/START~NUMBER~ID~MARK~FACTS`, empty: a list is LIST requests only, up to 1,000 marks each. START and NUMBER
 *    count down, so the newest run comes first and the marks of a run stand side by side. The clock of its first process
 *    decides where it stands, as it does locally, but never whether it is listed.
 * 2. `index/log/N.json`, numbered without gaps, each created once, like the slots of a run. Every 16th writer, or
 *    else a reader, saves `index/log/N.state`: what the marks up to N say about where use cases stand, without the
 *    runs that cannot change that (`deciding-runs.ts`). Reading is a LIST, the newest state, and the few marks after it.
 *    The numbers, not times, say which marks a state includes, so none is lost or counted twice. N counts down, so one LIST
 *    request shows the last number, the marks that no state includes yet, and the newest state.
 *
 * A run is marked as in use before anything is added to it, so it is never missing. If its process is killed, its mark
 * stays behind, but only on the safe side: a new pass shows when the run is closed, while a failure, and whatever undoes a
 * pass, is marked as soon as it is saved.
 */
export function runIndex(
  objects: Objects,
  marksPerState = usualMarksPerState,
): RunIndex & { mark(mark: Mark): Promise<void> } {
  /** The last number of the log that this process knows; null for none. */
  let known: number | null = null;

  return {
    async *list() {
      let newest: ListedMark | null = null;
      for await (const { key } of objects.list(folder.runs)) {
        const mark = markIn(key.slice(folder.runs.length));
        if (mark === null) continue;
        if (newest !== null && newest.id !== mark.id) {
          if (newest.state !== 'deleted') yield toListed(newest);
          newest = null;
        }
        if (newest === null || isNewer(mark, newest)) newest = mark;
      }
      if (newest !== null && newest.state !== 'deleted') yield toListed(newest);
    },
    async deciding() {
      const { state, marks, last } = await readLog(objects);
      const now = fold(state, marks);
      if (isUncertain(now)) return summaries(await rebuild(objects));
      if (marks.length > marksPerState) await saveState(last, now, objects).catch(() => undefined);
      return summaries(now);
    },
    async mark(mark) {
      await objects.create(`${folder.runs}${keyOf(mark)}`, '');
      const content = JSON.stringify({ token: randomUUID(), mark });
      let number = known ?? (await lastNumber(objects));
      for (let tried = 1; (await objects.create(logKey(number + 1), content)) !== null; tried++)
        // Others are writing, too: take the next, or find out how far they are.
        number = tried % 4 === 0 ? await lastNumber(objects) : number + 1;
      known = number + 1;
      if (known % marksPerState === 0)
        // Only saves work for others: a reader would do it.
        await makeState(objects).catch(() => undefined);
    },
  };
}

type ListedMark = Omit<Mark, 'facts'> & { readonly facts: ListedRun['facts'] };

function toListed({ id, startedAt, state, facts }: ListedMark): ListedRun {
  return { id, startedAt, inUse: state === 'in-use', facts };
}

function summaries({ marks }: Deciding): readonly RunSummary[] {
  const number = (id: string) => Number(id.slice(id.lastIndexOf('-') + 1));
  return [...marks.values()]
    .map(({ mark }) => mark)
    .filter(({ state }) => state !== 'deleted')
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt) || number(b.id) - number(a.id))
    .map(({ id, startedAt, state, facts }) => ({ id, startedAt, inUse: state === 'in-use', facts }));
}

const startDigits = 14;
const states = { u: 'in-use', f: 'free', x: 'deleted' } as const;
const letters = { 'in-use': 'u', free: 'f', deleted: 'x' } as const;
/** S3 allows 1,024 bytes, with the prefix of the store. */
const maxFacts = 600;

/** Returns the key of a mark in the list, without the folder. */
function keyOf({ id, startedAt, epoch, slot, state, facts }: Mark): string {
  const start = countdown(Date.parse(startedAt), startDigits);
  const number = countdown(Number(id.slice(id.lastIndexOf('-') + 1)), numberDigits);
  return [start, number, id, epoch, slot, letters[state], factsText(facts)].join('~');
}

/** Shortens what is too long for a key: first the title, then everything. */
function factsText(facts: SummaryFacts | null): string {
  if (facts === null) return '';
  const { acceptedChanges: _, checklists, ...rest } = facts;
  const brief = { ...rest, checklists: checklists.map(({ id, verdict }) => ({ id, verdict })) };
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { product } = brief;
  const fitting = [
    brief,
    { ...brief, product: product && { ...product, title: [...product.title].slice(0, 40).join('') } },
  ];
  return fitting.map(encoded).find((text) => text.length <= maxFacts) ?? '';
}

function markIn(key: string): ListedMark | null {
  const [start = '', , id, epoch, slot, letter = '', text = ''] = key.split('~');
  const state = letter in states ? states[letter as keyof typeof states] : null;
  // Another program may have put anything there.
  if (id === undefined || !idParts(id) || state === null || !/^\d{14}$/.test(start)) return null;
  const startedAt = new Date(fromCountdown(start)).toISOString();
  return { id, startedAt, epoch: Number(epoch), slot: Number(slot), state, facts: factsIn(text) };
}

function factsIn(text: string): ListedRun['facts'] {
  if (text === '') return null;
  try {
    return listedFactsSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data ?? null;
  } catch {
    return null;
  }
}

const logDigits = 12;
const logKey = (n: number) => `${folder.log}${countdown(n, logDigits)}.json`;
const stateKey = (n: number) => `${folder.log}${countdown(n, logDigits)}.state`;

/** Null for a key that is none of the log's. */
function numberOf(key: string): number | null {
  const [, digits] = /^(\d{12})\.(?:json|state)$/.exec(key.slice(folder.log.length)) ?? [];
  return digits === undefined ? null : fromCountdown(digits);
}

async function lastNumber(objects: Objects): Promise<number> {
  for await (const { key } of objects.list(folder.log, { pageSize: 1 })) {
    const number = numberOf(key);
    if (number !== null) return number;
  }
  return 0;
}

interface Log {
  readonly last: number;
  readonly state: Deciding;
  /** Oldest first: those that the state does not include. */
  readonly marks: readonly DatedMark[];
}

/** Reads the newest state and the marks after it; with `whole`, all marks and no state. */
async function readLog(objects: Objects, whole = false): Promise<Log> {
  const found: { readonly key: string; readonly at: number }[] = [];
  let state = emptyDeciding;
  let last = 0;
  for await (const { key, at } of objects.list(folder.log, { pageSize: whole ? 1000 : 100 })) {
    const number = numberOf(key);
    if (number === null) continue;
    last = Math.max(last, number);
    if (key.endsWith('.json')) found.push({ key, at: at.getTime() });
    else if (!whole) {
      const content = stateIn(await objects.get(key));
      if (content === null) continue;
      state = content;
      break;
    }
  }
  return { last, state, marks: (await readMarks(found, objects)).reverse() };
}

/** Requests at a time. */
const width = 16;

async function readMarks(
  found: readonly { readonly key: string; readonly at: number }[],
  objects: Objects,
): Promise<DatedMark[]> {
  const marks: DatedMark[] = [];
  for (let from = 0; from < found.length; from += width) {
    const part = found.slice(from, from + width);
    const contents = await Promise.all(part.map(({ key }) => objects.get(key)));
    for (const [i, { key, at }] of part.entries()) {
      const content = contents[i] ?? null;
      // It has expired.
      if (content === null) continue;
      const mark = loggedIn(content);
      // It may record a failure, without which an earlier pass would still count.
      if (mark === null)
        throw new CouldNotCheck(
          'cannot-read',
          `${objects.address(key)} is damaged or from a newer version, so mp-verify cannot list what has passed.`,
          'Use the newest version of mp-verify. If the object is damaged, restore it, or delete it and run the use cases again.',
        );
      marks.push({ mark, at });
    }
  }
  return marks;
}

function loggedIn(content: Uint8Array): Mark | null {
  try {
    return logged.safeParse(JSON.parse(Buffer.from(content).toString())).data?.mark ?? null;
  } catch {
    return null;
  }
}

function stateIn(content: Uint8Array | null): Deciding | null {
  try {
    const found = stateSchema.safeParse(JSON.parse(gunzipSync(content ?? new Uint8Array()).toString()));
    if (!found.success) return null;
    const { marks, floors } = found.data;
    return { marks: new Map(marks.map((each) => [each.mark.id, each])), floors: new Map(Object.entries(floors)) };
  } catch {
    return null;
  }
}

async function makeState(objects: Objects): Promise<void> {
  const { state, marks, last } = await readLog(objects);
  const now = fold(state, marks);
  if (isUncertain(now)) await rebuild(objects);
  else await saveState(last, now, objects);
}

/** Reads every mark there is. Only needed when the runs that had decided something all changed. */
async function rebuild(objects: Objects): Promise<Deciding> {
  const { marks, last } = await readLog(objects, true);
  const state = fold(emptyDeciding, marks);
  await saveState(last, state, objects).catch(() => undefined);
  return state;
}

async function saveState(last: number, { marks, floors }: Deciding, objects: Objects): Promise<void> {
  const content = { version: 1, marks: [...marks.values()], floors: Object.fromEntries(floors) };
  await objects.create(stateKey(last), gzipSync(JSON.stringify(content)));
}
