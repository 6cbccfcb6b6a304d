import { describe, expect, test } from 'vitest';
import type { Attempt, Entry, UnreachedReasons } from '../../src/checklist/entries.ts';
import type { By, PlannedChecklist, Status, Verdict } from '../../src/checklist/model.ts';
import { type Report, reportDocument } from '../../src/checklist/report-document.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import { reportOfRun as report, type WholeRun } from '../support/report-of-run.ts';
import { acmePage } from '../support/walked-run.ts';
import { attempt, checklist, row, step } from './support.ts';

const facts: WholeRun = {
  tool: { name: 'mp-verify', version: '1.2.3' },
  id: 'one-7',
  startedAt: '2026-11-23T09:00:00.000Z',
  endedAt: '2026-11-23T09:18:00.000Z',
  interrupted: false,
  operator: 'Aiko',
  sandbox: false,
  endpoint: null,
  accountId: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/mp-seller',
  product: acmePage,
};

/** Every report that these tests make is a valid document of the closed schema. */
function reportOf(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  unreached: Readonly<Record<string, UnreachedReasons>> = {},
): Report {
  const made = report(facts, planned, entries, unreached);
  expect(reportDocument.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  return made;
}

/** A checklist `one` whose steps have these statuses; those that are pending have no result. */
function walked(...statuses: readonly (Status | readonly [Status, 'advisory'])[]): Report {
  const steps = statuses.map((status, i) => step(`s${i}`, { required: typeof status === 'string' }));
  const entries = statuses.flatMap((status, i) => {
    const plain = typeof status === 'string' ? status : status[0];
    return plain === 'pending' ? [] : [attempt(`s${i}`, { status: plain })];
  });
  return reportOf([{ checklist: checklist('one', steps), buyer: null }], entries);
}

describe('the verdict', () => {
  const statuses = ['pass', 'fail', 'error', 'skip', 'pending', 'not-applicable'] as const;
  // One required step is the row, the other the column: pass, fail, error, skip, pending, not-applicable.
  const table: Readonly<Record<Status, Readonly<Record<Status, Verdict>>>> = {
    pass: verdicts('pass', 'fail', 'error', 'incomplete', 'incomplete', 'pass'),
    fail: verdicts('fail', 'fail', 'fail', 'fail', 'fail', 'fail'),
    error: verdicts('error', 'fail', 'error', 'error', 'error', 'error'),
    skip: verdicts('incomplete', 'fail', 'error', 'incomplete', 'incomplete', 'incomplete'),
    pending: verdicts('incomplete', 'fail', 'error', 'incomplete', 'incomplete', 'incomplete'),
    'not-applicable': verdicts('pass', 'fail', 'error', 'incomplete', 'incomplete', 'pass'),
  };

  function verdicts(...[pass, fail, error, skip, pending, notApplicable]: readonly [...Verdict[]]) {
    return { pass, fail, error, skip, pending, 'not-applicable': notApplicable } as Readonly<Record<Status, Verdict>>;
  }

  test.each(statuses.flatMap((one) => statuses.map((other) => [one, other, table[one][other]] as const)))(
    'of %s and %s is %s',
    (one, other, expected) => {
      expect(walked(one, other).verdict).toBe(expected);
    },
  );

  test.each(statuses)('does not look at an advisory step that is %s, but the tally counts it', (status) => {
    const { verdict, tally } = walked('pass', [status, 'advisory']);
    expect(verdict).toBe('pass');
    expect(tally).toEqual({
      ...{ pass: 1, fail: 0, error: 0, skip: 0, pending: 0, 'not-applicable': 0 },
      [status]: status === 'pass' ? 2 : 1,
    });
  });

  test.each(statuses)('of an advisory pass and a required step that is %s rests on the latter', (status) => {
    expect(walked(['pass', 'advisory'], status).verdict).toBe(table[status].pass);
  });

  test('of a run is that of all its checklists, each of which has its own', () => {
    const planned = (['one', 'two', 'three'] as const).map((id) => ({
      checklist: checklist(id, [step('a'), step('b')]),
      buyer: id === 'three' ? null : `${id}-buyer`,
    }));
    const { verdict, tally, checklists } = reportOf(planned, [
      attempt('a', { checklist: 'one' }),
      attempt('b', { checklist: 'one' }),
      attempt('a', { checklist: 'two' }),
      attempt('b', { checklist: 'two', status: 'error' }),
      attempt('a', { checklist: 'three', status: 'skip' }),
    ]);
    expect(checklists.map((each) => [each.id, each.buyer, each.verdict])).toEqual([
      ['one', 'one-buyer', 'pass'],
      ['two', 'two-buyer', 'error'],
      ['three', null, 'incomplete'],
    ]);
    expect(verdict).toBe('error');
    expect(tally).toEqual({ pass: 3, fail: 0, error: 1, skip: 1, pending: 1, 'not-applicable': 0 });
  });
});

describe('seen', () => {
  test.each<[by: By, status: Attempt['status'], disagreed: boolean, counted: string | null]>([
    ['check', 'pass', false, 'byProgram'],
    ['check', 'fail', false, 'byProgram'],
    ['both', 'pass', false, 'byProgram'],
    ['both', 'fail', false, 'byProgram'],
    ['operator', 'pass', false, 'byPerson'],
    ['operator', 'fail', false, 'byPerson'],
    ['answers', 'pass', false, 'byPerson'],
    ['rehearsal', 'pass', false, 'rehearsed'],
    ['both', 'fail', true, 'disagreed'],
    ['check', 'error', false, null],
    ['both', 'error', false, null],
    ['operator', 'skip', false, null],
    ['check', 'not-applicable', false, null],
  ])('a step by %s that is %s (disagreed: %s) counts as %s', (by, status, disagreed, counted) => {
    const planned = [{ checklist: checklist('one', [step('a'), step('b')]), buyer: null }];
    const { seen } = reportOf(planned, [attempt('a', { by, status, disagreed })]);
    expect(seen).toEqual({
      byProgram: 0,
      byPerson: 0,
      rehearsed: 0,
      disagreed: 0,
      ...(counted === null ? {} : { [counted]: 1 }),
    });
  });

  test('counts a step once, as its newest attempt says', () => {
    const planned = [{ checklist: checklist('one', [step('a')]), buyer: null }];
    const entries = [attempt('a', { by: 'both', status: 'fail', disagreed: true }), attempt('a', { by: 'both' })];
    expect(reportOf(planned, entries).seen).toEqual({ byProgram: 1, byPerson: 0, rehearsed: 0, disagreed: 0 });
  });
});

describe('a step', () => {
  const planned = [{ checklist: checklist('one', [step('a'), step('b'), step('c')]), buyer: '444455556666' }];
  const stepsOf = (entries: readonly Entry[], unreached?: UnreachedReasons) =>
    reportOf(planned, entries, unreached ? { one: unreached } : {}).checklists[0]?.steps ?? [];

  test('without a result says why', () => {
    const rest = because('stopped-before', { number: 2, title: 'Title of b', status: 'pending' });
    const person = because('needs-person');
    const steps = stepsOf([attempt('a')], { reasons: { b: person }, rest });
    expect(steps.map(({ status, code, reason }) => ({ status, code, reason }))).toEqual([
      { status: 'pass', code: null, reason: null },
      { status: 'pending', code: person.code, reason: person.reason },
      { status: 'pending', code: rest.code, reason: rest.reason },
    ]);
  });

  test('without a result or a reason still says something', () => {
    for (const each of [...stepsOf([]), ...stepsOf([], { reasons: {}, rest: null })])
      expect(each).toMatchObject({ status: 'pending', code: 'not-reached' });
  });

  test('with a result keeps it, whatever the reasons of steps that were not reached', () => {
    const reasons = { a: because('needs-person') };
    const [first] = stepsOf([attempt('a')], { reasons, rest: because('not-reached') });
    expect(first).toMatchObject({ status: 'pass', code: null, reason: null });
  });

  test('is what its newest attempt says, and lists all of them, oldest first', () => {
    const first = attempt('a', {
      status: 'fail',
      code: 'no-entitlement',
      reason: 'AWS names no entitlement.',
      by: 'check',
      operator: null,
      expected: { quantity: 10 },
    });
    const second = attempt('a', { by: 'check', operator: null, startedAt: '2026-11-23T09:05:00.000Z', durationMs: 0 });
    const [a, b] = stepsOf([first, attempt('b'), second]);
    expect(a).toMatchObject({ status: 'pass', code: null, startedAt: second.startedAt, durationMs: 0 });
    expect(a).not.toHaveProperty('expected');
    expect(a?.attempts).toEqual(
      [first, second].map(({ status, code, reason, by, operator, startedAt, durationMs }) => ({
        ...{ status, code, reason, by, operator, startedAt, durationMs },
        ...(status === 'fail' ? { stale: true } : {}),
      })),
    );
    // What was found before the step was taken again no longer counts.
    expect(b).toMatchObject({ status: 'pending', attempts: [{ status: 'pass', stale: true }] });
  });

  test('holds what was expected and found', () => {
    const entitlements = [row(), row({ licence: null, plan: null, value: null, expirationDate: null })];
    const found = {
      expected: { entitlement: 'an active entitlement', quantity: 10 },
      actual: { entitlement: 'expired', quantity: null },
      output: { kind: 'entitlements', entitlements },
    } as const;
    expect(stepsOf([attempt('a', { status: 'fail', ...found })])[0]).toMatchObject(found);
  });

  test('holds the product that was found', () => {
    if (facts.product === null) throw new Error('the facts hold a product');
    const output = { kind: 'product', product: facts.product } as const;
    expect(stepsOf([attempt('a', { output })])[0]).toMatchObject({ output });
  });

  test('holds every note about it and no other', () => {
    const note = (checklistId: string, stepId: string, text: string): Entry => ({
      ...{ type: 'note', checklist: checklistId, step: stepId, text, operator: 'Aiko', at: '2026-11-23T09:04:00.000Z' },
    });
    const steps = stepsOf([
      note('one', 'a', 'Before.'),
      attempt('a', { note: 'With the answer.' }),
      note('one', 'a', 'After.'),
      note('two', 'a', 'Of another checklist.'),
      note('one', 'c', 'On a step without a result.'),
    ]);
    expect(steps.map((each) => each.note)).toEqual([
      'With the answer.\nBefore.\nAfter.',
      null,
      'On a step without a result.',
    ]);
  });

  test('says who it is for, whether a person acts and what the program looks at', () => {
    const mixed = checklist('one', [
      step('a', { who: 'buyer' }),
      step('b', { do: [], check: { kind: 'baseline', fields: {}, within: null, baseline: true } }),
      step('c', { required: false, check: { kind: 'entitlements', fields: {}, within: null } }),
    ]);
    const { checklists } = reportOf([{ checklist: mixed, buyer: null }], []);
    expect(checklists[0]?.steps.map(({ who, manual, check, required }) => ({ who, manual, check, required }))).toEqual([
      { who: 'buyer', manual: true, check: null, required: true },
      { who: 'seller', manual: false, check: 'baseline', required: true },
      { who: 'seller', manual: true, check: 'entitlements', required: false },
    ]);
  });
});

describe('the document', () => {
  const full = reportOf(
    [{ checklist: checklist('one', [step('a'), step('b')]), buyer: '444455556666' }],
    [
      attempt('a', { status: 'fail', expected: { plan: 'Pro' }, actual: { plan: 'Team' } }),
      attempt('a', { output: { kind: 'entitlements', entitlements: [row()] } }),
    ],
  );

  test('says which run it was, and about what', () => {
    expect(full).toMatchObject({
      schemaVersion: 1,
      tool: facts.tool,
      run: {
        ...{ id: 'one-7', startedAt: facts.startedAt, endedAt: facts.endedAt, interrupted: false },
        ...{ operator: 'Aiko', sandbox: false, endpoint: null },
      },
      target: {
        accountId: '111122223333',
        product: { id: 'prod-lp5dq7gziiuyi', code: '4ml54db8vrmjuykaw1psroool', urlSource: 'discovery' },
      },
    });
  });

  test('is valid for a run that found out nothing', () => {
    const nothing = { ...facts, accountId: null, arn: null, product: null, operator: null, interrupted: true };
    const made = report(nothing, [{ checklist: checklist('one', [step('a')]), buyer: null }], [], {});
    expect(reportDocument.parse(made)).toEqual(made);
    expect(made.target).toEqual({ accountId: null, arn: null, product: null });
    expect(made.verdict).toBe('incomplete');
  });

  test('is closed: one field more anywhere makes it invalid', () => {
    const open = placesOf(full).filter((place) => reportDocument.safeParse(withExtra(full, place)).success);
    expect(open).toEqual([]);
    expect(placesOf(full)).toContain('checklists.0.steps.0.output.entitlements.0');
  });

  test.each([
    ['a time zone', { startedAt: '2026-11-23T18:00:00+09:00' }],
    ['no time', { startedAt: 'yesterday' }],
  ])('takes no time with %s', (_, run) => {
    expect(reportDocument.safeParse({ ...full, run: { ...full.run, ...run } }).success).toBe(false);
  });

  /** The paths of all objects in the document, `''` for itself. */
  function placesOf(value: unknown, path: readonly string[] = []): readonly string[] {
    if (typeof value !== 'object' || value === null) return [];
    const here = Array.isArray(value) || path.at(-1) === 'expected' || path.at(-1) === 'actual' ? [] : [path.join('.')];
    return [...here, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))];
  }

  function withExtra(document: Report, place: string): unknown {
    const copy: unknown = structuredClone(document);
    const target = place
      .split('.')
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], copy);
    Object.assign(target as object, { extra: 1 });
    return copy;
  }
});
