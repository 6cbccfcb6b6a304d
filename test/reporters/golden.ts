import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Attempt, Entry, Evidence, UnreachedReasons } from '../../src/checklist/entries.ts';
import type { MediaType } from '../../src/checklist/media-type.ts';
import type { Result } from '../../src/checklist/model.ts';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import type { RunRecord } from '../../src/ports/storage.ts';
import type { ReportFormat } from '../../src/reporters/formats.ts';
import type { RedactedReport } from '../../src/reporters/redact-report.ts';
import { renderReport } from '../../src/run/render-report.ts';
import { anyReportOf, plannedOf } from '../../src/run/run-facts.ts';
import { buyer, granted, seller } from '../support/acme.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { noOptions } from '../support/no-options.ts';
import { fleetRun, sampleProducts } from '../support/sample-fleet.ts';
import { page } from './reports.ts';

/** A saved run of which every format has a golden file: `golden/NAME.EXTENSION`. */
export interface GoldenRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly entries: readonly Entry[];
  /** Attached files, by sha256. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The report of a golden run, printed five days later. */
export async function printGolden(
  { record, entries, files }: GoldenRun,
  format: ReportFormat,
  redacted: RedactedReport | null = null,
): Promise<string> {
  const runs = { readFile: async (_: string, { sha256 }: Pick<Evidence, 'sha256'>) => files.get(sha256) ?? null };
  const saved = { record, entries, journalSha256: 'f'.repeat(64) };
  const host = { runs: { ...noRuns, ...runs }, clock: fakeClock('2026-11-28T09:00:00.000Z') };
  return renderReport(format, anyReportOf(saved, await plannedOf(saved)), saved, host, undefined, redacted);
}

const refuse = () => Promise.reject(new Error('a report reads attached files, and nothing else'));
const noRuns = {
  index: null,
  ids: refuse,
  read: refuse,
  readAll: refuse,
  inspect: refuse,
  create: refuse,
  open: refuse,
  inUse: refuse,
  remove: refuse,
};

const steps = `
  - { id: product, title: Find the product and its page, check: product-page }
  - id: registration
    title: The page behind "Set up your account" answers
    check: registration-page
    required: false
  - { id: before, title: What the buyer has before the purchase, check: baseline }
  - id: purchase
    title: Buy a contract
    who: buyer
    do:
      - Access the product page on AWS Marketplace with the test account \${buyer}.
      - Select and purchase a particular contract of \${product.title}.
    expect: AWS Marketplace confirms the purchase and offers "Set up your account". Leave that page open.
    check: agreement
    is: new
  - id: sign-up
    title: Sign up
    who: saas-user
    do: Sign up on the sign-up page with an e-mail address that the SaaS does not know yet.
    expect: The SaaS confirms the new account.
  - id: sign-in
    title: Sign in with the new account
    who: saas-user
    do: After signing up, sign in to the SaaS service with that account.
    expect: You are signed in.
  - { id: contract, title: AWS grants the contract, check: entitlements, is: new }
  - id: inspect
    title: Inspect the contract in the SaaS
    who: saas-user
    do: Move to the contract page of the SaaS, and inspect the contract details.
    expect: Plan, quantity and end date are as AWS says above.
    check: saas-contract
`;
const titles = { 'new-signup': 'New sign-up after purchase', 'existing-user': 'Existing user after purchase' } as const;
type Id = keyof typeof titles;

const start = '2026-11-23T09:00:00.000Z';
const later = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000).toISOString();

function recordOf(id: string, of: readonly Id[], sandbox = false): RunRecord {
  return {
    id,
    tool: { name: 'mp-verify', version: '0.1.0' },
    startedAt: start,
    checklists: of.map((each) => ({
      ...{ id: each, from: { builtIn: each }, buyer, buyerFrom: null },
      source: `version: 1\nid: ${each}\ntitle: ${titles[each]}\nsteps:\n${steps}`,
      sha256: checklistOf(steps, each).sha256,
    })),
    inputs: {},
    options: { ...noOptions, sandbox },
  };
}

function begun(
  minute: number,
  operator: string | null,
  changes: Partial<Extract<Entry, { type: 'began' }>> = {},
): Entry {
  return {
    ...{ type: 'began', at: later(minute), operator, version: '0.1.0', accepted: [], options: noOptions },
    ...changes,
  };
}

function targeted(minute: number, sandbox = false): Entry {
  const endpoint = sandbox ? 'http://127.0.0.1:4567' : null;
  const target = { sandbox, endpoint, accountId: seller.accountId, arn: seller.arn, product: page };
  return { type: 'target', at: later(minute), target };
}

function ended(minute: number, unreached: Readonly<Record<string, UnreachedReasons>> = {}, interrupted = false): Entry {
  return { type: 'ended', at: later(minute), interrupted, unreached };
}

function attempt(step: string, minute: number, result: Partial<Attempt> = {}, checklist: Id = 'new-signup'): Attempt {
  return {
    ...{ type: 'attempt', checklist, step, by: 'check', status: 'pass', ...noReason, operator: null, note: null },
    ...{ disagreed: false, startedAt: later(minute), durationMs: 1_000 },
    ...result,
  };
}

