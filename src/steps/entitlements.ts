import {
  activeAgreements,
  changedAgreements,
  inactiveAgreements,
  inactiveWords,
  newAgreements,
  termsDiffer,
  termsKnown,
} from '../checklist/agreement-rules.ts';
import type { Agreement, EntitlementRow } from '../checklist/model.ts';
import { type Reason, type ReasonTable, reasonsOf, withRemark } from '../checklist/reasons.ts';
import { CouldNotTell } from '../errors.ts';
import { type AgreementsAnswer, buyerAgreements } from './buyer-agreements.ts';
import { buyerReasons, buyerRows, isLook } from './buyer-rows.ts';
import { defineCheck, type Look } from './check-kind.ts';
import { entitlementReasons, judgeEntitlements, type Wanted } from './judge-entitlements.ts';
import { isUsageBased } from './usage-based.ts';
import { wantedFields } from './wanted-fields.ts';

const reasons = {
  ...buyerReasons,
  ...entitlementReasons,
  'usage-based': () =>
    'The product is usage-based (no dimension is Entitled), so AWS keeps no entitlements for it; the agreement alone tells of the purchase.',
  'terms-differ': ({ agreement, expected, actual }: Readonly<Record<'agreement' | 'expected' | 'actual', string>>) =>
    `The accepted terms and the entitlement differ: agreement ${agreement} has ${expected}, AWS grants ${actual}.`,
  'terms-not-comparable': ({ agreement, terms }: { readonly agreement: string; readonly terms: readonly string[] }) =>
    `mp-verify cannot compare what AWS grants with the accepted terms of agreement ${agreement} (${terms.join(', ')}). Compare them by hand.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** What AWS grants the buyer (GetEntitlements), compared with the baseline and with the accepted terms. */
export const entitlements = defineCheck({
  summary: 'what AWS grants the buyer: active, new or changed',
  fields: wantedFields,
  needsBuyer: true,
  waits: true,
  reasons,
  async look(wanted, context): Promise<Look> {
    const { product } = await context.target();
    const answer = await buyerAgreements(context);
    if (isUsageBased(product)) {
      if (answer.agreements !== null) return { status: 'not-applicable', ...because('usage-based') };
      throw new CouldNotTell(
        'nothing-to-see',
        `${reasons['usage-based']()} And agreements cannot be read. ${answer.why}`,
      );
    }
    const found = await buyerRows(context);
    if (isLook(found)) return found;
    const { rows, at } = found;
    const { buyer, baseline } = context;
    const output = { kind: 'entitlements', entitlements: rows.filter(({ active }) => active) } as const;
    const judged = judgeEntitlements(wanted, buyer ?? '', rows, baseline?.entitlements ?? null, at);
    const accepted = answer.agreements && accepting(wanted.is, answer.agreements, baseline?.agreements ?? null);
    if (judged.status === 'fail')
      return {
        ...judged,
        ...withLateStage(judged, wanted.is, accepted, answer.agreements ?? []),
        output,
      };
    const active = activeAgreements(answer.agreements ?? []);
    const compared = accepted ?? active;
    const unlike = notComparable(compared) ?? againstTerms(compared, active, rows);
    return { ...(unlike ?? { ...judged, ...withUnread(judged, compared, answer) }), output };
  },
});

/** The agreements that should have brought about what is wanted; null where the baseline holds none to compare with. */
function accepting(
  is: Wanted['is'],
  agreements: readonly Agreement[],
  before: readonly Agreement[] | null,
): readonly Agreement[] | null {
  if (is === 'active') return activeAgreements(agreements);
  if (before === null || (is === 'changed' && !termsKnown([...agreements, ...before]))) return null;
  return is === 'new' ? newAgreements(agreements, before) : changedAgreements(agreements, before);
}

/** AWS makes the agreement first, and the entitlement from it. */
function withLateStage(
  judged: Reason,
  is: Wanted['is'],
  accepted: readonly Agreement[] | null,
  all: readonly Agreement[],
): Reason {
  const [agreement] = accepted ?? [];
  if (is !== 'active' && agreement)
    return withRemark(judged, `The agreement ${agreement.id} is there: it is the entitlement that is late.`, {
      agreement: agreement.id,
    });
  if (activeAgreements(all).length === 0 && all.length > 0)
    return withRemark(judged, inactiveWords(inactiveAgreements(all)), { agreement: null });
  if (is === 'active' || accepted === null) return judged;
  const words = 'There is no agreement for it either: it is the agreement that is late, or another account made it.';
  return withRemark(judged, words, { agreement: null });
}

/** What was not compared is not known to be equal. */
function notComparable(agreements: readonly Agreement[]): Look | null {
  const [agreement] = agreements.filter(({ notCompared = [] }) => notCompared.length > 0);
  if (!agreement) return null;
  return {
    status: 'error',
    final: true,
    ...because('terms-not-comparable', { agreement: agreement.id, terms: agreement.notCompared ?? [] }),
  };
}

/** Null where AWS grants each of them what its terms say. */
function againstTerms(
  compared: readonly Agreement[],
  active: readonly Agreement[],
  rows: readonly EntitlementRow[],
): Look | null {
  const difference = termsDiffer(compared, active, rows);
  if (difference === null) return null;
  const { agreement, granted, expected, actual } = difference;
  const said = because('terms-differ', { agreement, expected, actual });
  return {
    status: 'fail',
    ...(granted ? said : withRemark(said, 'AWS grants nothing for it: its entitlement is missing, or late.')),
    expected: { contract: expected },
    actual: { contract: actual },
  };
}

/** A pass does not hide that there were terms that it was not compared with. */
function withUnread(judged: Reason, compared: readonly Agreement[], answer: AgreementsAnswer): Reason {
  if (answer.agreements === null)
    return withRemark(judged, `(Not compared with the accepted terms. ${answer.why})`, { entitlementsOnly: true });
  const unread = compared.filter(({ dimensions }) => dimensions === null).map(({ id }) => id);
  if (unread.length === 0) return judged;
  const words = `(Not compared with the accepted terms of ${unread.join(', ')}, which could not be read: that needs the permission aws-marketplace:GetAgreementTerms.)`;
  return withRemark(judged, words, { termsNotRead: unread });
}
