import { expect, test } from 'vitest';
import type { RunSummary, SummaryFacts } from '../../../src/ports/storage.ts';
import { summaryFacts } from '../../../src/run/run-summary.ts';
import { keys } from '../../../src/store/s3/layout.ts';
import { runIndex } from '../../../src/store/s3/run-index.ts';
import { s3StandIn } from '../../support/s3-stand-in.ts';
import { walkedRun } from '../../support/walked-run.ts';
import { memoryObjects } from './memory-objects.ts';
import { shared } from './support.ts';

const runCount = 100_000;
const productCount = 300;
const useCases = ['new-signup', 'existing-user', 'contract-change'];

test('100,000 runs are listed, and tell where use cases stand, within twenty requests', async () => {
  const s3 = await s3StandIn();
  const memory = memoryObjects(s3, 'prod/');
  // A state less often than usual, because all of this is history.
  const index = runIndex(memory, 5_000);
  const start = Date.parse('2025-01-01T00:00:00Z');
  const facts = new Map<string, SummaryFacts>();
  for (const of of useCases)
    for (const [i, ends] of (['pass', 'pass', 'fail', 'incomplete'] as const).entries()) {
      const { record, entries } = walkedRun({ of: [of], at: '2025-01-01T00:00:00.000Z', ends });
      const saved = {
        record: { ...record, id: `${of}-1` },
        entries,
        warnings: [],
        location: '',
        journalSha256: null,
      };
      facts.set(`${of} ${i}`, await summaryFacts({ ...saved, fileLocation: () => '' }));
    }
  for (let n = 0; n < runCount; n++) {
    const base = useCases[n % useCases.length] ?? '';
    const id = `${base}-${Math.floor(n / useCases.length) + 1}`;
    const later = n * 300_000;
    const known = facts.get(`${base} ${Math.floor(n / 1000) % 4}`);
    if (!known) throw new Error('no facts');
    const product = { id: `prod-${n % productCount}`, code: null, title: `Product ${n % productCount}` };
    const moved = {
      ...known,
      ...{ product, acceptedChanges: [] },
      endedAt: new Date(Date.parse(known.endedAt) + later).toISOString(),
      checklists: known.checklists.map((each) => ({
        ...each,
        ...{ oldestResult: each.oldestResult + later, lastResult: each.lastResult + later },
      })),
    };
    const startedAt = new Date(start + later).toISOString();
    await index.mark({ id, startedAt, epoch: 1, slot: 12, state: 'free', facts: moved });
    await memory.create(keys.number(base, Math.floor(n / useCases.length) + 1), '');
  }
  const runs = await shared(s3);
  const counted = async (work: () => Promise<unknown>) => {
    s3.requests.length = 0;
    await work();
    return s3.requests.length;
  };

  const listed: string[] = [];
  const listing = await counted(async () => {
    for await (const { id, facts: known } of runs.index.list()) {
      expect(known?.verdict).toBeDefined();
      listed.push(id);
      if (listed.length === 1000) break;
    }
  });
  expect(listed[0]).toBe(`new-signup-${Math.ceil(runCount / 3)}`);
  expect(new Set(listed).size).toBe(1000);
  expect(listing).toBeLessThanOrEqual(2);

  // Some are walked while others look.
  const { record, entries } = walkedRun({ at: '2026-07-24T08:00:00.000Z' });
  const beginning = await counted(async () => {
    const run = await runs.create('new-signup', record);
    expect(run.record.id).toBe(`new-signup-${Math.ceil(runCount / 3) + 1}`);
    for (const entry of entries) await run.append(entry);
    await run.close();
  });
  // Twelve to find out about the store and to begin, one an entry, five to end.
  expect(beginning).toBeLessThanOrEqual(entries.length + 25);

  let deciding: readonly RunSummary[] = [];
  // The first reader may save a state for the others.
  await runs.index.deciding();
  const asking = await counted(async () => {
    deciding = await runs.index.deciding();
  });
  expect(asking).toBeLessThanOrEqual(20);
  const products = new Set(deciding.map(({ facts: known }) => known?.product?.id));
  expect(products.size).toBe(productCount + 1);
  expect(deciding[0]?.id).toBe(`new-signup-${Math.ceil(runCount / 3) + 1}`);

  // All of them, if somebody wants to know.
  expect(await counted(async () => expect(await runs.ids()).toHaveLength(runCount + 1))).toBeLessThanOrEqual(101);
});
