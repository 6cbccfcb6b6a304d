import { difference, licenceId } from '../checklist/entitlement-rows.ts';
import type { EntitlementRow } from '../checklist/model.ts';

/** What AWS grants under one licence, as the SaaS must show it. */
export interface ComparedContract {
  /** `l-…`; null where AWS names none. */
  readonly licence: string | null;
  /** One of these must be what the SaaS shows: what has come since the baseline, where something has. */
  readonly rows: readonly EntitlementRow[];
  /** The rest under this licence: to see it says nothing of what has come. */
  readonly beside: readonly EntitlementRow[];
}

/** The licences that were bought or changed since the baseline; all of them where none was, or there is no baseline. */
export function comparedContracts(
  granted: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[] | null,
  now: Date,
): readonly ComparedContract[] {
  const { come, gone } = baseline === null ? { come: [], gone: [] } : difference(granted, baseline, now);
  const touched = new Set([...come, ...gone].map(licenceOf));
  const licences = [...new Set(granted.map(licenceOf))];
  const some = licences.filter((licence) => touched.has(licence));
  return (some.length > 0 ? some : licences).map((licence) => {
    const all = granted.filter((row) => licenceOf(row) === licence);
    const changed = all.filter((row) => come.includes(row));
    const rows = chosen(changed.length > 0 ? changed : all);
    return { licence, rows, beside: all.filter((row) => !rows.includes(row) && row.value !== 0) };
  });
}

/** A dimension that was not chosen may be listed with quantity 0. */
function chosen(rows: readonly EntitlementRow[]): readonly EntitlementRow[] {
  const some = rows.filter(({ value }) => value !== 0);
  return some.length > 0 ? some : rows;
}

function licenceOf({ licenseArn }: EntitlementRow): string | null {
  return licenceId(licenseArn);
}
