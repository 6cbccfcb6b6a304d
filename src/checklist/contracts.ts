import { CouldNotCheck } from '../errors.ts';
import { type Agreement, type Entitlement, type EntitlementRow, licenseId } from './outputs.ts';
import { utcMinute } from './reasons.ts';

/** A term that grants a dimension without a limit, so the quantity bought is unknown. */
export const withoutMaxQuantity = 'grants without a maxQuantity';

/** Agreements in effect now. One that starts later grants nothing yet. */
export function activeAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  return acceptedAgreements(agreements).filter(({ startsLater }) => !startsLater);
}

/** Agreements in effect now or later. Each prevents another purchase. */
export function acceptedAgreements<Each extends Agreement>(agreements: readonly Each[]): readonly Each[] {
  return agreements.filter(({ status }) => status === 'ACTIVE');
}

/** The agreements that are not in effect, newest first. The lists have the same length. */
export interface Inactive {
  readonly agreements: readonly string[];
  /** Here ACTIVE means that the agreement starts later. */
  readonly statuses: readonly string[];
  /** When the agreement starts or ended, RFC 3339; null if AWS does not say. */
  readonly since: readonly (string | null)[];
}

export function inactiveAgreements(agreements: readonly Agreement[]): Inactive {
  const active = new Set(activeAgreements(agreements));
  const inactive = agreements.filter((agreement) => !active.has(agreement));
  return {
    agreements: inactive.map(({ id }) => id),
    statuses: inactive.map(({ status }) => status),
    since: inactive.map((agreement) =>
      agreement.startsLater ? (agreement.startsAt ?? null) : agreementEndedAt(agreement),
    ),
  };
}

/** When an agreement that is not active ended; null if AWS does not say. */
export function agreementEndedAt({ status, endsAt, updatedAt }: Agreement): string | null {
  return status === 'EXPIRED' ? endsAt : (updatedAt ?? endsAt);
}

/** Sentences about the newest three; empty if there are none. */
export function inactiveSentences({ agreements, statuses, since }: Inactive): string {
  return agreements
    .slice(0, 3)
    .map((id, nth) => {
      const when = since[nth] ?? null;
      if (statuses[nth] === 'ACTIVE')
        return `Agreement ${id} starts ${when === null ? 'later' : utcMinute(when)}, and AWS grants nothing before then.`;
      return `Agreement ${id} is ${statuses[nth]}${when === null ? '' : ` since ${utcMinute(when)}`}.`;
    })
    .join(' ');
}

/** Returns the active agreements that the baseline does not have. */
export function newAgreements(agreements: readonly Agreement[], baseline: readonly Agreement[]): readonly Agreement[] {
  const known = new Set(acceptedAgreements(baseline).map(({ id }) => id));
  return activeAgreements(agreements).filter(({ id }) => !known.has(id));
}

/**
 * Returns the active agreements whose dimensions or quantities differ from those of the same chain in the baseline. A
 * renewal is not a change: it makes a new agreement, or a new lastUpdateTime, with the same dimensions and quantities.
 */
export function changedAgreements(
  agreements: readonly Agreement[],
  baseline: readonly Agreement[],
): readonly Agreement[] {
  const before = new Map(acceptedAgreements(baseline).map((agreement) => [chainOf(agreement), selectionOf(agreement)]));
  return activeAgreements(agreements).filter((agreement) => before.get(chainOf(agreement)) !== selectionOf(agreement));
}

/** Whether the terms of all active agreements are known. Without them, a change cannot be seen. */
export function areTermsKnown(agreements: readonly Agreement[]): boolean {
  return activeAgreements(agreements).every(
    ({ dimensions, notCompared = [] }) => dimensions !== null && notCompared.length === 0,
  );
}

/**
 * Finds the first agreement of `compared` whose accepted terms differ from what AWS grants, or null. `active` lists all
 * agreements that grant something now, because each entitlement belongs to only one of them.
 */
