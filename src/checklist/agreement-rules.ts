import { grants, licenceId } from './entitlement-rows.ts';
import type { Agreement, EntitlementRow } from './model.ts';
import { quantityOf } from './quantity.ts';
import { utcMinute } from './utc-minute.ts';

/** The kind of term that grants a dimension without a limit: it is known what was bought, and not how much. */
export const withoutMaxQuantity = 'grants without a maxQuantity';

/** Those that hold now: one that starts later grants nothing yet. */
export function activeAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  return acceptedAgreements(agreements).filter(({ startsLater }) => !startsLater);
}

/** Those that hold, now or from their start on: each is in the way of another purchase. */
export function acceptedAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  return agreements.filter(({ status }) => status === 'ACTIVE');
}

/** What became of the agreements that do not hold, the newest first: lists of the same length. */
export interface Inactive {
  readonly agreements: readonly string[];
  /** ACTIVE is one that starts later. */
  readonly statuses: readonly string[];
  /** When that one starts, and the others ended, RFC 3339; null where AWS does not say. */
  readonly since: readonly (string | null)[];
}

export function inactiveAgreements(agreements: readonly Agreement[]): Inactive {
  const active = new Set(activeAgreements(agreements));
  const inactive = agreements.filter((agreement) => !active.has(agreement));
  return {
    agreements: inactive.map(({ id }) => id),
    statuses: inactive.map(({ status }) => status),
    since: inactive.map((agreement) => (agreement.startsLater ? (agreement.startsAt ?? null) : endedAt(agreement))),
  };
}

/** When an agreement that is not active ended; null where AWS does not say. */
export function endedAt({ status, endsAt, updatedAt }: Agreement): string | null {
  return status === 'EXPIRED' ? endsAt : (updatedAt ?? endsAt);
}

/** The newest three, in sentences; empty where there are none. */
export function inactiveWords({ agreements, statuses, since }: Inactive): string {
  return agreements
    .slice(0, 3)
    .map((id, nth) => {
      const when = since[nth] ?? null;
      if (statuses[nth] === 'ACTIVE')
        return `Agreement ${id} starts ${when === null ? 'later' : utcMinute(when)}, and AWS grants nothing before.`;
      return `Agreement ${id} is ${statuses[nth]}${when === null ? '' : ` since ${utcMinute(when)}`}.`;
    })
    .join(' ');
}

/** Active now, and not so when the run first looked. */
export function newAgreements(agreements: readonly Agreement[], baseline: readonly Agreement[]): readonly Agreement[] {
  const known = new Set(acceptedAgreements(baseline).map(({ id }) => id));
  return activeAgreements(agreements).filter(({ id }) => !known.has(id));
}

/**
 * Active agreements whose accepted selection differs from what their chain had in the baseline. A renewal makes a new
 * agreement, or moves lastUpdateTime, with the same selection: that is no change.
 */
export function changedAgreements(
  agreements: readonly Agreement[],
  baseline: readonly Agreement[],
): readonly Agreement[] {
  const before = new Map(acceptedAgreements(baseline).map((agreement) => [chainOf(agreement), selectionOf(agreement)]));
  return activeAgreements(agreements).filter((agreement) => before.get(chainOf(agreement)) !== selectionOf(agreement));
}

/** Whether it is known of every active agreement what was bought: else nobody can tell what has changed in it. */
export function termsKnown(agreements: readonly Agreement[]): boolean {
  return activeAgreements(agreements).every(
    ({ dimensions, notCompared = [] }) => dimensions !== null && notCompared.length === 0,
  );
}

/**
 * The first of `compared` whose accepted terms are not what AWS grants, in words; null where all of them are granted.
 * `active` are all agreements that grant something now: none of them can have the entitlement of another one.
 */
export function termsDiffer(
  compared: readonly Agreement[],
  active: readonly Agreement[],
  rows: readonly EntitlementRow[],
): TermsDifference | null {
  const now = rows.filter((row) => row.active);
  const known = new Set(active.flatMap(licencesOf));
  // Where the licence is not known, of a row or of an agreement, the terms must be among what nobody else has.
  const nameless = now.filter(({ licenseArn }) => licenseArn === null);
  const free = now.filter(({ licenseArn }) => licenseArn !== null && !known.has(licenceId(licenseArn)));
  for (const agreement of [...active.filter((each) => !compared.includes(each)), ...compared]) {
    const unlimited = agreement.unlimited ?? [];
    if (agreement.dimensions === null || agreement.dimensions.length + unlimited.length === 0) continue;
    const licences = licencesOf(agreement);
    const own = now.filter(({ licenseArn }) => licenseArn !== null && licences.includes(licenceId(licenseArn)));
    const terms = agreement.dimensions
      .filter(({ key, quantity }) => quantity !== 0 && !unlimited.includes(key))
      .map(({ key, quantity }) => `${key} ${quantity}`);
    const endless = unlimited.map((key) => `${key} (no limit)`);
    const pools = own.length > 0 ? [own] : licences.length > 0 ? [nameless] : [nameless, free];
    const granted = grantWords(pools.flat());
    const counted = grantWords(own.filter(({ dimension }) => !unlimited.includes(dimension)));
    const isGranted = (key: string) => own.some((row) => row.dimension === key && grants(row));
    const agree =
      own.length > 0
        ? terms.sort().join() === counted.join() && unlimited.every(isGranted)
        : terms.every((term) => take((row) => grantWords([row])[0] === term, pools)) &&
          unlimited.every((key) => take((row) => row.dimension === key && grants(row), pools));
    if (agree || !compared.includes(agreement)) continue;
    if (own.length === 0 && granted.length === 0 && licences.length > 0)
      return {
        agreement: agreement.id,
        granted: false,
        expected: licences.join(', '),
        actual: rows.map(({ licenseArn }) => licenceId(licenseArn) ?? '-').join(', '),
      };
    const expected = [...terms, ...endless].sort().join(', ');
    return { agreement: agreement.id, granted: granted.length > 0, expected, actual: granted.join(', ') || 'nothing' };
  }
  return null;
}

export interface TermsDifference {
  /** Its id. */
  readonly agreement: string;
  /** Whether AWS grants anything that may be the agreement's. */
  readonly granted: boolean;
  readonly expected: string;
  readonly actual: string;
}

function licencesOf({ licenseArns }: Agreement): readonly (string | null)[] {
  return licenseArns.map(licenceId);
}

/** A dimension that was not chosen may be listed with quantity 0, or not at all. */
function grantWords(rows: readonly EntitlementRow[]): readonly string[] {
  return rows
    .filter(grants)
    .map(({ dimension, value }) => `${dimension} ${quantityOf(value) ?? value}`)
    .sort();
}

/** Takes the row that grants this out of the pool that has it; false where none has. */
function take(isIt: (row: EntitlementRow) => boolean, pools: readonly EntitlementRow[][]): boolean {
  for (const pool of pools) {
    const at = pool.findIndex(isIt);
    if (at < 0) continue;
    pool.splice(at, 1);
    return true;
  }
  return false;
}

function chainOf({ id, initialAgreementId }: Agreement): string {
  return initialAgreementId ?? id;
}

function selectionOf({ dimensions }: Agreement): string {
  return (dimensions ?? [])
    .map(({ key, quantity }) => `${key} ${quantity}`)
    .sort()
    .join();
}
