import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { saasContract } from '../../src/checks/saas-contract.ts';
import type { Dimension } from '../../src/ports/marketplace.ts';
import type { ContractApi } from '../../src/ports/saas.ts';
import { checkContext, grant, type Scene, saasShowing } from './check-context.ts';

const names = { basic: 'Basic', pro: 'Pro', storage: 'Storage' } as const;
type Key = keyof typeof names;
const dimensions = Object.entries(names).map(([key, name]) => ({ key, name, types: ['Entitled'] }));
const has = (key: Key, value: EntitlementRow['value'], changes: Partial<EntitlementRow> = {}) =>
  grant({ dimension: key, plan: names[key] }, { value, ...changes });
const other = { licenseArn: 'arn:aws:license-manager::111122223333:license:l-2' };
const renewed = { expirationDate: '2027-12-23T14:44:00.000Z' };

type Field = 'plan' | 'quantity' | 'endDate';
const only = (...fields: readonly Field[]): ContractApi => ({
  url: `https://saas.example/\${buyer}`,
  headers: {},
  items: null,
  plan: fields.includes('plan') ? 'plan' : null,
  quantity: fields.includes('quantity') ? 'quantity' : null,
  endDate: fields.includes('endDate') ? 'end' : null,
  accounts: null,
  plans: {},
});
const listing = (...fields: readonly Field[]): ContractApi => ({ ...only(...fields), items: 'plans' });
const perLicence = (api: ContractApi): ContractApi => ({ ...api, url: `${api.url}/\${licence}` });

const item = ({ dimension, value, expirationDate }: EntitlementRow) => ({
  plan: names[dimension as Key],
  quantity: value,
  end: expirationDate,
});
/** A SaaS that shows these rows: in a list, and of its own choice one beside it. */
const showing = (rows: readonly EntitlementRow[], first = 0) => ({
  ...(rows[first] ? item(rows[first]) : {}),
  plans: rows.map(item),
});
const look = (saas: unknown, api: ContractApi, scene: Scene) =>
  saasContract.observe({}, checkContext({ api, dimensions, web: saasShowing(saas), ...scene }));

