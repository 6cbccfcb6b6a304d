import {
  activeAgreements,
  changedAgreements,
  inactiveWords,
  newAgreements,
  termsDiffer,
  termsKnown,
} from '../checklist/agreement-rules.ts';
import { licenceId } from '../checklist/entitlement-rows.ts';
import type { Agreement, EntitlementRow } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import { buyerAgreements } from './buyer-agreements.ts';
import { buyerRows, isLook } from './buyer-rows.ts';
import { defineCheck, type Look } from './check-kind.ts';
import { judgeEntitlements, type Wanted } from './judge-entitlements.ts';
import { isUsageBased } from './usage-based.ts';
import { wantedFields } from './wanted-fields.ts';

/** What AWS grants the buyer (GetEntitlements), compared with the baseline and with the accepted terms. */
export const entitlements = defineCheck({
  summary: 'what AWS grants the buyer: active, new or changed',
  fields: wantedFields,
  needsBuyer: true,
  waits: true,
  async look(wanted, context): Promise<Look> {
    const { product } = await context.target();
    const answer = await buyerAgreements(context);
    if (isUsageBased(product)) {
      if (answer.agreements !== null) return { status: 'not-applicable', reason: usageBased };
      throw new CouldNotTell('nothing-to-see', `${usageBased} And agreements can't be read. ${answer.why}`);
    }
    const found = await buyerRows(context);
    if (isLook(found)) return found;
    const { rows, at } = found;
    const { buyer, baseline } = context;
    const output = { kind: 'entitlements', entitlements: rows.filter(({ active }) => active) } as const;
    const judged = judgeEntitlements(wanted, buyer ?? '', rows, baseline?.entitlements ?? null, at);
    const accepted = answer.agreements && accepting(wanted.is, answer.agreements, baseline?.agreements ?? null, rows);
    if (judged.status === 'fail')
      return {
        ...judged,
        reason: `${judged.reason} ${lateStage(wanted.is, accepted, answer.agreements ?? [])}`.trim(),
        output,
      };
    const compared = accepted ?? activeAgreements(answer.agreements ?? []);
    return { ...(notComparable(compared) ?? againstTerms(accepted ?? [], rows) ?? judged), output };
  },
});

/** The agreements that should have brought about what is wanted; null where the baseline holds none to compare with. */
function accepting(
  is: Wanted['is'],
  agreements: readonly Agreement[],
  before: readonly Agreement[] | null,
  rows: readonly EntitlementRow[],
): readonly Agreement[] | null {
  if (is === 'active') {
    // One that starts later has no entitlement yet: only those that have one can be compared.
    const granted = new Set(rows.map(({ licenseArn }) => licenceId(licenseArn)));
    return activeAgreements(agreements).filter(({ licenseArns }) =>
      licenseArns.some((arn) => granted.has(licenceId(arn))),
    );
  }
  if (before === null || (is === 'changed' && !termsKnown([...agreements, ...before]))) return null;
  return is === 'new' ? newAgreements(agreements, before) : changedAgreements(agreements, before);
}

/** AWS makes the agreement first, and the entitlement from it. */
function lateStage(is: Wanted['is'], accepted: readonly Agreement[] | null, all: readonly Agreement[]): string {
  const [agreement] = accepted ?? [];
  if (is !== 'active' && agreement)
    return `The agreement ${agreement.id} is there: it is the entitlement that is late.`;
  if (activeAgreements(all).length === 0 && all.length > 0) return inactiveWords(all);
  return is === 'active' || accepted === null
    ? ''
    : 'There is no agreement for it either: it is the agreement that is late, or another account made it.';
}

/** What was not compared is not known to be equal. */
function notComparable(agreements: readonly Agreement[]): Look | null {
  const [agreement] = agreements.filter(({ notCompared = [] }) => notCompared.length > 0);
  if (!agreement) return null;
  return {
    status: 'error',
    final: true,
    reason: `mp-verify cannot compare what AWS grants with the accepted terms of agreement ${agreement.id} (${agreement.notCompared?.join(', ')}). Compare them by hand.`,
  };
}

/** Null where every accepted agreement has the entitlements of its terms, under its own licence. */
function againstTerms(accepted: readonly Agreement[], rows: readonly EntitlementRow[]): Look | null {
  for (const agreement of accepted) {
    const difference = agreement.dimensions?.length ? termsDiffer(agreement, rows) : null;
    if (!difference) continue;
    const { expected, actual } = difference;
    return {
      status: 'fail',
      reason: `The accepted terms and the entitlement differ: agreement ${agreement.id} has ${expected}, AWS grants ${actual}.`,
      expected: { contract: expected },
      actual: { contract: actual },
    };
  }
  return null;
}

const usageBased =
  'The product is usage-based (no dimension is Entitled), so AWS keeps no entitlements for it; the agreement alone tells of the purchase.';
