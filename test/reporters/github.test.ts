import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import type { Report } from '../../src/checklist/report-document.ts';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import { annotations, jobSummary } from '../../src/reporters/github.ts';
import { markdownReport } from '../../src/reporters/markdown.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { hostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { commandsIn } from '../support/runner-commands.ts';
import { fleetReport, sampleProducts } from '../support/sample-fleet.ts';
import { hostileFleet } from './hostile-report.ts';
import { attempt, failed, inSandbox, passed, reportOf, useCase } from './reports.ts';

const source = `version: 1
id: new-signup
title: New sign-up after purchase
steps:
  - { id: product, title: Find the product, check: product-page }

  # Two lines each.
  - id: before
    title: What the buyer has
  - id: buy
    title: Buy a contract
  - title: AWS grants the contract
    id: grants
`;
const mine = new Map([[useCase.id, { path: 'checks/mine, "1".yaml', source }]]);
const manySteps = (count: number, required = true) =>
  checklistOf(
    Array.from(
      { length: count },
      (_, i) => `\n  - { id: s-${i}, title: Step ${i}, check: product-page, required: ${required} }`,
    ).join(''),
    useCase.id,
  );
const markdown = (report: Report) => markdownReport(report, material);

describe('an annotation', () => {
  test('is at the line where the step of a file starts', () => {
    expect(annotations(reportOf(failed), mine)).toEqual([
      '::error file=checks/mine%2C "1".yaml,line=12,title=FAIL%3A AWS grants the contract::Step 4 (grants) of new-signup%0A' +
        'quantity: expected 10, AWS names 1.%0Aentitlement: expected an entitlement under a new license, actual an entitlement under a new license%0A' +
        'quantity: expected 10, actual 1',
    ]);
  });

  test('has neither file nor line for a built-in checklist', () => {
    expect(annotations(reportOf(failed, inSandbox), new Map())).toEqual([
      expect.stringMatching(/^::error title=FAIL%3A AWS grants the contract \(SANDBOX\)::Step 4/),
    ]);
  });

  test.each<[string, boolean, 'fail' | 'error', RegExp]>([
    ['a required step that failed', true, 'fail', /^::error title=FAIL%3A Step 0::/],
    ['a required step that could not be checked', true, 'error', /^::error title=could not check%3A Step 0::/],
    ['an advisory step that failed', false, 'fail', /^::warning title=FAIL \(advisory\)%3A Step 0::/],
  ])('of %s', (_, required, status, expected) => {
    const report = reportOf([attempt('s-0', 0, { status })], {}, undefined, [manySteps(1, required)]);
    expect(annotations(report, new Map())).toEqual([expect.stringMatching(expected)]);
  });

  test('of a step that passed with a warning is a warning, below what failed', () => {
    const entries = [
      attempt('s-0', 0, { code: 'ends-soon', reason: 'It ends.' }),
      attempt('s-1', 1, { status: 'fail' }),
    ];
    expect(annotations(reportOf(entries, {}, undefined, [manySteps(2)]), new Map())).toEqual([
      expect.stringMatching(/^::error .*Step 1/),
      '::warning title=pass%2C warning%3A Step 0::Step 1 (s-0) of new-signup%0AIt ends.',
    ]);
  });

  test('is not made of a step that passed, does not apply, or is pending', () => {
    const entries = [attempt('product', 0), attempt('before', 1, { status: 'not-applicable' })];
    expect(annotations(reportOf(entries), mine)).toEqual([]);
    expect(annotations(reportOf(passed), mine)).toEqual([]);
  });

  test.each([
    [10, 10, /^::error .*Step 9/],
    [11, 10, /^::notice::2 more steps failed, could not be checked, or have a warning\.$/],
  ])('of %i failed steps there are %i, the last of which is %s', (steps, count, last) => {
    const entries = Array.from({ length: steps }, (_, i) => attempt(`s-${i}`, i, { status: 'fail' }));
    const found = annotations(reportOf(entries, {}, undefined, [manySteps(steps)]), new Map());
    expect(found).toHaveLength(count);
    expect(found.at(-1)).toMatch(last);
  });

  test('is one command, whatever its text', () => {
    const parts = fc.constantFrom(
      '::',
      '##[',
      ']',
      '%',
      '%0A',
      '\n',
      '\r',
      ',',
      ':',
      '=',
      'error',
      'add-mask',
      ' ',
      'x',
    );
    const anyText = fc.oneof(
      fc.array(parts).map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const entries: Entry[] = [attempt('product', 0, { status: 'fail', reason: text, expected: { [text]: text } })];
        const steps = useCase.steps.map((step) => ({ ...step, title: text }));
        const report = reportOf(entries, {}, undefined, [{ ...useCase, steps }]);
        const [line = '', ...more] = annotations(report, new Map([[useCase.id, { path: text, source }]]));
        expect(more).toEqual([]);
        const [command, ...others] = commandsIn(line);
        expect(others).toEqual([]);
        expect(command?.name).toBe('error');
        expect(
          Object.keys(command?.properties ?? {}).filter((key) => !['file', 'line', 'title'].includes(key)),
        ).toEqual([]);
      }),
    );
  });
});

