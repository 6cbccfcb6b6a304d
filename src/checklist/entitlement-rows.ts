import { CouldNotTell } from '../errors.ts';
import type { Entitlement, EntitlementRow } from './model.ts';
import { quantityOf, sameGrant } from './quantity.ts';
import { utcMinute } from './utc-minute.ts';

/** The part of a licence's ARN that is written the same everywhere: APIs and EventBridge differ in the rest. */
export function licenceId(licenseArn: string | null): string | null {
  return licenseArn === null ? null : (/(?:^|[:/])(l-[0-9a-z]+)$/i.exec(licenseArn)?.[1]?.toLowerCase() ?? licenseArn);
}

/** Whether anything is granted: a dimension that was not chosen may be listed with quantity 0. */
export function grants({ value }: Entitlement): boolean {
  return quantityOf(value) !== 0;
}

/**
 * What the buyer is entitled to at this moment: what AWS names, with the dimension's name and whether it holds. `at` is AWS's
 * time of the answer; without one, an end that AWS names can't be judged: `CouldNotTell`. Rows are never merged.
 */
export function toRows(
  entitlements: readonly Entitlement[],
  dimensions: readonly { readonly key: string; readonly name: string }[],
  at: Date | null,
): readonly EntitlementRow[] {
  return entitlements.map((entitlement) => ({
    ...entitlement,
    plan: dimensions.find(({ key }) => key === entitlement.dimension)?.name ?? null,
    active: !isPast(entitlement, at),
  }));
}

/** Under a licence that granted nothing at the baseline: there was none, or it had expired and is another contract's now. */
export function newRows(
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
): readonly EntitlementRow[] {
  const held = baseline.filter((row) => row.active && grants(row));
  const known = new Set(held.map(({ licenseArn }) => licenceId(licenseArn)));
  return rows.filter(({ licenseArn, active }) => active && !known.has(licenceId(licenseArn)));
}

/**
 * The set of licence, dimension and quantity before and now: what has come and what has gone. An end date alone is a
 * renewal, and a row that went because its time was up was not changed by anybody.
 */
export function difference(rows: readonly EntitlementRow[], baseline: readonly EntitlementRow[], at: Date | null) {
  const now = rows.filter(({ active }) => active);
  return {
    come: now.filter((row) => !baseline.some((before) => isSame(row, before))),
    gone: baseline.filter((row) => row.active && !now.some((after) => isSame(row, after)) && !isPast(row, at)),
  };
}

/** What AWS does not name, a licence or a value, is not known to differ; quantities may come in other forms. */
function isSame(one: Entitlement, other: Entitlement): boolean {
  const [licence, otherLicence] = [licenceId(one.licenseArn), licenceId(other.licenseArn)];
  return (
    one.dimension === other.dimension &&
    (licence === null || otherLicence === null || licence === otherLicence) &&
    sameGrant(one.value, other.value)
  );
}

function isPast({ expirationDate }: Entitlement, at: Date | null): boolean {
  if (expirationDate === null) return false;
  if (at !== null) return Date.parse(expirationDate) <= at.getTime();
  throw new CouldNotTell(
    'no-aws-time',
    `AWS's answer to GetEntitlements has no Date header, so it is not known whether what ends ${utcMinute(expirationDate)} has expired.`,
    'A proxy or an emulator leaves it out. Ask AWS without it.',
  );
}
