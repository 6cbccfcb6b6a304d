import {
  activeAgreements,
  agreementEndedAt,
  areTermsKnown,
  changedAgreements,
  grantsAnything,
  type Inactive,
  inactiveAgreements,
  inactiveSentences,
  newAgreements,
} from '../checklist/contracts.ts';
import { type Agreement, type EntitlementRow, licenseId } from '../checklist/outputs.ts';
import { noReason, type ReasonTable, reasonsOf, withRemark } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import {
  buyerReasons,
  type Grants,
  isObservation,
  isUsageBased,
  readAgreements,
  readGrants,
} from './buyer-holdings.ts';
import { type CheckContext, defineCheck, type Observation } from './check-kind.ts';
import { entitlementReasons, judgeEntitlements, type Wanted, wantedFields } from './entitlements.ts';

const reasons = {
  ...buyerReasons,
  ...entitlementReasons,
  'no-agreement': ({ buyer }: { readonly buyer: string }) =>
    `AWS returned no agreement of buyer ${buyer} for this product. The purchase has not reached AWS yet, or another account made it.`,
  'no-active-agreement': ({ buyer, ...inactive }: Inactive & { readonly buyer: string }) =>
    `AWS returned no agreement of buyer ${buyer} for this product that is active. ${inactiveSentences(inactive)}`,
  'agreement-unchanged': ({ buyer, agreements }: { readonly buyer: string; readonly agreements: readonly string[] }) =>
    `The agreement of buyer ${buyer} is unchanged since the baseline (${agreements.join(', ')}). A renewal is not a change.`,
  // `has` lists what was agreed, such as `pro_plan 10`.
  'agreed-other-dimension': ({ expected, has }: { readonly expected: string; readonly has: readonly string[] }) =>
    `dimension: expected ${expected}, the agreement has ${has.join(', ') || 'nothing'}.`,
  'agreed-other-quantity': ({ expected, has }: { readonly expected: number; readonly has: readonly string[] }) =>
    `quantity: expected ${expected}, the agreement has ${has.join(', ') || 'nothing'}.`,
  // `contracts` lists what AWS grants, such as `pro_plan 10`.
  'seller-unknown': ({ buyer, agreements, contracts }: SellerUnknown) =>
    `AWS grants buyer ${buyer} ${contracts.join(', ')}, but names no license for agreement ${agreements.join(', ')}, which has ended. So mp-verify cannot tell whether this grant is left over from that agreement or was sold by a reseller. Check again after AWS has withdrawn leftover grants, which takes up to a day.`,
} satisfies ReasonTable;

interface SellerUnknown {
  readonly buyer: string;
  readonly agreements: readonly string[];
  readonly contracts: readonly string[];
}

const because = reasonsOf(reasons);

/**
 * Compares the agreements that the buyer has accepted (Agreement API) with the baseline. Without permission to read
 * them, it uses the entitlements.
 */
export const agreement = defineCheck({
  summary: 'what the buyer has agreed to: active, new or changed',
  fields: wantedFields,
  needsBuyer: true,
  waits: true,
  reasons,
  async observe(wanted, context) {
    const answer = await readAgreements(context);
    if (answer.agreements === null) return judgeByEntitlements(wanted, context, answer.why);
    const before = context.baseline?.agreements ?? null;
    if (wanted.is !== 'active' && before === null)
      return judgeByEntitlements(wanted, context, 'The baseline has no agreements.');
    const found = select(wanted.is, answer.agreements, before ?? []);
    if (activeAgreements(answer.agreements).length === 0) return judgeResold(wanted, context, answer.agreements);
    const asksForTerms = wanted.is === 'changed' || wanted.dimension !== undefined || wanted.quantity !== undefined;
    if (asksForTerms && !areTermsKnown([...found, ...answer.agreements, ...(before ?? [])]))
      return judgeByEntitlements(
        wanted,
        context,
        'mp-verify cannot tell what was bought in every agreement: it lacks the permission to read the terms (aws-marketplace:GetAgreementTerms), or does not support their type.',
      );
    return judgeAgreements(wanted, context.buyer ?? '', found, answer.agreements);
  },
});

function select(
  is: Wanted['is'],
  agreements: readonly Agreement[],
  before: readonly Agreement[],
): readonly Agreement[] {
  if (is === 'new') return newAgreements(agreements, before);
  return is === 'changed' ? changedAgreements(agreements, before) : activeAgreements(agreements);
}

