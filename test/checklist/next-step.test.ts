import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt, Entry } from '../../src/checklist/entries.ts';
import { type EarlyEnd, nextStep, unreachedReasons } from '../../src/checklist/next-step.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { newSitting, runState, type Sitting } from '../../src/checklist/run-state.ts';
import { noOptions } from '../support/no-options.ts';
import { attempt, checklist, step } from './support.ts';

const at = '2026-11-23T09:30:00.000Z';
const began: Entry = { type: 'began', at, operator: 'Aiko', version: '0.1.0', accepted: [], options: noOptions };
const look = { do: [], check: { kind: 'agreement', fields: {}, within: null } };
const one = checklist('one', [
  step('ready', look),
  step('price', { ...look, required: false }),
  step('before', { ...look, check: { kind: 'baseline', baseline: true, fields: {}, within: null } }),
  step('buy'),
  step('sign-up', { required: false }),
  step('inspect'),
]);
const two = checklist('two', [step('again')]);
const all = one.steps.map(({ id }) => attempt(id));
const stateAfter = (entries: readonly Entry[], sitting: Sitting) => runState([one, two], sitting, entries);

describe('the next step', () => {
  const from = (entries: readonly Entry[]) => {
    const step = nextStep([{ checklist: one }], stateAfter([...entries, began], newSitting(true)))?.step ?? null;
    return step === null ? null : one.steps[step]?.id;
  };
  const with_ = (id: string, changes: Partial<Attempt>) =>
    all.map((each) => (each.step === id ? { ...each, ...changes } : each));

  test.each<[string, readonly Entry[], string | null]>([
    ['a run that was just begun', [], 'ready'],
    ['one that was left in the middle', all.slice(0, 3), 'buy'],
    ['one that failed, though it went on', with_('buy', { status: 'fail' }), 'buy'],
    ['one that failed before it was left', [...all.slice(0, 3), attempt('buy', { status: 'fail' })], 'buy'],
    ['one with an advisory failure', with_('price', { status: 'fail' }), null],
    [
      'one with an advisory failure that was left',
      [...all.slice(0, 4), attempt('sign-up', { status: 'fail' })],
      'inspect',
    ],
    ['one that passed', all, null],
    ['one where something was skipped', with_('buy', { status: 'skip' }), 'buy'],
    [
      'one where something was skipped before it was left',
      [...with_('buy', { status: 'skip' })].slice(0, 5),
      'inspect',
    ],
  ])('%s', (_, entries, expected) => {
    expect(from(entries)).toBe(expected);
  });

  test('a step that was passed over is not asked again in the same walk', () => {
    const sitting = newSitting(false);
    const state = stateAfter([began, ...all.slice(0, 4)], sitting);
    const next = () => nextStep([{ checklist: one }], state)?.step;
    const passOver = (id: string) => state.passOver('one', id, noReason);
    sitting.opened.add('one');
    expect(next()).toBe(4);
    passOver('sign-up');
    expect(next()).toBe(5);
    passOver('inspect');
    expect(next()).toBeUndefined();
  });

  const revisited = (id: string, from: string): Entry => {
    return { type: 'revisited', checklist: 'one', step: id, from: { checklist: 'one', step: from }, at };
  };
  const kept = (id: string): Entry => ({ type: 'kept', checklist: 'one', step: id, at });
  /** Went back from the second checklist to a failure in the first one, where it had finished. */
  const revisitedFailure: readonly Entry[] = [
    ...[began, ...all.slice(0, 3), attempt('buy', { status: 'fail' })],
    { type: 'decided', checklist: 'one', step: 'buy', decision: 'finish', at },
    { ...attempt('again'), checklist: 'two' },
    { type: 'revisited', checklist: 'one', step: 'buy', from: { checklist: 'two', step: 'again' }, at },
    { type: 'kept', checklist: 'one', step: 'buy', at },
  ];
  const failed = attempt('buy', { status: 'fail' });
  const decided = (decision: 'continue' | 'finish'): Entry => {
    return { type: 'decided', checklist: 'one', step: 'buy', decision, at };
  };
  const next = (entries: readonly Entry[], attended = true) => {
    const sitting = newSitting(attended);
    for (const id of ['one', 'two']) sitting.opened.add(id);
    const found = nextStep([{ checklist: one }, { checklist: two }], stateAfter(entries, sitting));
    if (!found) return null;
    const id = [one, two][found.checklist]?.steps[found.step ?? -1]?.id;
    return found.failure ? `decide ${id}` : id;
  };
  const walked = [began, ...all.slice(0, 5)];

  test.each<[string, readonly Entry[], string | null]>([
    ['is the one that the operator went back to', [...walked, revisited('buy', 'inspect')], 'buy'],
    [
      'is where going back began, once the answer is kept',
      [...walked, revisited('buy', 'inspect'), kept('buy')],
      'inspect',
    ],
    ['is to decide about a kept failure before returning past it', revisitedFailure, 'decide buy'],
    [
      'is what opens when the operator continues from it, before the later step where going back began',
      [...revisitedFailure, { type: 'decided', checklist: 'one', step: 'buy', decision: 'continue', at }],
      'sign-up',
    ],
    [
      'is to decide about the failure where going back began, not to attempt it again',
      [began, ...all.slice(0, 3), attempt('buy', { status: 'fail' }), revisited('ready', 'buy'), kept('ready')],
      'decide buy',
    ],
    [
      'is the next without a result, once it is answered',
      [...walked, revisited('buy', 'inspect'), attempt('buy')],
      'sign-up',
    ],
    [
      'is the first open one where the run is resumed after going back',
      [...walked, revisited('buy', 'inspect'), began],
      'inspect',
    ],
    ['is a failure to decide about', [began, ...all.slice(0, 3), failed], 'decide buy'],
    [
      'comes after a failure that the operator continued from',
      [began, ...all.slice(0, 3), failed, decided('continue')],
      'sign-up',
    ],
    [
      'is in the next checklist where the operator finished this one',
      [began, ...all.slice(0, 3), failed, decided('finish')],
      'again',
    ],
    [
      'is a failure that was brought along, whatever was decided then',
      [began, ...all.slice(0, 3), failed, decided('continue'), began],
      'buy',
    ],
    [
      'is to decide about it, once its answer is kept',
      [began, ...all.slice(0, 3), failed, began, kept('buy')],
      'decide buy',
    ],
  ])('%s', (_, entries, expected) => {
    expect(next(entries)).toBe(expected);
  });

  test('is in the next checklist where a required step fails and no operator is there', () => {
    expect(next([began, ...all.slice(0, 3), failed], false)).toBe('again');
    expect(next([began, ...all.slice(0, 3), attempt('buy', { status: 'skip' })], false)).toBe('again');
  });
});

