import { z } from 'zod';
import type { Entry } from '../checklist/model.ts';
import type { Reason } from '../checklist/reasons.ts';
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
  return `${JSON.stringify({ v: newest, n, sum: sumOf(run, newest, n, entry), entry })}\n`;
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
  const upgrade = readers[v];
  const entry = upgrade ? readLine(json.value, n, run, upgrade) : `there is no version ${v}`;
  if (typeof entry === 'string') throw damagedRun(id, where, entry);
  return entry;
}

const notALine = 'it is not a line of a run';

/** A line's entry, or what is wrong with it. */
function readLine(value: unknown, n: number, run: RunIdentity, upgrade: (entry: unknown) => unknown): Entry | string {
  const found = line.safeParse(value);
  if (!found.success) return notALine;
  const { v, sum, entry } = found.data;
  if (found.data.n !== n) return `it was line ${found.data.n} when it was written`;
  // Before its sum is made, which is recursive: an entry has an end to its depth.
  const upgraded = upgrade(entry);
  if (!isEntry(upgraded)) return notALine;
  return sum === sumOf(run, v, n, entry)
    ? upgraded
    : 'it was changed, or is of another run: its check sum does not fit';
}

const oldAttempt = z.looseObject({
  type: z.literal('attempt'),
  code: z.never().optional(),
  values: z.never().optional(),
});
const oldEnded = z.looseObject({
  type: z.literal('ended'),
  unreached: z.record(
    z.string(),
    z.strictObject({ reasons: z.record(z.string(), z.string()), rest: z.string().nullable() }),
  ),
});

/** Their sentences stand as they were said; nothing is read out of them. */
function withoutCodes(entry: unknown): unknown {
  const said = (reason: string): Reason => ({ code: null, values: {}, reason });
  const ended = oldEnded.safeParse(entry);
  if (ended.success) {
    const unreached = Object.entries(ended.data.unreached).map(([checklist, { reasons, rest }]) => [
      checklist,
      {
        reasons: Object.fromEntries(Object.entries(reasons).map(([step, reason]) => [step, said(reason)])),
        rest: rest === null ? null : said(rest),
      },
    ]);
    return { ...ended.data, unreached: Object.fromEntries(unreached) };
  }
  const attempt = oldAttempt.safeParse(entry);
  return attempt.success ? { ...attempt.data, code: null, values: {} } : entry;
}

/**
 * Each version ever written, and how its entries become those of the newest. Version 2 only added `claimed`, and `was` of a
 * buyer; version 3 has `code` and `values` beside each reason; version 4 only added
 * `revisited`, `kept` and `decided`.
 */
const readers: Readonly<Record<number, (entry: unknown) => unknown>> = {
  1: withoutCodes,
  2: withoutCodes,
  3: (entry) => entry,
  4: (entry) => entry,
};
const newest = Math.max(...Object.keys(readers).map(Number));

/** From version 3 on it covers the version, too. */
function sumOf({ id, startedAt }: RunIdentity, v: number, n: number, entry: unknown): string {
  const version = v < 3 ? '' : `v${v} `;
  return checksum(`${id} ${startedAt} ${version}${n} ${JSON.stringify(entry)}`).slice(0, 16);
}
