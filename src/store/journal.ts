import * as z from 'zod';
import { changeable, type Entry } from '../checklist/entries.ts';
import { outputSchema, productSchema } from '../checklist/outputs.ts';
import type { Reason } from '../checklist/reasons.ts';
import { bySchema, factsSchema, statusSchema } from '../checklist/report-document.ts';
import type { RunRecord } from '../ports/storage.ts';
import { checksum, fleetProductSchema, readJson, savedOptionsSchema } from './run-document.ts';
import { damagedRun, newerRun } from './run-errors.ts';

/** Part of each line's checksum, so that lines copied from another run are detected. */
export type RunIdentity = Pick<RunRecord, 'id' | 'startedAt'>;

/** The lines of a run: the content of a `results.jsonl`, or as much of it as another store has. */
export interface Journal {
  readonly entries: readonly Entry[];
  /** Length of its complete lines, in bytes. */
  readonly length: number;
  /** True if an incomplete line follows. */
  readonly torn: boolean;
}

const versioned = z.looseObject({ v: z.int() });
const line = z.strictObject({ v: z.int(), n: z.int(), sum: z.string(), entry: z.unknown() });
const newline = 0x0a;

/** Returns the `n`th line, counted from 1, with its line end. Throws for an entry that could not be read back. */
export function encodeEntry(run: RunIdentity, n: number, entry: Entry): string {
  if (!isEntry(entry)) throw new Error(`this is no entry of a run: ${JSON.stringify(entry)}`);
  // Earlier versions of mp-verify can still read what they know.
  const v = entry.type === 'product' ? 5 : 4;
  return `${JSON.stringify({ v, n, sum: sumOf(run, v, n, entry), entry })}\n`;
}

/** Throws `CouldNotCheck`, with file and line, for a complete line that no version of `encodeEntry` wrote there. */
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

