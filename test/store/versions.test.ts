import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { Entry } from '../../src/checklist/entries.ts';
import type { RunRecord } from '../../src/ports/storage.ts';
import type { entrySchema } from '../../src/store/journal.ts';
import type { recordSchema } from '../../src/store/run-document.ts';
import { runStore } from '../../src/store/run-store.ts';
import {
  attempt,
  entries,
  entries1,
  entries2,
  entries3,
  fleetEntries,
  fleetRecord,
  machine,
  record,
  stateFolder,
  trouble,
} from './support.ts';

/** As each version wrote it, byte for byte: these files are never written again, once a release has written such. */
async function stored(version: string) {
  const folder = await stateFolder();
  await cp(join(import.meta.dirname, version), folder, { recursive: true });
  return { runs: runStore(folder, machine()), home: join(folder, 'runs', 'new-signup-1') };
}

async function replace(path: string, from: string, to: string): Promise<string> {
  const text = (await readFile(path, 'utf8')).replace(from, to);
  await writeFile(path, text);
  return text;
}

test.each([
  ['version-1', entries1],
  ['version-2', entries2],
  ['version-3', entries3],
  ['version-4', entries],
])('a run of %s is read, and can be resumed', async (version, entries) => {
  const { runs } = await stored(version);
  const run = await runs.open('new-signup-1');
  expect(run.record).toEqual({ ...record, id: 'new-signup-1' });
  expect(run.entries).toEqual(entries);
  await run.append(attempt('later'));
  expect((await runs.read('new-signup-1')).entries).toEqual([...entries, attempt('later')]);
});

test.each([
  ['run.json', '"version": 1', '"version": 3', 'run.json: version 3; this mp-verify reads up to version 2.'],
  [
    'results.jsonl',
    '{"v":1,"n":3',
    '{"v":6,"n":3',
    'results.jsonl:3: version 6; this mp-verify reads up to version 5.',
  ],
])('%s of a newer mp-verify is refused, not guessed', async (name, from, to, words) => {
  const { runs, home } = await stored('version-1');
  const text = await replace(join(home, name), from, to);

  for (const ask of [() => runs.read('new-signup-1'), () => runs.open('new-signup-1')]) {
    const error = await trouble(ask());
    expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'newer-run' });
    expect(error.message).toContain('A newer mp-verify wrote run new-signup-1.');
    expect(error.message).toContain(words);
    expect(error.hint).toContain('Update mp-verify');
  }
  expect(await readFile(join(home, name), 'utf8')).toBe(text);
  expect(await runs.ids()).toEqual(['new-signup-1']);
});

test('a fleet run is read as version 5 wrote it', async () => {
  const { runs } = await stored('version-5');
  const run = await runs.read('new-signup-1');
  expect(run.record).toEqual({ ...fleetRecord, id: 'new-signup-1' });
  expect(run.entries).toEqual(fleetEntries);
});

test('an mp-verify that knows no fleets refuses a fleet run, and still reads all others', async () => {
  const { home } = await stored('version-5');
  expect(JSON.parse(await readFile(join(home, 'run.json'), 'utf8')).version).toBe(2);
  const runs = runStore(await stateFolder(), machine());
  const run = await runs.create('new-signup', record);
  await run.append(attempt('buy'));
  const saved = (name: string) => readFile(join(run.location, name), 'utf8');
  expect(JSON.parse(await saved('run.json')).version).toBe(1);
  expect(JSON.parse(await saved('results.jsonl')).v).toBe(4);
});

type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
    : T;

test('the files hold what the program knows, no more and no less', () => {
  expectTypeOf<Plain<z.output<typeof entrySchema>>>().toEqualTypeOf<Plain<Entry>>();
  expectTypeOf<Plain<z.output<typeof recordSchema>>>().toEqualTypeOf<Plain<RunRecord>>();
});
