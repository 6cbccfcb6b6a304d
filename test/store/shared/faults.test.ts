import { describe, expect, test } from 'vitest';
import { type Fault, s3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, record, trouble } from '../support.ts';
import { shared, slotsOf, stepsOf, work } from './support.ts';

const id = 'new-signup-1';
const text = Buffer.from('page');

describe('every request', () => {
  const faults: readonly Fault[] = [409, 412, 500, 503, 'answer lost', 'request lost', 'arrives twice'];
  test.each(faults)('may go wrong at first (%s), and nothing is lost or saved twice', async (fault) => {
    const s3 = await s3StandIn();
    const seen = new Set<string>();
    s3.fault = ({ action, key }) => {
      // Only a conditional request is answered with 409 or 412.
      if ((fault === 409 || fault === 412) && action !== 'PUT') return null;
      const what = `${action} ${key}`;
      // The eight tries of the first writer are not repeated.
      if (seen.has(what) || key.endsWith('/store.json')) return null;
      seen.add(what);
      return fault;
    };
    const saved: string[] = [];
    await work(await shared(s3), saved);
    s3.fault = () => null;
    const runs = await shared(s3, { name: 'Jon' });
    expect(stepsOf((await runs.read(id)).entries)).toEqual(['one', 'two', 'three', 'four']);
    expect(saved).toEqual(['one', 'two', 'three', 'four']);
    expect(await runs.ids()).toEqual([id]);
    expect(await runs.inUse(id)).toBe(false);
    slotsOf(id, s3);
  });
});

test('without a network nothing begins, and it is said within three tries', async () => {
  const s3 = await s3StandIn();
  s3.fault = () => 'request lost';
  const runs = await shared(s3);
  expect(await trouble(runs.create('new-signup', record))).toMatchObject({
    code: 'cannot-save',
    message: expect.stringMatching(
      /^A new run could not be saved in the shared store s3:\/\/acme-verify\/prod: http:\/\/127.0.0.1:\d+ does not answer \(\w+\)\. The run was not started\.$/,
    ),
    transient: true,
  });
  expect(s3.requests).toHaveLength(3);
  expect(await trouble(runs.ids())).toMatchObject({
    code: 'cannot-read',
    message: expect.stringContaining('Cannot read the list of runs from the shared store: '),
  });
});

describe('a refusal', () => {
  test('is found by the check of the store, which sets up an empty one', async () => {
    const s3 = await s3StandIn();
    await (await shared(s3)).check();
    expect([...s3.objects.keys()]).toEqual(['prod/store.json']);
    for (const [action, permission] of [
      ['LIST', 's3:ListBucket'],
      ['GET', 's3:GetObject'],
      ['PUT', 's3:PutObject'],
    ] as const) {
      s3.fault = (request) => (request.action === action ? 403 : null);
      expect(await trouble((await shared(s3)).check())).toMatchObject({
        code: 'cannot-save',
        message: `The shared store s3://acme-verify/prod cannot be used: ${permission} is not allowed.`,
        values: { action: permission },
      });
    }
  });

  test('for lack of a permission names the action', async () => {
    const s3 = await s3StandIn();
    s3.fault = ({ action }) => (action === 'PUT' ? 403 : null);
    expect(await trouble((await shared(s3)).create('a', record))).toMatchObject({
      code: 'cannot-save',
      message: expect.stringContaining('s3:PutObject is not allowed'),
      values: { cause: 'access-denied', action: 's3:PutObject' },
    });
  });

  test('for lack of a bucket says so', async () => {
    const s3 = await s3StandIn();
    const runs = await shared(s3, { url: 's3://elsewhere/prod' });
    expect(await trouble(runs.ids())).toMatchObject({
      code: 'cannot-read',
      message: expect.stringContaining('there is no bucket elsewhere'),
    });
  });
});

describe('a store that lets several writers create the same object', () => {
  test.each([{ ignoresConditions: true }, { isNotAtomic: true }])(
    'is refused before anything is saved: %o',
    async (flaws) => {
      const s3 = await s3StandIn(flaws);
      for (const name of ['Mina', 'Jon', 'Mina']) {
        const runs = await shared(s3, { name });
        expect(await trouble(runs.create('a', record))).toMatchObject({
          code: 'unsafe-store',
          message: expect.stringContaining('s3://acme-verify/prod cannot be a shared store'),
        });
      }
      expect([...s3.objects.keys()].sort()).toEqual(['prod/store.json', 'prod/store.refused.json']);
    },
  );

  test('is found later, too, when conditions stop to work', async () => {
    const s3 = await s3StandIn({ ignoresConditions: true });
    s3.put('prod/store.json', '{"layout":1,"token":"a"}');
    expect(await trouble((await shared(s3)).create('a', record))).toMatchObject({ code: 'unsafe-store' });
  });
});

