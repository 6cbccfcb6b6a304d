import { expect, test } from 'vitest';
import { plainPaint } from '../../src/text/styles.ts';
import { checklistHeader } from '../../src/walk/screen.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import { checklistOf } from '../support/checklist-of.ts';

const minute = 60_000;

function headerWith(clockSkew: number | null): string {
  const look = { columns: 200, paint: plainPaint };
  const facts = { caller: seller, product: acmeNotes, trouble: null, sandbox: false, endpoint: null };
  const run = { runId: 'trial-1', resumed: null, clockSkew };
  const checklist = checklistOf('  - { id: it, title: It, do: Look. }\n');
  return checklistHeader(look, { checklist, buyer: null, buyerFrom: null } as never, { ...facts, ...run });
}

test.each([
  [3 * 24 * 60 * minute, "This machine's clock is 3 days ahead of AWS's."],
  [-40 * 24 * 60 * minute, "This machine's clock is 40 days behind AWS's."],
  [5 * minute + 1, "clock is 5 min ahead of AWS's."],
])('a clock that is %i ms off is said at the top of the walk', (skew, words) => {
  expect(headerWith(skew)).toContain(words);
});

test('a bug of the sample SaaS is named at the top of the walk', () => {
  const facts = { caller: seller, product: acmeNotes, trouble: null, sandbox: true, endpoint: 'http://127.0.0.1:9' };
  const run = { runId: 'trial-1', resumed: null, saasBug: 'drops-quantity' };
  const planned = { checklist: checklistOf('  - { id: it, title: It, do: Look. }\n'), buyer: null, buyerFrom: null };
  const header = checklistHeader({ columns: 80, paint: plainPaint }, planned as never, { ...facts, ...run });
  expect(header).toMatch(/^ {2}saas +the sample SaaS +SAAS BUG drops-quantity$/m);
});

test.each([80, 40])('the configuration file is named above the buyer that it names, at %i columns', (columns) => {
  const config = '../mp-verify.yaml; its profile mp-seller is not used: AWS_PROFILE is set';
  const facts = { caller: seller, product: acmeNotes, trouble: null, sandbox: false, endpoint: null, config };
  const checklist = checklistOf('  - { id: it, title: It, do: Look. }\n');
  const planned = { checklist, buyer: '444455556666', buyerFrom: '../mp-verify.yaml' };
  const run = { runId: 'trial-1', resumed: null };
  const header = checklistHeader({ columns, paint: plainPaint }, planned, { ...facts, ...run });
  const indent = '\n           ';
  const joined = header.split(indent).join(' ').replaceAll(/ +/g, ' ');
  expect(joined).toContain(` config ${config}\n buyer 444455556666 from mp-verify.yaml\n`);
});

test.each([null, 0, 5 * minute, -5 * minute])('one that is %j ms off is not', (skew) => {
  expect(headerWith(skew)).not.toContain('clock');
});
