import { expect, test } from 'vitest';
import { shared } from '../store/shared/support.ts';
import { keepWalk } from '../support/walked-run.ts';
import { team } from './people.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-23T09:00:00.000Z');

test('old runs are listed, with the rule that removes them, and nothing is deleted', async () => {
  const { s3, mina } = await team();
  const store = await shared(s3, { name: 'Mina' });
  for (const days of [200, 150, 10]) await keepWalk(store, { at: new Date(now - days * day).toISOString() });
  const before = s3.objects.size;
  const { stdout, outcome } = await mina.run('runs prune --older-than 90d');
  expect(outcome).toBe('pass');
  expect(stdout).toContain('may go: new-signup-2, new-signup-1.');
  expect(stdout).toContain('"Prefix": "prod/runs/"');
  expect(stdout).toContain('"Days": 90');
  // S3 refuses zero days.
  expect((await mina.run('runs prune --older-than 0d')).stdout).toContain('"Days": 1\n');
  expect(s3.objects.size).toBe(before);
});

test('a deleted run is gone from lists, and what the bucket keeps is said', async () => {
  const { s3, mina, ben } = await team();
  await keepWalk(await shared(s3, { name: 'Mina' }), { at: new Date(now).toISOString() });
  const { stdout } = await mina.run('runs delete new-signup-1 --yes');
  expect(stdout).toContain('Deleted new-signup-1.');
  expect(stdout).toContain('Object Lock');
  expect((await ben.run('runs')).stdout).toContain('There are no saved runs yet.');
  expect((await ben.run('report new-signup-1')).stderr).toContain('Run new-signup-1 was deleted.');
});
