import { describe, expect, test } from 'vitest';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { judgeEntitlements, type Wanted } from '../../src/checks/entitlements.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { later, now, past, row, soon } from './support.ts';

const buyer = '444455556666';
const judge = (wanted: Wanted, rows: readonly EntitlementRow[], baseline: readonly EntitlementRow[] | null = []) =>
  judgeEntitlements(wanted, buyer, rows, baseline, now);

describe('a dimension with quantity 0 grants nothing', () => {
  const none = row({ dimension: 'seats', plan: 'Seats', value: 0 });
  const pro = row({ value: 10 });
  test.each<[Wanted['is'], readonly EntitlementRow[], readonly EntitlementRow[], string]>([
    ['active', [none], [], 'no entitlement'],
    ['active', [row({ value: false })], [], 'no entitlement'],
    ['new', [none], [], 'no entitlement'],
    ['new', [pro, { ...none, licenseArn: 'l-2' }], [pro], 'unchanged'],
    ['changed', [pro, none], [pro], 'unchanged'],
    ['changed', [pro], [pro, none], 'unchanged'],
  ])('%s: what AWS names is no pass', (is, rows, baseline, entitlement) => {
    expect(judge({ is }, rows, baseline)).toMatchObject({ status: 'fail', actual: { entitlement } });
  });

  test('but to come from it is a change', () => {
    expect(judge({ is: 'changed' }, [pro, { ...none, value: 5 }], [pro, none])).toMatchObject({ status: 'pass' });
  });
});

describe('of an old contract (Pro 5), an ended one (Pro 99) and a new one (Pro 10, Seats 0)', () => {
  const old = [row({ licence: 'l-1', value: 5 }), row({ licence: 'l-0', value: 99, expirationDate: past })];
  const rows = [
    ...old,
    row({ licence: 'l-2', value: 10 }),
    row({ licence: 'l-2', value: 0, dimension: 'seats', plan: 'Seats' }),
  ];

  test.each<
    [Wanted['is'], dimension: string | undefined, quantity: number | undefined, 'pass' | 'dimension' | 'quantity']
  >([
    ['active', undefined, undefined, 'pass'],
    ['active', 'pro_plan', undefined, 'pass'],
    ['active', 'pro_plan', 5, 'pass'],
    ['active', 'pro_plan', 10, 'pass'],
    ['active', 'pro_plan', 0, 'quantity'],
    ['active', 'pro_plan', 7, 'quantity'],
    ['active', 'pro_plan', 99, 'quantity'],
    ['active', 'seats', 0, 'pass'],
    ['active', 'seats', 10, 'quantity'],
    ['active', 'team_plan', undefined, 'dimension'],
    ['active', 'team_plan', 10, 'dimension'],
    ['active', 'Pro', undefined, 'dimension'],
    ['active', undefined, 0, 'pass'],
    ['active', undefined, 5, 'pass'],
    ['active', undefined, 7, 'quantity'],
    ['new', undefined, undefined, 'pass'],
    ['new', 'pro_plan', undefined, 'pass'],
    ['new', 'pro_plan', 10, 'pass'],
    ['new', 'pro_plan', 5, 'quantity'],
    ['new', 'pro_plan', 0, 'quantity'],
    ['new', 'seats', 0, 'pass'],
    ['new', 'seats', 10, 'quantity'],
    ['new', 'team_plan', undefined, 'dimension'],
    ['new', undefined, 0, 'pass'],
    ['new', undefined, 5, 'quantity'],
    ['changed', undefined, undefined, 'pass'],
    ['changed', 'pro_plan', undefined, 'pass'],
    ['changed', 'pro_plan', 10, 'pass'],
    ['changed', 'pro_plan', 5, 'quantity'],
    ['changed', 'seats', 0, 'pass'],
    ['changed', 'team_plan', undefined, 'dimension'],
    ['changed', undefined, 0, 'pass'],
    ['changed', undefined, 5, 'quantity'],
  ])('is: %s, dimension: %s, quantity: %s → %s', (is, dimension, quantity, expected) => {
    expect(judge({ is, dimension, quantity }, rows, old)).toMatchObject(
      expected === 'pass'
        ? { status: 'pass', code: `entitlement-${is}` }
        : { status: 'fail', code: `other-${expected}`, values: { expected: { dimension, quantity }[expected] } },
    );
  });

  test('a failure holds what was expected and what AWS names, under the same names', () => {
    expect(judge({ is: 'active', dimension: 'team_plan', quantity: 3 }, rows)).toEqual({
      status: 'fail',
      code: 'other-dimension',
      values: { expected: 'team_plan', seen: ['pro_plan', 'seats'] },
      reason: expect.any(String),
      expected: { entitlement: 'an active entitlement', dimension: 'team_plan', quantity: 3 },
      actual: { entitlement: 'an active entitlement', dimension: 'pro_plan, seats', quantity: '5, 10, 0' },
    });
  });

  test('a wrong quantity is that of the dimension asked for, not of all of them', () => {
    const { values, expected, actual } = judge({ is: 'new', dimension: 'seats', quantity: 10 }, rows, old);
    expect(values).toEqual({ expected: 10, seen: [0] });
    expect(expected).toMatchObject({ dimension: 'seats', quantity: 10 });
    expect(actual).toMatchObject({ dimension: 'seats', quantity: '0' });
  });
});

