import { expect, test } from 'vitest';
import type { Evidence } from '../../../src/checklist/entries.ts';
import { checksum } from '../../../src/store/run-document.ts';
import { runStore } from '../../../src/store/run-store.ts';
import { s3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, entries, machine, record, stateFolder } from '../support.ts';
import { shared, stepsOf } from './support.ts';

const content = Buffer.from('page');
const evidence: Evidence = {
  ...{ type: 'evidence', checklist: 'new-signup', step: 'buy', name: 'page.txt', sha256: checksum(content) },
  ...{ bytes: content.length, mediaType: 'text/plain', redacted: 0, operator: null, at: '2026-07-24T08:00:02.000Z' },
};

/** A local run that was closed, and a way to push it as somebody. */
async function localRun() {
  const local = runStore(await stateFolder(), machine());
  const run = await local.create('new-signup', record);
  for (const entry of entries) await run.append(entry);
  await run.saveFile({ sha256: evidence.sha256, extension: 'txt', content });
  await run.append(evidence);
  await run.close();
  const s3 = await s3StandIn();
  const push = async (name = 'Mina') =>
    (await shared(s3, { name })).push(await local.read('new-signup-1'), (file) => local.readFile('new-signup-1', file));
  return { local, s3, push };
}

test('a local run is copied once, with its files, under the next free number', async () => {
  const { s3, push } = await localRun();
  await (await (await shared(s3)).create('new-signup', record)).close();
  const count = entries.length + 1;
  // One file of the entries was never there.
  expect(await push()).toEqual({ id: 'new-signup-2', added: count, differs: false, lostFiles: ['screen.png'] });
  expect(await push('Jon')).toEqual({ id: 'new-signup-2', added: 0, differs: false, lostFiles: [] });
  const runs = await shared(s3);
  expect(await runs.ids()).toEqual(['new-signup-2', 'new-signup-1']);
  const saved = await runs.read('new-signup-2');
  expect(saved.entries).toEqual([...entries, evidence]);
  expect(Buffer.from((await runs.readFile('new-signup-2', evidence)) ?? []).toString()).toBe('page');
});

test('what was added here since is added there, unless the run went on there', async () => {
  const { local, s3, push } = await localRun();
  await push();
  const here = await local.open('new-signup-1');
  await here.append(attempt('more'));
  await here.close();
  expect(await push()).toMatchObject({ id: 'new-signup-1', added: 1, differs: false });

  const there = await (await shared(s3)).open('new-signup-1');
  await there.append(attempt('elsewhere'));
  await there.close();
  expect(await push()).toMatchObject({ added: 0, differs: false });
  const again = await local.open('new-signup-1');
  await again.append(attempt('here'));
  await again.close();
  expect(await push()).toMatchObject({ id: 'new-signup-1', added: 0, differs: true });
  expect(stepsOf((await (await shared(s3)).read('new-signup-1')).entries).slice(-2)).toEqual(['more', 'elsewhere']);
});

test('a number that somebody takes at the same moment is left to them', async () => {
  const { s3, push } = await localRun();
  const taken = 'prod/runs/new-signup-1/run.json';
  s3.fault = ({ action, key }) => {
    // Somebody creates the run, and is killed before saying which number it took.
    if (action === 'PUT' && key.includes('/pushed/') && !s3.objects.has(taken)) s3.put(taken, '{}');
    return null;
  };
  expect(await push()).toMatchObject({ id: 'new-signup-2', added: entries.length + 1 });
  expect(await push('Jon')).toMatchObject({ id: 'new-signup-2', added: 0, differs: false });
});

test('many who push the same run at once make one run', async () => {
  const { s3, push } = await localRun();
  const pushed = await Promise.allSettled(['a', 'b', 'c', 'd'].map(push));
  for (const each of pushed)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'run-in-use' });
    else expect(each.value.id).toBe('new-signup-1');
  expect(await push()).toMatchObject({ id: 'new-signup-1', differs: false });
  const runs = await shared(s3);
  expect(await runs.ids()).toEqual(['new-signup-1']);
  expect((await runs.read('new-signup-1')).entries).toHaveLength(entries.length + 1);
});
