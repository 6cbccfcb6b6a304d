import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Machine, machineId, thisMachine } from '../../src/store/lock.ts';
import { checksum } from '../../src/store/run-document.ts';
import { runStore } from '../../src/store/run-store.ts';
import { attempt, deadPid, journalText, machine, record, stateFolder, trouble } from './support.ts';

async function leftRun() {
  const folder = await stateFolder();
  const run = await runStore(folder, machine()).create('a', record);
  await run.append(attempt('one'));
  await run.close();
  return { folder, lock: join(run.location, 'lock'), home: run.location };
}

const since = '2026-07-24T09:00:00.000Z';
const held = (changes: object = {}) => JSON.stringify({ pid: process.pid, host: 'desk', time: since, ...changes });

describe('the lock of a run', () => {
  test('says who has it', async () => {
    const folder = await stateFolder();
    const run = await runStore(folder, machine({ now: () => new Date(since) })).create('a', record);
    expect(JSON.parse(await readFile(join(run.location, 'lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      host: 'desk',
      time: since,
    });
    expect(await runStore(folder, machine()).inUse('a-1')).toBe(true);
    await run.close();
    expect(await runStore(folder, machine()).inUse('a-1')).toBe(false);
    expect((await readdir(run.location)).sort()).toEqual(['results.jsonl', 'run.json']);
  });

  test('keeps a second one out, of the same process too', async () => {
    const { folder } = await leftRun();
    const runs = runStore(folder, machine());
    const run = await runs.open('a-1');
    expect(await trouble(runs.open('a-1'))).toMatchObject({ name: 'CouldNotCheck', code: 'run-in-use' });
    await run.append(attempt('two'));
    await run.close();
    await (await runs.open('a-1')).close();
  });

  test('does not lock other runs', async () => {
    const { folder } = await leftRun();
    const runs = runStore(folder, machine());
    const [first, second] = [await runs.open('a-1'), await runs.create('a', record)];
    await Promise.all([first.append(attempt('two')), second.append(attempt('three'))]);
    expect((await runs.read('a-1')).entries).toEqual([attempt('one'), attempt('two')]);
    expect((await runs.read('a-2')).entries).toEqual([attempt('three')]);
  });

  test('of a living process is respected, and says whom to end', async () => {
    const { folder, lock } = await leftRun();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await writeFile(lock, held({ pid: child.pid }));

    const runs = runStore(folder, machine());
    const error = await trouble(runs.open('a-1'));
    expect(error.message).toBe(`Run a-1 is in use by process ${child.pid} on desk, since ${since}.`);
    expect(error.hint).toContain('End that process');
    expect(await readFile(lock, 'utf8')).toBe(held({ pid: child.pid }));
    expect(await runs.inUse('a-1')).toBe(true);
  });

  const day = 24 * 60 * 60;
  const at = (changes: { readonly boot: string | null; readonly uptime: number; readonly days?: number }) =>
    machine({
      now: () => new Date(Date.parse(since) + (changes.days ?? 0) * day * 1000),
      uptime: () => changes.uptime,
      bootId: () => changes.boot,
    });
  const steps: readonly (readonly [string, Machine, Machine])[] = [
    ['forward', at({ boot: 'a', uptime: 60 }), at({ boot: 'a', uptime: 90, days: 400 })],
    ['back', at({ boot: 'a', uptime: 60 }), at({ boot: 'a', uptime: 90, days: -400 })],
    ['forward, where boots have no id', at({ boot: null, uptime: 60 }), at({ boot: null, uptime: 90, days: 400 })],
    ['back, where boots have no id', at({ boot: null, uptime: 60 }), at({ boot: null, uptime: 90, days: -400 })],
  ];
  test.each(steps)('of a living process is respected though the clock was put %s', async (_, then, now) => {
    const folder = await stateFolder();
    const run = await runStore(folder, then).create('a', record);
    const runs = runStore(folder, now);
    expect(await trouble(runs.open('a-1'))).toMatchObject({ code: 'run-in-use' });
    expect(await trouble(runs.remove('a-1'))).toMatchObject({ code: 'run-in-use' });
    expect(await runs.inUse('a-1')).toBe(true);
    await run.append(attempt('one'));
    expect((await runs.read('a-1')).entries).toEqual([attempt('one')]);
  });

  const restarts: readonly (readonly [string, Machine, Machine])[] = [
    ['', at({ boot: 'a', uptime: 60 }), at({ boot: 'b', uptime: 90 })],
    [', a year later', at({ boot: 'a', uptime: 60 }), at({ boot: 'b', uptime: 300 * day, days: 365 })],
    [' whose clock was put back', at({ boot: 'a', uptime: 60 }), at({ boot: 'b', uptime: 90, days: -1 })],
    [' where boots have no id', at({ boot: null, uptime: day }), at({ boot: null, uptime: 60, days: -1 })],
  ];
  test.each(restarts)(
    'of a process from before a restart%s is taken over, whoever has its number now',
    async (_, then, now) => {
      const folder = await stateFolder();
      await runStore(folder, then).create('a', record);
      const runs = runStore(folder, now);
      expect(await runs.inUse('a-1')).toBe(false);
      const run = await runs.open('a-1');
      await run.append(attempt('two'));
      expect((await runs.read('a-1')).entries).toEqual([attempt('two')]);
    },
  );

  test('is not lost to a clock that counts the uptime in whole seconds', async () => {
    const folder = await stateFolder();
    await runStore(folder, at({ boot: null, uptime: 60.9 })).create('a', record);
    expect(await runStore(folder, at({ boot: null, uptime: 60 })).inUse('a-1')).toBe(true);
  });

  test('of another machine is respected, because its process cannot be checked from here', async () => {
    const { folder, lock } = await leftRun();
    await writeFile(lock, held({ pid: await deadPid(), host: 'laptop' }));

    const error = await trouble(runStore(folder, machine()).open('a-1'));
    expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'run-in-use' });
    expect(error.message).toContain('on laptop');
    expect(error.hint).toContain(`delete ${lock}`);
  });

  const dead: readonly (readonly [string, () => Promise<string>])[] = [
    ['a process that has ended', async () => held({ pid: await deadPid() })],
    ['a process from before the machine was started', async () => held({ time: '2026-06-30T23:59:59Z' })],
    ['nobody knows whom', async () => 'not JSON'],
    ['a machine that lost its power', async () => ''],
    ['a process without a number', async () => JSON.stringify({ host: 'desk', time: since })],
  ];
  test.each(dead)('of %s is taken over at once', async (_, text) => {
    const { folder, lock, home } = await leftRun();
    await writeFile(lock, await text());
    const runs = runStore(folder, machine());
    expect(await runs.inUse('a-1')).toBe(false);

    const run = await runs.open('a-1');
    await run.append(attempt('two'));
    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    expect((await runs.read('a-1')).entries).toEqual([attempt('one'), attempt('two')]);
    expect((await readdir(home)).sort()).toEqual(['lock', 'results.jsonl', 'run.json']);
  });

  test.each(dead)('of %s does not keep the run from being deleted', async (_, text) => {
    const { folder, lock } = await leftRun();
    await writeFile(lock, await text());
    const runs = runStore(folder, machine());
    await runs.remove('a-1');
    expect(await runs.ids()).toEqual([]);
  });

  test.each(dead)('of %s is taken over by exactly one of many', async (_, text) => {
    const left = await text();
    for (let round = 0; round < 15; round++) {
      const { folder, lock } = await leftRun();
      await writeFile(lock, left);
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, () => runStore(folder, machine()).open('a-1')),
      );
      const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(winners).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'run-in-use' });
      await winners[0]?.append(attempt('two'));
      await winners[0]?.close();
      expect((await runStore(folder, machine()).read('a-1')).entries).toEqual([attempt('one'), attempt('two')]);
    }
  });

  test('that is free is taken by exactly one of many', async () => {
    for (let round = 0; round < 15; round++) {
      const { folder } = await leftRun();
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, () => runStore(folder, machine()).open('a-1')),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('is taken over from one who died while taking it over', async () => {
    const { folder, lock, home } = await leftRun();
    const left = held({ pid: await deadPid() });
    await writeFile(lock, left);
    // What the first successor leaves, and what its own successor leaves.
    const successor = held({ pid: await deadPid(), token: 'x' });
    await writeFile(join(home, `.lock-after-${checksum(left)}`), successor);
    await writeFile(join(home, `.lock-after-${checksum(successor)}`), 'not JSON');

    const run = await runStore(folder, machine()).open('a-1');
    await run.append(attempt('two'));
    expect((await readdir(run.location)).sort()).toEqual(['lock', 'results.jsonl', 'run.json']);
  });

  test('is left to a living one who is about to take it over', async () => {
    const { folder, lock, home } = await leftRun();
    const left = held({ pid: await deadPid() });
    await writeFile(lock, left);
    const claim = join(home, `.lock-after-${checksum(left)}`);
    await writeFile(claim, held());

    expect(await trouble(runStore(folder, machine()).open('a-1'))).toMatchObject({ code: 'run-in-use' });
    expect(await readFile(lock, 'utf8')).toBe(left);
    expect(await readFile(claim, 'utf8')).toBe(held());
  });

  test('that was lost stops the writing', async () => {
    const { folder, lock, home } = await leftRun();
    const run = await runStore(folder, machine()).open('a-1');
    const before = await journalText(home);
    for (const text of [held({ pid: 7, host: 'laptop', token: 'x' }), 'not JSON', null]) {
      if (text === null) await rm(lock);
      else await writeFile(lock, text);
      expect(await trouble(run.append(attempt('two')))).toMatchObject({ name: 'CouldNotCheck', code: 'lock-lost' });
      const file = { sha256: 'c'.repeat(64), extension: 'txt', content: Buffer.from('x') };
      expect(await trouble(run.saveFile(file))).toMatchObject({ code: 'lock-lost' });
    }
    expect(await journalText(home)).toBe(before);
    expect((await readdir(home)).sort()).toEqual(['results.jsonl', 'run.json']);
  });

  test('of another process is not removed at the end', async () => {
    const { folder, lock } = await leftRun();
    const run = await runStore(folder, machine()).open('a-1');
    await writeFile(lock, held({ host: 'laptop' }));
    await run.close();
    expect(await readFile(lock, 'utf8')).toBe(held({ host: 'laptop' }));
  });

  test('ends with the walk: nothing is written after it', async () => {
    const { folder, home } = await leftRun();
    const run = await runStore(folder, machine()).open('a-1');
    await run.close();
    const before = await journalText(home);
    expect(await trouble(run.append(attempt('two')))).toMatchObject({ code: 'lock-lost' });
    expect(await journalText(home)).toBe(before);
  });
});