describe('what changed must be among what was compared:', () => {
  test.each<
    [
      what: string,
      api: ContractApi,
      baseline: EntitlementRow[],
      granted: EntitlementRow[],
      code: string,
      settings?: string[],
    ]
  >([
    ['the plan', only('quantity'), [has('basic', 5)], [has('pro', 5)], 'change-not-compared', ['plan']],
    ['the quantity', only('plan'), [has('pro', 5)], [has('pro', 9)], 'change-not-compared', ['quantity']],
    ['both', only('endDate'), [has('basic', 5)], [has('pro', 9)], 'change-not-compared', ['plan', 'quantity']],
    ['the plan, compared', only('plan'), [has('basic', 5)], [has('pro', 5)], 'saas-agrees'],
    ['the quantity, compared', only('quantity'), [has('pro', 5)], [has('pro', 9)], 'saas-agrees'],
    [
      'the end alone',
      only('plan', 'quantity'),
      [has('pro', 5)],
      [has('pro', 5, renewed)],
      'change-not-compared',
      ['end-date'],
    ],
    ['the end, compared', only('endDate'), [has('pro', 5)], [has('pro', 5, renewed)], 'saas-agrees'],
    ['a dimension more', only('plan', 'quantity'), [has('pro', 5)], [has('pro', 5), has('storage', 3)], 'needs-items'],
    ['a dimension less', only('plan', 'quantity'), [has('pro', 5), has('storage', 3)], [has('pro', 5)], 'needs-items'],
    [
      'a dimension less, in a list',
      listing('plan'),
      [has('pro', 5), has('storage', 3)],
      [has('pro', 5)],
      'saas-agrees',
    ],
    [
      'a quantity, in a list of plans',
      listing('plan'),
      [has('pro', 5), has('storage', 3)],
      [has('pro', 5), has('storage', 4)],
      'change-not-compared',
      ['quantity'],
    ],
    [
      'a new license like the old',
      only('plan', 'quantity'),
      [has('pro', 5)],
      [has('pro', 5), has('pro', 5, other)],
      'several-licences',
    ],
    [
      'a new license that differs by its end',
      only('plan', 'quantity'),
      [has('pro', 5)],
      [has('pro', 5, { ...other, ...renewed })],
      'change-not-compared',
      ['end-date'],
    ],
    [
      'a new license that is asked for',
      perLicence(only('plan', 'quantity')),
      [has('pro', 5)],
      [has('pro', 5, other)],
      'saas-agrees',
    ],
    [
      'quantities that two licenses have swapped, in a list',
      listing('plan', 'quantity'),
      [has('pro', 5), has('pro', 9, other)],
      [has('pro', 9), has('pro', 5, other)],
      'several-licences',
    ],
    [
      'quantities that two licenses have swapped, in a list that could tell them by their ends',
      listing('plan', 'quantity'),
      [has('pro', 9, { ...other, ...renewed }), has('pro', 5)],
      [has('pro', 9), has('pro', 5, { ...other, ...renewed })],
      'change-not-compared',
      ['end-date'],
    ],
    [
      'a quantity that another license has had',
      only('plan', 'quantity'),
      [has('pro', 5), has('pro', 9, other)],
      [has('pro', 9, other), has('pro', 9)],
      'several-licences',
    ],
    [
      'one license less',
      only('plan', 'quantity'),
      [has('pro', 5), has('pro', 5, other)],
      [has('pro', 5)],
      'withdrawal-not-compared',
    ],
  ])('%s', async (_, api, baseline, granted, code, settings) => {
    const newest = granted.length - 1;
    const found = await look(showing(granted, newest), api, { baseline, granted });
    expect(found).toMatchObject({ status: code === 'saas-agrees' ? 'pass' : 'error', code });
    if (settings) expect(found.values.settings).toEqual(settings.map((setting) => `saas.contract-api.${setting}`));
  });

  test('distinguishes current from earlier grants if a dimension is gone', async () => {
    const scene = { baseline: [has('pro', 10), has('basic', 1)], granted: [has('pro', 10)] };
    expect(await look(showing(scene.granted), only('plan', 'quantity'), scene)).toMatchObject({
      code: 'needs-items',
      values: { granted: ['pro 10'], before: ['pro 10', 'basic 1'] },
    });
  });

  test('what is no quantity is no change either, and no proof', async () => {
    const scene = { baseline: [has('pro', -1)], granted: [has('pro', -1)] };
    expect(await look(showing(scene.granted), only('plan', 'quantity'), scene)).toMatchObject({
      status: 'error',
      code: 'quantity-unreadable',
    });
  });
});

describe('of a purchase enough must be compared:', () => {
  const one = [
    { key: 'pro', name: 'Pro', types: ['Entitled'] },
    { key: 'calls', name: 'Calls', types: ['Metered'] },
  ];
  test.each<
    [
      what: string,
      api: ContractApi,
      granted: EntitlementRow[],
      dimensions: typeof one,
      code: string,
      settings?: string[],
    ]
  >([
    ['one of the only plan', only('endDate'), [has('pro', 1)], one, 'saas-agrees'],
    ['some of the only plan', only('endDate'), [has('pro', 10)], one, 'grant-not-compared', ['quantity']],
    ['some of the only plan, counted', only('quantity'), [has('pro', 10)], one, 'saas-agrees'],
    ['one of several plans', only('endDate'), [has('pro', 1)], dimensions, 'grant-not-compared', ['plan']],
    ['one of several plans, named', only('plan'), [has('pro', true)], dimensions, 'saas-agrees'],
    ['some of several plans', only('quantity'), [has('pro', 10)], dimensions, 'grant-not-compared', ['plan']],
    ['some of several plans', only('plan'), [has('pro', 10)], dimensions, 'grant-not-compared', ['quantity']],
    ['several plans', only('plan', 'quantity'), [has('basic', 10), has('pro', 2)], dimensions, 'needs-items'],
    ['two licenses', only('plan', 'quantity'), [has('pro', 2), has('pro', 2, other)], dimensions, 'several-licences'],
  ])('%s', async (_, api, granted, of, code, settings) => {
    const found = await look(showing(granted), api, { granted, dimensions: of });
    expect(found).toMatchObject({ status: code === 'saas-agrees' ? 'pass' : 'error', code });
    if (settings) expect(found.values.settings).toEqual(settings.map((setting) => `saas.contract-api.${setting}`));
  });
});

