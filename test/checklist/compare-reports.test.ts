import { describe, expect, test } from 'vitest';
import { compareReports, comparisonDocument, worsened } from '../../src/checklist/compare-reports.ts';
import type { By, Status } from '../../src/checklist/model.ts';
import { buildReport } from '../../src/checklist/report.ts';
import type { Report, StepReport } from '../../src/checklist/report-document.ts';
import { type Walk, walkedRun } from '../support/walked-run.ts';

const statuses = ['pass', 'fail', 'error', 'skip', 'pending', 'not-applicable'] as const;
const side = (status: Status, by: By | null = 'check', required = true) => ({ status, by, required });

function reportOfWalk(id: string, walk: Omit<Walk, 'at'> = {}): Report {
  const { record, checklists, entries } = walkedRun({ at: '2026-11-10T09:00:00.000Z', ...walk });
  const planned = checklists.map((checklist) => ({ checklist, buyer: '444455556666' }));
  return buildReport({ ...record, id }, planned, entries);
}

/** Changes steps of a report; null takes one away. */
function changed(report: Report, steps: Readonly<Record<string, Partial<StepReport> | null>>): Report {
  return {
    ...report,
    checklists: report.checklists.map((each) => ({
      ...each,
      steps: each.steps.flatMap((step) => {
        const change = steps[step.id];
        return change === null ? [] : [{ ...step, ...change }];
      }),
    })),
  };
}

describe('a step is worse', () => {
  test.each(statuses)('never, if it was %s and is the same', (status) => {
    expect(worsened(side(status), side(status), false)).toBeNull();
  });

  test.each(['fail', 'error', 'skip', 'pending'] as const)('if it passed, or did not apply, and is %s', (status) => {
    expect(worsened(side('pass'), side(status), false)).toBe('not-passed');
    expect(worsened(side('not-applicable', null), side(status), false)).toBe('not-passed');
  });

  test.each(['fail', 'error', 'skip', 'pending'] as const)('never, if it was %s before', (before) => {
    for (const after of statuses) expect(worsened(side(before), side(after), true)).toBeNull();
  });

  test.each<[By, By, boolean]>([
    ['check', 'operator', true],
    ['both', 'answers', true],
    ['check', 'rehearsal', true],
    ['operator', 'rehearsal', true],
    ['check', 'both', false],
    ['operator', 'answers', false],
    ['operator', 'check', false],
    ['rehearsal', 'operator', false],
  ])('by weaker proof: %s, then %s: %s', (before, after, weaker) => {
    expect(worsened(side('pass', before), side('pass', after), false)).toBe(weaker ? 'weaker-proof' : null);
  });

  test('if it passed and is no longer confirmed, because it does not apply', () => {
    expect(worsened(side('pass', 'operator'), side('not-applicable'), false)).toBe('weaker-proof');
    expect(worsened(side('not-applicable'), side('pass', 'rehearsal'), false)).toBeNull();
  });

  test('if it passed on AWS, and now only in a sandbox', () => {
    expect(worsened(side('pass'), side('pass'), true)).toBe('not-on-aws');
    expect(worsened(side('not-applicable'), side('not-applicable'), true)).toBeNull();
  });

  test('if it passed and went; a step that came is not', () => {
    expect(worsened(side('pass'), null, false)).toBe('went');
    for (const status of statuses.slice(1)) expect(worsened(side(status), null, false)).toBeNull();
    for (const status of statuses) expect(worsened(null, side(status), false)).toBeNull();
  });

  test('only if it was required in one of the two', () => {
    const advisory = side('pass', 'check', false);
    expect(worsened(advisory, side('fail', 'check', false), true)).toBeNull();
    expect(worsened(advisory, null, true)).toBeNull();
    expect(worsened(advisory, side('fail'), false)).toBe('not-passed');
    expect(worsened(side('pass'), side('fail', 'check', false), false)).toBe('not-passed');
  });
});

