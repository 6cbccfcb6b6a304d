import { expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import type { Answers, Checklist } from '../../src/checklist/model.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { prepare } from './walked.ts';

/** Returns an object that counts how often one of its properties is read. */
function counted<Value extends object>(value: Value, count: () => void): Value {
  return new Proxy(value, {
    get(target, name, receiver) {
      count();
      return Reflect.get(target, name, receiver);
    },
  });
}

/** Walks a checklist of `size` steps by an answers file. Returns how often steps and entries were read. */
async function readsOf(size: number): Promise<{ readonly steps: number; readonly entries: number }> {
  const reads = { steps: 0, entries: 0 };
  const ids = Array.from({ length: size }, (_, index) => `step-${index}`);
  const whole = checklistOf(ids.map((id) => `  - { id: ${id}, title: Look, do: Look }`).join('\n'));
  const checklist: Checklist = {
    ...whole,
    steps: counted(
      whole.steps.map((step) => counted(step, () => reads.steps++)),
      () => reads.steps++,
    ),
  };
  const answers: Answers['answers'] = {
    trial: Object.fromEntries(ids.map((id) => [id, { verdict: 'pass', note: null, by: null }] as const)),
  };
  const { start, report } = prepare(checklist, {
    answers,
    saved: (entry: Entry) => counted(entry, () => reads.entries++),
  });
  await start();
  const duringWalk = { ...reads };
  expect(report().verdict).toBe('pass');
  return duringWalk;
}

test('a walk twice as long reads its steps and entries twice as often', async () => {
  const once = await readsOf(100);
  const twice = await readsOf(200);
  expect(twice.steps / once.steps).toBeLessThan(2.2);
  expect(twice.entries / once.entries).toBeLessThan(2.2);
});
