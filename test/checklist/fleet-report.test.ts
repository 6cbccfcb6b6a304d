import { describe, expect, test } from 'vitest';
import type { Entry, FleetProduct, ProductChecked } from '../../src/checklist/entries.ts';
import { buildFleetReport, type FleetReport, fleetDocument, fleetVerdict } from '../../src/checklist/fleet-report.ts';
import type { Status, Verdict } from '../../src/checklist/model.ts';
import { acmePage } from '../support/walked-run.ts';
import { attempt, checklist, step } from './support.ts';

const facts = { tool: { name: 'mp-verify', version: '1.2.3' }, id: 'one-7', startedAt: at(0) } as const;
const checklists = [checklist('one', [step('s0'), step('s1')])];

function at(minute: number): string {
  return new Date(Date.UTC(2026, 10, 29, 9, minute)).toISOString();
}

function product(name: string, changes: Partial<FleetProduct> = {}): FleetProduct {
  return { product: name, account: null, owner: null, waiver: null, withoutSaas: false, ...changes };
}

/** The entry of a product whose steps have these statuses. */
function checked(
  of: FleetProduct,
  statuses: readonly Exclude<Status, 'pending'>[],
  changes: Partial<ProductChecked> = {},
): ProductChecked {
  return {
    ...{ type: 'product', product: of, buyers: { one: '444455556666' }, waived: false, trouble: null },
    entries: [
      targeted(of.product),
      ...statuses.map((status, i) => attempt(`s${i}`, { status }) as Exclude<Entry, ProductChecked>),
    ],
    ...{ startedAt: at(1), at: at(2), ...changes },
  };
}