/** Decodes the `n`th line, without its line end. `where` names it in errors. Throws like `decodeJournal`. */
export function decodeEntry(bytes: Uint8Array, n: number, run: RunIdentity, where: string): Entry {
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

const notALine = 'it is not a valid entry of a run';

/** Returns a line's entry, or what is wrong with it. */
function readLine(value: unknown, n: number, run: RunIdentity, upgrade: (entry: unknown) => unknown): Entry | string {
  const found = line.safeParse(value);
  if (!found.success) return notALine;
  const { v, sum, entry } = found.data;
  if (found.data.n !== n) return `it was written as line ${found.data.n}`;
  // Check before `JSON.stringify`, which is recursive: the depth of a valid entry is limited.
  const upgraded = upgrade(entry);
  if (!isEntry(upgraded)) return notALine;
  return sum === sumOf(run, v, n, entry)
    ? upgraded
    : 'it was changed, or comes from another run: its checksum does not match';
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

/** Adds unknown codes to reasons: versions 1 and 2 have only sentences. */
function withoutCodes(entry: unknown): unknown {
  const uncoded = (reason: string): Reason => ({ code: null, values: {}, reason });
  const ended = oldEnded.safeParse(entry);
  if (ended.success) {
    const unreached = Object.entries(ended.data.unreached).map(([checklist, { reasons, rest }]) => [
      checklist,
      {
        reasons: Object.fromEntries(Object.entries(reasons).map(([step, reason]) => [step, uncoded(reason)])),
        rest: rest === null ? null : uncoded(rest),
      },
    ]);
    return { ...ended.data, unreached: Object.fromEntries(unreached) };
  }
  const attempt = oldAttempt.safeParse(entry);
  return attempt.success ? { ...attempt.data, code: null, values: {} } : entry;
}

/**
 * Every version ever written, and how to convert its entries to the newest. Version 2 added `claimed`, and `was` of a
 * buyer; version 3 added `code` and `values` to each reason; version 4 added `revisited`, `kept` and `decided`;
 * version 5 added `product`.
 */
const readers: Readonly<Record<number, (entry: unknown) => unknown>> = {
  1: withoutCodes,
  2: withoutCodes,
  3: (entry) => entry,
  4: (entry) => entry,
  5: (entry) => entry,
};
const newest = Math.max(...Object.keys(readers).map(Number));

/** Since version 3 the checksum includes the version. */
function sumOf({ id, startedAt }: RunIdentity, v: number, n: number, entry: unknown): string {
  const version = v < 3 ? '' : `v${v} `;
  return checksum(`${id} ${startedAt} ${version}${n} ${JSON.stringify(entry)}`).slice(0, 16);
}

/** The entries of `results.jsonl`, version 5, as a closed schema. A test compares it with the model's types. */
const time = z.iso.datetime();
const text = z.string();
const nullableText = text.nullable();
const count = z.int().nonnegative();
const place = { checklist: text, step: text };
const value = z.union([text, z.number(), z.boolean(), z.null()]);
const reason = {
  code: nullableText,
  values: z.record(text, z.union([value, z.array(value)])),
  reason: nullableText,
};

const entryOfProduct = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('attempt'),
    ...place,
    status: statusSchema.exclude(['pending']),
    ...reason,
    advisory: z.boolean().optional(),
    expected: factsSchema.optional(),
    actual: factsSchema.optional(),
    output: outputSchema.optional(),
    by: bySchema,
    operator: nullableText,
    note: nullableText,
    disagreed: z.boolean(),
    startedAt: time,
    durationMs: count,
  }),
  z.strictObject({
    type: z.literal('claimed'),
    ...place,
    status: statusSchema.extract(['pass', 'fail']),
    reason: nullableText,
    by: bySchema.extract(['operator', 'rehearsal']),
    operator: nullableText,
    at: time,
  }),
  z.strictObject({
    type: z.literal('looked-again'),
    ...place,
    status: statusSchema.extract(['pass', 'fail', 'error']),
    ...reason,
    expected: factsSchema.optional(),
    actual: factsSchema.optional(),
    at: time,
  }),
  z.strictObject({ type: z.literal('note'), ...place, text, operator: nullableText, at: time }),
  z.strictObject({
    type: z.literal('evidence'),
    ...place,
    name: text,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: count,
    mediaType: z.enum(['image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'application/json']),
    redacted: count,
    operator: nullableText,
    at: time,
  }),
  z.strictObject({
    type: z.literal('reopened'),
    ...place,
    because: z.enum(['checklist', 'sandbox']).optional(),
    at: time,
  }),
  z.strictObject({
    type: z.literal('revisited'),
    ...place,
    from: z.strictObject(place).nullable(),
    at: time,
  }),
  z.strictObject({ type: z.literal('kept'), ...place, at: time }),
  z.strictObject({ type: z.literal('decided'), ...place, decision: z.enum(['continue', 'finish']), at: time }),
  z.strictObject({ type: z.literal('buyer'), checklist: text, buyer: text, was: nullableText.optional(), at: time }),
  z.strictObject({
    type: z.literal('checklist'),
    checklist: text,
    source: text,
    changedFrom: nullableText,
    inputs: z.record(z.string(), text).optional(),
    at: time,
  }),
  z.strictObject({
    type: z.literal('began'),
    at: time,
    operator: nullableText,
    version: text,
    accepted: z.array(z.enum(changeable)),
    options: savedOptionsSchema,
  }),
  z.strictObject({
    type: z.literal('target'),
    at: time,
    target: z.strictObject({
      sandbox: z.boolean(),
      instance: text.optional(),
      endpoint: nullableText,
      accountId: nullableText,
      arn: nullableText,
      product: productSchema.nullable(),
    }),
  }),
  z.strictObject({
    type: z.literal('ended'),
    at: time,
    interrupted: z.boolean(),
    unreached: z.record(
      text,
      z.strictObject({ reasons: z.record(text, z.strictObject(reason)), rest: z.strictObject(reason).nullable() }),
    ),
  }),
]);

export const entrySchema = z.discriminatedUnion('type', [
  ...entryOfProduct.options,
  z.strictObject({
    type: z.literal('product'),
    product: fleetProductSchema,
    buyers: z.record(text, text),
    waived: z.boolean(),
    trouble: z.strictObject({ ...reason, status: z.enum(['error', 'incomplete']) }).nullable(),
    entries: z.array(entryOfProduct),
    startedAt: time,
    at: time,
  }),
]);

function isEntry(value: unknown): value is Entry {
  return entrySchema.safeParse(value).success;
}
