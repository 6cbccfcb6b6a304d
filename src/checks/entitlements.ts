import {
  activeAgreements,
  changedAgreements,
  inactiveAgreements,
  inactiveWords,
  newAgreements,
  termsDiffer,
  termsKnown,
  withoutMaxQuantity,
} from '../checklist/contracts.ts';
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
  'only-quantities-of-0': ({ agreement }: { readonly agreement: string }) =>
    `AWS names only quantities of 0, and agreement ${agreement} has nothing else: nothing was bought in advance, and what is used is metered.`,
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
  findsGrants: true,
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
    const held = activeAgreements(answer.agreements ?? []);
    const [agreement] = held;
    const { dimension, quantity } = wanted;
    const isAny = wanted.is === 'active' && dimension === undefined && quantity === undefined;
    if (isAny && agreement && judged.code === 'no-entitlement')
      if (rows.some((row) => row.active) && held.every(buysNothing))
        return { status: 'not-applicable', ...because('only-quantities-of-0', { agreement: agreement.id }), output };
    const accepted = answer.agreements && accepting(wanted.is, answer.agreements, baseline?.agreements ?? null);
    if (judged.status === 'fail')
      return {
        ...judged,
        ...withLateStage(judged, wanted.is, accepted, answer.agreements ?? []),
        output,
      };
    const compared = accepted ?? held;
    const unlike = notComparable(compared) ?? againstTerms(compared, held, rows);
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

/** Its terms are known, and hold no quantity above 0. */
function buysNothing({ dimensions, notCompared = [] }: Agreement): boolean {
  return dimensions?.every(({ quantity }) => quantity === 0) === true && notCompared.length === 0;
}

/** What was not compared is not known to be equal. */
function notComparable(agreements: readonly Agreement[]): Look | null {
  const unknownTerms = ({ notCompared = [], unlimited }: Agreement) =>
    notCompared.filter((kind) => unlimited === undefined || kind !== withoutMaxQuantity);
  const agreement = agreements.find((each) => unknownTerms(each).length > 0);
  if (!agreement) return null;
  return {
    status: 'error',
    final: true,
    ...because('terms-not-comparable', { agreement: agreement.id, terms: unknownTerms(agreement) }),
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
  const unlimited = compared.flatMap((each) => each.unlimited ?? []);
  if (unlimited.length > 0) {
    const words = `(The accepted terms grant ${unlimited.join(', ')} without a limit, so the quantity was not compared.)`;
    return withUnread(
      withRemark(judged, words, { unlimited }),
      compared.filter((each) => !each.unlimited),
      answer,
    );
  }
  const unread = compared.filter(({ dimensions }) => dimensions === null).map(({ id }) => id);
  if (unread.length === 0) return judged;
  const words = `(Not compared with the accepted terms of ${unread.join(', ')}, which could not be read: that needs the permission aws-marketplace:GetAgreementTerms.)`;
  return withRemark(judged, words, { termsNotRead: unread });
}
