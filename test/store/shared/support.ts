import { expect } from 'vitest';
import type { Entry } from '../../../src/checklist/entries.ts';
import type { Runs } from '../../../src/ports/storage.ts';
import { summaryFacts } from '../../../src/run/run-summary.ts';
import type { Machine } from '../../../src/store/lock.ts';
import { type SharedRuns, sharedStore } from '../../../src/store/s3/shared-store.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import type { S3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, machine, record, stateFolder } from '../support.ts';

export interface Person {
  readonly name?: string;
  readonly machine?: Partial<Machine>;
  readonly folder?: string;
  readonly url?: string;
}

/** The shared store, as somebody at a machine of their own sees it. */
export async function shared(s3: Pick<S3StandIn, 'url' | 'bucket'>, person: Person = {}): Promise<SharedRuns> {
  const { name = 'Mina', url = `s3://${s3.bucket}/prod` } = person;
  return sharedStore(
    {
      url,
      region: 'us-east-1',
      endpointUrl: s3.url,
      credentials: { accessKeyId: name, secretAccessKey: 'secret' },
      operator: async () => name,
      summarize: summaryFacts,
    },
    machine({ host: name, ...person.machine }),
    fakeClock(),
    person.folder ?? (await stateFolder()),
  );
}

/** The slots of a run, as stored. Checks that there are no gaps, and that no earlier holder wrote after a later one. */
export function slotsOf(id: string, s3: S3StandIn): readonly { readonly epoch: number }[] {
  const keys = [...s3.objects.keys()].filter((key) => key.includes(`runs/${id}/entries/`)).sort();
  expect(keys.map((key) => Number(/(\d+)\.json$/.exec(key)?.[1]))).toEqual(keys.map((_, index) => index + 1));
  const slots = keys.map((key) => JSON.parse(s3.objects.get(key)?.content.toString() ?? ''));
  const epochs = slots.map(({ epoch }) => epoch);
  expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  return slots;
}

export function stepsOf(entries: readonly Entry[]): readonly string[] {
  return entries.map((entry) => ('step' in entry ? entry.step : ''));
}

/** Begins a run, resumes it, deletes another one. `saved` gets every step that was said to be saved. */
export async function work(runs: Runs, saved: string[]): Promise<void> {
  const first = await runs.create('new-signup', record);
  const append = async (run: typeof first, step: string, status: 'pass' | 'fail' = 'pass') => {
    await run.append(attempt(step, { status }));
    saved.push(step);
  };
  await append(first, 'one');
  await append(first, 'two', 'fail');
  await first.close();
  const again = await runs.open('new-signup-1');
  await again.saveFile({ sha256: 'f'.repeat(64), extension: 'txt', content: Buffer.from('page') });
  await append(again, 'three');
  await append(again, 'four');
  await again.close();
  await (await runs.create('other', record)).close();
  await runs.remove('other-1');
}