describe('a list accounts for every dimension:', () => {
  const api = listing('plan', 'quantity');
  const granted = [has('basic', 10), has('pro', 2)];
  test.each<[what: string, plans: unknown, result: object]>([
    [
      'all, in any order',
      [
        { plan: 'pro', quantity: '2' },
        { plan: 'Basic', quantity: 10 },
      ],
      { status: 'pass' },
    ],
    ['none of a third', [...granted.map(item), { plan: 'Storage', quantity: 0 }], { status: 'pass' }],
    [
      'one is missing',
      [item(has('pro', 2))],
      { code: 'saas-differs', values: { missing: [expect.stringContaining('Basic (basic), quantity 10')], extra: [] } },
    ],
    [
      'one too many',
      [...granted.map(item), item(has('storage', 3))],
      { code: 'saas-differs', values: { missing: [], extra: ['plan Storage, quantity 3'] } },
    ],
    [
      'one twice',
      [...granted.map(item), item(has('pro', 2))],
      { code: 'saas-differs', values: { extra: ['plan Pro, quantity 2'] } },
    ],
    [
      'another quantity',
      [item(has('basic', 2)), item(has('pro', 2))],
      { code: 'saas-differs', values: { fields: ['quantity'], expected: [10], actual: [2] } },
    ],
    [
      'quantities that have changed places',
      [item(has('basic', 2)), item(has('pro', 10))],
      { values: { fields: ['Basic (basic): quantity', 'Pro (pro): quantity'], expected: [10, 2], actual: [2, 10] } },
    ],
    [
      'a name that means nothing',
      [item(has('basic', 10)), { plan: 'Gold', quantity: 2 }],
      { status: 'error', code: 'plan-unknown' },
    ],
    [
      'a name that means nothing, with another quantity',
      [item(has('basic', 10)), { plan: 'Gold', quantity: 3 }],
      { status: 'fail', code: 'saas-differs' },
    ],
    [
      'a quantity that can be read in two ways',
      [item(has('basic', 10)), { plan: 'Pro', quantity: '2.000' }],
      { code: 'quantity-unreadable' },
    ],
    ['nothing', [], { status: 'fail', code: 'saas-shows-nothing' }],
    ['no list', undefined, { status: 'fail', code: 'saas-shows-nothing' }],
  ])('%s', async (_, plans, result) => {
    expect(await look({ plans }, api, { granted })).toMatchObject(result);
  });

  test.each([
    ['no list', { plans: { pro: 2 } }, 'returned something that is not a list'],
    [
      'a list in which nothing is found',
      { plans: [{ name: 'Pro' }, {}] },
      'returned 2 items, in which the other expressions find nothing',
    ],
  ])('%s is a matter of the expression', async (_, saas, words) => {
    await expect(look(saas, api, { granted })).rejects.toMatchObject({
      code: 'misfit-expression',
      message: expect.stringContaining(words),
    });
  });

  test('all of them are kept for the report', async () => {
    const { output } = await look(showing(granted), api, { granted });
    expect(output).toMatchObject({
      contracts: [
        { plan: 'Basic', quantity: 10 },
        { plan: 'Pro', quantity: 2 },
      ],
    });
  });

  test('allows the SaaS to omit unchanged licenses, which proves nothing', async () => {
    const scene = { granted: [has('basic', 10), has('pro', 2, other)], baseline: [has('basic', 10)] };
    expect(await look(showing([has('pro', 2, other)]), api, scene)).toMatchObject({
      status: 'error',
      code: 'several-licences',
    });
    expect(await look(showing(scene.granted), api, scene)).toMatchObject({ status: 'pass' });
    expect(await look(showing([has('basic', 10)]), api, scene)).toMatchObject({ status: 'fail' });
  });

  test('with a license in the URL each license has a list of its own', async () => {
    const rows = [...granted, has('pro', 7, other)];
    const saas = (url: string) =>
      showing(rows.filter(({ licenseArn }) => licenseArn?.endsWith(url.split('/').at(-1) ?? '')));
    expect(await look(saas, perLicence(api), { granted: rows })).toMatchObject({ status: 'pass' });
    expect(await look(() => showing(rows), perLicence(api), { granted: rows })).toMatchObject({ status: 'fail' });
  });
});