describe('a shared run that somebody changed in the bucket', () => {
  async function run() {
    const s3 = await s3StandIn();
    const runs = await shared(s3);
    const made = await runs.create('new-signup', record);
    for (const step of ['one', 'two', 'three']) await made.append(attempt(step));
    const key = (n: number) => `prod/runs/${id}/entries/0000000${n}.json`;
    return { s3, runs, made, key };
  }
  const damages: readonly [
    string,
    string,
    (s3: Awaited<ReturnType<typeof s3StandIn>>, key: (n: number) => string) => void,
  ][] = [
    ['lacks an entry', 'it is missing', (s3, key) => s3.objects.delete(key(2))],
    ['has an entry that is no JSON', 'it is not JSON', (s3, key) => s3.put(key(2), '{')],
    [
      'has an entry twice',
      'it was written as line 1',
      (s3, key) => s3.put(key(2), s3.objects.get(key(1))?.content ?? ''),
    ],
    [
      'has an entry of a holder whose time was over',
      'a process that no longer held the run wrote it',
      (s3, key) => s3.put(key(3), s3.objects.get(key(3))?.content.toString().replace('"epoch":1', '"epoch":2') ?? ''),
    ],
    ['lacks its description', 'it is missing', (s3) => s3.objects.delete(`prod/runs/${id}/run.json`)],
  ];
  test.each(damages)('and that %s is damaged, and can be deleted', async (_, why, damage) => {
    const { s3, runs, key } = await run();
    damage(s3, key);
    // A stand-in for a list that forgets what was deleted.
    s3.put('nothing', '');
    expect(await trouble(runs.read(id))).toMatchObject({ code: 'damaged-run', message: expect.stringContaining(why) });
    const other = await shared(s3, { machine: { alive: () => false } });
    expect(await trouble(other.open(id))).toMatchObject({ code: 'damaged-run' });
    await other.remove(id);
    expect(await trouble(runs.read(id))).toMatchObject({ code: 'unknown-run', message: `Run ${id} was deleted.` });
    expect(await runs.ids()).toEqual([]);
  });

  test('is not read from a seal that was changed', async () => {
    const { s3, runs, made } = await run();
    await made.close();
    const [seal = ''] = [...s3.objects.keys()].filter((key) => key.includes('/seals/'));
    s3.put(
      seal,
      s3.objects.get(seal)?.content.toString().replace('"one"', '"eno"').replace('"step\\":\\"one', '') ?? '',
    );
    expect(stepsOf((await runs.read(id)).entries)).toEqual(['one', 'two', 'three']);
  });
});

test('a damaged attached file is attached again beside itself', async () => {
  const { checksum } = await import('../../../src/store/run-document.ts');
  const s3 = await s3StandIn();
  const runs = await shared(s3);
  const run = await runs.create('a', record);
  const sha256 = checksum(text);
  await run.saveFile({ sha256, extension: 'txt', content: text });
  s3.put(`prod/runs/a-1/evidence/${sha256}.txt`, 'pagX');
  const evidence = { sha256, bytes: text.length, mediaType: 'text/plain' } as const;
  expect(await runs.readFile('a-1', evidence)).toBeNull();
  await run.saveFile({ sha256, extension: 'txt', content: text });
  expect(s3.objects.has(`prod/runs/a-1/evidence/${sha256}.2.txt`)).toBe(true);
  expect(Buffer.from((await runs.readFile('a-1', evidence)) ?? []).toString()).toBe('page');
});

test('product pages are shared: the last one entered counts', async () => {
  const s3 = await s3StandIn();
  const { productPages: minas } = await shared(s3);
  const { productPages: jons } = await shared(s3, { name: 'Jon' });
  expect(await minas.recall(null)).toEqual(new Map());
  for (const n of [1, 2]) await jons.remember(null, 'prod-a', `https://aws.amazon.com/marketplace/pp/prodview-${n}`);
  await jons.remember('http://127.0.0.1:9', 'prod-a', 'https://aws.amazon.com/marketplace/pp/prodview-sandbox');
  await jons.remember(null, 'prod-b', 'https://aws.amazon.com/marketplace/pp/prodview-3');
  // What somebody else put there.
  for (const key of ['%zz/1~eA', `prod-b/00000000~${Buffer.from('javascript:alert(1)').toString('base64url')}`])
    s3.put(`prod/pages/aws/${key}`, '');
  expect(await minas.recall(null)).toEqual(
    new Map([
      ['prod-a', 'https://aws.amazon.com/marketplace/pp/prodview-2'],
      ['prod-b', 'https://aws.amazon.com/marketplace/pp/prodview-3'],
    ]),
  );
  expect(await minas.recall('http://127.0.0.1:7')).toEqual(
    new Map([['prod-a', 'https://aws.amazon.com/marketplace/pp/prodview-sandbox']]),
  );
});
