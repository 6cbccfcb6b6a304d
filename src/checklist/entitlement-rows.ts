import type { Entitlement, EntitlementRow } from './model.ts';
import { quantityOf, sameQuantity } from './quantity.ts';

/** The part of a licence's ARN that is written the same everywhere: APIs and EventBridge differ in the rest. */
export function licenceId(licenseArn: string | null): string | null {
  return licenseArn === null ? null : (/(?:^|[:/])(l-[0-9a-z]+)$/i.exec(licenseArn)?.[1]?.toLowerCase() ?? licenseArn);
}

/** Whether anything is granted: a dimension that was not chosen may be listed with quantity 0. */
export function grants({ value }: Entitlement): boolean {
  return quantityOf(value) !== 0;
}

/** What AWS names, with the dimension's name and whether it holds at `now`. Rows are never merged. */
export function toRows(
  entitlements: readonly Entitlement[],
  dimensions: readonly { readonly key: string; readonly name: string }[],
  now: Date,
): readonly EntitlementRow[] {
  return entitlements.map((entitlement) => ({
    ...entitlement,
    plan: dimensions.find(({ key }) => key === entitlement.dimension)?.name ?? null,
    active: !isPast(entitlement, now),
  }));
}

/** Under a licence that the baseline does not have, whatever state it had there. */
export function newRows(
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
): readonly EntitlementRow[] {
  // Without a licence only what held then can be told from what is new.
  const held = baseline.filter(({ licenseArn, active }) => licenseArn !== null || active);
  const known = new Set(held.map(({ licenseArn }) => licenceId(licenseArn)));
  return rows.filter(({ licenseArn, active }) => active && !known.has(licenceId(licenseArn)));
}

/**
 * The set of licence, dimension and quantity before and now: what has come and what has gone. An end date alone is a
 * renewal, and a row that went because its time was up was not changed by anybody.
 */
export function difference(rows: readonly EntitlementRow[], baseline: readonly EntitlementRow[], now: Date) {
  return {
    come: rows.filter((row) => row.active && !baseline.some((before) => isSame(row, before))),
    gone: baseline.filter((row) => row.active && !isPast(row, now) && !rows.some((after) => isSame(row, after))),
  };
}

/** What AWS does not name, a licence or a value, is not known to differ; quantities may come in other forms. */
function isSame(one: Entitlement, other: Entitlement): boolean {
  const [licence, otherLicence] = [licenceId(one.licenseArn), licenceId(other.licenseArn)];
  return (
    one.dimension === other.dimension &&
    (licence === null || otherLicence === null || licence === otherLicence) &&
    (one.value === null || other.value === null || sameQuantity(one.value, other.value) === 'same')
  );
}

function isPast({ expirationDate }: Entitlement, now: Date): boolean {
  return expirationDate !== null && Date.parse(expirationDate) <= now.getTime();
}