describe('what a list shows beside all that AWS grants:', () => {
  const api = listing('plan', 'quantity');
  const granted = [has('pro', 10)];
  const pro = { plan: 'Pro', quantity: '10 hosts' };
  test.each<[quantity: unknown, status: string, code: string]>([
    ['-', 'error', 'quantity-unreadable'],
    ['none', 'error', 'quantity-unreadable'],
    [null, 'error', 'quantity-unreadable'],
    ['', 'error', 'quantity-unreadable'],
    ['0 available', 'error', 'quantity-unreadable'],
    ['unlimited', 'error', 'quantity-unreadable'],
    ['Not included', 'pass', 'saas-agrees'],
    ['0 hosts', 'pass', 'saas-agrees'],
    ['disabled', 'pass', 'saas-agrees'],
    [1, 'fail', 'saas-differs'],
    ['enabled', 'fail', 'saas-differs'],
    ['5 hosts', 'fail', 'saas-differs'],
  ])('%j of another plan', async (quantity, status, code) => {
    for (const plans of [
      [pro, { plan: 'Basic', quantity }],
      [{ plan: 'Basic', quantity }, pro],
    ])
      expect(await look({ plans }, api, { granted })).toMatchObject({ status, code });
  });

  test('enabled and disabled, where AWS grants true', async () => {
    const plans = [
      { plan: 'Pro', quantity: 'enabled' },
      { plan: 'Basic', quantity: 'disabled' },
    ];
    expect(await look({ plans }, api, { granted: [has('pro', true)] })).toMatchObject({ status: 'pass' });
    expect(await look({ plans }, api, { granted: [has('pro', true), has('basic', true)] })).toMatchObject({
      status: 'fail',
    });
  });

  test('it does not hide what is missing, or differs', async () => {
    const unread = { plan: 'Basic', quantity: '-' };
    const looked = async (...plans: object[]) => (await look({ plans }, api, { granted })).status;
    expect(await looked({ plan: 'Pro', quantity: 9 }, unread)).toBe('fail');
    expect(await looked({ plan: 'Storage', quantity: 10 }, unread)).toBe('fail');
    expect(await looked(pro, { plan: 'Storage', quantity: 1 }, unread)).toBe('fail');
    expect(await looked({ plan: 'Pro', quantity: '-' })).toBe('error');
    expect(await looked({ plan: 'Pro', quantity: '-' }, unread)).toBe('error');
    expect(await looked({ plan: 'Pro', quantity: '-' }, pro)).toBe('error');
  });
});