describe('the job summary', () => {
  const title = 'x'.repeat(500);
  const big = (count: number, ids = [useCase.id]) => {
    const lists = ids.map((id) => {
      const list = manySteps(count);
      return { ...list, id, steps: list.steps.map((step) => ({ ...step, title })) };
    });
    const entries = ids.flatMap(
      (checklist) =>
        lists[0]?.steps.map(({ id }, i) =>
          attempt(id, 0, { checklist, status: i === count - 1 ? 'fail' : 'pass', reason: `Reason ${i}.` }),
        ) ?? [],
    );
    return reportOf(entries, {}, undefined, lists);
  };

  test('is the Markdown report', () => {
    const report = reportOf(failed);
    expect(jobSummary(report, markdown(report), 1_000_000)).toBe(markdown(report));
  });

  test('is cut where it is too large: steps that have passed first', () => {
    const report = big(3_000);
    const text = jobSummary(report, markdown(report), 1_048_575);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_048_575);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    expect(text).toMatch(/^> \[!WARNING\]\n> GitHub limits the size .*--report markdown=FILE/);
    expect(text).toContain('| Reason 2999.');
    const missing = Number(text.match(/^(\d+) steps are not shown\.$/m)?.[1]);
    expect(text.match(/^\| \d+ \|/gm)).toHaveLength(3_000 - missing);
  });

  test('never exceeds its limit, and has the verdict of each checklist before any step', () => {
    const report = big(5, ['new-signup', 'existing-user', 'contract-change']);
    const whole = markdown(report);
    for (let max = 0; max <= Buffer.byteLength(whole); max += 97) {
      const text = jobSummary(report, whole, max);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(max);
      if (/^\| \d/m.test(text)) expect(text.match(/^## ✗ FAIL/gm)).toHaveLength(3);
    }
    expect(jobSummary(report, whole, -1)).toBe('');
  });
});

describe('of a fleet run', () => {
  const regression = readFileSync(new URL('../../checklists/regression.yaml', import.meta.url), 'utf8');
  const file = new Map([['regression', { path: 'checks/regression.yaml', source: regression }]]);

  test('each product that has not passed is an annotation, and what is waived only a warning', () => {
    expect(annotations(fleetReport(), file)).toEqual([
      '::error file=checks/regression.yaml,line=41,title=FAIL%3A Acme CRM::prod-4cdmx2ngkzvtw, team-crm%0A6 inspect: quantity: expected 10, the SaaS shows 1.',
      '::error title=could not check%3A prod-zmvzfhc4t3eai::prod-zmvzfhc4t3eai, billing%0AAWS has no product prod-zmvzfhc4t3eai in account 444455556666.',
      '::error title=incomplete%3A prod-w7i5q3xkylsgm::prod-w7i5q3xkylsgm, billing%0AThe checklist regression needs a test buyer, and none was given.%0Awaiver ended 2026-11-01: MP-398: account is being moved',
      expect.stringMatching(/^::error title=incomplete%3A Acme Wiki::prod-6yokv5ulwdqno%0A/),
      expect.stringMatching(/^::error title=incomplete%3A Acme Vault::.*%0Acarried over from 2026-11-22 21:08 UTC/),
      expect.stringMatching(/^::error title=incomplete%3A prod-jn4o2fcxgtdyi::/),
      expect.stringMatching(
        /^::warning file=.*,title=waived%3A Acme Mail::.*%0Awaived until 2027-01-15: MP-412: no test contract yet$/,
      ),
      expect.stringMatching(/^::warning file=.*,title=pass%2C warning%3A Acme Maps::/),
    ]);
  });

  test.each(Object.values(hostile))('no text ends an annotation or begins another: %j', (text) => {
    const report = hostileFleet(text);
    const lines = annotations(report, new Map());
    expect(lines).toHaveLength(3);
    expect(lines.flatMap((line) => commandsIn(line))).toHaveLength(3);
    expect(rawIn(lines.join('\n'))).toEqual([]);
  });

  test('no more than GitHub shows, and how many are left', () => {
    const products = Array.from({ length: 300 }, (_, i) => ({ product: `prod-${i}`, ends: 'fail' as const }));
    const found = annotations(fleetReport({ products, sandbox: true }), new Map());
    expect(found).toHaveLength(10);
    expect(found[0]).toContain('title=FAIL%3A prod-0 (SANDBOX)::');
    expect(found[9]).toBe('::notice::291 more products have not passed, or have a warning.');
  });

  test('a summary that is too large keeps the worst products', () => {
    const report = fleetReport({ products: [{ product: 'prod-good' }, ...sampleProducts] });
    const whole = fleetReporters.markdown(report, material);
    expect(jobSummary(report, whole, Buffer.byteLength(whole))).toBe(whole);
    for (const most of [0, 200, 400, 1500, 2000, 4000]) {
      const text = jobSummary(report, whole, most);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
      const [note = '', ...rows] = text.split('\n\n');
      expect(text === '' || note.startsWith('> [!WARNING]\n> GitHub limits')).toBe(true);
      expect(whole.startsWith(rows.join('\n\n'))).toBe(true);
    }
    expect(jobSummary(report, whole, 2000)).toContain('| ✗ FAIL | Acme CRM |');
  });
});
