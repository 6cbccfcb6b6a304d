import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UseCaseFacts } from '../../../src/checklist/confirmations.ts';
import type { ListedRun } from '../../../src/ports/storage.ts';
import { summaryFacts } from '../../../src/run/run-summary.ts';
import { emptyDeciding, fold, isUncertain } from '../../../src/store/s3/deciding-runs.ts';
import type { Mark } from '../../../src/store/s3/mark.ts';
import { runIndex } from '../../../src/store/s3/run-index.ts';
import { type S3StandIn, s3StandIn } from '../../support/s3-stand-in.ts';
import { walkedRun } from '../../support/walked-run.ts';
import { memoryObjects } from './memory-objects.ts';
import { shared } from './support.ts';

const day = (n: number) => `2026-07-${String(n).padStart(2, '0')}T08:00:00.000Z`;

/** Saves a walk as a run of the shared store. Leaves it open if asked to. */
async function save(s3: S3StandIn, walk: Parameters<typeof walkedRun>[0], isLeftOpen = false) {
  const { record, entries } = walkedRun(walk);
  const run = await (await shared(s3)).create('new-signup', record);
  for (const entry of entries) await run.append(entry);
  if (!isLeftOpen) await run.close();
  return run;
}

async function listed(list: AsyncIterable<ListedRun>, most = Number.POSITIVE_INFINITY) {
  const found: ListedRun[] = [];
  for await (const each of list) {
    found.push(each);
    if (found.length === most) break;
  }
  return found;
}

