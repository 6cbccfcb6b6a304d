import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { RunRecord } from '../ports/storage.ts';
import { damagedRun, newerRun } from './run-errors.ts';

/** The format of `run.json`: a version, a checksum, and the record. Every version ever written can be read. */
const nullableText = z.string().nullable();

/** `SavedOptions` in `run.json` and in the entry `began`. */
export const savedOptionsSchema = z.strictObject({
  product: nullableText,
  profile: nullableText,
  buyerProfile: nullableText,
  endpointUrl: nullableText,
  sandbox: z.boolean(),
  url: nullableText,
  config: nullableText,
});

/** `FleetProduct` in `run.json` and in the entry `product`. */
export const fleetProductSchema = z.strictObject({
  product: z.string(),
  account: nullableText,
  owner: nullableText,
  waiver: z.strictObject({ until: z.iso.date(), reason: z.string() }).nullable(),
  withoutSaas: z.boolean(),
});

/** The record, as a closed schema. A test compares it with `RunRecord`. */
export const recordSchema = z.strictObject({
  tool: z.strictObject({ name: z.literal('mp-verify'), version: z.string() }),
  startedAt: z.iso.datetime(),
  checklists: z.array(
    z.strictObject({
      id: z.string(),
      from: z.union([z.strictObject({ builtIn: z.string() }), z.strictObject({ path: z.string() })]),
      source: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      buyer: nullableText,
      buyerFrom: nullableText,
    }),
  ),
  inputs: z.record(z.string(), z.string()),
  options: savedOptionsSchema,
  products: z.array(fleetProductSchema).optional(),
  id: z.string(),
});

const versioned = z.looseObject({ version: z.int() });
const documentSchema = z.strictObject({ version: z.int(), sum: z.string(), record: z.unknown() });
const notARun = 'it is not the description of a run';

/** Returns the text of `run.json`. Throws for a record that could not be read back. */
export function encodeRun(record: RunRecord): string {
  if (!isRecord(record)) throw new Error(`this is no record of a run: ${JSON.stringify(record)}`);
  // Earlier versions of mp-verify can still read what they know.
  const version = record.products === undefined ? 1 : 2;
  return `${JSON.stringify({ version, sum: checksum(JSON.stringify(record)), record }, null, 2)}\n`;
}

/** Throws `CouldNotCheck` for anything that no version of `encodeRun` wrote for this id. */
export function decodeRun(bytes: Uint8Array, id: string, path: string): RunRecord {
  const json = readJson(bytes);
  if ('wrong' in json) throw damagedRun(id, path, json.wrong);
  const found = versioned.safeParse(json.value);
  if (!found.success) throw damagedRun(id, path, notARun);
  const { version } = found.data;
  if (version > newest) throw newerRun(id, path, version, newest);
  const record = version < 1 ? `there is no version ${version}` : recordIn(json.value);
  if (typeof record === 'string') throw damagedRun(id, path, record);
  if (record.id !== id) throw damagedRun(id, path, `it is the description of run ${JSON.stringify(record.id)}`);
  return record;
}

/** Version 2 added `products`. */
const newest = 2;

/** Returns the record of a document, or what is wrong with it. */
function recordIn(value: unknown): RunRecord | string {
  const document = documentSchema.safeParse(value);
  if (!document.success) return notARun;
  const { version, sum, record } = document.data;
  // Check before `JSON.stringify`, which is recursive: the depth of a valid record is limited.
  if (!isRecord(record) || (version === 1 && record.products !== undefined)) return notARun;
  return sum === checksum(JSON.stringify(record)) ? record : 'it was changed: its checksum does not match';
}

function isRecord(value: unknown): value is RunRecord {
  return recordSchema.safeParse(value).success;
}

/** SHA-256, in hex. */
export function checksum(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns the value of JSON in UTF-8, or what is wrong with it. */
export function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly wrong: string } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { wrong: 'it is not UTF-8' };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { wrong: 'it is not JSON' };
  }
}