export function findTermsDifference(
  compared: readonly Agreement[],
  active: readonly Agreement[],
  rows: readonly EntitlementRow[],
): TermsDifference | null {
  const now = rows.filter((row) => row.active);
  const known = new Set(active.flatMap(licensesOf));
  // If a row or an agreement has no license, match it by its terms, against rows that no other agreement has taken.
  const unlicensed = now.filter(({ licenseArn }) => licenseArn === null);
  const unclaimed = now.filter(({ licenseArn }) => licenseArn !== null && !known.has(licenseId(licenseArn)));
  for (const agreement of [...active.filter((each) => !compared.includes(each)), ...compared]) {
    const unlimited = agreement.unlimited ?? [];
    if (agreement.dimensions === null || agreement.dimensions.length + unlimited.length === 0) continue;
    const licences = licensesOf(agreement);
    const granting = now.filter(({ licenseArn }) => licenseArn !== null && licences.includes(licenseId(licenseArn)));
    const terms = agreement.dimensions
      .filter(({ key, quantity }) => quantity !== 0 && !unlimited.includes(key))
      .map(({ key, quantity }) => `${key} ${quantity}`);
    const withoutLimit = unlimited.map((key) => `${key} (no limit)`);
    const pools = granting.length > 0 ? [granting] : licences.length > 0 ? [unlicensed] : [unlicensed, unclaimed];
    const granted = grantWords(pools.flat());
    const counted = grantWords(granting.filter(({ dimension }) => !unlimited.includes(dimension)));
    const isGranted = (key: string) => granting.some((row) => row.dimension === key && grantsAnything(row));
    const agree =
      granting.length > 0
        ? terms.sort().join() === counted.join() && unlimited.every(isGranted)
        : terms.every((term) => takeRow((row) => grantWords([row])[0] === term, pools)) &&
          unlimited.every((key) => takeRow((row) => row.dimension === key && grantsAnything(row), pools));
    if (agree || !compared.includes(agreement)) continue;
    if (granting.length === 0 && granted.length === 0 && licences.length > 0)
      return {
        agreement: agreement.id,
        granted: false,
        expected: licences.join(', '),
        actual: rows.map(({ licenseArn }) => licenseId(licenseArn) ?? '-').join(', '),
      };
    const expected = [...terms, ...withoutLimit].sort().join(', ');
    return { agreement: agreement.id, granted: granted.length > 0, expected, actual: granted.join(', ') || 'nothing' };
  }
  return null;
}

export interface TermsDifference {
  /** The agreement's id. */
  readonly agreement: string;
  /** Whether AWS grants anything that may belong to the agreement. */
  readonly granted: boolean;
  readonly expected: string;
  readonly actual: string;
}

function licensesOf({ licenseArns }: Agreement): readonly (string | null)[] {
  return licenseArns.map(licenseId);
}

/** AWS may list a dimension that was not chosen with quantity 0, or omit it. */
function grantWords(rows: readonly EntitlementRow[]): readonly string[] {
  return rows
    .filter(grantsAnything)
    .map(({ dimension, value }) => `${dimension} ${quantityOf(value) ?? value}`)
    .sort();
}