describe('the index', () => {
  test('shows a failure with the next entry if it could not be shown at once', async () => {
    const s3 = await s3StandIn();
    const { record, entries } = walkedRun({ at: day(2), ends: 'fail' });
    const run = await (await shared(s3)).create('new-signup', record);
    const failed = entries.findIndex((entry) => 'status' in entry && entry.status === 'fail');
    for (const entry of entries.slice(0, failed)) await run.append(entry);
    s3.fault = ({ key, action }) => (action === 'PUT' && key.includes('/index/') ? 403 : null);
    for (const entry of entries.slice(failed, failed + 1)) await run.append(entry);
    s3.fault = () => null;
    const verdicts = async () => (await listed((await shared(s3)).index.list())).map(({ facts }) => facts?.verdict);
    expect(await verdicts()).toEqual(['incomplete']);
    for (const entry of entries.slice(failed + 1, failed + 2)) await run.append(entry);
    // The process is killed: nothing closes the run.
    expect(await verdicts()).toEqual(['fail']);
  });

  test('ignores what is not a mark, whoever put it there', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(2) });
    const facts = await (await shared(s3)).index.deciding();
    const junk = [
      'runs/',
      'runs/notes.txt',
      'runs/abc~1~new-signup-9~1~1~f~',
      'runs/98204082329999~1~\u001b[31m-1~1~1~f~',
    ];
    for (const key of [...junk, 'log/', 'log/000.json', 'log/notes.json']) s3.put(`prod/index/${key}`, '');
    await save(s3, { at: day(3), ends: 'fail' });
    const { index } = await shared(s3);
    expect((await listed(index.list())).map(({ id }) => id)).toEqual(['new-signup-2', 'new-signup-1']);
    expect((await index.deciding()).map(({ id }) => id)).toEqual(['new-signup-2', ...facts.map(({ id }) => id)]);
  });

  test('does not say what has passed if a mark cannot be read, because it may record a failure', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(2) });
    const mark = [...s3.objects.keys()].find((key) => /index\/log\/\d+\.json$/.test(key)) ?? '';
    s3.put(mark, '{"mark":{"version":99}}');
    await expect((await shared(s3)).index.deciding()).rejects.toMatchObject({
      code: 'cannot-read',
      message: expect.stringContaining(mark.slice('prod/'.length)),
    });
  });

  test('lists what runs show, from the list of keys alone', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(2), ends: 'fail' });
    await save(s3, { at: day(3), sandbox: true, operator: 'Jon' });
    await save(s3, { at: day(1), ends: 'incomplete' }, true);
    s3.requests.length = 0;
    const found = await listed((await shared(s3)).index.list());
    expect(s3.requests).toHaveLength(1);
    expect(found.map(({ id, startedAt, inUse, facts }) => [id, startedAt, inUse, facts?.verdict])).toEqual([
      ['new-signup-2', day(3), false, 'pass'],
      ['new-signup-1', day(2), false, 'fail'],
      ['new-signup-3', day(1), true, 'incomplete'],
    ]);
    expect(found[0]?.facts).toMatchObject({ sandbox: true, operator: 'Jon' });
    expect(found[1]?.facts).toEqual({
      ...{ verdict: 'fail', endedAt: expect.any(String), operator: 'Aiko', sandbox: false, endpoint: null },
      checklists: [{ id: 'new-signup', verdict: 'fail' }],
      product: { id: 'prod-lp5dq7gziiuyi', code: '4ml54db8vrmjuykaw1psroool', title: 'Acme Notes' },
      accountId: '111122223333',
    });
  });

  test('keeps long titles from making a key too long', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(1), product: { title: '\u{1f600}"'.repeat(255) } });
    const [found] = await listed((await shared(s3)).index.list());
    expect(found).toMatchObject({ id: 'new-signup-1', inUse: false });
    for (const key of s3.objects.keys()) expect(Buffer.byteLength(key)).toBeLessThan(1024);
  });

  test('shows a failure as soon as it is saved, though the process is killed then', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(1) });
    const { record, entries } = walkedRun({ at: day(2), ends: 'fail' });
    const run = await (await shared(s3)).create('new-signup', record);
    for (const entry of entries) {
      await run.append(entry);
      if ('status' in entry && entry.status === 'fail') break;
    }
    const [newest, older] = await (await shared(s3)).index.deciding();
    expect(newest).toMatchObject({ id: 'new-signup-2', inUse: true, facts: { checklists: [{ outcome: 'fail' }] } });
    expect(older).toMatchObject({ id: 'new-signup-1', inUse: false, facts: { checklists: [{ outcome: 'pass' }] } });
  });

  test('takes a pass back as soon as its run starts over, though the process is killed then', async () => {
    const s3 = await s3StandIn();
    await save(s3, { at: day(1) });
    const step =
      walkedRun({ at: day(1) }).entries.flatMap((each) => (each.type === 'attempt' ? [each.step] : []))[2] ?? '';
    const outcomes = async () =>
      (await (await shared(s3)).index.deciding()).map(({ facts }) => facts?.checklists[0]?.outcome);
    const run = await (await shared(s3)).open('new-signup-1');
    await run.append({ type: 'note', checklist: 'new-signup', step, text: '', operator: null, at: day(2) });
    expect(await outcomes()).toEqual(['pass']);
    await run.append({ type: 'reopened', checklist: 'new-signup', step, at: day(2) });
    expect(await outcomes()).toEqual([null]);
  });

  test('tells which runs decide from a few requests, after any number of runs', async () => {
    const s3 = await s3StandIn();
    for (let n = 1; n <= 12; n++) await save(s3, { at: day(n), ends: n % 4 === 0 ? 'fail' : 'pass' });
    s3.requests.length = 0;
    const found = await (await shared(s3)).index.deciding();
    expect(s3.requests.length).toBeLessThanOrEqual(18);
    const ids = found.map(({ id }) => id);
    // The newest passes and failures.
    expect(ids).toEqual(expect.arrayContaining(['new-signup-12', 'new-signup-11']));
    expect(found[0]?.facts?.checklists[0]).toMatchObject({ id: 'new-signup', outcome: 'fail', operator: 'Aiko' });
  });
});

