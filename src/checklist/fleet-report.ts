import * as z from 'zod';
import type { Changeable, Entry, FleetProduct, ProductChecked } from './entries.ts';
import type { Checklist, PlannedChecklist, Verdict } from './model.ts';
import type { Deep } from './outputs.ts';
import { resumeCommand } from './printed-command.ts';
import type { Reason } from './reasons.ts';
import { lookUp } from './references.ts';
import { buildReport, type RunFacts } from './report.ts';
import { type Report, reportDocument } from './report-document.ts';
import { because } from './walk-reasons.ts';

const nullableText = z.string().nullable();
const count = z.int().nonnegative();
const { schemaVersion, tool, run, target, verdict, tally, seen, checklists } = reportDocument.shape;

const product = z.strictObject({
  id: z.string().describe('Entity ID, or what mp-verify.yaml names if AWS did not return the product.'),
  listedAs: z.string().describe('What mp-verify.yaml names it: entity ID, product code or title.'),
  account: nullableText.describe('The name of its account in mp-verify.yaml.'),
  owner: nullableText,
  waiver: z
    .strictObject({ until: z.iso.date(), reason: z.string(), ended: z.boolean() })
    .nullable()
    .describe('`until` is the last day on which it counts, UTC.'),
  verdict: verdict.describe('Also incomplete if nothing was compared with the SaaS and `saas: none` is not set.'),
  waived: z.boolean().describe('It has not passed, but a waiver excludes it from the verdict of the fleet.'),
  code: nullableText.describe('Why the verdict is not that of its steps, for programs; null if it is.'),
  reason: nullableText,
  startedAt: run.shape.startedAt.nullable(),
  endedAt: run.shape.endedAt.nullable(),
  carriedOver: z.literal(true).optional().describe('The result is from before the run was last resumed.'),
  ...{ target, tally, seen, checklists },
});

/**
 * The JSON document of a fleet run, `schemaVersion` 1, as a closed schema: it gives the types, and is published as
 * `checklists/fleet.schema.json`. Fields are only added within a version. Times are RFC 3339 UTC.
 */
export const fleetDocument = z.strictObject({
  ...{ schemaVersion, tool, run },
  verdict: verdict.describe('The worst verdict of a product that is not waived.'),
  tally: z
    .strictObject({ pass: count, fail: count, error: count, incomplete: count, waived: count })
    .describe('Every product counts once, by its own verdict or as waived.'),
  products: z.array(product).describe('In the order of mp-verify.yaml.'),
});

export type FleetReport = Deep<z.output<typeof fleetDocument>>;
export type ProductReport = FleetReport['products'][number];

/** The report of any run. */
export type AnyReport = Report | FleetReport;

export function isFleet(report: AnyReport): report is FleetReport {
  return 'products' in report;
}

/** Counts the products and determines the verdicts of a fleet run; nothing else does. */
export function buildFleetReport(
  facts: RunFacts,
  products: readonly FleetProduct[],
  checklists: readonly Checklist[],
  entries: readonly Entry[],
  walkingNow = false,
): FleetReport {
  const { schemaVersion, tool, run } = buildReport(facts, [], entries, walkingNow);
  // By their order, because no clock decides: the run may have been resumed on another machine.
  const lastBegan = entries.findLastIndex(({ type }) => type === 'began');
  const newest = new Map(
    entries.flatMap((entry, index) =>
      entry.type === 'product' ? [[entry.product.product, { entry, isCarriedOver: index < lastBegan }]] : [],
    ),
  );
  const firstNames = new Map<string, string>();
  const checked = products.map((each): Checked => {
    const { entry = null, isCarriedOver = false } = newest.get(each.product) ?? {};
    const report = buildReport(facts, plannedFor(entry, checklists), entry ? entriesOf(entry, checklists) : []);
    const { accountId, product } = report.target;
    const key = JSON.stringify([accountId, product?.id ?? each.product]);
    const twin = firstNames.get(key) ?? null;
    if (twin === null) firstNames.set(key, each.product);
    return { product: entry?.product ?? each, entry, report, isCarriedOver, twin };
  });
  const reports = checked.map((each) => productReport(each, run.endedAt));
  const outcome = fleetVerdict(reports);
  // A profile can have an endpoint of its own. One product that was not asked at AWS marks the whole run.
  const runs = checked.flatMap(({ report }) => (report.target.accountId === null ? [] : report.run));
  const asked = runs.find(({ sandbox }) => sandbox) ?? runs.find(({ endpoint }) => endpoint !== null) ?? runs[0];
  return {
    ...{ schemaVersion, tool },
    run: {
      ...run,
      ...acceptedChanges(run.acceptedChanges ?? [], entries),
      ...(asked ? { sandbox: asked.sandbox, endpoint: asked.endpoint } : {}),
      resume: outcome === 'pass' ? null : resumeCommand(facts.id),
    },
    verdict: outcome,
    tally: tallyOf(reports),
    products: reports,
  };
}