describe('the sum of two licenses:', () => {
  const two = [has('pro', 10), has('pro', 5, { ...other, ...renewed })];
  test.each<[what: string, shown: EntitlementRow[], granted: EntitlementRow[], code: string]>([
    ['shown as one', [has('pro', 15)], two, 'several-licences'],
    ['with the end of the last', [has('pro', 15, renewed)], two, 'several-licences'],
    ['beside another plan', [has('basic', 3), has('pro', 15)], [...two, has('basic', 3)], 'several-licences'],
    ['too few', [has('pro', 14)], two, 'saas-differs'],
    ['one of them', [has('pro', 10)], two, 'saas-differs'],
    ['of another plan', [has('basic', 15)], two, 'saas-differs'],
    ['with another end', [has('pro', 15, { expirationDate: '2030-01-01T00:00:00Z' })], two, 'saas-differs'],
    ['without another plan', [has('pro', 15)], [...two, has('basic', 3)], 'saas-differs'],
    ['each by itself', two, two, 'saas-agrees'],
  ])('%s', async (_, shown, granted, code) => {
    const status = { 'saas-agrees': 'pass', 'saas-differs': 'fail' }[code] ?? 'error';
    const api = listing('plan', 'quantity', 'endDate');
    expect(await look(showing(shown), api, { granted })).toMatchObject({ status, code });
  });

  test('where it shows one contract only', async () => {
    const scene = { granted: two, baseline: [has('pro', 10)] };
    const found = await look(showing([has('pro', 15)]), only('plan', 'quantity'), scene);
    expect(found).toMatchObject({ status: 'error', code: 'several-licences' });
  });
});

describe('names of plans:', () => {
  const twins = [
    { key: 'pro', name: 'Pro plan', types: ['Entitled'] },
    { key: 'PRO', name: 'Pro plan', types: ['Entitled'] },
  ];
  test.each<
    [what: string, shown: string, plans: Record<string, string>, dimensions: readonly Dimension[], code: string]
  >([
    ['letter case', 'PRO', {}, dimensions, 'saas-agrees'],
    ['full width and spaces', '　Ｐｒｏ ', {}, dimensions, 'saas-agrees'],
    ['a name of the SaaS in another case', 'PROFESSIONAL', { Professional: 'pro' }, dimensions, 'saas-agrees'],
    [
      'a name that stands for the name of a dimension',
      'Professional',
      { Professional: 'Pro' },
      dimensions,
      'saas-agrees',
    ],
    ['keys that differ by case alone', 'pro', {}, twins, 'saas-agrees'],
    ['keys that differ by case alone, the other', 'PRO', {}, twins, 'saas-differs'],
    ['keys that differ by case alone, either', 'Pro', {}, twins, 'plan-ambiguous'],
    ['two dimensions of that name', 'Pro plan', {}, twins, 'plan-ambiguous'],
    [
      'a name that stands for no dimension',
      'Professional',
      { Professional: 'pro-plan' },
      dimensions,
      'plan-of-no-dimension',
    ],
    [
      'a name that is left out, where the map names what is granted',
      'Free',
      { Professional: 'pro' },
      dimensions,
      'saas-differs',
    ],
    [
      'a name that is left out, where the map names others',
      'Professional',
      { Starter: 'basic' },
      dimensions,
      'plan-unknown',
    ],
    ['a variant of a mapped name', 'Acme Pro (annual)', { 'Acme Pro': 'pro' }, dimensions, 'plan-unknown'],
    ['a mapped name with a hyphen', 'acme-pro', { 'Acme Pro': 'pro' }, dimensions, 'plan-unknown'],
    ['the key with a hyphen', 'p-ro', { 'Acme Pro': 'pro' }, dimensions, 'plan-unknown'],
    [
      'a variant of the name of another plan',
      'Acme Pro Lite (annual)',
      { 'Acme Pro': 'pro', 'Acme Pro Lite': 'basic' },
      dimensions,
      'saas-differs',
    ],
    ['a name that every object has', 'constructor', { Professional: 'pro' }, dimensions, 'saas-differs'],
  ])('%s', async (_, plan, plans, of, code) => {
    const api = { ...only('plan', 'quantity'), plans };
    expect(await look({ plan, quantity: 5 }, api, { granted: [has('pro', 5)], dimensions: of })).toMatchObject({
      code,
    });
  });
});