const row: EntitlementRow = { ...granted(), plan: 'Pro', active: true };
const why = (code: string, reason: string): Pick<Result, 'code' | 'values' | 'reason'> => ({
  code,
  values: {},
  reason,
});
const kim = { by: 'operator', operator: 'kim', durationMs: 95_000 } as const;
const both = { by: 'both', operator: 'kim', durationMs: 240_000 } as const;

/** Everything passes; \`word\` is what people vouch for. */
function passing(id: Id, minute: number, word: Partial<Attempt> = kim, seen: Partial<Attempt> = both): Attempt[] {
  const at = (step: string, nth: number, result: Partial<Attempt> = {}) => attempt(step, minute + nth, result, id);
  return [
    at('product', 0, {
      ...why('url-found', 'The Discovery API returned the product page.'),
      output: { kind: 'product', product: page },
    }),
    at('registration', 1, {
      status: 'not-applicable',
      ...why('not-configured', 'mp-verify.yaml does not allow it: set saas.registration-check: true.'),
    }),
    at('before', 2, {
      ...why('no-contract', `The buyer ${buyer} has no active contract.`),
      output: { kind: 'entitlements', entitlements: [] },
    }),
    at('purchase', 3, {
      ...seen,
      ...why('new-agreement', 'AWS has a new agreement of this buyer.'),
      output: { kind: 'agreements', agreements: [agreement] },
    }),
    at('sign-up', 8, word),
    at('sign-in', 10, { ...word, ...(word === kim ? { by: 'answers', operator: 'Lee' } : {}) }),
    at('contract', 12, {
      ...why('granted', 'AWS grants the contract.'),
      output: { kind: 'entitlements', entitlements: [row] },
      durationMs: 80_000,
    }),
    at('inspect', 14, {
      ...seen,
      ...why('same-contract', 'The SaaS shows the same contract as AWS.'),
      expected: { plan: 'Pro', quantity: 10, 'end date': '2026-12-23' },
      actual: { plan: 'Pro', quantity: 10, 'end date': '2026-12-23' },
      output: { kind: 'saas-contract', contract: { plan: 'Pro', quantity: 10, endDate: '2026-12-23' } },
    }),
  ];
}

const agreement = {
  ...{ id: 'agmt-4mwg1nev', status: 'ACTIVE', buyerAccountId: buyer, acceptedAt: later(4), updatedAt: null },
  ...{ endsAt: '2026-12-23T09:00:00.000Z', initialAgreementId: null, licenseArns: [] },
  dimensions: [{ key: 'pro_plan', quantity: 10 }],
};

function pass(): GoldenRun {
  const entries = [begun(0, 'kim'), targeted(0), ...passing('new-signup', 0), ended(18)];
  return { name: 'pass', record: recordOf('new-signup-7', ['new-signup']), entries, files: new Map() };
}

/** Passes, but the contract ends soon. */
function warning(): GoldenRun {
  const reason =
    'The buyer 444455556666 has an active entitlement, which ends 2026-12-23 09:00 UTC. Renew it before then.';
  const entries = [
    ...[begun(0, 'kim'), targeted(0)],
    ...passing('new-signup', 0).map((each) =>
      each.step === 'contract' ? { ...each, ...why('ends-soon', reason) } : each,
    ),
    ended(18),
  ];
  return { name: 'warning', record: recordOf('new-signup-12', ['new-signup']), entries, files: new Map() };
}

function fail(): GoldenRun {
  const [inspect, ...before] = passing('new-signup', 0).reverse();
  const slow = attempt('contract', 11, {
    status: 'fail',
    ...why('no-entitlement', `AWS returned no entitlement for ${buyer} within 15 min.`),
    durationMs: 900_000,
  });
  const wrong: Attempt = {
    ...(inspect as Attempt),
    status: 'fail',
    disagreed: true,
    ...why(
      'contract-differs',
      'The operator answered pass, but mp-verify found: quantity: expected 10, the SaaS shows 1.',
    ),
    actual: { plan: 'Pro', quantity: 1, 'end date': '2026-12-23' },
    output: { kind: 'saas-contract', contract: { plan: 'Pro', quantity: 1, endDate: '2026-12-23' } },
  };
  const [contract, ...rest] = before;
  const entries = [
    ...[begun(0, 'kim'), targeted(0), ...rest.reverse(), slow, contract as Attempt, wrong],
    note('inspect', 16, 'Asked the team: the webhook ignores quantities.'),
    ended(18),
  ];
  return { name: 'fail', record: recordOf('new-signup-8', ['new-signup']), entries, files: new Map() };
}

function note(step: string, minute: number, text: string, checklist: Id = 'new-signup'): Entry {
  return { type: 'note', checklist, step, text, operator: 'kim', at: later(minute) };
}

