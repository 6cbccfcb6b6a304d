import { readFileSync } from 'node:fs';
import type { Attempt, Entry, FleetProduct, ProductChecked, RunTarget } from '../../src/checklist/entries.ts';
import { buildFleetReport, type FleetReport } from '../../src/checklist/fleet-report.ts';
import type { Checklist } from '../../src/checklist/model.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { because } from '../../src/checklist/walk-reasons.ts';
import { checks } from '../../src/checks/index.ts';
import type { RunRecord, Runs } from '../../src/ports/storage.ts';
import { noOptions } from './no-options.ts';
import { acmePage } from './walked-run.ts';

/** A product of a sample fleet. */
export interface SampleProduct extends Partial<FleetProduct> {
  /** Entity ID. */
  readonly product: string;
  readonly title?: string;
  /** Default: it passes. */
  readonly ends?: keyof typeof outcomes | keyof typeof troubles | 'not-reached';
  /** Its waiver had not ended. */
  readonly waived?: boolean;
  /** It was checked the evening before, and not again. */
  readonly carriedOver?: boolean;
  readonly accountId?: string;
}

export interface SampleFleet {
  readonly products: readonly SampleProduct[];
  readonly sandbox?: boolean;
  readonly endpoint?: string;
  readonly interrupted?: boolean;
  /** Ids of copies of the built-in regression. Default: itself. */
  readonly checklists?: readonly string[];
}

const buyer = '444455556666';
const start = Date.parse('2026-11-28T09:00:00.000Z');
const later = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const evening = (seconds: number) => later(seconds - 12 * 3_600);

/** One product of each kind: those that failed, are waived, were not compared, were never reached and so on. */
export const sampleProducts: readonly SampleProduct[] = [
  { product: 'prod-lp5dq7gziiuyi', title: 'Acme Notes', account: 'main', owner: 'team-notes' },
  { product: 'prod-4cdmx2ngkzvtw', title: 'Acme CRM', ends: 'fail', account: 'main', owner: 'team-crm' },
  {
    ...{ product: 'prod-ccc2ioqvhmpwy', title: 'Acme Mail', ends: 'fail', account: 'main', owner: 'team-mail' },
    ...{ waiver: { until: '2027-01-15', reason: 'MP-412: no test contract yet' }, waived: true },
  },
  {
    ...{ product: 'prod-w7i5q3xkylsgm', title: 'Acme Invoices for Europe', ends: 'no-buyer', account: 'emea' },
    ...{ owner: 'billing', waiver: { until: '2026-11-01', reason: 'MP-398: account is being moved' } },
  },
  { product: 'prod-zmvzfhc4t3eai', ends: 'unknown', account: 'emea', owner: 'billing' },
  { product: 'prod-6yokv5ulwdqno', title: 'Acme Wiki', ends: 'not-compared', account: 'main' },
  { product: 'prod-rl2dhpbgxswc4', title: 'Acme Maps', ends: 'warning', account: 'main', owner: 'team-maps' },
  {
    ...{ product: 'prod-5xjtnu3ymqoae', title: 'Acme Chat', account: 'main', owner: 'team-chat' },
    ...{ waiver: { until: '2026-12-31', reason: 'MP-377: quantity is rounded' }, waived: true },
  },
  { product: 'prod-heq6vsw3kbuza', title: 'Acme Vault', carriedOver: true, account: 'main' },
  { product: 'prod-jn4o2fcxgtdyi', title: 'Acme Tasks', ends: 'not-reached', account: 'main' },
];

/** What can be found of a product that could be walked. The steps before have passed. */
const outcomes = {
  pass: { contract: {}, inspect: {} },
  fail: {
    contract: {},
    inspect: {
      ...{ status: 'fail', code: 'contract-differs', reason: 'quantity: expected 10, the SaaS shows 1.' },
      ...{ expected: { plan: 'Pro', quantity: 10 }, actual: { plan: 'Pro', quantity: 1 } },
    },
  },
  error: {
    contract: {
      ...{ status: 'error', code: 'access-denied' },
      reason: 'AWS denied aws-marketplace:GetEntitlements to arn:aws:iam::111122223333:user/mp-seller.',
    },
  },
  warning: {
    contract: {
      code: 'ends-soon',
      reason: 'The buyer 444455556666 has an active entitlement, which ends 2026-12-05 09:00 UTC.',
    },
    inspect: {},
  },
  'not-compared': {
    contract: {},
    inspect: { status: 'not-applicable', code: 'not-configured', reason: 'saas.contract-api is not configured.' },
  },
} as const satisfies Readonly<Record<string, Outcome>>;

/** Results by step id. */
type Outcome = Readonly<Record<string, Partial<Attempt>>>;

const troubles = {
  'no-buyer': trouble(
    'incomplete',
    'missing-buyer',
    'The checklist regression needs a test buyer, and none was given.',
  ),
  unknown: trouble('error', 'unknown-product', 'AWS has no product prod-zmvzfhc4t3eai in account 444455556666.'),
} as const;

function trouble(status: 'error' | 'incomplete', code: string, reason: string) {
  return { status, code, values: {}, reason };
}

const regression = readFileSync(new URL('../../checklists/regression.yaml', import.meta.url), 'utf8');