/** Removes the first matching row from the pools. Returns false if there is none. */
function takeRow(matches: (row: EntitlementRow) => boolean, pools: readonly EntitlementRow[][]): boolean {
  for (const pool of pools) {
    const at = pool.findIndex(matches);
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

/** Whether the entitlement grants anything. AWS may list a dimension that was not chosen with quantity 0. */
export function grantsAnything({ value }: Entitlement): boolean {
  return quantityOf(value) !== 0;
}

/**
 * Adds to each entitlement the dimension's name and whether it is active. `at` is AWS's time of the response; without
 * it an end date cannot be judged, and the function throws `CouldNotCheck`. Rows are never merged.
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

/** Returns the active rows under a license that is new, or that granted nothing in the baseline. */
export function newRows(
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
): readonly EntitlementRow[] {
  const held = baseline.filter((row) => row.active && grantsAnything(row));
  const known = new Set(held.map(({ licenseArn }) => licenseId(licenseArn)));
  return rows.filter(({ licenseArn, active }) => active && !known.has(licenseId(licenseArn)));
}

/**
 * Returns what was added to and removed from the set of license, dimension and quantity. A new end date alone is a
 * renewal, and an expired row is not a change.
 */
export function entitlementChanges(
  rows: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
  at: Date | null,
) {
  const now = rows.filter(({ active }) => active);
  return {
    added: now.filter((row) => !baseline.some((before) => isSame(row, before))),
    removed: baseline.filter((row) => row.active && !now.some((after) => isSame(row, after)) && !isPast(row, at)),
  };
}

/** A license or value that AWS omits counts as equal. Quantities may have different forms. */
function isSame(one: Entitlement, other: Entitlement): boolean {
  const [licence, otherLicence] = [licenseId(one.licenseArn), licenseId(other.licenseArn)];
  return (
    one.dimension === other.dimension &&
    (licence === null || otherLicence === null || licence === otherLicence) &&
    sameGrant(one.value, other.value)
  );
}

function isPast({ expirationDate }: Entitlement, at: Date | null): boolean {
  if (expirationDate === null) return false;
  if (at !== null) return Date.parse(expirationDate) <= at.getTime();
  throw new CouldNotCheck(
    'no-aws-time',
    `The response to GetEntitlements has no Date header, so mp-verify cannot tell whether the entitlement that ends ${utcMinute(expirationDate)} has expired.`,
    'A proxy or an emulator may remove it. Connect to AWS directly.',
  );
}

/** A quantity as AWS or a SaaS gives it: `10`, `"1,200"`, `"10 seats"`, `true`. */
export type Quantity = number | string | boolean;

/** `unreadable` means that the values cannot be compared reliably. */
export type Sameness = 'same' | 'different' | 'unreadable';

/**
 * Compares a quantity that AWS grants with one shown elsewhere. AWS returns an IntegerValue, a DoubleValue, a
 * BooleanValue (`true` is 1) or a StringValue; null means none. Negative numbers, and numbers too large to be exact,
 * are unreadable.
 */
export function sameQuantity(granted: Quantity | null, shown: Quantity | null): Sameness {
  if (granted === null) return shown === null ? 'same' : 'unreadable';
  const one = read(granted);
  if (one === null ? typeof granted === 'number' : one.value < 0) return 'unreadable';
  if (shown === null) return 'different';
  if (granted === shown || (typeof granted === 'string' && typeof shown === 'string' && sameText(granted, shown)))
    return 'same';
  const other = read(shown);
  if (one === null || other === null) return 'unreadable';
  if (one.value === other.value) return 'same';
  if (one.value === other.otherwise || one.otherwise === other.value) return 'unreadable';
  // "Yes" does not say how many.
  return shown === true || (typeof shown === 'string' && words.get(normalized(shown)) === 1)
    ? 'unreadable'
    : 'different';
}

/** Whether two values from AWS are the same. A value that AWS omits counts as equal. */
export function sameGrant(one: Quantity | null, other: Quantity | null): boolean {
  return one === null || other === null || Object.is(one, other) || sameQuantity(one, other) === 'same';
}

/** Returns the number of a value; null if it cannot be read reliably. */
export function quantityOf(value: Quantity | null): number | null {
  return value === null ? null : (read(value)?.value ?? null);
}

interface Reading {
  readonly value: number;
  /** The value if the comma is a decimal point. */
  readonly otherwise?: number;
}

function read(given: Quantity): Reading | null {
  if (typeof given === 'boolean') return { value: Number(given) };
  if (typeof given === 'number') return Math.abs(given) <= Number.MAX_SAFE_INTEGER ? { value: given } : null;
  // Normalizing would turn "10²" into 102.
  if (given.length > maxLength || /\p{No}/u.test(given)) return null;
  const text = normalized(given);
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  const [, label, sign, digits = '', unit] = quantityForm.exec(text.replace(/(?<=\d)[’_](?=\d)/g, "'")) ?? [];
  if ((label !== undefined && !labels.test(label)) || (unit !== undefined && !nouns.test(unit))) return null;
  const number = readNumber(digits);
  return number !== null && sign === '-' ? { value: -number.value } : number;
}

/** Reads a number. Null for `1.200`, which may be 1200 or 1.2, and for other ambiguous text. */
function readNumber(digits: string): Reading | null {
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return null;
  if (/^[1-9]\d{0,2},\d{3}$/.test(digits))
    return { value: Number(digits.replace(',', '')), otherwise: Number(digits.replace(',', '.')) };
  for (const [form, group, point] of numberForms) {
    const decimal = form.test(digits) ? digits.replaceAll(group, '').replace(point, '.') : null;
    if (decimal !== null) return isExact(decimal) ? { value: Number(decimal) } : null;
  }
  return null;
}

/** Whether a double holds every digit. */
function isExact(decimal: string): boolean {
  const [whole = '', fraction = ''] = decimal.split('.').map((part, i) => part.replace(i === 0 ? /^0+/ : /0+$/, ''));
  return fraction === '' ? Number.isSafeInteger(Number(whole)) : whole.length + fraction.length <= 15;
}

/** Number formats, with their digit group separator and decimal point. */
const numberForms = [
  [/^\d+(?:\.\d+)?$/, ' ', '.'],
  [/^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?$/, ' ', ','],
  [/^[1-9]\d{0,2}(?:'\d{3})+(?:[.,]\d+)?$/, "'", ','],
  [/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/, '.', ','],
  [/^\d+,\d+$/, ' ', ','],
] as const;

/** `10 seats`, `10席`, `Seats: 1,200`: one number with an optional label before it and unit after it. */
const quantityForm =
  /^(?:(\p{L}[\p{L} ()]{0,30}?) ?[:=] ?)?(-?)(\d(?:[\d., ']{0,30}\d)?)(?: ?(\p{L}[\p{L}() ]{0,30}))?$/u;

const words: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['yes', 1],
  ['enabled', 1],
  ['included', 1],
  ['false', 0],
  ['no', 0],
  ['disabled', 0],
  ['not included', 0],
]);

/**
 * Only words for what is counted. Another word may change the number ("10 mil"), count what is used or left ("10
 * remaining"), or measure something else ("10 user-hours").
 */
const noun =
  '(?:(?:user )?(?:seat|licen[cs]e|account)|user|unit|member|person|host|node|device|endpoint|server|employee|developer)(?:s|\\(s\\))?|people|[席人名個件]|名様|ユーザー?|ライセンス|シート|アカウント|メンバー|ユニット';
const nouns = new RegExp(`^(?:${noun}|(?:active|named|paid|team) users?)$`);
const labels = new RegExp(`^(?:(?:total )?(?:number of )?(?:${noun})|(?:${noun})数|quantity|qty|数量)$`);

/** In characters. No real quantity is longer. */
const maxLength = 200;

function sameText(one: string, other: string): boolean {
  return one === other || (Math.max(one.length, other.length) <= maxLength && normalized(one) === normalized(other));
}

/** Returns the text with narrow letters and digits, single spaces and lower case. */
function normalized(text: string): string {
  return text.slice(0, maxLength).normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
