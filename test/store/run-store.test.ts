import { createHash } from 'node:crypto';
import {
  appendFile,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runStore } from '../../src/store/run-store.ts';
import { attempt, entries, journalText, machine, record, stateFolder, trouble } from './support.ts';

async function store() {
  const folder = await stateFolder();
  return { folder, runs: runStore(folder, machine()) };
}

describe('a run', () => {
  test('knows the hash of its journal as it is on disk, at each moment', async () => {
    const { runs } = await store();
    const run = await runs.create('new-signup', record);
    const path = join(run.location, 'results.jsonl');
    const onDisk = async () =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    for (const entry of entries) {
      expect(run.journalSha256).toBe(await onDisk());
      await run.append(entry);
    }
    await run.close();
    expect(run.journalSha256).toBe(await onDisk());
    expect(await runs.read('new-signup-1')).toMatchObject({ journalSha256: run.journalSha256 });

    // An incomplete last line counts until it is cut off.
    await appendFile(path, '{"v":');
    expect((await runs.inspect('new-signup-1')).journalSha256).toBe(await onDisk());
    expect(await onDisk()).not.toBe(run.journalSha256);
    const again = await runs.open('new-signup-1');
    expect([again.journalSha256, await onDisk()]).toEqual([run.journalSha256, run.journalSha256]);
    await again.append(attempt('one'));
    expect(again.journalSha256).toBe(await onDisk());
    await again.close();
  });

  test.skipIf(platform() === 'win32')('is for its owner only', async () => {
    const { folder, runs } = await store();
    const run = await runs.create('new-signup', record);
    await run.append(attempt('one'));
    await run.saveFile({ sha256: 'c'.repeat(64), extension: 'png', content: Buffer.from('picture') });
    await run.close();
    await runs.open('new-signup-1');

    const paths = ['', ...(await readdir(join(folder, 'runs'), { recursive: true }))];
    const modes = await Promise.all(
      paths.map(async (path) => {
        const found = await stat(join(folder, 'runs', path));
        return [path, found.isDirectory() ? 'folder' : 'file', (found.mode & 0o777).toString(8)];
      }),
    );
    expect(modes.sort()).toEqual([
      ['', 'folder', '700'],
      ['new-signup-1', 'folder', '700'],
      ['new-signup-1/evidence', 'folder', '700'],
      [`new-signup-1/evidence/${'c'.repeat(64)}.png`, 'file', '600'],
      ['new-signup-1/lock', 'file', '600'],
      ['new-signup-1/results.jsonl', 'file', '600'],
      ['new-signup-1/run.json', 'file', '600'],
    ]);
  });
});

