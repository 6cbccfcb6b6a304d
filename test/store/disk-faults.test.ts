import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { runStore } from '../../src/store/run-store.ts';
import { attempt, journalText, machine, record, stateFolder, trouble } from './support.ts';

type Call = 'write' | 'sync' | 'datasync' | 'truncate' | 'stat';

let files: FileHandle;
beforeEach(async () => {
  const file = await open(import.meta.filename);
  files = Object.getPrototypeOf(file);
  await file.close();
  return () => vi.restoreAllMocks();
});

function fault(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

/** The `nth` such call fails, those before and behind it do their work. Tells whether it came to that. */
function failOnce(call: Call, code: string, nth = 1): () => boolean {
  const real = files[call] as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  vi.spyOn(files, call).mockImplementation(function (this: FileHandle, ...args: unknown[]) {
    calls++;
    return calls === nth ? Promise.reject(fault(code, call)) : real.apply(this, args);
  } as never);
  return () => calls >= nth;
}

/** The paths that are synced from now on, in order. */
function watchSyncs(): readonly string[] {
  const synced: string[] = [];
  const real = files.sync;
  vi.spyOn(files, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push(await readlink(`/proc/self/fd/${this.fd}`));
    return real.call(this);
  });
  return synced;
}

function failAlways(call: Call, code: string): void {
  vi.spyOn(files, call).mockRejectedValue(fault(code, call));
}

async function newRun() {
  const folder = await stateFolder();
  const runs = runStore(folder, machine());
  const run = await runs.create('a', record);
  await run.append(attempt('one'));
  return { folder, runs, run, path: join(run.location, 'results.jsonl') };
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'the disk reported an error',
  EWHATEVER: 'the system refused it',
};
const faults = [
  ...Object.keys(words).map((code) => [code, 'write'] as const),
  ...(['datasync', 'stat'] as const).map((call) => ['EIO', call] as const),
].map(([code, call]) => [code, call, words[code]] as const);

test.skipIf(!existsSync('/proc/self/fd'))('a new run is on disk with the names of all its folders', async () => {
  const folder = await stateFolder();
  const synced = watchSyncs();
  await runStore(folder, machine()).create('a', record);
  const [draft] = synced.filter((path) => /\/\.new-[\w-]+$/.test(path));
  expect(draft).toBeDefined();
  // What is in it, then it, then that it is there under its name; the folder of runs was new, too.
  expect(synced.indexOf(join(draft ?? '', 'run.json'))).toBeLessThan(synced.lastIndexOf(draft ?? ''));
  expect(synced.at(-1)).toBe(join(folder, 'runs'));
  expect(synced).toContain(folder);
});

describe('a result that cannot be saved', () => {
  test.each(faults)('(%s at %s) says why, keeps the others, and can be tried again', async (code, call, why) => {
    const { runs, run, path } = await newRun();
    const before = await journalText(run.location);
    failOnce(call, code);

    const error = await trouble(run.append(attempt('two')));
    expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-save' });
    expect(error.message).toBe(
      `The result of step "two" (new-signup) could not be saved in ${path}: ${why} (${code}). Everything before it is saved.`,
    );
    expect(error.hint).toMatch(/mp-verify resume a-1$/);
    expect(await journalText(run.location)).toBe(before);

    await run.append(attempt('three'));
    expect(await runs.read('a-1')).toMatchObject({ entries: [attempt('one'), attempt('three')], warnings: [] });
  });

  test.each([0, 1, 40])('after %i of its bytes leaves nothing of itself', async (part) => {
    const { runs, run } = await newRun();
    const before = await journalText(run.location);
    const real = files.write as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(files, 'write')
      .mockImplementationOnce(function (this: FileHandle, bytes: Uint8Array, offset: number, _: number, at: number) {
        return real.call(this, bytes, offset, part, at);
      } as never)
      .mockRejectedValueOnce(fault('ENOSPC', 'write'));

    const error = await trouble(run.append(attempt('two')));
    // A system that takes nothing, and says nothing of it, is not asked for ever.
    expect(error.message).toContain(part === 0 ? '(EIO)' : 'the disk is full');
    vi.restoreAllMocks();
    expect(await journalText(run.location)).toBe(before);
    await run.append(attempt('three'));
    expect((await runs.read('a-1')).entries).toEqual([attempt('one'), attempt('three')]);
  });

  test('and cannot be cut off either is overwritten by the next', async () => {
    const { runs, run } = await newRun();
    failAlways('datasync', 'EIO');
    failAlways('truncate', 'EIO');
    for (const step of ['two', 'three'])
      expect((await trouble(run.append(attempt(step)))).message).toContain('the disk reported an error (EIO)');
    vi.restoreAllMocks();

    await run.append(attempt('four'));
    expect((await runs.read('a-1')).entries).toEqual([attempt('one'), attempt('four')]);
  });

  test('does not take those behind it along', async () => {
    const { runs, run } = await newRun();
    failOnce('datasync', 'EIO');
    const results = await Promise.allSettled(['two', 'three', 'four'].map((step) => run.append(attempt(step))));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect((await runs.read('a-1')).entries).toEqual(['one', 'three', 'four'].map((step) => attempt(step)));
  });

  test('is not reported as saved if its folder is gone', async () => {
    const { run } = await newRun();
    await rm(run.location, { recursive: true });
    const error = await trouble(run.append(attempt('two')));
    expect(error).toMatchObject({ code: 'cannot-save' });
    expect(error.message).toContain('the file or its folder is missing (ENOENT)');
  });

  test.skipIf(!existsSync('/dev/full'))('on a disk that really is full is said as such', async () => {
    const runs = runStore(await stateFolder(), machine());
    const run = await runs.create('a', record);
    await rm(join(run.location, 'results.jsonl'));
    await symlink('/dev/full', join(run.location, 'results.jsonl'));
    expect((await trouble(run.append(attempt('one')))).message).toContain('the disk is full (ENOSPC)');
  });
});

