import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry, Evidence } from '../../src/checklist/entries.ts';
import { type FleetReport, fleetDocument, isFleet } from '../../src/checklist/fleet-report.ts';
import { type Report, reportDocument } from '../../src/checklist/report-document.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import type { ReportFormat } from '../../src/reporters/formats.ts';
import { reporters } from '../../src/reporters/index.ts';
import { redactedWords, redactReport } from '../../src/reporters/redact-report.ts';
import { anyReportOf, plannedOf } from '../../src/run/run-facts.ts';
import { material } from '../support/report-material.ts';
import { fleetReport } from '../support/sample-fleet.ts';
import { goldenRuns, printGolden } from './golden.ts';
import { attempt, page, passed, reportOf, row, useCase } from './reports.ts';

const formats = Object.keys(reporters) as ReportFormat[];

/** Every text of a value, names of fields included. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsOf(each)]);
}

const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
const lower = (length: number) => fc.stringMatching(new RegExp(`^[a-z0-9]{${length - 2}}[0-9][a-z]$`));
/** A name that no sentence of the program contains. */
const named = fc
  .tuple(
    fc.stringMatching(/^[A-Za-zÀ-ÿ田中'"<&|*_.@:/\\ -]{0,12}$/),
    digits(6),
    fc.stringMatching(/^[a-zé田 .'-]{0,6}$/),
  )
  .map(([before, core, after]) => `${before}q${core}z${after}`.trim());

const secretsArb = fc
  .record({
    ...{ seller: digits(12), buyer: digits(12), customer: lower(11), licenseOwner: digits(12) },
    ...{ license: fc.stringMatching(/^[0-9a-f]{32}$/).map((id) => `l-${id}`), agreement: lower(24), offer: lower(13) },
    ...{
      operator: named,
      second: named,
      caller: fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{0,9}q[0-9]{6}z$/),
      title: named,
    },
    ...{ productId: lower(13), productCode: lower(25), listing: lower(13), host: lower(12), email: lower(10) },
    ...{ file: named, note: named, said: named, claimed: named, path: lower(14), answered: named },
  })
  .filter((secrets) => {
    const all = Object.values(secrets).map((each) => each.toLowerCase());
    return all.every((each, i) => all.every((other, j) => i === j || !other.includes(each)));
  });
type Secrets = typeof secretsArb extends fc.Arbitrary<infer Value> ? Value : never;

function secretReport(of: Secrets): Report {
  const licenseArn = `arn:aws:license-manager::${of.licenseOwner}:license:${of.license}`;
  const agreement = `agmt-${of.agreement}`;
  const productId = `prod-${of.productId}`;
  const product = {
    ...page,
    ...{ productId, productCode: of.productCode, title: of.title, accountId: of.seller },
    url: `https://aws.amazon.com/marketplace/pp/prodview-${of.listing}`,
    purchaseUrl: `https://aws.amazon.com/marketplace/procurement?productId=${productId}`,
    managementUrl: `https://aws.amazon.com/marketplace/management/products/${productId}/overview`,
    fulfillmentUrl: `https://${of.host}.example/${of.path}?user=${of.email}@mail.example`,
  };
  const sentence = [
    `The buyer ${of.buyer} (${of.customer}) of "${of.title}" has ${of.license}, ${agreement} and ${licenseArn}.`,
    `${of.operator} asked ${of.email}@mail.example, ${of.second.toUpperCase()} and "${of.caller}" at https://${of.host}.example/${of.path}.`,
    `AWS denied arn:aws:iam::${of.seller}:user/${of.caller}; ${of.host}.example refused ${of.productCode}, offer-${of.offer}.`,
    `See https://aws.amazon.com/marketplace/procurement?productId=${productId} and prodview-${of.listing}`,
  ].join(' ');
  const about = { checklist: useCase.id, at: '2026-11-23T09:05:00.000Z', operator: of.operator } as const;
  const file: Evidence = {
    ...{ type: 'evidence', ...about, step: 'buy', name: `${of.file}.png`, sha256: 'a'.repeat(64), bytes: 9 },
    ...{ mediaType: 'image/png', redacted: 0 },
  };
  const entries: readonly Entry[] = [
    attempt('product', 0, { code: 'url-found', reason: sentence, output: { kind: 'product', product } }),
    attempt('buy', 1, {
      by: 'operator',
      operator: of.second,
      status: 'fail',
      ...because('operator-said', { words: of.said }),
    }),
    attempt('buy', 2, {
      by: 'both',
      operator: of.second,
      note: of.note,
      status: 'fail',
      reason: `${of.said}. ${sentence}`,
    }),
    attempt('grants', 3, {
      ...{ status: 'fail', code: 'made-up', reason: sentence },
      expected: { license: of.license, [`of ${of.buyer}`]: 10 },
      actual: { license: sentence, quantity: '1' },
      output: {
        kind: 'entitlements',
        entitlements: [{ ...row, licenseArn, customerAwsAccountId: of.buyer, customerIdentifier: of.customer }],
        agreements: null,
      },
    }),
    { type: 'note', ...about, step: 'buy', text: `${of.note} and ${sentence}` },
    file,
  ];
  const arn = `arn:aws:sts::${of.seller}:assumed-role/Seller/${of.caller}`;
  const report = reportOf(
    entries,
    {
      ...{ sandbox: true, endpoint: `http://${of.host}.example:4567`, accountId: of.seller, arn, product },
      operator: of.operator,
    },
    {
      reasons: {
        inspect: because('claimed', {
          ...{ status: 'fail', by: 'operator', operator: of.answered, words: of.claimed, at: about.at },
        }),
      },
      rest: because('not-reached'),
    },
  );
  const ids = { id: agreement, initialAgreementId: agreement, licenseArns: [licenseArn], buyerAccountId: of.buyer };
  const agreed = {
    ...{ status: 'ACTIVE', acceptedAt: null, updatedAt: null, endsAt: null, dimensions: null, ...ids },
  };
  return {
    ...report,
    checklists: report.checklists.map((checklist) => ({
      ...checklist,
      steps: checklist.steps.map((step) =>
        step.id === 'buy' ? { ...step, output: { kind: 'agreements', agreements: [agreed] } } : step,
      ),
    })),
  };
}

test('no secret is left in any format, and each has a placeholder of its own', () => {
  fc.assert(
    fc.property(secretsArb, (secrets) => {
      const { report, redactText } = redactReport(secretReport(secrets));
      expect(reportDocument.parse(report)).toEqual(report);
      const printed = formats.map((format) => reporters[format](report, { ...material, evidence: null }));
      const all = [...textsOf(report), ...printed].join('\n').toLowerCase();
      expect(Object.values(secrets).filter((secret) => all.includes(secret.toLowerCase()))).toEqual([]);

      const { operator, second, seller, buyer, customer, license, title, caller, productCode } = secrets;
      const placeholders = [operator, second, seller, buyer, customer, license, title, caller, productCode].map(
        redactText,
      );
      expect(new Set(placeholders).size).toBe(placeholders.length);
      expect(placeholders.every((each) => /^[a-z-]+-\d+$/.test(each))).toBe(true);
      expect(redactReport(secretReport(secrets)).report).toEqual(report);
    }),
  );
});

/** A fleet of two products of which every value is such a secret; AWS did not return the second one. */
function secretFleet(of: Secrets): FleetReport {
  const { run, target, tally, seen, checklists } = secretReport(of);
  const report = fleetReport({ products: [{ product: 'prod-a' }, { product: 'prod-b', ends: 'unknown' }] });
  const [first, second] = report.products;
  if (!first || !second) throw new Error('no products');
  const waiver = { until: '2027-01-15', reason: of.note, ended: false };
  const sentence = `AWS has no product ${of.path}z in account ${of.seller}.`;
  const listed = { account: of.file, owner: of.answered, waiver };
  return {
    ...report,
    run: { ...run, id: report.run.id, resume: null },
    products: [
      { ...first, ...listed, id: `prod-${of.productId}`, listedAs: of.productCode, target, tally, seen, checklists },
      { ...second, ...listed, id: `${of.path}z`, listedAs: `${of.path}z`, reason: sentence },
    ],
  };
}

test('no secret of a fleet is left in any format, and all products share the placeholders', () => {
  fc.assert(
    fc.property(secretsArb, (secrets) => {
      const { report, redactText } = redactReport(secretFleet(secrets));
      expect(fleetDocument.parse(report)).toEqual(report);
      const printed = formats.map((format) => fleetReporters[format](report, { ...material, evidence: null }));
      const all = [...textsOf(report), ...printed].join('\n').toLowerCase();
      expect(Object.values(secrets).filter((secret) => all.includes(secret.toLowerCase()))).toEqual([]);
      const [first, second] = report.products;
      expect([first?.owner, first?.account]).toEqual([second?.owner, second?.account]);
      expect(second?.reason).toBe(`AWS has no product ${second?.id} in account ${redactText(secrets.seller)}.`);
      expect(second?.waiver?.reason).toMatch(/^\[note removed, \d+ characters\]$/);
    }),
  );
});

const secretsOfGolden =
  /111122223333|444455556666|mp-seller|acme|prod-lp5|prod-zmv|prod-w7i|prod-jn4|aiko|emea|billing|team-|MP-\d|prodview-|4ml54|\bkim\b|\blee\b|webhook|not arrived|refuses|plus sign|contract page\.png|license:l-|agmt-/i;

test.each(goldenRuns.flatMap((run) => formats.map((format) => [run.name, format, run] as const)))(
  'the run "%s" as %s, redacted, holds no value of the run, and no attached file',
  async (_, format, run) => {
    const whole = anyReportOf({ ...run, journalSha256: 'f'.repeat(64) }, await plannedOf(run));
    const redacted = redactReport(whole);
    const document = isFleet(whole) ? fleetDocument : reportDocument;
    expect(document.parse(redacted.report)).toEqual(redacted.report);
    const { verdict, tally } = whole;
    expect(redacted.report).toMatchObject({ verdict, tally, ...(isFleet(whole) ? {} : { seen: whole.seen }) });
    const text = await printGolden({ ...run, files: new Map() }, format, redacted);
    expect(secretsOfGolden.exec(text)).toBeNull();
    expect(text).not.toContain('base64');
    expect(await printGolden(run, format, redacted)).toBe(text);
    if (format === 'html') expect(text).toContain('attached files are not included');
  },
);

const steps = (entries: readonly Entry[]) => redactReport(reportOf(entries)).report.checklists[0]?.steps ?? [];

test.each([
  ['AWS denied it to arn:aws:iam::111122223333:root.', 'AWS denied it to arn:aws:iam::account-1:root.'],
  ['Signed in as 9999-8888-7777, not 111122223333.', 'Signed in as account-3, not account-1.'],
  ['https://app.acme.example/t/acme?user=kim returned 500.', 'https://host-1/… returned 500.'],
  ['http://127.0.0.1:4567/saas/registration returned 200.', 'http://127.0.0.1:4567/saas/registration returned 200.'],
  ['KIM skimmed the page of Acme%20Notes.', 'operator-1 skimmed the page of product-1.'],
  ['arn:aws:sns:us-east-1:111122223333:acme-topic', 'arn:aws:sns:us-east-1:account-1:resource-1'],
  [
    'You are signed in to account 222233334444 (profile acme-dev), but Beta, the Suite (prod-aaaabbbbcc1dd) belongs to account 555566667777.',
    'You are signed in to account account-3 (profile profile-1), but product-2 (product-id-4) belongs to account account-4.',
  ],
  [
    'new-signup passed on 2026-11-23 (new-signup-7, Ann Lee, Bo; by the program 7). existing-user failed on 2026-11-24 (use-cases-1, kim): x.',
    'new-signup passed on 2026-11-23 (new-signup-7, operator-2, operator-3; by the program 7). existing-user failed on 2026-11-24 (use-cases-1, operator-1): x.',
  ],
  ['The buyer tOZsNZ3xw1z already has a contract.', 'The buyer customer-1 already has a contract.'],
  [
    '/home/kim/acme.yaml lists "prod-aaaabbbbcc1dd", which is not the ID, product code or whole title of what AWS found: Beta Suite (prod-aaaabbbbcc1ee).',
    'file-1 lists "product-id-4", which is not the ID, product code or whole title of what AWS found: product-2 (product-id-5).',
  ],
  [
    'mp-verify.yaml already lists Gamma (prod-aaaabbbbcc1ee) as "Gamma". The product was Delta (prod-aaaabbbbcc1ee). Now it is Delta Two (prod-aaaabbbbcc1ee).',
    'mp-verify.yaml already lists product-2 (product-id-4) as "product-2". The product was product-3 (product-id-4). Now it is product-4 (product-id-4).',
  ],
  ['"Beta" prod-aaaabbbbcc1dd (Limited)', '"product-2" product-id-4 (Limited)'],
  ['kimさんの画面', 'operator-1さんの画面'],
  [
    'quantity: expected 10, actual 1, until 2026-12-23 14:44 UTC',
    'quantity: expected 10, actual 1, until 2026-12-23 14:44 UTC',
  ],
])('%s', (reason, expected) => {
  expect(steps([attempt('product', 0, { code: 'made-up', status: 'fail', reason })])[0]?.reason).toBe(expected);
});

test('what people wrote is removed, and what the program said of it stays', () => {
  const kim = { by: 'operator', operator: 'kim' } as const;
  const found = steps([
    attempt('product', 0, {
      ...kim,
      status: 'fail',
      ...because('operator-said', { words: 'Lee saw 500.' }),
      note: 'Ask Lee',
    }),
    attempt('before', 1, { ...kim, status: 'fail', reason: 'An old run: Lee.' }),
    attempt('buy', 2, {
      ...kim,
      by: 'both',
      status: 'fail',
      code: 'no-agreement',
      reason: 'Lee saw it. No agreement.',
    }),
    attempt('grants', 3, {
      ...{ ...kim, by: 'both', status: 'fail', disagreed: true, code: 'no-entitlement' },
      reason: 'The operator answered pass, but mp-verify found: 444455556666 has no entitlement.',
    }),
  ]);
  expect(found.map(({ reason, note }) => [reason, note])).toMatchObject([
    ['[reason removed, 12 characters]', '[note removed, 7 characters]'],
    ['[reason removed, 16 characters]', null],
    ['[reason removed, 25 characters]', null],
    ['The operator answered pass, but mp-verify found: account-2 has no entitlement.', null],
    [expect.stringMatching(/^Not reached/), null],
  ]);
});

test('counts each value once', () => {
  const { counts } = redactReport(reportOf([...passed, ...passed]));
  expect(redactedWords(counts)).toBe(
    'Redacted 10 values: 2 accounts, 1 license, 1 product title, 3 product IDs, 1 name, 1 IAM name, 1 host. Attached files are not included.',
  );
});

test('ten thousand attempts, each with values of its own, take seconds and not minutes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({
    ...passed[3],
    step: 'grants',
    reason: `The buyer 4444${String(i).padStart(8, '0')} of Acme Notes has l-${String(i).padStart(32, '0')}.`.repeat(2),
    note: `Asked ${i}`,
    operator: `operator ${i} of Acme`,
  })) as Entry[];
  const report = reportOf(many);
  const start = performance.now();
  redactReport(report);
  expect(performance.now() - start).toBeLessThan(8_000);
});
