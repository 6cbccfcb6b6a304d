import { expect, test } from 'vitest';
import type { Confirmation } from '../../src/checklist/confirmations.ts';
import { fleetStatus, type MatchedProduct } from '../../src/checklist/fleet-status.ts';

const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };

function useCases(states: string): readonly Confirmation[] {
  return states.split(' ').map((state, i) => ({
    ...{ checklist: `use-case-${i}`, title: '', run: null, confirmedAt: null, operator: null, seen, unfinished: null },
    state: state as Confirmation['state'],
  }));
}

function matched(product: string, states: string | null, until: string | null = null): MatchedProduct {
  return {
    product: {
      ...{ product, account: null, owner: null, withoutSaas: false },
      waiver: until === null ? null : { until, reason: 'MP-412' },
    },
    accountId: null,
    found:
      states === null
        ? null
        : { productId: product, productCode: null, title: product, accountId: '1', useCases: useCases(states) },
  };
}

const missing = useCases('missing missing missing');
const now = new Date('2026-11-23T23:59:59.000Z');
const [today, yesterday] = ['2026-11-23', '2026-11-22'];
const pass = 'pass pass pass';

test.each<[string, string, readonly MatchedProduct[], boolean]>([
  ['all have passed', 'pass', [matched('a', pass), matched('b', pass)], false],
  ['a failure', 'fail', [matched('a', pass), matched('b', 'pass fail missing')], false],
  ['one is too old', 'incomplete', [matched('a', pass), matched('b', 'pass pass too-old')], false],
  ['no run knows one', 'incomplete', [matched('a', pass), matched('b', null)], false],
  ['a waived failure, on its last day', 'pass', [matched('a', pass), matched('b', 'fail pass pass', today)], false],
  ['a failure whose waiver has ended', 'fail', [matched('b', 'fail pass pass', yesterday)], false],
  ['a run cannot be read', 'error', [matched('a', pass), matched('b', null)], true],
  ['a run cannot be read, and a failure', 'fail', [matched('b', 'fail pass pass')], true],
])('the verdict of a fleet: %s: %s', (_, expected, products, isDamaged) => {
  expect(fleetStatus(products, missing, now, isDamaged).verdict).toBe(expected);
});

test('products are listed with the worst first, and each counts once', () => {
  const { products, tally } = fleetStatus(
    [
      matched('passed', pass),
      matched('waived', 'fail pass pass', today),
      matched('one-missing', 'pass pass missing'),
      matched('failed', 'fail pass pass'),
      matched('never-run', null),
      matched('passed-with-a-waiver', pass, today),
    ],
    missing,
    now,
    false,
  );
  expect(products.map(({ listedAs }) => listedAs)).toEqual([
    ...['failed', 'never-run', 'one-missing', 'waived', 'passed-with-a-waiver', 'passed'],
  ]);
  expect(tally).toEqual({ pass: 2, fail: 1, incomplete: 2, waived: 1 });
});