describe('a name', () => {
  test('has the number after the highest of its base', async () => {
    const { folder, runs } = await store();
    for (const name of ['new-signup-2', 'new-signup-10', 'new-signup-10-99', 'other-500', 'new-signup-x'])
      await mkdir(join(folder, 'runs', name), { recursive: true });

    expect((await runs.create('new-signup', record)).record.id).toBe('new-signup-11');
    expect((await runs.create('use-cases', record)).record.id).toBe('use-cases-1');
  });

  test('is given to one run only, however many begin at the same time', async () => {
    const folder = await stateFolder();
    const made = await Promise.all(
      Array.from({ length: 25 }, () => runStore(folder, machine()).create('new-signup', record)),
    );
    const ids = made.map((run) => run.record.id);

    expect(new Set(ids)).toEqual(new Set(ids.map((_, index) => `new-signup-${index + 1}`)));
    for (const run of made) {
      await run.append(attempt(run.record.id));
      const saved = await runStore(folder, machine()).read(run.record.id);
      expect(saved.record.id).toBe(run.record.id);
      expect(saved.entries).toEqual([attempt(run.record.id)]);
    }
    expect((await readdir(join(folder, 'runs'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each([
    '../new-signup-1',
    'new-signup-1/',
    './new-signup-1',
    '..',
    '.',
    '',
    'new-signup',
    'NEW-SIGNUP-1',
    'a\\b-1',
  ])('%j is no run', async (id) => {
    const { runs } = await store();
    await runs.create('new-signup', record);
    for (const error of await Promise.all([runs.read(id), runs.open(id), runs.inUse(id), runs.remove(id)].map(trouble)))
      expect(error).toMatchObject({ name: 'UserError', code: 'unknown-run', message: `There is no run "${id}".` });
  });

  test('reports a copied folder', async () => {
    const { folder, runs } = await store();
    const run = await runs.create('new-signup', record);
    await run.close();
    const copy = join(folder, 'runs', 'new-signup-2');
    await mkdir(copy);
    for (const name of ['run.json', 'results.jsonl'])
      await writeFile(join(copy, name), await readFile(join(run.location, name)));

    expect((await trouble(runs.read('new-signup-2'))).message).toContain('it is the description of run "new-signup-1"');
  });
});

describe('the list of runs', () => {
  test('keeps damaged runs in their place', async () => {
    const { runs } = await store();
    const made = [];
    for (const day of ['01', '02', '03', '04', '05'])
      made.push(await runs.create('a', { ...record, startedAt: `2026-07-${day}T00:00:00Z` }));
    const [, second, third] = made.map((run) => run.location);
    if (!second || !third) throw new Error('not made');
    await writeFile(join(second, 'run.json'), '{');
    await utimes(join(second, 'run.json'), new Date('2026-07-02'), new Date('2026-07-02'));
    await rm(join(third, 'run.json'));
    await utimes(third, new Date('2026-07-03'), new Date('2026-07-03'));

    expect(await runs.ids()).toEqual(['a-5', 'a-4', 'a-3', 'a-2', 'a-1']);
  });

  test('leaves out what is no run', async () => {
    const { folder, runs } = await store();
    await runs.create('a', record);
    await writeFile(join(folder, 'runs', 'b-1'), 'a file');
    await writeFile(join(folder, 'runs', '.DS_Store'), '');
    for (const name of ['.new-1', '.deleted-1', 'lost+found', 'c']) await mkdir(join(folder, 'runs', name));

    expect(await runs.ids()).toEqual(['a-1']);
  });

  test('that cannot be read is not an empty one', async () => {
    const folder = await stateFolder();
    await writeFile(join(folder, 'runs'), 'a file');
    expect(await trouble(runStore(folder, machine()).ids())).toMatchObject({
      name: 'CouldNotCheck',
      code: 'cannot-read',
    });
  });
});

describe('deleting', () => {
  test('takes the whole run away, and leaves its number taken', async () => {
    const { folder, runs } = await store();
    const run = await runs.create('a', record);
    await run.saveFile({ sha256: 'c'.repeat(64), extension: 'png', content: Buffer.from('picture') });
    await run.close();
    await runs.remove('a-1');

    expect(await runs.ids()).toEqual([]);
    expect(await readdir(join(folder, 'runs'))).toEqual(['.given-a-1']);
    expect(await readFile(join(folder, 'runs', '.given-a-1'), 'utf8')).toBe('');
  });

  test('takes a damaged run too', async () => {
    const { runs } = await store();
    const run = await runs.create('a', record);
    await run.close();
    await writeFile(join(run.location, 'run.json'), '{');
    await runs.remove('a-1');
    expect(await runs.ids()).toEqual([]);
  });
});

describe.skipIf(platform() === 'win32')('a run that was moved elsewhere, with a link in its place', () => {
  async function moved() {
    const { folder, runs } = await store();
    await (await runs.create('a', { ...record, startedAt: '2026-07-01T00:00:00Z' })).close();
    const run = await runs.create('b', { ...record, startedAt: '2026-07-02T00:00:00Z' });
    await run.append(attempt('one', { status: 'fail' }));
    await run.close();
    await (await runs.create('c', { ...record, startedAt: '2026-07-03T00:00:00Z' })).close();
    const elsewhere = join(folder, 'elsewhere');
    await rename(run.location, elsewhere);
    await symlink(elsewhere, run.location);
    await lutimes(run.location, new Date('2026-07-02'), new Date('2026-07-02'));
    return { folder, runs, elsewhere, link: run.location };
  }

  test('is listed with the others, read and resumed', async () => {
    const { runs, elsewhere } = await moved();
    expect(await runs.ids()).toEqual(['c-1', 'b-1', 'a-1']);
    expect((await runs.read('b-1')).entries).toEqual([attempt('one', { status: 'fail' })]);
    const run = await runs.open('b-1');
    await run.append(attempt('two'));
    expect(await trouble(runs.open('b-1'))).toMatchObject({ code: 'run-in-use' });
    expect((await journalText(elsewhere)).split('\n')).toHaveLength(3);
  });

  test('keeps its place, and cannot be read, while the target of the link is missing', async () => {
    const { runs, elsewhere, link } = await moved();
    await rename(elsewhere, `${elsewhere}-too`);
    expect(await runs.ids()).toEqual(['c-1', 'b-1', 'a-1']);
    for (const ask of [
      () => runs.read('b-1'),
      () => runs.inspect('b-1'),
      () => runs.open('b-1'),
      () => runs.inUse('b-1'),
    ])
      expect(await trouble(ask())).toMatchObject({
        name: 'CouldNotCheck',
        code: 'damaged-run',
        message: `Cannot read run b-1. ${link} is a link to ${elsewhere}, which does not exist.`,
        hint: expect.stringContaining('mp-verify runs delete b-1'),
      });
    expect((await runs.create('b', record)).record.id).toBe('b-2');
    await runs.remove('b-1');
    expect(await runs.ids()).toEqual(['b-2', 'c-1', 'a-1']);
    expect((await readdir(`${elsewhere}-too`)).sort()).toEqual(['results.jsonl', 'run.json']);
  });

  test('is not deleted: what is elsewhere is not ours to delete', async () => {
    const { runs, elsewhere, link } = await moved();
    expect(await trouble(runs.remove('b-1'))).toMatchObject({
      name: 'CouldNotCheck',
      code: 'cannot-delete',
      message: `Run b-1 was not deleted: ${link} is a link to ${elsewhere}, and mp-verify deletes only what is in its own folder.`,
      hint: `Delete ${elsewhere} yourself, then run the command again.`,
    });
    expect((await runs.read('b-1')).entries).toHaveLength(1);
  });

  test('is none if the link leads to a file, and cannot be read if it leads to itself', async () => {
    const { folder, runs } = await moved();
    await symlink(join(folder, 'runs', 'd-1'), join(folder, 'runs', 'd-1'));
    await writeFile(join(folder, 'file'), '');
    await symlink(join(folder, 'file'), join(folder, 'runs', 'e-1'));
    expect((await runs.ids()).toSorted()).toEqual(['a-1', 'b-1', 'c-1', 'd-1']);
    expect(await trouble(runs.read('d-1'))).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-read' });
    expect(await trouble(runs.read('e-1'))).toMatchObject({ name: 'UserError', code: 'unknown-run' });
    expect(await trouble(runs.remove('e-1'))).toMatchObject({ name: 'UserError', code: 'unknown-run' });
  });
});

describe('what killed processes leave', () => {
  test('is cleared away a day later, and not before', async () => {
    const folder = await stateFolder();
    const place = join(folder, 'runs');
    await mkdir(place);
    const old = await mkdtemp(join(place, '.new-'));
    await writeFile(join(old, 'run.json'), '{');
    const fresh = await mkdtemp(join(place, '.new-'));
    const half = await mkdtemp(join(place, '.deleted-'));
    const now = Date.now();
    await utimes(old, new Date(now), new Date(now - 25 * 60 * 60 * 1000));
    await utimes(fresh, new Date(now), new Date(now - 23 * 60 * 60 * 1000));
    await runStore(folder, machine()).create('a', record);

    expect((await readdir(place)).map((name) => join(place, name)).sort()).toEqual([fresh, join(place, 'a-1')].sort());
    expect(half).toContain('.deleted-');
  });
});

describe('evidence', () => {
  const file = { sha256: 'c'.repeat(64), extension: 'png', content: Buffer.from('picture') };

  test('is kept under its sha256', async () => {
    const { runs } = await store();
    const run = await runs.create('a', record);
    await run.saveFile(file);
    await run.saveFile({ ...file, sha256: 'd'.repeat(64) });

    const evidence = join(run.location, 'evidence');
    expect((await readdir(evidence)).sort()).toEqual([`${'c'.repeat(64)}.png`, `${'d'.repeat(64)}.png`]);
    expect(await readFile(join(evidence, `${file.sha256}.png`), 'utf8')).toBe('picture');
  });
});

describe('a journal changed by another program', () => {
  test.each([
    ['longer', (text: string) => `${text}{"v":1}\n`],
    ['shorter', () => ''],
  ])('and %s is not written to', async (_, change) => {
    const { runs } = await store();
    const run = await runs.create('a', record);
    await run.append(attempt('one'));
    const changed = change(await journalText(run.location));
    await writeFile(join(run.location, 'results.jsonl'), changed);

    const error = await trouble(run.append(attempt('two')));
    expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'cannot-save' });
    expect(error.message).toContain('Another program changed');
    expect(await journalText(run.location)).toBe(changed);
  });
});

test('reading all runs finds the same as reading each, newest first, and tells what is damaged', async () => {
  const { folder, runs } = await store();
  for (const startedAt of ['2026-07-24T08:00:00.000Z', '2026-07-26T08:00:00.000Z', '2026-07-25T08:00:00.000Z']) {
    const run = await runs.create('new-signup', { ...record, startedAt });
    for (const entry of entries) await run.append(entry);
    await run.close();
  }
  await writeFile(join(folder, 'runs', 'new-signup-3', 'results.jsonl'), 'damaged\n');
  const [newest, damaged, oldest] = await runs.readAll();
  expect(newest).toMatchObject({ record: (await runs.read('new-signup-2')).record, entries });
  expect(damaged).toMatchObject({ id: 'new-signup-3', error: { code: 'damaged-run' } });
  expect(oldest).toMatchObject({ record: (await runs.read('new-signup-1')).record, entries });
  expect(await runs.ids()).toEqual(['new-signup-2', 'new-signup-3', 'new-signup-1']);
});