function judgeAgreements(
  wanted: Wanted,
  buyer: string,
  found: readonly Agreement[],
  all: readonly Agreement[],
): Observation {
  const active = activeAgreements(all);
  const inactive = inactiveAgreements(all);
  const output = { kind: 'agreements', agreements: found } as const;
  const expected = { agreement: wanted.is, dimension: wanted.dimension ?? null, quantity: wanted.quantity ?? null };
  if (found.length === 0) {
    const reason =
      active.length === 0
        ? inactive.agreements.length === 0
          ? because('no-agreement', { buyer })
          : because('no-active-agreement', { buyer, ...inactive })
        : because('agreement-unchanged', { buyer, agreements: active.map(({ id }) => id) });
    return {
      status: 'fail',
      ...reason,
      expected,
      actual: { agreement: active.length === 0 ? 'no agreement' : 'unchanged' },
    };
  }
  const bought = found.flatMap(({ dimensions }) => dimensions ?? []);
  const ofDimension = bought.filter(({ key }) => wanted.dimension === undefined || key === wanted.dimension);
  const right = ofDimension.some(({ quantity }) => wanted.quantity === undefined || quantity === wanted.quantity);
  if (right || (wanted.dimension === undefined && wanted.quantity === undefined)) {
    return { status: 'pass', ...noReason, output };
  }
  const has = bought.map(({ key, quantity }) => `${key} ${quantity}`);
  const reason =
    ofDimension.length === 0
      ? because('agreed-other-dimension', { expected: wanted.dimension ?? '', has })
      : because('agreed-other-quantity', { expected: wanted.quantity ?? 0, has });
  return { status: 'fail', ...reason, expected, actual: { agreement: has.join(', ') || 'nothing' }, output };
}

/**
 * Judges the entitlement if no agreement is active: the manufacturer cannot see an agreement that a reseller proposed,
 * but does see its entitlement.
 */
async function judgeResold(wanted: Wanted, context: CheckContext, all: readonly Agreement[]): Promise<Observation> {
  const judged = judgeAgreements(wanted, context.buyer ?? '', [], all);
  const { product } = await context.target();
  if (isUsageBased(product)) return judged;
  const found = await readGrants(context);
  if (isObservation(found)) return found;
  // A grant left over from an ended agreement is not another contract.
  const ended = new Set(all.flatMap(({ licenseArns }) => licenseArns.map(licenseId)));
  const rows = found.rows.filter(({ licenseArn }) => !ended.has(licenseId(licenseArn)));
  if (!rows.some((row) => row.active && grantsAnything(row))) return judged;
  const why =
    'AWS lists no active agreement with this seller as the proposer, which is normal if a reseller made the offer.';
  const owners = (row: EntitlementRow) => all.filter((agreement) => mayBelongTo(agreement, row, found.at));
  const others = rows.filter((row) => owners(row).length === 0);
  const judge = (kept: readonly EntitlementRow[]) => {
    const dropped = found.rows.filter((row) => !kept.includes(row)).map(({ licenseArn }) => licenseId(licenseArn));
    const isKept = ({ licenseArn }: EntitlementRow) => ![...ended, ...dropped].includes(licenseId(licenseArn));
    const before = context.baseline;
    // A row left out of the comparison must not appear to be withdrawn.
    const baseline = before && { ...before, entitlements: before.entitlements.filter(isKept) };
    return judgeRows(wanted, { ...context, baseline }, { ...found, rows: kept }, why);
  };
  const seen = judge(others);
  if (seen.status === 'pass') return seen;
  if (judge(rows).status !== 'pass') return judged;
  const left = rows.filter((row) => row.active && owners(row).length > 0);
  const values = {
    buyer: context.buyer ?? '',
    agreements: [...new Set(left.flatMap(owners).map(({ id }) => id))],
    contracts: left.map(({ dimension, value }) => `${dimension} ${value}`),
  };
  return { status: 'error', ...because('seller-unknown', values) };
}

/** AWS stops granting an ended agreement within this time. In observations it took half a minute. */
const withdrawnMs = 24 * 3_600_000;

/** Whether this grant may be left over from an ended agreement for which AWS names no license. */
function mayBelongTo(agreement: Agreement, { active, expirationDate }: EntitlementRow, at: Date | null): boolean {
  if (!active || agreement.licenseArns.length > 0 || agreement.startsLater) return false;
  const ended = agreementEndedAt(agreement);
  if (ended === null || at === null) return true;
  if (at.getTime() - Date.parse(ended) > withdrawnMs) return false;
  return agreement.status !== 'EXPIRED' || expirationDate === null || Date.parse(expirationDate) <= Date.parse(ended);
}

/** Judges by the entitlements. `why` says what was missing to judge by the agreements. */
async function judgeByEntitlements(wanted: Wanted, context: CheckContext, why: string): Promise<Observation> {
  const { product } = await context.target();
  if (isUsageBased(product)) {
    throw new CouldNotCheck(
      'nothing-to-see',
      `A usage-based product has agreements, but no entitlements, and agreements cannot be read. ${why}`,
    );
  }
  const found = await readGrants(context);
  return isObservation(found) ? found : judgeRows(wanted, context, found, why);
}

function judgeRows(wanted: Wanted, { buyer, baseline }: CheckContext, { rows, at }: Grants, why: string): Observation {
  const judged = judgeEntitlements(wanted, buyer ?? '', rows, baseline?.entitlements ?? null, at);
  return { ...judged, ...withRemark(judged, `(Based on entitlements alone. ${why})`, { entitlementsOnly: true }) };
}
