import { describe, expect, test } from 'vitest';
import { entitlementChanges, newRows, toRows } from '../../src/checklist/contracts.ts';
import { type EntitlementRow, licenseId } from '../../src/checklist/outputs.ts';
import { later, now, past, row, soon } from './support.ts';

test.each([
  [
    'arn:aws:license-manager::111122223333:license:l-e52ca6f38bf84d0fafb8802ca15ac11x',
    'l-e52ca6f38bf84d0fafb8802ca15ac11x',
  ],
  [
    'aws:license-manager:us-east-1:111122223333:l-e52ca6f38bf84d0fafb8802ca15ac11x',
    'l-e52ca6f38bf84d0fafb8802ca15ac11x',
  ],
  ['arn:aws:license-manager:il-central-1:111122223333:license:l-e52ca6', 'l-e52ca6'],
  ['l-e52ca6', 'l-e52ca6'],
  ['something-else', 'something-else'],
  [null, null],
])('the license of %s is %s', (arn, id) => {
  expect(licenseId(arn)).toBe(id);
});

describe('rows', () => {
  const dimensions = [{ key: 'pro_plan', name: 'Pro' }];

  test('of one dimension under two licenses stay two rows, in the order of AWS', () => {
    const rows = toRows([row({ licence: 'l-2' }), row({ licence: 'l-1' }), row({ licence: 'l-1' })], dimensions, now);
    expect(rows.map(({ licenseArn }) => licenseId(licenseArn))).toEqual(['l-2', 'l-1', 'l-1']);
  });

  test('carry the plan’s name where the product has one', () => {
    const rows = toRows([row(), row({ dimension: 'gone' })], dimensions, now);
    expect(rows.map(({ plan }) => plan)).toEqual(['Pro', null]);
  });

  test.each([
    ['long ago', past, false],
    ['at this very moment', now.toISOString(), false],
    ['in a moment', new Date(now.getTime() + 1).toISOString(), true],
    ['never', null, true],
  ])('that end %s: active is what the clock says', (_, expirationDate, active) => {
    expect(toRows([row({ expirationDate })], dimensions, now)[0]?.active).toBe(active);
  });
});

describe('a license is new', () => {
  const apiForm = row();
  const eventForm = row({ licenseArn: 'aws:license-manager:us-east-1:111122223333:l-1' });

  test.each<[what: string, fresh: boolean, now: EntitlementRow, ...baseline: EntitlementRow[]]>([
    ['where there was none', true, row()],
    ['where the baseline had another', true, row({ licence: 'l-2' }), row()],
    ['and another only in a part of it', true, row({ licence: 'l-12' }), row()],
    ['no more when the baseline has it', false, row(), row()],
    ['nor when the baseline writes its ARN in the other form', false, apiForm, eventForm],
    ['nor the other way round', false, eventForm, apiForm],
    ['nor with another quantity', false, row({ value: 20 }), row()],
    ['nor with another dimension', false, row({ dimension: 'team_plan' }), row()],
    ['though it was there in the baseline, where it had expired', true, row(), row({ expirationDate: past })],
    ['though it was there in the baseline, and granted nothing', true, row(), row({ value: 0 })],
    ['nor when it has ended already', false, row({ licence: 'l-2', expirationDate: past }), row()],
    [
      'nor where AWS names no licenses, and the baseline has a contract',
      false,
      row({ licence: null, value: 20 }),
      row({ licence: null }),
    ],
    ['where AWS names no licenses, and the baseline is empty', true, row({ licence: null })],
  ])('%s', (_, fresh, current, ...baseline) => {
    expect(newRows([current], baseline)).toEqual(fresh ? [current] : []);
  });
});

describe('what differs from the baseline', () => {
  const [pro, team] = [row(), row({ dimension: 'team_plan', value: 3 })];
  const none = { added: [], removed: [] };

  test.each<
    [
      what: string,
      baseline: readonly EntitlementRow[],
      now: readonly EntitlementRow[],
      expected: { readonly added: readonly EntitlementRow[]; readonly removed: readonly EntitlementRow[] },
    ]
  >([
    ['nothing', [pro, team], [team, pro], none],
    ['the end date alone: a renewal', [pro], [row({ expirationDate: later })], none],
    ['the end date alone, with no end now', [pro], [row({ expirationDate: null })], none],
    ['the ARN’s form alone', [pro], [row({ licenseArn: 'aws:license-manager:us-east-1:111122223333:l-1' })], none],
    ['the plan’s name alone', [pro], [row({ plan: 'Professional' })], none],
    ['the same row a second time', [pro], [pro, pro], none],
    ['a quantity', [pro], [row({ value: 20 })], { added: [row({ value: 20 })], removed: [pro] }],
    ['a dimension', [pro], [team], { added: [team], removed: [pro] }],
    ['a license', [pro], [row({ licence: 'l-2' })], { added: [row({ licence: 'l-2' })], removed: [pro] }],
    ['a dimension that is added', [pro], [pro, team], { added: [team], removed: [] }],
    ['a dimension that is removed', [pro, team], [pro], { added: [], removed: [team] }],
    [
      'a second licence for the same',
      [pro],
      [pro, row({ licence: 'l-2' })],
      { added: [row({ licence: 'l-2' })], removed: [] },
    ],
    ['nothing where a number comes as text', [row({ value: '10' })], [pro], none],
    [
      'nothing where AWS names the value, or the license, only later',
      [row({ value: null, licence: null })],
      [pro],
      none,
    ],
    ['nothing where the license is written in capitals', [row({ licence: 'L-1' })], [row({ licence: 'l-1' })], none],
    ['a row that comes expired', [pro], [pro, row({ value: 20, expirationDate: past })], none],
    ['an expired row that AWS forgets', [pro, row({ dimension: 'old', expirationDate: past })], [pro], none],
    ['an expired row that is renewed', [row({ expirationDate: past })], [pro], none],
  ])('%s', (_, baseline, rows, expected) => {
    expect(entitlementChanges(rows, baseline, now)).toEqual(expected);
  });

  test.each([
    ['and AWS still lists it', [row({ active: false })]],
    ['and AWS forgets it', []],
  ])('nothing, when a contract ends by itself during the run %s', (_, rows) => {
    expect(entitlementChanges(rows, [row({ expirationDate: soon })], new Date(later))).toEqual(none);
  });
});
