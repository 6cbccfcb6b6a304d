import * as z from 'zod';
import {
  activeAgreements,
  areTermsKnown,
  changedAgreements,
  entitlementChanges,
  findTermsDifference,
  grantsAnything,
  inactiveAgreements,
  inactiveSentences,
  newAgreements,
  newRows,
  sameQuantity,
  withoutMaxQuantity,
} from '../checklist/contracts.ts';
import { duration, textLine } from '../checklist/fields.ts';
import type { Facts } from '../checklist/model.ts';
import { type Agreement, type EntitlementRow, licenseId } from '../checklist/outputs.ts';
import {
  type FullReason,
  type Reason,
  type ReasonTable,
  reasonsOf,
  utcMinute,
  withRemark,
} from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import {
  type AgreementsAnswer,
  buyerReasons,
  isObservation,
  isUsageBased,
  readAgreements,
  readGrants,
} from './buyer-holdings.ts';
import { defineCheck, type Observation } from './check-kind.ts';

/** What a checklist can expect of a purchase or a change. */
export const wantedFields = {
  is: z.enum(['active', 'new', 'changed']).default('active'),
  dimension: textLine.optional(),
  quantity: z.int().nonnegative().optional(),
};

export interface Wanted {
  readonly is: 'active' | 'new' | 'changed';
  readonly dimension?: string | undefined;
  readonly quantity?: number | undefined;
}

const wantedWords = {
  active: 'an active entitlement',
  new: 'an entitlement under a new license',
  changed: 'a changed license, dimension or quantity',
} as const;

/** `contracts` lists entitlements, such as `l-e52ca6 Pro 10`; `seen` lists dimensions or quantities. */
export const entitlementReasons = {
  'entitlement-active': () => 'The buyer has an active entitlement.',
  'entitlement-new': () => 'The buyer has an entitlement under a new license.',
  'entitlement-changed': () => "The buyer's entitlements have changed since the baseline.",
  'entitlement-expired': ({ buyer, ended }: { readonly buyer: string; readonly ended: string }) =>
    `All entitlements of buyer ${buyer} have expired; the last one ended ${utcMinute(ended)}.`,
  'no-entitlement': ({ buyer }: { readonly buyer: string }) =>
    `AWS returned no entitlements for buyer ${buyer} and this product.`,
  'no-new-entitlement': ({ buyer, contracts }: Unchanged) =>
    `There is no entitlement under a new license: the entitlements of buyer ${buyer} are unchanged since the baseline (${contracts.join(', ')}).`,
  'entitlement-unchanged': ({ buyer, contracts }: Unchanged) =>
    `The entitlements of buyer ${buyer} are unchanged since the baseline (${contracts.join(', ')}). A new end date alone is a renewal, not a change.`,
  'other-dimension': ({ expected, seen }: { readonly expected: string; readonly seen: readonly string[] }) =>
    `dimension: expected ${expected}, AWS returned ${seen.join(', ')}.`,
  'dimension-unchanged': ({ expected, seen }: { readonly expected: string; readonly seen: readonly GrantedValue[] }) =>
    `dimension: expected ${expected} to have changed, but it is unchanged (${seen.join(', ')}).`,
  'other-quantity': ({ expected, seen }: { readonly expected: number; readonly seen: readonly GrantedValue[] }) =>
    `quantity: expected ${expected}, AWS returned ${seen.join(', ')}.`,
} satisfies ReasonTable;

interface Unchanged {
  readonly buyer: string;
  readonly contracts: readonly string[];
}

type GrantedValue = EntitlementRow['value'];

