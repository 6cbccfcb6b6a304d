import { difference, grants, licenceId, newRows } from '../checklist/entitlement-rows.ts';
import type { EntitlementRow, Facts } from '../checklist/model.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
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

const passWords = {
  active: 'The buyer has an active entitlement.',
  new: 'The buyer has an entitlement under a new licence.',
  changed: 'What the buyer is entitled to has changed since the baseline.',
} as const;

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
      ? fail(
          wanted,
          'expired',
          [],
          `Everything that AWS names for buyer ${buyer} has expired; the last of it ended ${utcMinute(ended)}.`,
        )
      : fail(wanted, 'no entitlement', [], `AWS names no entitlement of buyer ${buyer} for this product.`);
  }
  const { candidates, unlike } = candidatesFor(wanted, active, rows, baseline, at);
  if (unlike) {
    const reason =
      wanted.is === 'new'
        ? `There is no entitlement under a new licence: what buyer ${buyer} has is unchanged since the baseline (${contracts(active)}).`
        : `The entitlements of buyer ${buyer} are unchanged since the baseline (${contracts(active)}); an end date alone is a renewal.`;
    return fail(wanted, 'unchanged', active, reason);
  }
  const { dimension, quantity } = wanted;
  const ofDimension = (row: EntitlementRow) => dimension === undefined || row.dimension === dimension;
  const asWanted = (row: EntitlementRow) => ofDimension(row) && (quantity === undefined || row.value === quantity);
  if (candidates.some(asWanted) || (dimension === undefined && quantity === undefined)) {
    return { status: 'pass', reason: passWords[wanted.is] };
  }
  const seen = candidates.length > 0 ? candidates : active;
  const near = seen.filter(ofDimension);
  if (near.length === 0) {
    const names = listed(seen, (row) => row.dimension);
    return fail(wanted, wantedWords[wanted.is], seen, `dimension: expected ${dimension}, AWS names ${names}.`);
  }
  const values = listed(near, ({ value }) => String(value));
  const reason =
    quantity === undefined
      ? `dimension: expected ${dimension} to be changed, it is unchanged (${values}).`
      : `quantity: expected ${quantity}, AWS names ${values}.`;
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

function fail(wanted: Wanted, found: string, rows: readonly EntitlementRow[], reason: string): Look {
  const { dimension, quantity } = wanted;
  const expected: Facts = {
    entitlement: wantedWords[wanted.is],
    ...(dimension === undefined ? {} : { dimension }),
    ...(quantity === undefined ? {} : { quantity }),
  };
  const actual: Facts = {
    entitlement: found,
    ...(dimension === undefined ? {} : { dimension: listed(rows, (row) => row.dimension) || null }),
    ...(quantity === undefined ? {} : { quantity: listed(rows, ({ value }) => String(value)) || null }),
  };
  return { status: 'fail', reason, expected, actual };
}

function contracts(rows: readonly EntitlementRow[]): string {
  return rows
    .map((row) => `${[licenceId(row.licenseArn), row.plan ?? row.dimension].filter(Boolean).join(' ')} ${row.value}`)
    .join(', ');
}

function listed(rows: readonly EntitlementRow[], of: (row: EntitlementRow) => string): string {
  return [...new Set(rows.map(of))].join(', ');
}
