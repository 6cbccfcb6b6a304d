import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { table } from '../../src/text/block.ts';
import { comparison, findings } from '../../src/text/step-lines.ts';
import { plainPaint, type Styles } from '../../src/text/styles.ts';
import { granted } from '../support/acme.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';

const screen = (columns: number): Styles => ({ columns, paint: plainPaint });
const row = (changes: Partial<EntitlementRow> = {}): EntitlementRow => ({
  ...granted(),
  plan: 'Pro',
  active: true,
  ...changes,
});
const rows: Readonly<Record<string, readonly EntitlementRow[]>> = {
  'one contract': [
    row({ licenseArn: 'arn:aws:license-manager::111122223333:license:l-e52ca6f38bf84d0fafb8802ca15ac11x' }),
  ],
  'two licenses': [row(), row({ licenseArn: 'l-2', dimension: 'team_plan', plan: 'Team', value: 3 })],
  Japanese: [row({ plan: 'エンタープライズ契約プラン' }), row()],
  emoji: [row({ plan: '🚀 Rocket 👍🏽' })],
  accents: [row({ plan: 'Cafe\u0301 e\u0301te\u0301' })],
  'a long name': [row({ plan: 'Enterprise plan for organisations of every size, support included, all regions' })],
  'nothing that is named': [row({ plan: null, licenseArn: null, value: null, expirationDate: null })],
  'hostile names': [row({ plan: allHostile, dimension: allHostile, value: allHostile })],
};

describe.each([80, 40])('at %i columns', (columns) => {
  test.each(Object.entries(rows))('no line of a table is too wide: %s', (_, entitlements) => {
    const tables = [0, 10, 14].map((indent) =>
      findings(screen(columns), { kind: 'entitlements', entitlements }, indent),
    );
    expect(tables.flatMap((text) => tooWide(text, columns))).toEqual([]);
    expect(tables.flatMap(rawIn)).toEqual([]);
  });

  test.each([
    ['what was not changed', { entitlement: 'a changed licence, dimension or quantity' }, { entitlement: 'unchanged' }],
    ['a quantity', { entitlement: 'an active entitlement', quantity: 10 }, { entitlement: '', quantity: '1, 3, 5' }],
    ['wide words', { dimension: '契約プラン'.repeat(5) }, { dimension: allHostile }],
  ])('no line of a comparison is too wide: %s', (_, expected, actual) => {
    const text = comparison(screen(columns), expected, actual, 14);
    expect(tooWide(text, columns)).toEqual([]);
    expect(rawIn(text)).toEqual([]);
  });
});

test('shows license, plan, quantity and end, numbers to the right', () => {
  expect(
    findings(
      screen(80),
      { kind: 'entitlements', entitlements: [...(rows['two licenses'] ?? []), row({ active: false })] },
      2,
    ),
  ).toMatchInlineSnapshot(`
      "  license  plan              quantity  ends
        l-1      Pro (pro_plan)          10  2026-12-23 09:00 UTC
        l-2      Team (team_plan)         3  2026-12-23 09:00 UTC
        l-1      Pro (pro_plan)          10  2026-12-23 09:00 UTC, expired
      "
    `);
});

test('columns are straight whatever the width of the characters', () => {
  const columns = [{ title: 'plan' }, { title: 'n', align: 'right' as const }, { title: 'end' }];
  const cells = [
    ['Pro', '10', '|'],
    ['エンタープライズ', '1', '|'],
    ['🚀 Rocket', '100', '|'],
    ['e\u0301te\u0301', '5', '|'],
  ];
  const lines = table(screen(80), columns, cells).trimEnd().split('\n').slice(1);
  expect(new Set(lines.map((line) => stringWidth(line)))).toHaveLength(1);
});

test('a table that is too wide becomes a list of what each row says', () => {
  expect(
    findings(screen(40), { kind: 'entitlements', entitlements: rows['two licenses'] ?? [] }, 0),
  ).toMatchInlineSnapshot(`
    "license   l-1
    plan      Pro (pro_plan)
    quantity  10
    ends      2026-12-23 09:00 UTC

    license   l-2
    plan      Team (team_plan)
    quantity  3
    ends      2026-12-23 09:00 UTC
    "
  `);
});

test('marks what differs between expected and actual, and only that', () => {
  const facts = { entitlement: 'an active entitlement', quantity: 10, end: null };
  expect(comparison(screen(80), facts, { ...facts, quantity: 1, more: true }, 2)).toMatchInlineSnapshot(`
    "                  expected               actual
         entitlement  an active entitlement  an active entitlement
      ✗  quantity     10                     1
         end          -                      -
      ✗  more         -                      true
    "
  `);
});

test('a narrow screen has one line for each fact, at the indent', () => {
  const facts = { plan: 'Pro (pro)', quantity: 10 };
  expect(comparison(screen(40), facts, { ...facts, quantity: 1, more: true }, 13)).toMatchInlineSnapshot(`
    "               plan: Pro (pro)
                 ✗ quantity: expected 10,
                   actual 1
                 ✗ more: expected -, actual
                   true
    "
  `);
});

test('a list of what each row says stays within the indent', () => {
  const list = findings(screen(40), { kind: 'entitlements', entitlements: rows['one contract'] ?? [] }, 13);
  expect(list).toMatchInlineSnapshot(`
    "          license   l-e52ca6f38b
              plan      Pro (pro_plan)
              quantity  10
              ends      2026-12-23 09:00 UTC
    "
  `);
});

test('nothing found takes no line', () => {
  expect(findings(screen(80), { kind: 'entitlements', entitlements: [] }, 10)).toBe('');
});
