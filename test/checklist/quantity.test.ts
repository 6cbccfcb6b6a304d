import { expect, test } from 'vitest';
import { type Quantity, type Sameness, sameGrant, sameQuantity } from '../../src/checklist/contracts.ts';

test.each<[granted: Quantity | null, shown: Quantity | null, Sameness]>([
  [10, 10, 'same'],
  [10, 10.0, 'same'],
  [10, '10', 'same'],
  [10, ' 10 ', 'same'],
  [10, '10.0', 'same'],
  [10, '10,0', 'same'],
  [10, '１０', 'same'],
  [10, '１０ 席', 'same'],
  [10, '10ユーザー', 'same'],
  [10, '10 seats', 'same'],
  [10, '10 seat(s)', 'same'],
  [10, 'Seats: 10', 'same'],
  [10, 'Total seats: 10', 'same'],
  [10, 'Quantity: 10 user licences', 'same'],
  [10, '席数: 10', 'same'],
  [10, 'Number of licenses: 10', 'same'],
  [10, '数量：10', 'same'],
  [10, 'ユーザー数: 10名', 'same'],
  [10, 'Quantity: 10 seats', 'same'],
  ...'10 active users|10 named users|10 paid users|10 team users|10 hosts|10 nodes|10 devices|10 endpoints|10 servers|10 employees'
    .split('|')
    .map((shown): [number, string, Sameness] => [10, shown, 'same']),
  [10, 'Developers: 10', 'same'],
  [10, '0 hosts', 'different'],
  [true, 'Enabled', 'same'],
  [true, 'disabled', 'different'],
  [10, 'Not included', 'different'],
  [10, 'enabled', 'unreadable'],
  [10, '-', 'unreadable'],
  [10, 'none', 'unreadable'],
  [9_007_199_254_740_991, '9,007,199,254,740,991', 'same'],
  ['9007199254740993', '9007199254740993', 'same'],
  [1200, '1,200', 'same'],
  [1200, '1,200 users', 'same'],
  [1200, '1 200', 'same'],
  [1200, '1\u202f200', 'same'],
  [1200, "1'200", 'same'],
  [1200, '1,200.00', 'same'],
  [1200, '1.200,00', 'same'],
  [1_200_000, '1,200,000', 'same'],
  [1_200_000, '1.200.000', 'same'],
  [1_200_000, '12,00,000', 'same'],
  ['10', 10, 'same'],
  ['10.0', '10', 'same'],
  [true, 1, 'same'],
  [true, true, 'same'],
  [true, 'Yes', 'same'],
  [1, true, 'same'],
  ['Enterprise', 'enterprise ', 'same'],
  [10, 1, 'different'],
  [10, -10, 'different'],
  [10, '100', 'different'],
  [10, '1,0', 'different'],
  [10, '1 seat', 'different'],
  [1200, '1,201', 'different'],
  [10, null, 'different'],
  [10, false, 'different'],
  // A thousand and two hundred, or one and two tenths.
  [1200, '1.200', 'unreadable'],
  [1, '1.000', 'unreadable'],
  [1, '1,000', 'unreadable'],
  [10, 'ten', 'unreadable'],
  [10, 'unlimited', 'unreadable'],
  [10, '10k', 'unreadable'],
  [10_000, '10k', 'unreadable'],
  [10_000, '10 mil', 'unreadable'],
  [10, '10万', 'unreadable'],
  [10, '10 dozen', 'unreadable'],
  [10, '10 of 20', 'unreadable'],
  [10, '10/20', 'unreadable'],
  [10, '10-20', 'unreadable'],
  [10, '10%', 'unreadable'],
  [10, '$10', 'unreadable'],
  [10, '1e1', 'unreadable'],
  [10, '12,34', 'different'],
  [2, 'Pro2', 'unreadable'],
  ...[
    ...['10 pending', '10 trial', '10 trials', '10 used', '10 pending seats', '10 seats pending', '10 seats (trial)'],
    ...[
      '10 users max',
      '10 seats left',
      '10 invited users',
      '10 packs',
      '10 unused notebooks',
      '10席使用中',
      '10名まで',
    ],
    ...['Used: 10', 'Seats used: 10', 'Free: 10', 'Trial seats: 10', 'Invites: 10', 'Max = 10', '残り: 10', 'Plan: 10'],
    ...['10 of 25', '10 of 25 seats', '10/25', '10 / 25', 'Seats: 10/25', '10 out of 25', '10 (pending)'],
  ].map((shown): [number, string, Sameness] => [10, shown, 'unreadable']),
  [10, '25 pending', 'unreadable'],
  [10, true, 'unreadable'],
  ['Enterprise', 10, 'unreadable'],
  ['Tier_1', "Tier'1", 'unreadable'],
  [`${'x'.repeat(200)}1`, `${'x'.repeat(200)}2`, 'unreadable'],
  [10, `10${' '.repeat(200)}k`, 'unreadable'],
  [102, '10²', 'unreadable'],
  // Beyond what a number can tell.
  ['9007199254740993', '9007199254740992', 'unreadable'],
  [9_007_199_254_740_992, 9_007_199_254_740_992, 'unreadable'],
  [10, '10.00000000000000001', 'unreadable'],
  // No quantity.
  [-1, -1, 'unreadable'],
  [-1, '-1', 'unreadable'],
  [-1, 10, 'unreadable'],
  [Number.NaN, Number.NaN, 'unreadable'],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 'unreadable'],
  [null, 10, 'unreadable'],
])('AWS grants %j, the SaaS shows %j: %s', (granted, shown, same) => {
  expect(sameQuantity(granted, shown)).toBe(same);
});

test.each(
  `10 seats used|10 seats remaining|10 licenses left|10 seats free|used: 10|remaining: 10|Available: 10|10 pending|10 trial|
  10 of 25|10/25|10 / 25|seats used: 10|10 seats (used)|thousand: 10|Dozens: 10|percent: 10|minus: 10|10 units (thousands)|10人万|
  10 user-hours|10 unit hours|10人月|10名以上|10席中|10 user packs|10 notebooks|Notebooks: 10|10+|+10|残り10席|残席: 10|10席未満|~10`
    .split('|')
    .map((shown) => shown.trim()),
)('%s may be something else than 10 of what AWS grants', (shown) => {
  expect(sameQuantity(10, shown)).toBe('unreadable');
  expect(sameQuantity(20, shown)).toBe('unreadable');
});

test.each<[Quantity | null, Quantity | null, boolean]>([
  [-1, -1, true],
  [Number.NaN, Number.NaN, true],
  [null, 10, true],
  ['10', 10, true],
  [-1, 10, false],
  ['Tier_1', "Tier'1", false],
])('AWS grants %j, then %j: the same is %j', (one, other, same) => {
  expect(sameGrant(one, other)).toBe(same);
});

test('a text of any length is read at once', () => {
  expect(sameQuantity(10, `${'1 '.repeat(500_000)}x`)).toBe('unreadable');
});
