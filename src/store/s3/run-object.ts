import * as z from 'zod';
import { type Machine, newLock } from '../lock.ts';
import { readJson } from '../run-document.ts';
import { newerRun } from '../run-errors.ts';
import { layout } from './layout.ts';
import { damagedShared } from './shared-errors.ts';

/** What a process writes to hold a run. */
export const holdSchema = z.strictObject({
  token: z.string(),
  pid: z.int(),
  host: z.string(),
  /** For people. */
  time: z.string(),
  boot: z.string().nullable(),
  uptime: z.number(),
  machine: z.string().nullable(),
  namespace: z.string().nullable(),
  operator: z.string().nullable(),
});
export type Hold = z.output<typeof holdSchema>;

export function newHold(machine: Machine, operator: string | null): Hold {
  return holdSchema.parse({ ...JSON.parse(newLock(machine).text), operator });
}

/** The content of `run.json`: the text of the file on disk, with what only a shared store needs. */
const runSchema = z.strictObject({ layout: z.literal(layout), uid: z.string(), hold: holdSchema, run: z.string() });
const layoutSchema = z.looseObject({ layout: z.int() });

/** Throws `CouldNotCheck` for anything that is not the content of a `run.json`. */
export function readRunObject(
  content: Uint8Array,
  id: string,
  where: string,
): { readonly uid: string; readonly hold: Hold; readonly run: string } {
  const json = readJson(content);
  if ('wrong' in json) throw damagedShared(id, where, json.wrong);
  refuseNewer(json.value, id, where);
  const found = runSchema.safeParse(json.value);
  if (!found.success) throw damagedShared(id, where, 'it is not the description of a run');
  return found.data;
}

function refuseNewer(value: unknown, id: string, where: string): void {
  const found = layoutSchema.safeParse(value);
  if (found.success && found.data.layout > layout) throw newerRun(id, where, found.data.layout, layout);
}

export function runObject(uid: string, hold: Hold, run: string): string {
  return `${JSON.stringify({ layout, uid, hold, run })}\n`;
}
