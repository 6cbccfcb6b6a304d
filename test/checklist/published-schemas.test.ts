import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { comparisonDocument } from '../../src/checklist/compare-reports.ts';
import { fleetDocument } from '../../src/checklist/fleet-report.ts';
import { checklistSchema } from '../../src/checklist/parse-checklist.ts';
import { reportDocument } from '../../src/checklist/report-document.ts';
import { checks } from '../../src/checks/index.ts';
import { builtInText, useCases } from './support.ts';

const checklists = checklistSchema(checks);

test('checklist.schema.json is the schema that checklists are read with', async () => {
  const text = published('A checklist of mp-verify', z.toJSONSchema(checklists, { io: 'input' }));
  await expect(text).toMatchFileSnapshot('../../checklists/checklist.schema.json');
});

test('report.schema.json is the schema of the JSON document', async () => {
  const text = published('The report of a run of mp-verify', z.toJSONSchema(reportDocument));
  await expect(text).toMatchFileSnapshot('../../checklists/report.schema.json');
});

test('fleet.schema.json is the schema of the JSON document of a fleet run', async () => {
  const text = published('The report of a fleet run of mp-verify', z.toJSONSchema(fleetDocument));
  await expect(text).toMatchFileSnapshot('../../checklists/fleet.schema.json');
});

test('comparison.schema.json is the schema of the JSON document of runs compare', async () => {
  const text = published('A comparison of two runs of mp-verify', z.toJSONSchema(comparisonDocument));
  await expect(text).toMatchFileSnapshot('../../checklists/comparison.schema.json');
});

/** Without `$schema`: the file is read by editors that know one draft or another, and uses what all of them know. */
function published(title: string, { $schema: _, ...schema }: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}

describe('an editor with checklist.schema.json', () => {
  test.each(useCases)('finds nothing wrong with %s', (id) => {
    expect(checklists.safeParse(parse(builtInText(id))).error).toBeUndefined();
  });

  test.each([
    ['a misspelt field of the file', 'summary:', 'sumary:'],
    ['a misspelt field of a step', 'expect:', 'exepct:'],
    ['a check that does not exist', 'check: baseline', 'check: base-line'],
    ['a field of another check', 'check: baseline', 'check: baseline\n    within: 10m'],
    ['another version', 'version: 1', 'version: 2'],
    ['a number for text', 'title: Buy a contract', 'title: 444455556666'],
    ['a time without a unit', 'within: 15m', 'within: 15'],
    ['a step with neither do nor check', 'check: product-page', 'expect: All is well.'],
  ])('sees %s', (_, right, wrong) => {
    const source = builtInText('new-signup').replace(right, wrong);
    expect(source).toContain(wrong);
    expect(checklists.safeParse(parse(source)).success).toBe(false);
  });
});
