import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentResults } from '../../src/checklist/current-results.ts';
import type { Attempt, Entry } from '../../src/checklist/entries.ts';
import type { Checklist } from '../../src/checklist/model.ts';
import { noOptions } from '../support/no-options.ts';
import { attempt, checklist, step } from './support.ts';

const at = '2026-11-23T09:30:00.000Z';
const began: Entry = { type: 'began', at, operator: 'Aiko', version: '0.1.0', accepted: [], options: noOptions };
const reopened = (id: string): Entry => ({ type: 'reopened', checklist: 'one', step: id, at });
const buyer: Entry = { type: 'buyer', checklist: 'one', buyer: '555566667777', at };
const look = { do: [], check: { kind: 'agreement', fields: {}, within: null } };
const one = checklist('one', [
  step('ready', look),
  step('price', { ...look, required: false }),
  step('before', { ...look, check: { kind: 'baseline', fields: {}, within: null, baseline: true } }),
  step('buy'),
  step('sign-up', { required: false }),
  step('inspect'),
]);
const all = one.steps.map(({ id }) => attempt(id));

/** `ready pass, buy fail` */
function words(entries: readonly Entry[]): string {
  return [...currentResults(one, entries).current].map(([id, { status }]) => `${id} ${status}`).join(', ');
}

describe('what counts of a checklist', () => {
  test('is the newest result of each step', () => {
    expect(words([attempt('ready', { status: 'fail' }), attempt('ready')])).toBe('ready pass');
  });

  test('is nothing that came after a step that was taken again, but for the baseline', () => {
    const { current, stale } = currentResults(one, [...all, attempt('ready')]);
    expect([...current.keys()].sort()).toEqual(['before', 'ready']);
    expect(stale.get('buy')).toMatchObject({
      code: 'taken-again',
      values: { was: 'pass', number: 1, title: 'Title of ready' },
    });
  });

  test('is a later result again once it is taken again itself', () => {
    expect(words([...all, attempt('buy'), attempt('sign-up'), attempt('inspect')])).toContain('inspect pass');
  });

  test('does not change by a look that does not count', () => {
    expect(words([...all, attempt('price', { status: 'fail' })])).toContain('inspect pass');
    expect(words([...all, attempt('ready', { advisory: true })])).toContain('inspect pass');
  });

  test('changes by an advisory answer that a person takes back', () => {
    expect(words([...all, attempt('sign-up', { status: 'fail' })])).not.toContain('inspect');
  });

  test('is nothing from a reopened step on: there the baseline counts, unless it is the step', () => {
    expect(words([...all, reopened('ready')])).toBe('before pass');
    expect(words([...all, reopened('before')])).toBe('ready pass, price pass');
    expect(words([...all, reopened('sign-up')])).toBe('ready pass, price pass, before pass, buy pass');
  });

  test('keeps no baseline that failed', () => {
    const failed = all.map((each) => (each.step === 'before' ? { ...each, status: 'fail' as const } : each));
    expect(words([...failed, attempt('ready')])).toBe('ready pass');
  });

  test('is nothing at all of another buyer, not even the baseline', () => {
    expect(words([...all, buyer])).toBe('');
    expect(currentResults(one, [...all, buyer]).stale.get('before')).toMatchObject({
      code: 'other-buyer',
      values: { was: 'pass', buyer: '555566667777' },
    });
  });

  test('is what it was of an earlier buyer whom the operator comes back to, the baseline too', () => {
    const to = (buyer: string, was: string): Entry => ({ type: 'buyer', checklist: 'one', buyer, was, at });
    const [a, b] = ['444455556666', '555566667777'];
    const there = [...all.slice(0, 4), attempt('inspect', { status: 'error' }), to(b, a), attempt('ready')];
    expect(words(there)).toBe('ready pass');
    expect(words([...there, to(a, b)])).toBe('ready pass, price pass, before pass, buy pass');
    expect(currentResults(one, [...there, to(a, b)]).stale.get('before')).toBeUndefined();
    expect(words([...there, to(a, b), to(b, a)])).toBe('ready pass');
    // Meanwhile an earlier checklist was taken again with the first buyer, or the run came to be about something else.
    expect(words([...there, reopened('ready'), to(a, b)])).toBe('');
    expect(words([...there, { ...began, accepted: ['account'] }, to(a, b)])).toBe('');
    const changed: Entry = { type: 'checklist', checklist: 'one', source: 'version: 1', changedFrom: null, at };
    expect(words([...there, changed, to(a, b)])).toBe('');
  });

  test('is not what AWS did not answer, once the run is gone on with', () => {
    const entries = [began, attempt('ready', { status: 'error' }), attempt('buy')];
    expect(words(entries)).toBe('ready error, buy pass');
    expect(words([...entries, began])).toBe('buy pass');
    expect(currentResults(one, [...entries, began]).stale.get('ready')).toMatchObject({ code: 'checked-again' });
  });

  test('is nothing of another product, account or endpoint, not even the baseline', () => {
    for (const what of ['account', 'product', 'endpoint'] as const)
      expect(words([began, ...all, { ...began, accepted: [what] }])).toBe('');
    expect(words([began, ...all, { ...began, accepted: ['checklist'] }])).toContain('inspect pass');
  });

  test('is nothing from the first change of a checklist on', () => {
    const changed = (changedFrom: string | null): Entry => ({
      ...{ type: 'checklist', checklist: 'one', source: 'version: 1', changedFrom, at },
    });
    expect(words([...all, changed('buy')])).toBe('ready pass, price pass, before pass');
    // A baseline that asks for something else is reopened beside it.
    expect(words([...all, changed('before')])).toBe('ready pass, price pass, before pass');
    expect(words([...all, changed('before'), reopened('before')])).toBe('ready pass, price pass');
    expect(words([...all, changed(null)])).toContain('inspect pass');
  });

  test('stands where the program only looks at what it had skipped before', () => {
    const skipped = all.map((each) => (each.step === 'ready' ? { ...each, status: 'skip' as const } : each));
    expect(words([...skipped, attempt('ready')])).toContain('inspect pass');
  });

  test('is nothing of another checklist, nor of a step that is no longer there', () => {
    expect(words([attempt('ready', { checklist: 'two' }), attempt('gone'), reopened('gone')])).toBe('');
  });
});

