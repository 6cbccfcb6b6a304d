import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/checklist/entries.ts';
import { errorOutcome } from '../../src/errors.ts';
import type { Runs } from '../../src/ports/storage.ts';
import type { Machine } from '../../src/store/lock.ts';
import { checksum } from '../../src/store/run-document.ts';
import { attempt, deadPid, entries, record, trouble } from './support.ts';

/** An empty store. Each call returns it as a process of its own sees it. */
type Store = (machine?: Partial<Machine>) => Promise<Runs>;

const text = Buffer.from('quantity: 10');
const file = { sha256: checksum(text), extension: 'txt', content: text };
const evidence: Evidence = {
  type: 'evidence',
  ...{ checklist: 'new-signup', step: 'buy', name: 'page.txt' },
  ...{ sha256: file.sha256, bytes: text.length, mediaType: 'text/plain', redacted: 0, operator: null },
  at: '2026-07-24T08:00:02.000Z',
};

/** What every store of runs does. */
export function runStoreContract(name: string, newStore: () => Promise<Store>): void {
  describe(`a run ${name}`, () => {
    test('is read with all that was saved in it, in order', async () => {
      const store = await newStore();
      const run = await (await store()).create('new-signup', record);
      for (const entry of entries) await run.append(entry);
      await run.close();

      expect(await (await store()).read('new-signup-1')).toEqual({
        record: { ...record, id: 'new-signup-1' },
        entries,
        warnings: [],
        location: run.location,
        fileLocation: expect.any(Function),
        journalSha256: run.journalSha256,
      });
    });

    test('is read by others while it is in use, up to the last entry', async () => {
      const store = await newStore();
      const run = await (await store()).create('new-signup', record);
      for (const entry of entries) {
        await run.append(entry);
        const { entries: read, journalSha256 } = await (await store()).read('new-signup-1');
        expect([read.at(-1), journalSha256]).toEqual([entry, run.journalSha256]);
      }
    });

    test('continues where another process stopped', async () => {
      const store = await newStore();
      const first = await (await store()).create('new-signup', record);
      await first.append(attempt('one'));
      await first.close();
      for (const step of ['two', 'three']) {
        const next = await (await store()).open('new-signup-1');
        expect(next.entries.at(0)).toEqual(attempt('one'));
        await next.append(attempt(step));
        await next.close();
      }
      expect((await (await store()).read('new-signup-1')).entries).toEqual(
        ['one', 'two', 'three'].map((s) => attempt(s)),
      );
    });

    test('saves what is appended at the same time in the order of the calls', async () => {
      const store = await newStore();
      const run = await (await store()).create('new-signup', record);
      const many = Array.from({ length: 30 }, (_, index) => attempt(`step-${index}`));
      await Promise.all(many.map((entry) => run.append(entry)));
      expect((await (await store()).read('new-signup-1')).entries).toEqual(many);
    });

    test('closes after everything is saved, and takes nothing more', async () => {
      const store = await newStore();
      const run = await (await store()).create('new-signup', record);
      const saved = run.append(attempt('one'));
      await run.close();
      await saved;
      await expect(run.append(attempt('two'))).rejects.toThrow();
      expect((await (await store()).read('new-signup-1')).entries).toEqual([attempt('one')]);
    });

    test('takes no entry that could not be read again', async () => {
      const store = await newStore();
      const run = await (await store()).create('new-signup', record);
      await run.append(attempt('one'));
      const refused = await run.append(attempt('two', { durationMs: -1 })).catch((error: unknown) => error);
      expect(errorOutcome(refused)).toBe('bug');
      await run.append(attempt('three'));
      expect((await (await store()).read('new-signup-1')).entries).toEqual([attempt('one'), attempt('three')]);
    });
  });

  describe(`the number of a run ${name}`, () => {
    test('follows the highest of its base', async () => {
      const store = await newStore();
      const runs = await store();
      const ids = [];
      for (const base of ['a', 'a', 'use-cases', 'a']) ids.push((await runs.create(base, record)).record.id);
      expect(ids).toEqual(['a-1', 'a-2', 'use-cases-1', 'a-3']);
    });

    test('is given to one run only, however many begin at the same time', async () => {
      const store = await newStore();
      const all = await Promise.all(Array.from({ length: 20 }, () => store()));
      const made = await Promise.all(all.map((runs) => runs.create('new-signup', record)));
      const ids = made.map((run) => run.record.id);
      expect(new Set(ids)).toEqual(new Set(ids.map((_, index) => `new-signup-${index + 1}`)));
      for (const run of made) await run.append(attempt(run.record.id));
      for (const id of ids) expect((await (await store()).read(id)).entries).toEqual([attempt(id)]);
    });

    test('is not given again after the run was deleted', async () => {
      const store = await newStore();
      const runs = await store();
      await (await runs.create('a', record)).close();
      await runs.remove('a-1');
      expect((await runs.create('a', record)).record.id).toBe('a-2');
    });

    test.each([...['../a-1', 'a-1/', './a-1', '..', '.', '', 'a', 'A-1', 'a\\b-1'], ...['a-2', 'a-01', 'a-0', 'b-1']])(
      'that no run has is unknown: %j',
      async (id) => {
        const store = await newStore();
        const runs = await store();
        await runs.create('a', record);
        const asked = [runs.read(id), runs.inspect(id), runs.open(id), runs.inUse(id), runs.remove(id)];
        for (const error of await Promise.all(asked.map(trouble)))
          expect(error).toMatchObject({
            name: 'UserError',
            code: 'unknown-run',
            message: `There is no run "${id}".`,
          });
      },
    );
  });

  describe(`the list of runs ${name}`, () => {
    test('is empty if nothing was ever saved', async () => {
      expect(await (await (await newStore())()).ids()).toEqual([]);
    });

    test('has the newest first, by when they began, then by number', async () => {
      const store = await newStore();
      const runs = await store();
      const begin = async (base: string, day: string) =>
        (await runs.create(base, { ...record, startedAt: `2026-07-${day}T00:00:00Z` })).close();
      await begin('a', '03');
      await begin('b', '05');
      await begin('a', '04');
      await begin('b', '04');
      await begin('b', '04');
      const ids = ['b-1', 'b-3', 'a-2', 'b-2', 'a-1'];
      expect(await (await store()).ids()).toEqual(ids);
      expect(await runs.readAll()).toMatchObject(ids.map((id) => ({ record: { id } })));
    });

    test('lacks runs that were deleted', async () => {
      const store = await newStore();
      const runs = await store();
      for (const base of ['a', 'b']) await (await runs.create(base, record)).close();
      await runs.remove('a-1');
      expect(await (await store()).ids()).toEqual(['b-1']);
      expect(await trouble(runs.read('a-1'))).toMatchObject({ name: 'UserError', code: 'unknown-run' });
      expect(await trouble(runs.open('a-1'))).toMatchObject({ name: 'UserError', code: 'unknown-run' });
    });
  });

  describe(`a run in use ${name}`, () => {
    test('is neither opened nor deleted by another process, and says who uses it', async () => {
      const store = await newStore();
      const run = await (await store()).create('a', record);
      await run.append(attempt('one'));
      const other = await store();
      expect(await other.inUse('a-1')).toBe(true);
      for (const error of await Promise.all([other.open('a-1'), other.remove('a-1')].map(trouble)))
        expect(error).toMatchObject({
          name: 'CouldNotCheck',
          code: 'run-in-use',
          message: expect.stringContaining(`process ${process.pid} on desk`),
        });
      await run.append(attempt('two'));
      await run.close();
      expect(await other.inUse('a-1')).toBe(false);
      expect((await other.open('a-1')).entries).toEqual([attempt('one'), attempt('two')]);
      expect(await other.inUse('a-1')).toBe(true);
    });

    test('is opened by exactly one of many', async () => {
      const store = await newStore();
      await (await (await store()).create('a', record)).close();
      const all = await Promise.all(Array.from({ length: 10 }, () => store()));
      const opened = await Promise.allSettled(all.map((runs) => runs.open('a-1')));
      expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const each of opened)
        if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'run-in-use' });
    });

    test('is free when its process has died, on the same machine', async () => {
      const store = await newStore();
      const dead = await (await store({ pid: await deadPid() })).create('a', record);
      await dead.append(attempt('one'));
      const next = await store();
      expect(await next.inUse('a-1')).toBe(false);
      const run = await next.open('a-1');
      await run.append(attempt('two'));
      expect(await trouble(dead.append(attempt('lost')))).toMatchObject({ code: 'lock-lost' });
      expect((await next.read('a-1')).entries).toEqual([attempt('one'), attempt('two')]);
    });

    test('stays in use while its process may be running on another machine', async () => {
      const store = await newStore();
      await (await store({ pid: await deadPid(), host: 'laptop' })).create('a', record);
      expect(await (await store()).inUse('a-1')).toBe(true);
      expect(await trouble((await store()).open('a-1'))).toMatchObject({ code: 'run-in-use' });
    });
  });

  describe(`a file attached to a run ${name}`, () => {
    test('is read as it was saved, however often', async () => {
      const store = await newStore();
      const run = await (await store()).create('a', record);
      for (let i = 0; i < 2; i++) await run.saveFile(file);
      await run.append(evidence);
      await run.close();
      const runs = await store();
      expect(Buffer.from((await runs.readFile('a-1', evidence)) ?? []).toString()).toBe('quantity: 10');
      expect((await runs.inspect('a-1')).warnings).toEqual([]);
      expect((await runs.open('a-1')).warnings).toEqual([]);
    });

    test('that is missing is named, and whole again when it is attached again', async () => {
      const store = await newStore();
      const run = await (await store()).create('a', record);
      await run.append(evidence);
      await run.append(evidence);
      await run.close();
      const runs = await store();
      expect(await runs.readFile('a-1', evidence)).toBeNull();
      const remark = `The file "page.txt" of step "buy" (new-signup) is missing: ${run.fileLocation(evidence)}. Restore it from a backup, or attach it again: mp-verify resume a-1 --attach new-signup/buy=FILE`;
      expect((await runs.inspect('a-1')).warnings).toEqual([remark]);
      const again = await runs.open('a-1');
      expect(again.warnings).toEqual([remark]);
      await again.saveFile(file);
      expect((await runs.inspect('a-1')).warnings).toEqual([]);
    });
  });
}
