import { expect, test } from 'vitest';
import { documentOf } from '../commands/machine.ts';
import { keepFleet } from '../support/sample-fleet.ts';
import { at, passes } from '../support/script-terminal.ts';
import { keepWalk } from '../support/walked-run.ts';
import { team } from './people.ts';

const early = '2026-11-10T09:00:00.000Z';

test('local runs are copied once, with their files, under the next free numbers', async () => {
  const { mina, ben } = await team();
  await keepWalk(ben.store, { at: early });
  expect((await ben.run('runs push --all')).stdout).toBe('Copied new-signup-1 as new-signup-1.\n');
  await mina.write('screen.txt', 'A screen');
  const start = 'run new-signup --store local --buyer 444455556666 --attach page=screen.txt';
  await mina.run(start, [...passes('page'), at('purchase').press('q')]);

  const pushed = await mina.run('runs push new-signup-1');
  expect(pushed.stdout).toBe('Copied new-signup-1 as new-signup-2.\n');
  expect((await mina.run('runs push new-signup')).stdout).toBe('new-signup-1 was copied before: new-signup-2.\n');
  const here = documentOf(await mina.run('report new-signup-1 --json --store local'));
  const there = documentOf(await ben.run('report new-signup-2 --json'));
  expect(there.checklists).toEqual(here.checklists);
  expect((await ben.run('runs show new-signup-2')).stderr).toBe('');

  // It went on locally.
  await mina.run('resume --store local', [at('purchase').press('s'), { line: 'later' }, 'q']);
  expect((await mina.run('runs push new-signup-1')).stdout).toBe('Copied new-signup-1 as new-signup-2.\n');
  const report = documentOf(await ben.run('report new-signup-2 --json'));
  expect(report.checklists[0]?.steps.find(({ id }) => id === 'purchase')?.status).toBe('skip');
});

test('a fleet run is copied whole, and every list and report of the shared store reads it', async () => {
  const { mina, ben } = await team();
  await keepFleet(mina.store);
  expect((await mina.run('runs push --all')).stdout).toBe('Copied regression-1 as regression-1.\n');
  const here = JSON.parse((await mina.run('report regression-1 --json --store local')).stdout);
  const there = JSON.parse((await ben.run('report regression-1 --json')).stdout);
  expect(there.products).toEqual(here.products);
  expect((await ben.run('runs')).stdout).toContain('10 products');
  expect((await ben.run('runs compare regression-1 regression-1')).code).toBe(0);
  expect((await ben.run('runs prune --older-than 1d')).code).toBe(0);
  expect((await ben.run('status')).code).toBe(3);
  expect((await ben.run('', [])).stdout).toContain('regression-1: FAIL, 10 products');
});

test('a copy that was deleted stays deleted, and does not fail a scheduled --all', async () => {
  const { mina, ben } = await team();
  await keepWalk(ben.store, { at: early });
  await ben.run('runs push --all');
  await mina.run('runs delete new-signup-1 --yes');
  const again = await ben.run('runs push --all');
  expect(again.code).toBe(0);
  expect(again.stdout.replace(/\s+/g, ' ')).toContain('its copy was deleted in the shared store');
  expect((await ben.run('runs push new-signup-1')).code).toBe(4);
});

test('a run that changed in both places is not copied', async () => {
  const { mina, ben } = await team();
  await mina.run('run new-signup --store local --buyer 444455556666', [...passes('page'), at('purchase').press('q')]);
  await mina.run('runs push new-signup-1');
  await ben.run('resume', [at('purchase').press('q')]);
  await mina.run('resume --store local', [at('purchase').press('q')]);
  const { code, stderr } = await mina.run('runs push new-signup-1');
  expect(code).toBe(4);
  expect(stderr.replace(/\s+/g, ' ')).toContain('has been continued differently there. Nothing was copied.');
  expect(stderr).toContain('mp-verify resume new-signup-1\n');
});

test('without a shared store, there is nowhere to copy to', async () => {
  const { mina } = await team();
  const { code, stderr } = await mina.run('runs push --all --store local');
  expect(code).toBe(2);
  expect(stderr).toContain('No shared store is configured');
});