test('a system that writes a few bytes at a time writes all of them', async () => {
  const folder = await stateFolder();
  const runs = runStore(folder, machine());
  const real = files.write as (...args: unknown[]) => Promise<unknown>;
  vi.spyOn(files, 'write').mockImplementation(function (
    this: FileHandle,
    bytes: Uint8Array,
    offset: number,
    length: number,
    at: number,
  ) {
    return real.call(this, bytes, offset, Math.min(length, 7), at);
  } as never);
  const run = await runs.create('a', record);
  await run.append(attempt('one'));
  await run.append(attempt('two'));
  await run.saveFile({ sha256: 'c'.repeat(64), extension: 'txt', content: Buffer.from('more than seven bytes') });

  expect(await runs.read('a-1')).toMatchObject({
    record: { ...record, id: 'a-1' },
    entries: [attempt('one'), attempt('two')],
  });
  expect(await readFile(join(run.location, 'evidence', `${'c'.repeat(64)}.txt`), 'utf8')).toBe('more than seven bytes');
});

test('a result is on disk before it counts as saved', async () => {
  const { run, path } = await newRun();
  const real = files.datasync;
  const synced: string[] = [];
  vi.spyOn(files, 'datasync').mockImplementation(async function (this: FileHandle) {
    synced.push(await readFile(path, 'utf8'));
    await real.call(this);
  });
  await run.append(attempt('two'));
  expect(synced).toEqual([await journalText(run.location)]);
  expect(synced[0]).toContain('"two"');
});

describe('a run that cannot be created', () => {
  const calls = ['write', 'sync'] as const;
  test.each(calls)('(ENOSPC at any %s) leaves nothing behind, and says that nothing was begun', async (call) => {
    let failures = 0;
    for (let nth = 1; ; nth++) {
      const folder = await stateFolder();
      const runs = runStore(folder, machine());
      const failed = failOnce(call, 'ENOSPC', nth);
      const made = await runs.create('a', record).then(
        () => null,
        (error: unknown) => error,
      );
      vi.restoreAllMocks();
      if (!failed()) break;
      failures++;
      expect(made).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-save' });
      expect(String(made)).toContain(`${join(folder, 'runs')}: the disk is full (ENOSPC). The run was not started.`);
      expect(await readdir(join(folder, 'runs'))).toEqual([]);
      expect((await runs.create('a', record)).record.id).toBe('a-1');
    }
    // The lock and the record at least; the journal begins empty.
    expect(failures).toBeGreaterThanOrEqual(2);
  });

  test('for a file is where its folder should be says so', async () => {
    const folder = await stateFolder();
    await writeFile(join(folder, 'runs'), '');
    const error = await trouble(runStore(folder, machine()).create('a', record));
    expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-save' });
    expect(error.message).toContain('a file is where a folder should be');
    expect(error.hint).toContain('MP_VERIFY_STATE_DIR');
  });
});

describe('evidence that cannot be saved', () => {
  const file = { sha256: 'c'.repeat(64), extension: 'png', content: Buffer.from('picture') };

  test.each(['write', 'sync'] as const)(
    '(ENOSPC at %s) leaves no part of itself, and can be tried again',
    async (call) => {
      const { run } = await newRun();
      const evidence = join(run.location, 'evidence');
      await mkdir(evidence);
      failOnce(call, 'ENOSPC');
      const error = await trouble(run.saveFile(file));
      expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-save' });
      expect(error.message).toContain('The attached file could not be saved');
      expect(error.message).toContain('the disk is full');
      vi.restoreAllMocks();
      expect(await readdir(evidence)).toEqual([]);

      await run.saveFile(file);
      expect(await readdir(evidence)).toEqual([`${file.sha256}.png`]);
    },
  );

  test('for a file is where its folder should be says so', async () => {
    const { run } = await newRun();
    await writeFile(join(run.location, 'evidence'), '');
    expect((await trouble(run.saveFile(file))).message).toContain('a file is where a folder should be');
    await run.append(attempt('two'));
  });
});

describe('a run that cannot be opened', () => {
  test('because its incomplete line cannot be cut off is left to others', async () => {
    const { runs, run, path } = await newRun();
    await run.close();
    await writeFile(path, `${await readFile(path, 'utf8')}{"v":1`);
    const before = await readFile(path, 'utf8');
    failAlways('truncate', 'EROFS');

    const error = await trouble(runs.open('a-1'));
    expect(error).toMatchObject({ code: 'cannot-save' });
    expect(error.message).toContain('the disk is read-only');
    vi.restoreAllMocks();
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await runs.open('a-1')).entries).toEqual([attempt('one')]);
  });

  test.each(['run.json', 'results.jsonl'])('for %s cannot be read is not called damaged', async (name) => {
    const { runs, run } = await newRun();
    await run.close();
    await rm(join(run.location, name));
    await mkdir(join(run.location, name));
    for (const ask of [() => runs.read('a-1'), () => runs.open('a-1')]) {
      const error = await trouble(ask());
      expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-read' });
      expect(error.message).toContain(join(run.location, name));
    }
    expect(await runs.inUse('a-1')).toBe(false);
  });
});