test.each([
  ['10', 10],
  ['10.0', 10],
  ['1,200', 1200],
  [10.0, 10],
  [true, 1],
])('AWS grants %j, which is a quantity of %j', (value, quantity) => {
  expect(judge({ is: 'active', quantity }, [row({ value })])).toMatchObject({ status: 'pass' });
  expect(judge({ is: 'active', quantity: quantity + 1 }, [row({ value })])).toMatchObject({ code: 'other-quantity' });
  expect(judge({ is: 'changed' }, [row({ value: quantity })], [row({ value })])).toMatchObject({
    code: 'entitlement-unchanged',
  });
});

test('a StringValue of 0 grants nothing', () => {
  expect(judge({ is: 'active' }, [row({ value: '0' })])).toMatchObject({ code: 'no-entitlement' });
});

describe('a failure says why', () => {
  test.each<[what: string, code: string, Wanted['is'], rows: EntitlementRow[], baseline: EntitlementRow[]]>([
    ['nothing there', 'no-entitlement', 'active', [], []],
    ['nothing there yet', 'no-entitlement', 'new', [], []],
    ['nothing there any more', 'no-entitlement', 'changed', [], [row()]],
    ['everything ended', 'entitlement-expired', 'active', [row({ expirationDate: past })], []],
    ['the purchase ended', 'entitlement-expired', 'new', [row({ licence: 'l-2', expirationDate: past })], [row()]],
    ['the contract ended', 'entitlement-expired', 'changed', [row({ expirationDate: past })], [row()]],
    ['no new license', 'no-new-entitlement', 'new', [row()], [row()]],
    ['no new license, another quantity', 'no-new-entitlement', 'new', [row({ value: 20 })], [row()]],
    ['no change', 'entitlement-unchanged', 'changed', [row()], [row()]],
    ['a renewal alone', 'entitlement-unchanged', 'changed', [row({ expirationDate: later })], [row()]],
    [
      'the license in the other form',
      'no-new-entitlement',
      'new',
      [row({ licenseArn: 'aws:license-manager:us-east-1:1:l-1' })],
      [row()],
    ],
  ])('%s: %s', (_, code, is, rows, baseline) => {
    const { status, code: said, values, expected, actual } = judge({ is }, rows, baseline);
    expect([status, said]).toEqual(['fail', code]);
    expect(values).toMatchObject({ buyer });
    expect(Object.keys(actual ?? {})).toEqual(Object.keys(expected ?? {}));
    expect(actual).not.toEqual(expected);
  });

  test('and says when the last contract ended', () => {
    const ended = [
      row({ expirationDate: '2026-01-31T23:59:00.000Z' }),
      row({ expirationDate: '2025-12-01T00:00:00.000Z' }),
    ];
    const rows = ended.map((each) => ({ ...each, active: false }));
    expect(judge({ is: 'active' }, rows).values).toMatchObject({ ended: '2026-01-31T23:59:00.000Z' });
  });

  test('and names the licenses that did not change', () => {
    expect(judge({ is: 'new' }, [row()], [row()]).values).toMatchObject({ contracts: ['l-1 Pro 10'] });
  });
});

describe('a change', () => {
  const [pro, seats] = [row(), row({ dimension: 'seats', value: 5, plan: null })];

  test.each<[what: string, rows: EntitlementRow[], baseline: EntitlementRow[]]>([
    ['of the quantity', [row({ value: 20 })], [pro]],
    ['of the dimension', [seats], [pro]],
    ['of the license', [row({ licence: 'l-2' })], [pro]],
    ['that adds a dimension', [pro, seats], [pro]],
    ['that removes a dimension', [pro], [pro, seats]],
    ['that removes a dimension and renews the rest', [row({ expirationDate: later })], [pro, seats]],
  ])('%s passes', (_, rows, baseline) => {
    expect(judge({ is: 'changed' }, rows, baseline).status).toBe('pass');
  });

  test('is none when a dimension ends by itself during the run', () => {
    const baseline = [row({ expirationDate: later }), { ...seats, expirationDate: soon }];
    const muchLater = new Date('2027-01-01T00:00:00.000Z');
    expect(
      judgeEntitlements({ is: 'changed' }, buyer, [row({ expirationDate: later })], baseline, muchLater),
    ).toMatchObject({ status: 'fail', code: 'entitlement-unchanged' });
  });

  test.each<[Omit<Wanted, 'is'>, code: string, values: object]>([
    [{ quantity: 7 }, 'other-quantity', { expected: 7, seen: [10] }],
    [{ dimension: 'team_plan' }, 'other-dimension', { expected: 'team_plan', seen: ['pro_plan'] }],
    [{ dimension: 'pro_plan' }, 'dimension-unchanged', { expected: 'pro_plan', seen: [10] }],
    [{ dimension: 'pro_plan', quantity: 7 }, 'other-quantity', { expected: 7, seen: [10] }],
  ])('that only removes a dimension, where %o is wanted, fails: %s', (wanted, code, values) => {
    expect(judge({ is: 'changed', ...wanted }, [pro], [pro, seats])).toMatchObject({ status: 'fail', code, values });
  });
});

test.each(['new', 'changed'] as const)('without a baseline there is no verdict on what is %s', (is) => {
  expect(() => judge({ is }, [row()], null)).toThrow(CouldNotCheck);
});