/** Returns a fleet run, as the store saves it, and the checklists that its record has. */
function fleetRun({ products, sandbox = false, endpoint, interrupted = false, ...given }: SampleFleet) {
  const sources = (given.checklists ?? ['regression']).map((id) => ({
    id,
    source: regression.replace('id: regression', `id: ${id}`),
  }));
  const checklists = sources.map(({ id, source }) => read(id, source));
  const target = { sandbox, endpoint: endpoint ?? (sandbox ? 'http://127.0.0.1:4567' : null) };
  const options = { ...noOptions, sandbox };
  const checked = (before: boolean) =>
    products.flatMap((each, index) =>
      each.ends === 'not-reached' || (each.carriedOver ?? false) !== before
        ? []
        : [productEntry(each, (before ? evening : later)(index * 60), target, checklists)],
    );
  const began = (at: string): Entry => ({
    ...{ type: 'began', at, operator: 'Aiko', version: '0.1.0', accepted: [], options },
  });
  const ended = (at: string, interrupted: boolean): Entry => ({ type: 'ended', at, interrupted, unreached: {} });
  const earlier = checked(true);
  const entries: readonly Entry[] = [
    ...(earlier.length > 0 ? [began(evening(0)), ...earlier, ended(evening(600), true)] : []),
    ...[began(later(0)), ...checked(false), ended(later(18 * 60), interrupted)],
  ];
  const record: Omit<RunRecord, 'id'> = {
    tool: { name: 'mp-verify', version: '0.1.0' },
    startedAt: entries[0]?.type === 'began' ? entries[0].at : later(0),
    checklists: sources.map(({ id, source }, index) => ({
      ...{ id, source, sha256: checklists[index]?.sha256 ?? '', from: { builtIn: 'regression' } },
      ...{ buyer: null, buyerFrom: null },
    })),
    inputs: {},
    options,
    products: products.map(asListed),
  };
  return { record, entries, checklists };
}

/** Returns the report of a fleet run. */
export function fleetReport(fleet: SampleFleet = { products: sampleProducts }): FleetReport {
  const { record, entries, checklists } = fleetRun(fleet);
  const facts = { ...record, id: 'regression-7', journalSha256: 'f'.repeat(64) };
  return buildFleetReport(facts, record.products ?? [], checklists, entries);
}

/** Saves a fleet run, and returns its id. */
export async function keepFleet(runs: Runs, fleet: SampleFleet = { products: sampleProducts }): Promise<string> {
  const { record, entries } = fleetRun(fleet);
  const open = await runs.create('regression', record);
  for (const entry of entries) await open.append(entry);
  await open.close();
  return open.record.id;
}

function asListed({ product, account = null, owner = null, waiver = null, withoutSaas = false }: SampleProduct) {
  return { product, account, owner, waiver, withoutSaas };
}

function productEntry(
  { ends: end = 'pass', waived = false, ...product }: SampleProduct,
  startedAt: string,
  place: Pick<RunTarget, 'sandbox' | 'endpoint'>,
  checklists: readonly Checklist[],
): ProductChecked {
  const after = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1_000).toISOString();
  const found = end in outcomes ? outcomes[end as keyof typeof outcomes] : null;
  return {
    type: 'product',
    product: asListed(product),
    buyers: found ? Object.fromEntries(checklists.map(({ id }) => [id, buyer])) : {},
    waived,
    trouble: end in troubles ? troubles[end as keyof typeof troubles] : null,
    entries: found
      ? [
          { type: 'target', at: startedAt, target: targetOf(product, place) },
          ...checklists.flatMap((checklist) => attemptsOf(checklist, found, after)),
          ended(checklists, found, after(50)),
        ]
      : [],
    startedAt,
    at: after(50),
  };
}

/** The results of the steps, up to the one that stopped the checklist. */
function attemptsOf({ id, steps }: Checklist, found: Outcome, after: (seconds: number) => string): readonly Attempt[] {
  const stop = steps.findIndex((step) => isStop(found[step.id]));
  return (stop < 0 ? steps : steps.slice(0, stop + 1)).map((step, index) => ({
    ...{ type: 'attempt', checklist: id, step: step.id, status: 'pass', ...noReason, by: 'check', operator: null },
    ...{ note: null, disagreed: false, startedAt: after(index * 5), durationMs: 4_000 },
    ...found[step.id],
  }));
}

function isStop(result: Partial<Attempt> = {}): boolean {
  return result.status === 'fail' || result.status === 'error';
}

/** The entry that says why later steps have no result. */
function ended(checklists: readonly Checklist[], found: Outcome, at: string): Exclude<Entry, ProductChecked> {
  const rest = (checklist: Checklist) => {
    const index = checklist.steps.findIndex(({ id }) => isStop(found[id]));
    const step = checklist.steps[index];
    const status = found[step?.id ?? '']?.status ?? 'fail';
    return step ? because('stopped-before', { number: index + 1, title: step.title, status }) : null;
  };
  const unreached = Object.fromEntries(checklists.map((each) => [each.id, { reasons: {}, rest: rest(each) }]));
  return { type: 'ended', at, interrupted: false, unreached };
}

function targetOf(
  { product, title = product, accountId = acmePage.accountId }: SampleProduct,
  place: Pick<RunTarget, 'sandbox' | 'endpoint'>,
): RunTarget {
  const page = `https://aws.amazon.com/marketplace/pp/prodview-${product.slice('prod-'.length)}`;
  return {
    ...{ ...place, accountId, arn: `arn:aws:iam::${accountId}:user/mp-seller` },
    product: { ...acmePage, productId: product, title, accountId, url: page },
  };
}

function read(id: string, source: string): Checklist {
  const checklist = parseChecklist(`${id}.yaml`, source, checks);
  if ('steps' in checklist) return checklist;
  throw new Error(checklist.map(({ message }) => message).join('\n'));
}
