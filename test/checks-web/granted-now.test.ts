import { expect, test } from 'vitest';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { saasContract } from '../../src/checks/saas-contract.ts';
import type { ContractApi } from '../../src/ports/saas.ts';
import { checkContext, grant, type Scene, saasShowing } from './check-context.ts';

const api: ContractApi = {
  url: `https://saas.example/\${buyer}`,
  headers: {},
  items: null,
  plan: 'plan',
  quantity: 'quantity',
  endDate: 'end',
  accounts: null,
  plans: {},
};
const plan = { dimension: 'basic_plan', plan: 'Basic' };
const basic = (value: number, changes: Partial<EntitlementRow> = {}) => grant(plan, { value, ...changes });
const showing = (quantity: number, end = '2026-12-23') => ({ plan: 'Basic', quantity, end });
const look = (saas: unknown, scene: Scene) =>
  saasContract.observe({}, checkContext({ api, web: saasShowing(saas), ...scene }));

const renewed = '2027-12-23T14:44:00.000Z';
const until = 'until 2026-12-23 14:44 UTC';

test.each<[what: string, saas: unknown, earlier: EntitlementRow[], now: EntitlementRow[], result: object]>([
  [
    'the SaaS shows what was changed',
    showing(3),
    [basic(3)],
    [basic(5)],
    { status: 'fail', expected: { quantity: 5 } },
  ],
  ['the SaaS shows the change', showing(5), [basic(3)], [basic(5)], { status: 'pass', code: 'saas-agrees' }],
  [
    'the SaaS shows the end before the renewal',
    showing(3),
    [basic(3)],
    [basic(3, { expirationDate: renewed })],
    { status: 'fail', expected: { 'end date': '2027-12-23 14:44 UTC' } },
  ],
  [
    'the SaaS shows the renewal',
    showing(3, '2027-12-23'),
    [basic(3)],
    [basic(3, { expirationDate: renewed })],
    { status: 'pass' },
  ],
  [
    'the contract is cancelled, and the SaaS shows it still',
    showing(1),
    [basic(1)],
    [],
    { status: 'error', code: 'nothing-granted', final: true },
  ],
  [
    'the contract is cancelled, and the SaaS shows none',
    {},
    [basic(1)],
    [],
    { status: 'error', code: 'nothing-granted', final: true },
  ],
])('what AWS grants is asked for at each look: %s', async (_, saas, earlier, granted, result) => {
  const found = await look(saas, { earlier, granted });
  expect(found).toMatchObject(result);
  expect(found.values.grantedBefore).toEqual([`basic_plan ${earlier[0]?.value} ${until}`]);
  expect(found.reason).toContain('What AWS grants has changed since an earlier step');
});

test('says nothing if nothing has changed', async () => {
  const found = await look(showing(3), { earlier: [basic(3)], granted: [basic(3)] });
  expect(found.values).not.toHaveProperty('grantedBefore');
});

test('waits for what is not granted yet, and says what has ended', async () => {
  expect(await look({}, { granted: [] })).toMatchObject({ status: 'error', code: 'nothing-granted', final: false });
  const granted = [basic(3, { expirationDate: '2026-11-22T09:00:00.000Z' })];
  expect(await look(showing(3), { granted })).toMatchObject({
    code: 'nothing-granted',
    values: { ended: '2026-11-22T09:00:00.000Z' },
  });
});

test('derives the change since the baseline from what is granted now', async () => {
  const baseline = [basic(3)];
  const answers = [[basic(5)], [basic(3)]];
  const scene: Scene = { baseline, earlier: [basic(5)], granted: () => answers.shift() ?? [] };
  expect(await look(showing(3), scene)).toMatchObject({ status: 'fail', expected: { quantity: 5 } });
  expect(await look(showing(3), scene)).toMatchObject({
    status: 'error',
    code: 'change-undone',
    values: { grantedNow: [`basic_plan 3 ${until}`] },
  });
});

const second = { licenseArn: 'arn:aws:license-manager::111122223333:license:l-2' };
const ended = { expirationDate: '2026-11-22T09:00:00.000Z' };

test.each<
  [what: string, baseline: EntitlementRow[], earlier: EntitlementRow[] | null, now: EntitlementRow[], code: string]
>([
  ['a quantity that was changed back', [basic(3)], [basic(5)], [basic(3)], 'change-undone'],
  ['a renewal', [basic(3)], [basic(3, { expirationDate: renewed })], [basic(3)], 'change-undone'],
  ['a second licence', [basic(3)], [basic(3), basic(3, second)], [basic(3)], 'change-undone'],
  [
    'a second licence that ended',
    [basic(3)],
    [basic(3), basic(3, second)],
    [basic(3), basic(3, { ...second, ...ended })],
    'change-undone',
  ],
  ['a dimension', [basic(3)], [basic(3), grant({ dimension: 'pro_plan', plan: 'Pro' })], [basic(3)], 'change-undone'],
  ['a cancellation', [basic(3)], [], [basic(3)], 'change-undone'],
  ['nothing, where nothing was changed', [basic(3)], [basic(3)], [basic(3)], 'saas-agrees'],
  ['nothing, where no earlier step looked', [basic(3)], null, [basic(3)], 'saas-agrees'],
  [
    'nothing, where one ended by itself',
    [basic(3), basic(9, { ...second, ...ended })],
    [basic(3)],
    [basic(3)],
    'saas-agrees',
  ],
  ['nothing, without a contract before', [], [basic(3)], [basic(3)], 'saas-agrees'],
  ['a change in part', [basic(2)], [basic(5)], [basic(3)], 'saas-agrees'],
])('what AWS took back since an earlier step looked: %s', async (_, baseline, earlier, granted, code) => {
  const saas = { ...showing(3), all: [showing(3)] };
  const status = code === 'saas-agrees' ? 'pass' : 'error';
  for (const each of [api, { ...api, items: 'all' }])
    expect(await look(saas, { baseline, earlier, granted, api: each })).toMatchObject({ status, code });
});
