import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runStore } from '../../src/runs/run-store.ts';
import { attempt, deadPid, machine, record, stateFolder, trouble } from './support.ts';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  link: () => Promise.reject(Object.assign(new Error('no links here'), { code: 'ENOTSUP' })),
}));

test('on a file system without links one process has a run, and a dead one is followed', async () => {
  const folder = await stateFolder();
  const runs = runStore(folder, machine());
  await (await runs.create('a', record)).close();

  const run = await runs.open('a-1');
  expect(await trouble(runs.open('a-1'))).toMatchObject({ code: 'run-in-use' });
  await run.close();

  const left = { pid: await deadPid(), host: 'desk', time: new Date().toISOString() };
  await writeFile(join(run.folder, 'lock'), JSON.stringify(left));
  const next = await runs.open('a-1');
  expect(await trouble(runs.open('a-1'))).toMatchObject({ code: 'run-in-use' });
  await next.append(attempt('one'));
  expect((await runs.read('a-1')).entries).toEqual([attempt('one')]);
});
