import { difference, grants, licenceId, newRows, sameQuantity } from '../checklist/contracts.ts';
import type { EntitlementRow, Facts } from '../checklist/model.ts';
import { type ReasonTable, reasonsOf, type Said, utcMinute } from '../checklist/reasons.ts';
import { CouldNotTell } from '../errors.ts';
import type { Look } from './check-kind.ts';

export interface Wanted {
  readonly is: 'active' | 'new' | 'changed';
  readonly dimension?: string | undefined;
  readonly quantity?: number | undefined;
}

const wantedWords = {
  active: 'an active entitlement',
  new: 'an entitlement under a new licence',
  changed: 'a changed licence, dimension or quantity',
} as const;

/** `contracts` lists what AWS names, as `l-e52ca6 Pro 10`; `seen` lists dimensions or quantities. */
export const entitlementReasons = {
  'entitlement-active': () => 'The buyer has an active entitlement.',
  'entitlement-new': () => 'The buyer has an entitlement under a new licence.',
  'entitlement-changed': () => 'What the buyer is entitled to has changed since the baseline.',
  'entitlement-expired': ({ buyer, ended }: { readonly buyer: string; readonly ended: string }) =>
    `Everything that AWS names for buyer ${buyer} has expired; the last of it ended ${utcMinute(ended)}.`,
  'no-entitlement': ({ buyer }: { readonly buyer: string }) =>
    `AWS names no entitlement of buyer ${buyer} for this product.`,
  'no-new-entitlement': ({ buyer, contracts }: Unchanged) =>
    `There is no entitlement under a new licence: what buyer ${buyer} has is unchanged since the baseline (${contracts.join(', ')}).`,
  'entitlement-unchanged': ({ buyer, contracts }: Unchanged) =>
    `The entitlements of buyer ${buyer} are unchanged since the baseline (${contracts.join(', ')}); an end date alone is a renewal.`,
  'other-dimension': ({ expected, seen }: { readonly expected: string; readonly seen: readonly string[] }) =>
    `dimension: expected ${expected}, AWS names ${seen.join(', ')}.`,
  'dimension-unchanged': ({ expected, seen }: { readonly expected: string; readonly seen: readonly Quantity[] }) =>
    `dimension: expected ${expected} to be changed, it is unchanged (${seen.join(', ')}).`,
  'other-quantity': ({ expected, seen }: { readonly expected: number; readonly seen: readonly Quantity[] }) =>
    `quantity: expected ${expected}, AWS names ${seen.join(', ')}.`,
} satisfies ReasonTable;

interface Unchanged {
  readonly buyer: string;
  readonly contracts: readonly string[];
}

type Quantity = EntitlementRow['value'];

const because = reasonsOf(entitlementReasons);

/** Are these rows what was wanted? Pure: everything it knows is an argument. */
export function judgeEntitlements(
  wanted: Wanted,
  buyer: string,
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[] | null,
  /** AWS's time of the rows. */
  at: Date | null,
): Look {
  const active = rows.filter((row) => row.active);
  if (!active.some(grants)) {
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
  const asWanted = (row: EntitlementRow) =>
    ofDimension(row) && (quantity === undefined || sameQuantity(row.value, quantity) === 'same');
  if (candidates.some(asWanted) || (dimension === undefined && quantity === undefined)) {
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

function candidatesFor(
  { is }: Wanted,
  active: readonly EntitlementRow[],
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[] | null,
  at: Date | null,
): { readonly candidates: readonly EntitlementRow[]; readonly unlike: boolean } {
  if (is === 'active') return { candidates: active, unlike: false };
  if (baseline === null) {
    throw new CouldNotTell(
      'no-baseline',
      'What the buyer had before was not read, so nothing can be compared with it.',
      'Start the run again; the baseline comes before the purchase or the change.',
    );
  }
  if (is === 'new') {
    const candidates = newRows(rows, baseline);
    return { candidates, unlike: !candidates.some(grants) };
  }
  const { come, gone } = difference(rows, baseline, at);
  return { candidates: come, unlike: ![...come, ...gone].some(grants) };
}

function fail(wanted: Wanted, found: string, rows: readonly EntitlementRow[], reason: Said): Look {
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
    [licenceId(row.licenseArn), row.plan ?? row.dimension, String(row.value)].filter(Boolean).join(' '),
  );
}

function distinct<Value>(rows: readonly EntitlementRow[], of: (row: EntitlementRow) => Value): readonly Value[] {
  return [...new Set(rows.map(of))];
}