test('what was left out is looked up again when all that outweighed it has changed', async () => {
  const s3 = await s3StandIn();
  const index = runIndex(memoryObjects(s3, 'prod/'), 2);
  const { record, entries } = walkedRun({ at: day(1) });
  const saved = { record: { ...record, id: 'a-1' }, entries, warnings: [], location: '', journalSha256: null };
  const facts = await summaryFacts({ ...saved, fileLocation: () => '' });
  const mark = (n: number, epoch: number, outcome: 'pass' | null) =>
    index.mark({
      ...{ id: `a-${n}`, startedAt: day(n), epoch, slot: 1, state: 'free' },
      facts: {
        ...facts,
        acceptedChanges: [],
        checklists: facts.checklists.map((each) => ({ ...each, outcome, oldestResult: n, lastResult: n })),
      },
    });
  for (let n = 1; n <= 8; n++) await mark(n, 1, 'pass');
  const passed = async () =>
    (await index.deciding()).filter(({ facts: known }) => known?.checklists[0]?.outcome === 'pass').map(({ id }) => id);
  expect(await passed()).toEqual(['a-8', 'a-7', 'a-6']);
  // Somebody starts all of them over.
  for (const n of [8, 7, 6]) await mark(n, 2, null);
  expect(await passed()).toEqual(['a-5', 'a-4', 'a-3']);
});

/** As `confirmations` decides: the newest failure, or the newest pass after it, by the age of its oldest result. */
function decided(results: readonly (UseCaseFacts & { readonly run: string })[]): string | null {
  const best = <T>(all: readonly T[], of: (each: T) => number) =>
    all.reduce<T | null>((a, b) => (a !== null && of(a) > of(b) ? a : b), null);
  const failed = best(
    results.filter(({ outcome }) => outcome === 'fail'),
    (each) => each.lastResult,
  );
  const passed = results.filter((each) => each.outcome === 'pass' && (!failed || each.lastResult > failed.lastResult));
  return (best(passed, (each) => each.oldestResult) ?? failed)?.run ?? null;
}

test('leaving runs out never changes what the others decide, unless it is noticed', () => {
  const change = fc.record({
    run: fc.nat(19),
    outcome: fc.constantFrom('pass', 'pass', 'pass', 'fail', 'fail', null),
    oldest: fc.nat(1000),
    age: fc.nat(300),
    state: fc.constantFrom('in-use', 'free', 'free', 'free', 'deleted'),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 30, maxLength: 150 }), fc.nat(6), (changes, step) => {
      const newest = new Map<string, Mark>();
      let state = emptyDeciding;
      let batch: { mark: Mark; at: number }[] = [];
      const used = new Set<number>();
      for (const [epoch, { run, outcome, oldest, age, state: phase }] of changes.entries()) {
        // Two results never have the same time: which of them counts would be arbitrary.
        const time = (n: number) => {
          let free = n;
          while (used.has(free)) free += 0.01;
          used.add(free);
          return free;
        };
        const oldestResult = time(oldest);
        const lastResult = age === 0 ? oldestResult : time(oldest + age);
        const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
        const useCase = { id: 'a', sha256: 'x', verdict: 'pass' as const, operator: null, seen };
        const mark: Mark = {
          ...{ id: `a-${run}`, startedAt: day(1), epoch: epoch + 1, slot: 0, state: phase },
          facts: {
            ...{ endedAt: new Date(lastResult).toISOString(), verdict: 'pass', operator: null, accountId: null },
            ...{ product: { id: 'p', code: null, title: 'P' }, sandbox: false, endpoint: null, acceptedChanges: [] },
            checklists: [{ ...useCase, outcome, oldestResult, lastResult }],
          },
        };
        // A deleted run stays deleted.
        if (newest.get(mark.id)?.state === 'deleted') continue;
        newest.set(mark.id, mark);
        batch.push({ mark, at: 1e9 });
        if (epoch % (step + 1) === 0) {
          state = fold(state, batch);
          batch = [];
        }
      }
      state = fold(state, batch);
      const results = (marks: Iterable<Mark>) =>
        [...marks].flatMap(({ id, state: phase, facts }) =>
          phase === 'deleted' ? [] : (facts?.checklists ?? []).map((each) => ({ ...each, run: id })),
        );
      if (isUncertain(state)) return;
      expect(decided(results([...state.marks.values()].map(({ mark }) => mark)))).toBe(
        decided(results(newest.values())),
      );
    }),
    { numRuns: 500 },
  );
});