function targeted(productId: string, sandbox = false): Exclude<Entry, ProductChecked> {
  const page = { ...acmePage, productId };
  const account = { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/mp-seller' };
  return { type: 'target', at: at(1), target: { sandbox, endpoint: null, ...account, product: page } };
}

/** Every document that these tests make is valid in the closed schema. */
function report(products: readonly FleetProduct[], entries: readonly Entry[], walkingNow = false): FleetReport {
  const made = buildFleetReport(facts, products, checklists, entries, walkingNow);
  expect(fleetDocument.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  return made;
}

function began(minute: number): Entry {
  const none = { product: null, profile: null, buyerProfile: null, endpointUrl: null, url: null, config: null };
  return {
    ...{ type: 'began', at: at(minute), operator: 'Aiko', version: '1.2.3', accepted: [] },
    options: { ...none, sandbox: false },
  };
}

const ended: Entry = { type: 'ended', at: at(9), interrupted: false, unreached: {} };
const waiver = { until: '2026-12-01', reason: 'MP-412' };

describe('the verdict of a fleet', () => {
  test.each<[Verdict, readonly (readonly [Verdict, boolean])[]]>([
    ['pass', [['pass', false]]],
    [
      'incomplete',
      [
        ['pass', false],
        ['incomplete', false],
      ],
    ],
    [
      'error',
      [
        ['incomplete', false],
        ['error', false],
        ['pass', false],
      ],
    ],
    [
      'fail',
      [
        ['error', false],
        ['fail', false],
        ['pass', false],
      ],
    ],
    [
      'error',
      [
        ['fail', true],
        ['error', false],
      ],
    ],
    [
      'pass',
      [
        ['fail', true],
        ['pass', false],
      ],
    ],
    ['pass', [['fail', true]]],
  ])('is %s, the worst that is not waived', (verdict, products) => {
    expect(fleetVerdict(products.map(([each, waived]) => ({ verdict: each, waived })))).toBe(verdict);
  });

  test('counts every product once', () => {
    const [a, b, c, d] = [product('a'), product('b'), product('c', { waiver }), product('d', { waiver })];
    const entries = [
      checked(a, ['pass', 'pass']),
      checked(b, ['pass', 'fail']),
      checked(c, ['error'], { waived: true }),
      checked(d, ['pass', 'pass'], { waived: true }),
    ];
    const { verdict, tally, products } = report([a, b, c, d], [began(0), ...entries, ended]);
    expect(verdict).toBe('fail');
    expect(tally).toEqual({ pass: 2, fail: 1, error: 0, incomplete: 0, waived: 1 });
    expect(products.map((each) => [each.verdict, each.waived])).toEqual([
      ['pass', false],
      ['fail', false],
      ['error', true],
      ['pass', false],
    ]);
    expect(products[2]?.waiver).toEqual({ ...waiver, ended: false });
  });
});

describe('a product', () => {
  test('counts again when its waiver has ended, and the waiver is still listed', () => {
    const a = product('a', { waiver });
    const { verdict, products } = report([a], [began(0), checked(a, ['fail']), ended]);
    expect(verdict).toBe('fail');
    expect(products[0]).toMatchObject({ waived: false, waiver: { ...waiver, ended: true } });
  });

  test.each([
    [false, 'incomplete', 'nothing-compared'],
    [true, 'pass', null],
  ])('that nothing compared with the SaaS, which is intended: %s', (withoutSaas, verdict, code) => {
    const a = product('a', { withoutSaas });
    const entry = checked(a, ['pass']);
    const notConfigured = attempt('s1', { status: 'not-applicable', code: 'not-configured' });
    const entries = [...entry.entries, notConfigured as Exclude<Entry, ProductChecked>];
    const made = report([a], [began(0), { ...entry, entries }, ended]);
    expect(made.verdict).toBe(verdict);
    expect(made.products[0]).toMatchObject({ verdict, code });
  });

  test('that could not be walked says why at every step', () => {
    const a = product('no such title');
    const trouble = {
      status: 'error',
      code: 'unknown-product',
      values: {},
      reason: 'AWS has no such product.',
    } as const;
    const { verdict, products } = report([a], [began(0), checked(a, [], { trouble, entries: [] }), ended]);
    expect(verdict).toBe('error');
    expect(products[0]).toMatchObject({ id: 'no such title', verdict: 'error', reason: 'AWS has no such product.' });
    const steps = products[0]?.checklists[0]?.steps ?? [];
    expect(steps.map(({ status, code }) => [status, code])).toEqual([
      ['pending', 'unknown-product'],
      ['pending', 'unknown-product'],
    ]);
  });

  test('that was not reached makes the fleet incomplete', () => {
    const [a, b] = [product('a'), product('b')];
    const made = report([a, b], [began(0), checked(a, ['pass', 'pass']), { ...ended, interrupted: true }]);
    expect(made).toMatchObject({ verdict: 'incomplete', run: { interrupted: true, resume: 'mp-verify resume one-7' } });
    expect(made.products[1]).toMatchObject({ verdict: 'incomplete', code: 'product-not-reached', startedAt: null });
  });

  test('that is checked again keeps only the newest result; an older one is marked as such, and no longer a pass', () => {
    const [a, b, c] = [product('a'), product('b'), product('c')];
    const first = [began(0), checked(a, ['fail']), checked(b, ['pass', 'pass']), checked(c, ['fail']), ended];
    const again = checked({ ...a, waiver }, ['pass', 'pass'], { startedAt: at(21), at: at(22) });
    const { verdict, products } = report([a, b, c], [...first, began(20), again]);
    expect(verdict).toBe('fail');
    expect(products.map(({ verdict, code, carriedOver }) => [verdict, code, carriedOver ?? false])).toEqual([
      ['pass', null, false],
      ['incomplete', 'not-checked-again', true],
      ['fail', null, true],
    ]);
    expect(products[0]?.waiver).toMatchObject(waiver);
  });
});

test('a product that AWS has found under two names passes only once', () => {
  const [a, b] = [product('prod-a'), product('Acme')];
  const twin = { ...checked(b, ['pass', 'pass']), entries: checked(a, ['pass', 'pass']).entries };
  const { verdict, tally, products } = report([a, b], [began(0), checked(a, ['pass', 'pass']), twin, ended]);
  expect(verdict).toBe('error');
  expect(tally).toMatchObject({ pass: 1, error: 1 });
  expect(products[1]).toMatchObject({ code: 'listed-twice', reason: expect.stringContaining('as "prod-a"') });
});

test('a waiver that ended before the run was resumed does not count for a product that was not checked again', () => {
  const [a, b] = [product('a', { waiver: { ...waiver, until: '2026-11-29' } }), product('b')];
  const first = [began(0), checked(a, ['fail'], { waived: true }), checked(b, ['fail']), ended];
  const passed = checked(b, ['pass', 'pass']);
  const resumed = (day: number) =>
    report([a, b], [...first, began(0), passed, { ...ended, at: new Date(Date.UTC(2026, 10, day)).toISOString() }]);
  expect(resumed(29).verdict).toBe('pass');
  expect(resumed(30)).toMatchObject({ verdict: 'fail', products: [{ waived: false, waiver: { ended: true } }, {}] });
});

test('a fleet in a sandbox says so', () => {
  const a = product('a');
  const entry = { ...checked(a, ['pass', 'pass']), entries: [targeted('a', true)] };
  expect(report([a], [began(0), entry, ended]).run.sandbox).toBe(true);
});

test('a fleet of which one product was not asked at AWS is no confirmation by AWS', () => {
  const [a, b, c] = [product('a'), product('b'), product('c')];
  const onAws = checked(a, ['pass', 'pass']);
  const target = targeted('b');
  const at = (endpoint: string, sandbox: boolean): Exclude<Entry, ProductChecked> =>
    target.type === 'target' ? { ...target, target: { ...target.target, endpoint, sandbox } } : target;
  const elsewhere = { ...checked(b, ['pass', 'pass']), entries: [at('https://proxy.example', false)] };
  expect(report([a, b], [began(0), onAws, elsewhere, ended]).run).toMatchObject({
    ...{ sandbox: false, endpoint: 'https://proxy.example' },
  });
  const inSandbox = { ...checked(c, ['pass', 'pass']), entries: [at('http://127.0.0.1:4571', true)] };
  expect(report([a, b, c], [began(0), onAws, elsewhere, inSandbox, ended]).run).toMatchObject({
    ...{ sandbox: true, endpoint: 'http://127.0.0.1:4571' },
  });
});