function couldNotCheck(): GoldenRun {
  const denied = attempt('product', 0, {
    status: 'error',
    ...why('access-denied', 'AWS denied aws-marketplace:DescribeEntity to arn:aws:iam::111122223333:user/mp-seller.'),
  });
  const rest = because('stopped-before', { number: 1, title: 'Find the product and its page', status: 'error' });
  const target = { sandbox: false, endpoint: null, accountId: seller.accountId, arn: seller.arn, product: null };
  const entries: readonly Entry[] = [
    begun(0, null),
    { type: 'target', at: later(0), target },
    denied,
    ended(1, { 'new-signup': { reasons: {}, rest } }),
  ];
  return { name: 'could-not-check', record: recordOf('new-signup-9', ['new-signup']), entries, files: new Map() };
}

function incomplete(): GoldenRun {
  const skipped = attempt('sign-in', 10, {
    ...kim,
    status: 'skip',
    ...why('operator-said', 'The mail has not arrived.'),
  });
  const rest = because('interrupted', { signal: 'SIGINT' });
  const entries = [
    ...[begun(0, 'kim'), targeted(0), ...passing('new-signup', 0).slice(0, 5), skipped],
    ended(12, { 'new-signup': { reasons: {}, rest } }, true),
  ];
  return { name: 'incomplete', record: recordOf('new-signup-10', ['new-signup']), entries, files: new Map() };
}

const picture = readFileSync(new URL('golden/contract-page.png', import.meta.url));
const log = Buffer.from(
  'GET /contract HTTP/1.1\r\nAuthorization: [redacted]\r\n\r\n{\r\n\t"plan": "<Pro>",\r\n\t"quantity": 10\r\n}\r\n',
);

function attached(
  step: string,
  minute: number,
  name: string,
  mediaType: MediaType,
  content: Uint8Array | number,
): Evidence {
  const sha256 = createHash('sha256')
    .update(typeof content === 'number' ? name : content)
    .digest('hex');
  const bytes = typeof content === 'number' ? content : content.length;
  const redacted = mediaType === 'text/plain' ? 1 : 0;
  const at = later(minute);
  return {
    type: 'evidence',
    checklist: 'new-signup',
    step,
    name,
    sha256,
    bytes,
    mediaType,
    redacted,
    operator: 'kim',
    at,
  };
}

/** Two checklists, resumed on the next day; an answer was changed, and files were attached. */
function several(): GoldenRun {
  const [product, registration, before, purchase, signUp, signIn, contract, inspect] = passing('new-signup', 0) as [
    ...[Attempt, Attempt, Attempt, Attempt, Attempt, Attempt, Attempt, Attempt],
  ];
  const failed: Attempt = {
    ...signUp,
    startedAt: later(6),
    status: 'fail',
    ...why('operator-said', 'The form refuses the e-mail address.'),
  };
  const evidence = [
    attached('inspect', 17, 'contract page.png', 'image/png', picture),
    attached('inspect', 17, 'request.log', 'text/plain', log),
    attached('inspect', 18, 'invoice.pdf', 'application/pdf', 3_400_000),
    attached('sign-up', 9, 'mail.json', 'application/json', 812),
  ];
  const day = 24 * 60;
  const entries = [
    ...[
      begun(0, 'kim'),
      targeted(0),
      product,
      registration,
      before,
      purchase,
      failed,
      signUp,
      signIn,
      contract,
      inspect,
    ],
    ...evidence,
    note('sign-up', 9, 'A second address was accepted.\nThe first has a plus sign.'),
    ended(20, {
      'existing-user': {
        reasons: {},
        rest: because('operator-quit', {
          number: 1,
          title: 'Find the product and its page',
          checklist: 'existing-user',
        }),
      },
    }),
    begun(day, 'Lee', { accepted: ['checklist'] }),
    targeted(day),
    ...passing('existing-user', day, { ...kim, operator: 'Lee' }, { ...both, operator: 'Lee' }),
    ended(day + 20),
  ];
  const contents = new Map(evidence.slice(0, 2).map(({ sha256 }, i) => [sha256, i === 0 ? picture : log]));
  const record = recordOf('use-cases-3', ['new-signup', 'existing-user']);
  return { name: 'several', record, entries, files: contents };
}

function rehearsed(): GoldenRun {
  const rehearsal = { by: 'rehearsal', durationMs: 2_000 } as const;
  const entries = [begun(0, 'kim'), targeted(0, true), ...passing('new-signup', 0, rehearsal, rehearsal), ended(18)];
  return { name: 'rehearsed', record: recordOf('new-signup-11', ['new-signup'], true), entries, files: new Map() };
}

/** Two sessions, and a product of each kind. */
function fleet(): GoldenRun {
  const { record, entries } = fleetRun({ products: sampleProducts });
  return { name: 'fleet', record: { ...record, id: 'regression-7' }, entries, files: new Map() };
}

export const goldenRuns: readonly GoldenRun[] = [
  pass(),
  warning(),
  fail(),
  couldNotCheck(),
  incomplete(),
  several(),
  rehearsed(),
  fleet(),
];
