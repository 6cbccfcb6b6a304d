import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultMaxAge } from '../../src/checklist/confirmations.ts';
import { readConfirmations } from '../../src/run/saved-runs.ts';
import { files } from '../../src/system/files.ts';
import { shared } from '../store/shared/support.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { s3StandIn } from '../support/s3-stand-in.ts';
import { tempRuns } from '../support/temp-runs.ts';
import { acmePage, keepWalk, type Walk } from '../support/walked-run.ts';
import { team } from './people.ts';

const three = ['new-signup', 'existing-user', 'contract-change'];
const day = 86_400_000;
const now = Date.parse('2026-11-23T09:00:00.000Z');

const asItIs = (source: string) => source;
/** Another file that requires everything. */
const withComment = (source: string) => `${source}\n# Our copy.\n`;
/** It does not count. */
const withoutChecks = (source: string) => source.replace(/^ {4}is: .*\n/gm, '');

/** A walk that depends on the seed alone. */
function randomWalks(seed: number, count: number): readonly Walk[] {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
  const one = <T>(...values: readonly T[]): T => values[below(values.length)] as T;
  return Array.from({ length: count }, () => ({
    at: new Date(now - below(50) * day - below(day)).toISOString(),
    of: one(three, ['new-signup'], ['existing-user'], ['contract-change']),
    ends: one('pass', 'pass', 'fail', 'incomplete', 'error'),
    sandbox: below(8) === 0,
    accountId: one('111122223333', '111122223333', '999988887777'),
    product: one({}, {}, { productId: 'prod-b', productCode: null, title: 'Beta' }),
    accepted: below(10) === 0 ? (['product'] as const) : [],
    edit: one(asItIs, asItIs, asItIs, withComment, withoutChecks),
  }));
}

test.each([1, 2, 3])(
  'where use cases stand is the same in both stores, whatever happened: history %i',
  async (seed) => {
    const store = await shared(await s3StandIn());
    const local = await tempRuns();
    for (const walk of randomWalks(seed, 18)) {
      await keepWalk(local, walk);
      await keepWalk(store, walk);
    }
    const host = { files, clock: fakeClock(new Date(now).toISOString()) };
    const [here, there] = await Promise.all([local, store].map((runs) => readConfirmations(runs, defaultMaxAge, host)));
    expect(there?.products.length).toBeGreaterThan(0);
    expect(there?.products).toEqual(here?.products);
    // The index leaves out what cannot change the answer.
    const keys = here?.leftOut.map((each) => JSON.stringify(each));
    for (const each of there?.leftOut ?? []) expect(keys).toContain(JSON.stringify(each));
  },
);

test('lists show the newest 50 runs of a shared store, within a few requests', async () => {
  const { s3, mina } = await team();
  const store = await shared(s3, { name: 'Mina' });
  for (let i = 0; i < 52; i++) await keepWalk(store, { at: new Date(now - i * day).toISOString(), ends: 'fail' });
  s3.requests.splice(0);
  const { stdout, stderr } = await mina.run('runs --json');
  expect(s3.requests.length).toBeLessThan(10);
  const { runs } = JSON.parse(stdout);
  expect(runs).toHaveLength(50);
  expect(runs[0]).toMatchObject({ id: 'new-signup-1', verdict: 'fail', walkingNow: false });
  expect(stderr).toContain('These are the newest 50 runs. To show more, add --limit NUMBER');
  expect(JSON.parse((await mina.run('runs --json --limit 60')).stdout).runs).toHaveLength(52);
  expect((await mina.run('runs --verdict pass')).stdout).toContain('No matching runs.');
  s3.requests.splice(0);
  expect((await mina.run('status')).outcome).toBe('fail');
  expect(s3.requests.length).toBeLessThan(20);
  // The products of a fleet are found with the same requests.
  const asked = s3.requests.splice(0).length;
  const config = await readFile(join(mina.folder, 'mp-verify.yaml'), 'utf8');
  const names = Array.from({ length: 300 }, (_, i) => `prod-${i}`);
  await mina.write('mp-verify.yaml', `${config}products: [${acmePage.productId}, ${names.join(', ')}]\n`);
  expect((await mina.run('status --all')).stdout).toContain('FAIL  301 products: 1 fail, 300 incomplete');
  expect(s3.requests.length).toBe(asked);
});
