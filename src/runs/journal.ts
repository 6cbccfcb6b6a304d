import { z } from 'zod';
import type { Entry } from '../checklist/model.ts';
import type { RunRecord } from '../ports/runs.ts';
import { checksum } from './checksum.ts';
import { isEntry } from './entry-schema.ts';
import { readJson } from './read-json.ts';
import { damagedRun, newerRun } from './run-trouble.ts';

/** What tells a run from every other: a journal that was copied from another one is none of its own. */
export type RunIdentity = Pick<RunRecord, 'id' | 'startedAt'>;

/** What a `results.jsonl` holds. */
export interface Journal {
  readonly entries: readonly Entry[];
  /** Bytes of its whole lines. */
  readonly length: number;
  /** There is text behind the last whole line. */
  readonly torn: boolean;
}

const versioned = z.looseObject({ v: z.int() });
const line = z.strictObject({ v: z.int(), n: z.int(), sum: z.string(), entry: z.unknown() });
const newline = 0x0a;

/** The `n`th line, counted from 1, with its end. Throws for what could not be read again: it would damage the run. */
export function encodeEntry(run: RunIdentity, n: number, entry: Entry): string {
  if (!isEntry(entry)) throw new Error(`this is no entry of a run: ${JSON.stringify(entry)}`);
  return `${JSON.stringify({ v: newest, n, sum: sumOf(run, n, entry), entry })}\n`;
}

/** Throws `CouldNotTell`, naming file and line, for any whole line but what `encodeEntry` wrote there, in any version. */
export function decodeJournal(bytes: Buffer, run: RunIdentity, path: string): Journal {
  const entries: Entry[] = [];
  let length = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, length)) {
    const n = entries.length + 1;
    entries.push(decodeEntry(bytes.subarray(length, end), n, run, `${path}:${n}`));
    length = end + 1;
  }
  return { entries, length, torn: length < bytes.length };
}

function decodeEntry(bytes: Uint8Array, n: number, run: RunIdentity, where: string): Entry {
  const { id } = run;
  const json = readJson(bytes);
  if ('wrong' in json) throw damagedRun(id, where, json.wrong);
  const found = versioned.safeParse(json.value);
  if (!found.success) throw damagedRun(id, where, notALine);
  const { v } = found.data;
  if (v > newest) throw newerRun(id, where, v, newest);
  const entry = readers[v]?.(json.value, n, run) ?? `there is no version ${v}`;
  if (typeof entry === 'string') throw damagedRun(id, where, entry);
  return entry;
}

const notALine = 'it is not a line of a run';

/** A line's entry, or what is wrong with it. */
function readLine(value: unknown, n: number, run: RunIdentity): Entry | string {
  const found = line.safeParse(value);
  if (!found.success) return notALine;
  const { sum, entry } = found.data;
  if (found.data.n !== n) return `it was line ${found.data.n} when it was written`;
  // Before its sum is made, which is recursive: an entry has an end to its depth.
  if (!isEntry(entry)) return notALine;
  return sum === sumOf(run, n, entry) ? entry : 'it was changed, or is of another run: its check sum does not fit';
}

/** Each version ever written. Version 2 only adds to version 1, so one reader does. */
const readers: Readonly<Record<number, typeof readLine>> = { 1: readLine, 2: readLine };
const newest = Math.max(...Object.keys(readers).map(Number));

function sumOf({ id, startedAt }: RunIdentity, n: number, entry: unknown): string {
  return checksum(`${id} ${startedAt} ${n} ${JSON.stringify(entry)}`).slice(0, 16);
}
