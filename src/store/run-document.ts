import { z } from 'zod';
import type { RunRecord } from '../ports/runs.ts';
import { checksum } from './checksum.ts';
import { readJson } from './read-json.ts';
import { isRecord } from './record-schema.ts';
import { damagedRun, newerRun } from './run-trouble.ts';

const versioned = z.looseObject({ version: z.int() });
const document1 = z.strictObject({ version: z.literal(1), sum: z.string(), record: z.unknown() });

/** The text of `run.json`. Throws for what could not be read again. */
export function encodeRun(record: RunRecord): string {
  if (!isRecord(record)) throw new Error(`this is no record of a run: ${JSON.stringify(record)}`);
  return `${JSON.stringify({ version: 1, sum: checksum(JSON.stringify(record)), record }, null, 2)}\n`;
}

/** Throws `CouldNotTell` for anything but what `encodeRun` wrote for this id, in any version. */
export function decodeRun(bytes: Uint8Array, id: string, path: string): RunRecord {
  const json = readJson(bytes);
  if ('wrong' in json) throw damagedRun(id, path, json.wrong);
  const found = versioned.safeParse(json.value);
  if (!found.success) throw damagedRun(id, path, 'it is not the description of a run');
  const { version } = found.data;
  if (version > newest) throw newerRun(id, path, version, newest);
  const record = readers[version]?.(json.value) ?? `there is no version ${version}`;
  if (typeof record === 'string') throw damagedRun(id, path, record);
  if (record.id !== id) throw damagedRun(id, path, `it is the description of run ${JSON.stringify(record.id)}`);
  return record;
}

/** Each version ever written: its record, or what is wrong with it. */
const readers: Readonly<Record<number, (document: unknown) => RunRecord | string>> = {
  1(value) {
    const document = document1.safeParse(value);
    if (!document.success) return 'it is not the description of a run';
    const { sum, record } = document.data;
    // Before its sum is made, which is recursive: a record has an end to its depth.
    if (!isRecord(record)) return 'it is not the description of a run';
    return sum === checksum(JSON.stringify(record)) ? record : 'it was changed: its check sum does not fit';
  },
};
const newest = Math.max(...Object.keys(readers).map(Number));