describe('two reports', () => {
  const a = reportOfWalk('new-signup-1');

  test('that are the same have no differences', () => {
    const found = compareReports(a, { ...a, run: { ...a.run, id: 'new-signup-2' } });
    expect(found).toMatchObject({ worse: false, steps: [] });
    expect(found.tally).toMatchObject({ unchanged: a.checklists[0]?.steps.length, worse: 0 });
  });

  test('name each step that differs once, by kind', () => {
    const before = changed(a, {
      product: { status: 'fail' },
      before: { code: 'one' },
      purchase: { expected: { quantity: 10, plan: 'Pro' }, actual: { quantity: 10 } },
    });
    const ids = before.checklists[0]?.steps.map(({ id }) => id) ?? [];
    expect(ids).toEqual(expect.arrayContaining(['product', 'before', 'purchase']));
    const last = ids.at(-1) ?? '';
    const after = changed(before, {
      product: { status: 'pass' },
      before: { code: 'two' },
      purchase: { actual: { quantity: 1, seats: true } },
      [last]: { status: 'fail', reason: 'Not so.' },
    });
    const found = compareReports(before, after);
    expect(comparisonDocument.parse(found)).toEqual(found);
    expect(found.steps.map(({ step, kind, worse }) => [step, kind, worse])).toEqual([
      ['product', 'fixed', null],
      ['before', 'changed', null],
      ['purchase', 'changed', null],
      [last, 'newly-failing', 'not-passed'],
    ]);
    expect(found.steps.map(({ differences }) => differences)).toEqual([
      [{ field: 'status', a: 'fail', b: 'pass' }],
      [{ field: 'code', a: 'one', b: 'two' }],
      [
        { field: 'actual.quantity', a: 10, b: 1 },
        { field: 'actual.seats', a: null, b: true },
      ],
      [{ field: 'status', a: 'pass', b: 'fail' }],
    ]);
    expect(found.tally).toMatchObject({ 'newly-failing': 1, fixed: 1, changed: 2, came: 0, went: 0, worse: 1 });
    expect(found.tally.unchanged).toBe(ids.length - 4);
    expect(compareReports(after, before)).toMatchObject({ worse: true, tally: { fixed: 1, 'newly-failing': 1 } });
  });

  test('name steps that came and went', () => {
    const without = changed(a, { product: null });
    expect(compareReports(a, without)).toMatchObject({
      worse: true,
      steps: [{ step: 'product', kind: 'went', worse: 'went', b: null, differences: [] }],
    });
    expect(compareReports(without, a)).toMatchObject({
      worse: false,
      steps: [{ step: 'product', kind: 'came', worse: null, a: null }],
    });
  });

  test('name who vouches', () => {
    const found = compareReports(a, reportOfWalk('new-signup-2', { operator: 'Ben' }));
    expect(found.worse).toBe(false);
    expect(found.steps.length).toBeGreaterThan(0);
    for (const { kind, differences } of found.steps)
      expect([kind, differences]).toEqual(['changed', [{ field: 'operator', a: 'Aiko', b: 'Ben' }]]);
  });

  test('of the same checklists in another order are compared', () => {
    const of = ['new-signup', 'contract-change'];
    const found = compareReports(
      reportOfWalk('use-cases-1', { of }),
      reportOfWalk('use-cases-2', { of: of.toReversed() }),
    );
    expect(found.steps).toEqual([]);
  });

  test('of the sandbox after AWS: every required step that passed is worse', () => {
    const found = compareReports(a, reportOfWalk('new-signup-2', { sandbox: true }));
    expect(new Set(found.steps.map(({ worse }) => worse))).toEqual(new Set(['not-on-aws']));
    expect(compareReports(reportOfWalk('new-signup-2', { sandbox: true }), a).worse).toBe(false);
  });

  test.each([
    [['new-signup'], ['existing-user']],
    [['new-signup'], ['new-signup', 'existing-user']],
    [['new-signup', 'existing-user'], ['new-signup']],
  ])('of %j and %j are not compared', (one, other) => {
    expect(() => compareReports(reportOfWalk('a-1', { of: one }), reportOfWalk('b-1', { of: other }))).toThrow(
      'Cannot compare runs of different checklists',
    );
  });
});