describe('why steps were not reached', () => {
  const plan = [{ checklist: one }, { checklist: two }];
  const codes = (entries: readonly Entry[], end: EarlyEnd | null, attended = true) => {
    const reasons = unreachedReasons(plan, stateAfter(entries, newSitting(attended)), end);
    return Object.values(reasons).map(
      ({ rest }) => rest && [rest.code, rest.values.checklist ?? rest.values.number ?? null],
    );
  };

  test('the operator quit, here or in another checklist', () => {
    expect(codes([began], { quitAt: { checklist: 0, step: 3 } })).toEqual([
      ['operator-quit', 4],
      ['operator-quit', 'one'],
    ]);
    expect(codes([began, ...all], { quitAt: { checklist: 1, step: 0 } })).toEqual([null, ['operator-quit', 1]]);
  });

  test('a signal came, after a checklist had stopped', () => {
    const failed = [began, attempt('ready', { status: 'fail' })];
    const finished: Entry = { type: 'decided', checklist: 'one', step: 'ready', decision: 'finish', at };
    expect(codes([...failed, finished], { signal: 'SIGINT' })).toEqual([
      ['stopped-before', 1],
      ['interrupted', null],
    ]);
    expect(codes(failed, { signal: 'SIGINT' })).toEqual([
      ['interrupted', null],
      ['interrupted', null],
    ]);
  });
});

test('the next step is the same, entry by entry, as from all entries at once', () => {
  const plan = [{ checklist: one }, { checklist: two }];
  const place = fc.constantFrom(
    ...plan.flatMap(({ checklist: { id, steps } }) => steps.map((each) => ({ checklist: id, step: each.id }))),
  );
  const result = fc.constantFrom('pass', 'pass', 'pass', 'fail', 'error', 'skip', 'not-applicable');
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(place, result).map(([of, status]) => ({ ...attempt('buy', { status }), ...of })),
    },
    ...(
      [
        place.map((of) => ({ type: 'reopened', ...of, at })),
        place.map((of) => ({ type: 'kept', ...of, at })),
        fc.tuple(place, place).map(([of, from]) => ({ type: 'revisited', ...of, from, at })),
        fc
          .tuple(place, fc.constantFrom('continue', 'finish'))
          .map(([of, decision]) => ({ type: 'decided', ...of, decision, at })),
        fc
          .tuple(place, fc.constantFrom('pass', 'fail'))
          .map(([of, status]) => ({ type: 'looked-again', ...of, status, ...noReason, at })),
        place.map((of) => ({
          ...{ type: 'claimed', ...of, status: 'pass', reason: null, by: 'operator', operator: null, at },
        })),
        place.map(({ checklist }) => ({ type: 'buyer', checklist, buyer: '555566667777', at })),
        fc.constant(began),
      ] satisfies readonly fc.Arbitrary<Entry>[]
    ).map((arbitrary: fc.Arbitrary<Entry>) => ({ weight: 1, arbitrary })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 40 }), fc.boolean(), (moves, attended) => {
      const sitting = newSitting(attended);
      const state = stateAfter([], sitting);
      for (const [each, passesOver] of moves) {
        // Each is an object of its own, as entries of a run are.
        state.add({ ...each });
        const next = nextStep(plan, state);
        expect(next).toEqual(nextStep(plan, stateAfter(state.entries, sitting)));
        const { id = '', steps = [] } = plan[next?.checklist ?? -1]?.checklist ?? {};
        const name = steps[next?.step ?? -1]?.id;
        if (next?.step === null) sitting.opened.add(id);
        else if (passesOver && !attended && name !== undefined) state.passOver(id, name, noReason);
      }
    }),
    { seed: 500, numRuns: 1000 },
  );
});