const reasons = {
  ...buyerReasons,
  ...entitlementReasons,
  'ends-soon': ({ buyer, ends }: { readonly buyer: string; readonly ends: string }) =>
    `The buyer ${buyer} has an active entitlement, which ends ${utcMinute(ends)}. Unless the contract renews automatically, renew it or buy another one with this test account before then; after that, this step fails.`,
  'usage-based': () =>
    'The product is usage-based (no dimension is Entitled), so AWS has no entitlements for it; only the agreement shows the purchase.',
  'only-quantities-of-0': ({ agreement }: { readonly agreement: string }) =>
    `AWS grants only quantities of 0, and agreement ${agreement} contains nothing else: nothing was bought in advance, and usage is metered.`,
  'terms-differ': ({ agreement, expected, actual }: Readonly<Record<'agreement' | 'expected' | 'actual', string>>) =>
    `The accepted terms and the entitlement differ: agreement ${agreement} says ${expected}, AWS grants ${actual}.`,
  'terms-not-comparable': ({ agreement, terms }: { readonly agreement: string; readonly terms: readonly string[] }) =>
    `mp-verify cannot compare what AWS grants with the accepted terms of agreement ${agreement} (${terms.join(', ')}). Compare them by hand.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** Compares what AWS grants the buyer (GetEntitlements) with the baseline and the accepted terms. */
export const entitlements = defineCheck({
  summary: 'what AWS grants the buyer: active, new or changed',
  fields: {
    ...wantedFields,
    'warn-within': duration.describe('Warn if the contract ends within this time, such as 30d.').optional(),
  },
  needsBuyer: true,
  waits: true,
  findsGrants: true,
  reasons,
  async observe(wanted, context): Promise<Observation> {
    const { product } = await context.target();
    const answer = await readAgreements(context);
    if (isUsageBased(product)) {
      if (answer.agreements !== null) return { status: 'not-applicable', ...because('usage-based') };
      throw new CouldNotCheck(
        'nothing-to-see',
        `${reasons['usage-based']()} The agreements could not be read either. ${answer.why}`,
      );
    }
    const found = await readGrants(context);
    if (isObservation(found)) return found;
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
    const accepted =
      answer.agreements && findAcceptingAgreements(wanted.is, answer.agreements, baseline?.agreements ?? null);
    if (judged.status === 'fail')
      return { ...judged, ...withLateStage(judged, wanted.is, accepted, answer.agreements ?? []), output };
    const compared = accepted ?? held;
    const unlike = notComparable(compared) ?? compareWithTerms(compared, held, rows);
    if (unlike) return { ...unlike, output };
    const ends = answer.agreements && answer.renews ? null : endOf(rows.filter((row) => isWanted(wanted, row)));
    const within = wanted['warn-within'] === undefined ? 0 : (context.expiresWithin ?? wanted['warn-within']);
    const isSoon = ends !== null && at !== null && Date.parse(ends) - at.getTime() <= within;
    const reason = isSoon ? because('ends-soon', { buyer: buyer ?? '', ends }) : judged;
    return { ...judged, ...withUnread(reason, compared, answer), output };
  },
});

/**
 * Finds the agreements that should have led to the expected entitlements; null if the baseline has none to compare
 * with.
 */
function findAcceptingAgreements(
  is: Wanted['is'],
  agreements: readonly Agreement[],
  before: readonly Agreement[] | null,
): readonly Agreement[] | null {
  if (is === 'active') return activeAgreements(agreements);
  if (before === null || (is === 'changed' && !areTermsKnown([...agreements, ...before]))) return null;
  return is === 'new' ? newAgreements(agreements, before) : changedAgreements(agreements, before);
}

/** Says whether the agreement or its entitlement is missing. AWS creates the agreement first. */
function withLateStage(
  judged: Reason,
  is: Wanted['is'],
  accepted: readonly Agreement[] | null,
  all: readonly Agreement[],
): Reason {
  const [agreement] = accepted ?? [];
  if (is !== 'active' && agreement)
    return withRemark(judged, `Agreement ${agreement.id} exists; only its entitlement is still missing.`, {
      agreement: agreement.id,
    });
  if (activeAgreements(all).length === 0 && all.length > 0)
    return withRemark(judged, inactiveSentences(inactiveAgreements(all)), { agreement: null });
  if (is === 'active' || accepted === null) return judged;
  const words = 'There is no agreement for it either: it has not reached AWS yet, or another account made it.';
  return withRemark(judged, words, { agreement: null });
}

/** When the last of the active rows ends, RFC 3339 UTC: until then one of them is granted. Null if one has no end. */
function endOf(rows: readonly EntitlementRow[]): string | null {
  const ends = rows.filter((row) => row.active && grantsAnything(row)).map(({ expirationDate }) => expirationDate);
  return ends.includes(null) ? null : (ends.sort().at(-1) ?? null);
}

/** Whether the agreement's terms are known and contain no quantity above 0. */
function buysNothing({ dimensions, notCompared = [] }: Agreement): boolean {
  return dimensions?.every(({ quantity }) => quantity === 0) === true && notCompared.length === 0;
}

/** Terms that mp-verify cannot compare must not count as equal. */
function notComparable(agreements: readonly Agreement[]): Observation | null {
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

/** Null if AWS grants what the terms of each agreement state. */
function compareWithTerms(
  compared: readonly Agreement[],
  active: readonly Agreement[],
  rows: readonly EntitlementRow[],
): Observation | null {
  const unlike = findTermsDifference(compared, active, rows);
  if (unlike === null) return null;
  const { agreement, granted, expected, actual } = unlike;
  const reason = because('terms-differ', { agreement, expected, actual });
  return {
    status: 'fail',
    ...(granted ? reason : withRemark(reason, 'AWS grants nothing for it: its entitlement is missing or delayed.')),
    expected: { contract: expected },
    actual: { contract: actual },
  };
}

/** Says which terms were not compared, even if the check passes. */
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
  const words = `(Not compared with the accepted terms of ${unread.join(', ')}, which could not be read: this needs the permission aws-marketplace:GetAgreementTerms.)`;
  return withRemark(judged, words, { termsNotRead: unread });
}

/** Judges whether these rows match what the checklist expects. Pure. */
export function judgeEntitlements(
  wanted: Wanted,
  buyer: string,
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[] | null,
  /** AWS's time of the answer. */
  at: Date | null,
): Observation {
  const active = rows.filter((row) => row.active);
  if (!active.some(grantsAnything)) {
    const ended = rows
      .filter((row) => !row.active)
      .map(({ expirationDate }) => expirationDate ?? '')
      .sort()
      .at(-1);
    return ended
      ? fail(wanted, 'expired', [], because('entitlement-expired', { buyer, ended }))
      : fail(wanted, 'no entitlement', [], because('no-entitlement', { buyer }));
  }
  const { candidates, unlike } = candidatesFor(wanted, active, rows, baseline, at);
  if (unlike) {
    const code = wanted.is === 'new' ? 'no-new-entitlement' : 'entitlement-unchanged';
    return fail(wanted, 'unchanged', active, because(code, { buyer, contracts: contracts(active) }));
  }
  const { dimension, quantity } = wanted;
  const ofDimension = (row: EntitlementRow) => dimension === undefined || row.dimension === dimension;
  if (candidates.some((row) => isWanted(wanted, row)) || (dimension === undefined && quantity === undefined)) {
    return { status: 'pass', ...because(`entitlement-${wanted.is}`) };
  }
  const seen = candidates.length > 0 ? candidates : active;
  const near = seen.filter(ofDimension);
  if (near.length === 0) {
    const names = distinct(seen, (row) => row.dimension);
    return fail(
      wanted,
      wantedWords[wanted.is],
      seen,
      because('other-dimension', { expected: dimension ?? '', seen: names }),
    );
  }
  const values = distinct(near, ({ value }) => value);
  const reason =
    quantity === undefined
      ? because('dimension-unchanged', { expected: dimension ?? '', seen: values })
      : because('other-quantity', { expected: quantity, seen: values });
  return fail(wanted, wantedWords[wanted.is], near, reason);
}

/** Whether a row has the expected dimension and quantity. */
function isWanted({ dimension, quantity }: Wanted, row: EntitlementRow): boolean {
  return (
    (dimension === undefined || row.dimension === dimension) &&
    (quantity === undefined || sameQuantity(row.value, quantity) === 'same')
  );
}

function candidatesFor(
  { is }: Wanted,
  active: readonly EntitlementRow[],
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[] | null,
  at: Date | null,
): { readonly candidates: readonly EntitlementRow[]; readonly unlike: boolean } {
  if (is === 'active') return { candidates: active, unlike: false };
  if (baseline === null) {
    throw new CouldNotCheck(
      'no-baseline',
      'There is no baseline of what the buyer had before, so there is nothing to compare with.',
      'Start a new run: it reads the baseline before the purchase or the change.',
    );
  }
  if (is === 'new') {
    const candidates = newRows(rows, baseline);
    return { candidates, unlike: !candidates.some(grantsAnything) };
  }
  const { added, removed } = entitlementChanges(rows, baseline, at);
  return { candidates: added, unlike: ![...added, ...removed].some(grantsAnything) };
}

function fail(wanted: Wanted, found: string, rows: readonly EntitlementRow[], reason: FullReason): Observation {
  const { dimension, quantity } = wanted;
  const expected: Facts = {
    entitlement: wantedWords[wanted.is],
    ...(dimension === undefined ? {} : { dimension }),
    ...(quantity === undefined ? {} : { quantity }),
  };
  const actual: Facts = {
    entitlement: found,
    ...(dimension === undefined ? {} : { dimension: distinct(rows, (row) => row.dimension).join(', ') || null }),
    ...(quantity === undefined ? {} : { quantity: distinct(rows, ({ value }) => String(value)).join(', ') || null }),
  };
  return { status: 'fail', ...reason, expected, actual };
}

function contracts(rows: readonly EntitlementRow[]): readonly string[] {
  return rows.map((row) =>
    [licenseId(row.licenseArn), row.plan ?? row.dimension, String(row.value)].filter(Boolean).join(' '),
  );
}

function distinct<Value>(rows: readonly EntitlementRow[], of: (row: EntitlementRow) => Value): readonly Value[] {
  return [...new Set(rows.map(of))];
}
