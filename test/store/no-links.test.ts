import disk, { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStore } from '../../src/store/run-store.ts';
import { replaceInNode } from '../support/replace-in-node.ts';
import { attempt, deadPid, machine, record, stateFolder, trouble } from './support.ts';

test('on a file system without links one process has a run, and a dead one is followed', async () => {
  const none = Object.assign(new Error('no links here'), { code: 'ENOTSUP' });
  replaceInNode(disk, { link: () => Promise.reject(none) });
  const folder = await stateFolder();
  const runs = runStore(folder, machine());
  await (await runs.create('a', record)).close();

  const run = await runs.open('a-1');
  expect(await trouble(runs.open('a-1'))).toMatchObject({ code: 'run-in-use' });
  await run.close();

  const left = { pid: await deadPid(), host: 'desk', time: new Date().toISOString() };
  await writeFile(join(run.location, 'lock'), JSON.stringify(left));
  const next = await runs.open('a-1');
  expect(await trouble(runs.open('a-1'))).toMatchObject({ code: 'run-in-use' });
  await next.append(attempt('one'));
  expect((await runs.read('a-1')).entries).toEqual([attempt('one')]);
});