test('of a container of the same name is respected, where two of them share a folder', async () => {
  const folder = await stateFolder();
  const container = (namespace: string) =>
    machine({ host: 'ci', bootId: () => 'boot', pidNamespace: () => namespace, alive: () => false });
  const run = await runStore(folder, container('pid:[4026532201]')).create('a', record);
  const other = runStore(folder, container('pid:[4026532202]'));
  expect(await other.inUse('a-1')).toBe(true);
  expect(await trouble(other.open('a-1'))).toMatchObject({
    code: 'run-in-use',
    hint: expect.stringContaining('cannot check from here'),
  });
  await run.append(attempt('one'));
  await run.close();
});

test('a machine has one id, which two processes agree on that begin at once', async () => {
  const folder = join(await stateFolder(), 'state');
  const ids = await Promise.all([machineId(folder), machineId(folder), machineId(folder)]);
  expect(new Set(ids)).toEqual(new Set([await machineId(folder)]));
  expect(await machineId(await stateFolder())).not.toBe(ids[0]);
  // A file is where the folder should be.
  expect(await machineId(join(folder, 'machine-id'))).not.toBe(ids[0]);
});

test.skipIf(platform() !== 'linux')('this machine tells its boots apart, and how long it has been up', async () => {
  const { bootId, pidNamespace, uptime, now } = thisMachine(process.pid, () => undefined);
  const up = async () => Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  expect(`${bootId()}\n`).toBe(await readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  expect(pidNamespace()).toMatch(/^pid:\[\d+\]$/);
  const [before, here, after] = [Math.floor(await up()), uptime(), await up()];
  // The file has hundredths of a second.
  expect(here).toBeGreaterThanOrEqual(before);
  expect(here).toBeLessThanOrEqual(after + 0.02);
  const [earlier, at] = [Date.now(), now().getTime()];
  expect(at).toBeGreaterThanOrEqual(earlier);
  expect(at).toBeLessThanOrEqual(Date.now());
});
