import { licenceId } from './entitlement-rows.ts';
import type { Agreement, EntitlementRow } from './model.ts';
import { quantityOf } from './quantity.ts';
import { utcMinute } from './utc-minute.ts';

/** Those that hold now: one that starts later grants nothing yet. */
export function activeAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  return acceptedAgreements(agreements).filter(({ startsLater }) => !startsLater);
}

/** Those that hold, now or from their start on: each is in the way of another purchase. */
export function acceptedAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  return agreements.filter(({ status }) => status === 'ACTIVE');
}

/** What became of the agreements that do not hold, the newest three, in sentences; empty where there are none. */
export function inactiveWords(agreements: readonly Agreement[]): string {
  const active = new Set(activeAgreements(agreements));
  return agreements
    .filter((agreement) => !active.has(agreement))
    .slice(0, 3)
    .map(({ id, status, startsAt, startsLater, endsAt, updatedAt }) => {
      if (startsLater) return `Agreement ${id} starts ${utcMinute(startsAt ?? '')}, and AWS grants nothing before.`;
      const ended = status === 'EXPIRED' ? endsAt : (updatedAt ?? endsAt);
      return `Agreement ${id} is ${status}${ended === null ? '' : ` since ${utcMinute(ended)}`}.`;
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

/** Where an agreement's accepted terms and the entitlements under its licence differ, in words; null where they agree. */
export function termsDiffer(agreement: Agreement, rows: readonly EntitlementRow[]): TermsDifference | null {
  const licences = agreement.licenseArns.map(licenceId);
  const active = rows.filter((row) => row.active);
  const granted =
    licences.length === 0 ? active : active.filter(({ licenseArn }) => licences.includes(licenceId(licenseArn)));
  if (granted.length === 0) {
    return { expected: licences.join(', '), actual: rows.map((row) => licenceId(row.licenseArn) ?? '-').join(', ') };
  }
  // A dimension that was not chosen may be listed with quantity 0, or not at all.
  const terms = (agreement.dimensions ?? [])
    .filter(({ quantity }) => quantity !== 0)
    .map(({ key, quantity }) => `${key} ${quantity}`);
  const grants = granted
    .map(({ dimension, value }) => ({ dimension, quantity: quantityOf(value) ?? value }))
    .filter(({ quantity }) => quantity !== 0)
    .map(({ dimension, quantity }) => `${dimension} ${quantity}`);
  // Where AWS names no licence, other contracts may stand beside: the terms must be among what it grants.
  const agree =
    terms.every((term) => grants.includes(term)) && (licences.length === 0 || terms.length === grants.length);
  return agree ? null : { expected: terms.sort().join(', '), actual: grants.sort().join(', ') };
}

export interface TermsDifference {
  readonly expected: string;
  readonly actual: string;
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