describe('whatever AWS grants:', () => {
  /** The same cases at every run. */
  const seed = 20261223;
  const row = fc
    .record({
      key: fc.constantFrom<Key>('basic', 'pro', 'storage'),
      value: fc.integer({ min: 1, max: 3 }),
      licence: fc.constantFrom({}, other),
      end: fc.constantFrom({}, renewed),
    })
    .map(({ key, value, licence, end }) => has(key, value, { ...licence, ...end }));
  const sameLine = ({ dimension, licenseArn }: EntitlementRow) => `${dimension} ${licenseArn}`;
  const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 4, selector: sameLine });
  const text = (row: EntitlementRow) => Object.values(row).join();
  const same = (some: readonly EntitlementRow[], others: readonly EntitlementRow[]) =>
    some.map(text).sort().join() === others.map(text).sort().join();
  const whole = listing('plan', 'quantity', 'endDate');

  test('a list of it passes, and no list that differs', async () => {
    const change = fc.constantFrom<(row: EntitlementRow) => EntitlementRow[]>(
      () => [],
      (row) => [row, row],
      (row) => [{ ...row, value: Number(row.value) + 1 }],
      (row) => [{ ...row, value: Number(row.value) * 10 }],
      (row) => [{ ...row, dimension: row.dimension === 'pro' ? 'basic' : 'pro' }],
      (row) => [{ ...row, expirationDate: '2026-12-26T14:44:00.000Z' }],
      (row) => [{ ...row, expirationDate: null }],
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), change, fc.boolean(), async (granted, nth, changed, reversed) => {
        const at = nth % granted.length;
        const shown = reversed ? [...granted].reverse() : granted;
        expect((await look(showing(shown), whole, { granted })).status).toBe('pass');
        const wrong = granted.flatMap((each, i) => (i === at ? changed(each) : [each]));
        expect((await look(showing(wrong), whole, { granted })).status).toBe('fail');
      }),
      { seed },
    );
  });

  test('a SaaS that shows it is never blamed, and passes where everything is compared', async () => {
    const fields = fc.subarray(['quantity', 'endDate'] as const);
    await fc.assert(
      fc.asyncProperty(rows, rows, fields, fc.boolean(), async (before, now, of, each) => {
        const saas = (url: string) => {
          const licence = /\/(l-\d)$/.exec(url)?.[1];
          return showing(now.filter(({ licenseArn }) => licence === undefined || licenseArn?.endsWith(licence)));
        };
        const api = listing('plan', ...of);
        const scene = { baseline: before, granted: now };
        expect((await look(saas, each ? perLicence(api) : api, scene)).status).not.toBe('fail');
        expect((await look(saas, perLicence(whole), { granted: now })).status).toBe('pass');
      }),
      { seed },
    );
  });

  test('a SaaS that has not noticed a change never passes, however little is compared', async () => {
    const fields = fc.subarray(['plan', 'quantity', 'endDate'] as const);
    await fc.assert(
      fc.asyncProperty(
        rows,
        rows,
        fields,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.nat(3),
        async (before, seen, of, isUndone, list, each, nth) => {
          const now = isUndone ? before : seen;
          fc.pre(!same(before, seen) && (!list || of.includes('plan')));
          const api = list ? listing(...of) : only(...of);
          const saas = (url: string) => {
            const licence = /\/(l-\d)$/.exec(url)?.[1];
            const known = before.filter(({ licenseArn }) => licence === undefined || licenseArn?.endsWith(licence));
            return showing(known, known.length > 0 ? nth % known.length : 0);
          };
          const found = await look(saas, each ? perLicence(api) : api, {
            baseline: before,
            earlier: seen,
            granted: now,
          });
          expect(found.status).not.toBe('pass');
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});
