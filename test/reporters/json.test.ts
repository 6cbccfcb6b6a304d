import { expect, test } from 'vitest';
import { reportDocument } from '../../src/checklist/report-document.ts';
import { reporters } from '../../src/reporters/index.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { attempt, failed, inSandbox, passed, reportOf, useCase } from './reports.ts';

const { json } = reporters;

test.each([
  ['passed', reportOf(passed)],
  ['failed', reportOf(failed)],
  ['not started', reportOf([], { product: null, accountId: null, arn: null, operator: null })],
  ['in the sandbox, interrupted', reportOf(passed.slice(0, 2), { ...inSandbox, interrupted: true })],
  [
    'hostile',
    reportOf([attempt('product', 0, { reason: allHostile })], {}, undefined, [{ ...useCase, title: allHostile }]),
  ],
])('a run that is %s is one document of the published form, and says what the report says', (_, report) => {
  const text = json(report);
  const document = reportDocument.parse(JSON.parse(text));
  expect(document).toEqual(report);
  expect(text.endsWith('}\n')).toBe(true);
  expect(rawIn(text)).toEqual([]);
});

test('holds expected and actual, and every attempt, of a step that failed', () => {
  const document = reportDocument.parse(JSON.parse(json(reportOf(failed))));
  expect(document.checklists[0]?.steps[3]).toMatchObject({
    status: 'fail',
    note: 'Asked Lee.',
    expected: { quantity: 10 },
    actual: { quantity: '1' },
    attempts: [{ status: 'fail' }, { status: 'fail' }],
  });
});

test('marks the sandbox', () => {
  expect(JSON.parse(json(reportOf(passed, inSandbox))).run).toMatchObject(inSandbox);
});