/** Adds `product` if a name in the run has meant two products. `resume` refuses that unless it is accepted. */
function acceptedChanges(
  before: readonly Changeable[],
  entries: readonly Entry[],
): Pick<FleetReport['run'], 'acceptedChanges'> {
  const known = new Map<string, string>();
  const hasChanged = entries.some((entry) => {
    if (entry.type !== 'product') return false;
    const found = entry.entries.findLast((each) => each.type === 'target');
    const id = found?.type === 'target' ? found.target.product?.productId : undefined;
    const { product } = entry.product;
    const last = known.get(product) ?? id;
    if (id !== undefined) known.set(product, id);
    return id !== undefined && id !== last;
  });
  return hasChanged && !before.includes('product') ? { acceptedChanges: [...before, 'product'] } : {};
}

/** Returns the checklists of a fleet run with the buyers of a product. */
function plannedFor(entry: ProductChecked | null, checklists: readonly Checklist[]): readonly PlannedChecklist[] {
  return checklists.map((checklist) => ({
    checklist,
    buyer: lookUp(entry?.buyers ?? {}, checklist.id) ?? null,
    buyerFrom: null,
  }));
}

/** Gives each step of a product that could not be walked the reason. */
function entriesOf({ trouble, entries, at }: ProductChecked, checklists: readonly Checklist[]): readonly Entry[] {
  if (trouble === null) return entries;
  const { status: _, ...rest } = trouble;
  const unreached = Object.fromEntries(checklists.map(({ id }) => [id, { reasons: {}, rest }]));
  return [...entries, { type: 'ended', at, interrupted: false, unreached }];
}

/** A product of a fleet run, and what was found about it. */
interface Checked {
  readonly product: FleetProduct;
  /** Null if the run has not reached it. */
  readonly entry: ProductChecked | null;
  readonly report: Report;
  readonly isCarriedOver: boolean;
  /** What mp-verify.yaml names the same product above; null if it is listed once. */
  readonly twin: string | null;
}

function productReport(checked: Checked, now: string): ProductReport {
  const { entry, report, isCarriedOver } = checked;
  const { product, account, owner, waiver } = checked.product;
  const { target, tally, seen, checklists } = report;
  const { verdict, code, reason } = productVerdict(checked);
  // By AWS's time. A product that was not reached has only that of this machine.
  const isReached = entry !== null && !isCarriedOver;
  const wasInForce = entry === null || entry.waived;
  const inForce = wasInForce && (isReached || isInForce(waiver, new Date(now)));
  return {
    id: target.product?.id ?? product,
    ...{ listedAs: product, account, owner },
    waiver: waiver && { ...waiver, ended: !inForce },
    verdict,
    waived: inForce && verdict !== 'pass',
    ...{ code, reason },
    startedAt: entry?.startedAt ?? null,
    endedAt: entry?.at ?? null,
    ...(isCarriedOver ? { carriedOver: true as const } : {}),
    ...{ target, tally, seen, checklists },
  };
}

/** The verdict of a product, and why it is not that of its steps; null if it is. */
function productVerdict({
  product: { withoutSaas },
  entry,
  report: { verdict, target, checklists },
  isCarriedOver,
  twin,
}: Checked): Pick<ProductReport, 'verdict' | 'code' | 'reason'> {
  if (entry === null) return { verdict: 'incomplete', ...coded(because('product-not-reached')) };
  if (entry.trouble !== null) return { verdict: entry.trouble.status, ...coded(entry.trouble) };
  const steps = checklists.flatMap((each) => each.steps);
  const isCompared = !steps.some(({ status, code }) => status === 'not-applicable' && code === 'not-configured');
  if (verdict === 'pass' && !isCompared && !withoutSaas)
    return { verdict: 'incomplete', ...coded(because('nothing-compared')) };
  // A pass of an earlier session says nothing about today. A failure stays one until a check passes.
  if (verdict === 'pass' && isCarriedOver) return { verdict: 'incomplete', ...coded(because('not-checked-again')) };
  // Or the product with this title is gone, and AWS has found the other one by a part of its title.
  if (verdict === 'pass' && twin !== null && target.product !== null)
    return { verdict: 'error', ...coded(because('listed-twice', { ...target.product, twin })) };
  return { verdict, code: null, reason: null };
}

function coded({ code, reason }: Reason): Pick<ProductReport, 'code' | 'reason'> {
  return { code, reason };
}

/** Whether a product has a waiver that has not ended. Its last day counts, UTC. */
export function isInForce(waiver: FleetProduct['waiver'], at: Date): boolean {
  return waiver !== null && at.toISOString().slice(0, 10) <= waiver.until;
}

/** Verdicts, the worst first. */
export const worstFirst = ['fail', 'error', 'incomplete', 'pass'] as const satisfies readonly Verdict[];

/** Returns the worst verdict of the products that are not waived. */
export function fleetVerdict(products: readonly Pick<ProductReport, 'verdict' | 'waived'>[]): Verdict {
  return worstOf(products.flatMap(({ verdict, waived }) => (waived ? [] : verdict))) ?? 'pass';
}

/** Returns the worst verdict; null if there is none. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | null {
  return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? null;
}

/** Counts the products. */
export function tallyOf(products: readonly Pick<ProductReport, 'verdict' | 'waived'>[]): FleetReport['tally'] {
  const counts = { pass: 0, fail: 0, error: 0, incomplete: 0, waived: 0 };
  for (const { verdict, waived } of products) counts[waived ? 'waived' : verdict]++;
  return counts;
}