describe('an answer given before its check', () => {
  const said: Entry = {
    ...{ type: 'claimed', checklist: 'one', step: 'buy', status: 'pass', reason: null },
    ...{ by: 'operator', operator: 'Aiko', at },
  };
  const claims = (...entries: readonly Entry[]) => [...currentResults(one, entries).claims.keys()].join();

  test('is kept until the step has a result', () => {
    expect(claims(...all.slice(0, 3), said)).toBe('buy');
    expect(claims(...all.slice(0, 3), said, began)).toBe('buy');
    expect(claims(...all.slice(0, 3), said, attempt('buy'))).toBe('');
  });

  test('takes the place of the result before it, and of what came after that', () => {
    const { current, stale } = currentResults(one, [...all, said]);
    expect([...current.keys()]).toEqual(['ready', 'price', 'before']);
    expect(stale.get('inspect')).toMatchObject({
      code: 'answered-again',
      values: { was: 'pass', number: 4, title: 'Title of buy' },
    });
  });

  test('is gone where an earlier step is taken again, where the step is reopened, and with the buyer', () => {
    expect(claims(...all.slice(0, 3), said, attempt('ready'))).toBe('');
    expect(claims(...all.slice(0, 3), said, reopened('buy'))).toBe('');
    expect(claims(...all.slice(0, 3), said, reopened('inspect'))).toBe('buy');
    expect(claims(...all.slice(0, 3), said, buyer)).toBe('');
    expect(currentResults(one, [...all.slice(0, 3), said, buyer]).stale.get('buy')).toMatchObject({
      code: 'other-buyer',
      values: { was: 'claimed-pass', buyer: '555566667777' },
    });
  });
});

/** The same in many passes: the newest attempt at each step, unless something after it makes it stale. */
function slowly({ id, steps }: Checklist, entries: readonly Entry[]): Readonly<Record<string, Attempt>> {
  const places = new Map(steps.map((each, index) => [each.id, index]));
  const found = steps.flatMap((each, place) => {
    const newest = entries.findLast(
      (entry) => entry.type === 'attempt' && entry.checklist === id && entry.step === each.id,
    );
    if (newest?.type !== 'attempt') return [];
    const later = entries.slice(entries.lastIndexOf(newest) + 1);
    const keeps = each.check?.kind === 'baseline' && newest.status === 'pass';
    const isStale = later.some((entry) => {
      if (entry.type === 'began') return newest.status === 'error';
      if (entry.type === 'buyer') return true;
      if (entry.type !== 'attempt' && entry.type !== 'reopened') return false;
      const other = places.get(entry.step) ?? Number.POSITIVE_INFINITY;
      if (entry.type === 'reopened') return other === place || (other < place && !keeps);
      const isRemark = steps[other]?.do.length === 0 && (!steps[other].required || entry.advisory === true);
      return other < place && !keeps && !isRemark;
    });
    return isStale ? [] : [[each.id, newest] as const];
  });
  return Object.fromEntries(found);
}

test('one pass finds the same as many, whatever happened', () => {
  const ids = fc.constantFrom(...one.steps.map(({ id }) => id));
  const statuses = ['pass', 'fail', 'error', 'skip', 'not-applicable'] as const;
  // What the program alone has skipped has a rule of its own, which has a test of its own.
  const status = fc.nat().chain((n) => fc.constant(statuses[n % statuses.length] ?? 'pass'));
  const entry = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(ids, status, fc.boolean()).map(([id, said, advisory]) => {
        const alone = one.steps.find((each) => each.id === id)?.do.length === 0;
        const as = alone && said === 'skip' ? 'pass' : said;
        return attempt(id, { status: as, advisory });
      }),
    },
    { weight: 1, arbitrary: ids.map(reopened) },
    { weight: 1, arbitrary: fc.constant(began) },
    { weight: 1, arbitrary: fc.constant(buyer) },
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      // Each is an object of its own, as entries of a run are.
      const own = entries.map((each) => ({ ...each }));
      expect(Object.fromEntries(currentResults(one, own).current)).toEqual(slowly(one, own));
    }),
    { seed: 500, numRuns: 500 },
  );
});
