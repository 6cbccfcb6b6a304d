import { CouldNotTell } from '../errors.ts';
import type { Agreement, Entitlement, EntitlementRow } from './model.ts';
import { utcMinute } from './reasons.ts';

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
    since: inactive.map((agreement) =>
      agreement.startsLater ? (agreement.startsAt ?? null) : agreementEndedAt(agreement),
    ),
  };
}

/** When an agreement that is not active ended; null where AWS does not say. */
export function agreementEndedAt({ status, endsAt, updatedAt }: Agreement): string | null {
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

/** A quantity as AWS or a SaaS gives it: `10`, `"1,200"`, `"10 seats"`, `true`. */
export type Quantity = number | string | boolean;

/** `unreadable`: neither yes nor no would be sure. */
export type Sameness = 'same' | 'different' | 'unreadable';

/**
 * Whether a value of AWS and one shown elsewhere are the same quantity. AWS grants an IntegerValue, a DoubleValue, a BooleanValue
 * (`true` is 1) or a StringValue; null where it names none. A number below 0, or one too large to be exact, is none.
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
  // "Yes" says that there is some, and not how much.
  return shown === true || (typeof shown === 'string' && words.get(folded(shown)) === 1) ? 'unreadable' : 'different';
}

/** Whether AWS grants the same twice. A value that it does not name is not known to differ. */
export function sameGrant(one: Quantity | null, other: Quantity | null): boolean {
  return one === null || other === null || Object.is(one, other) || sameQuantity(one, other) === 'same';
}

/** The number that a value stands for; null where it cannot be told. */
export function quantityOf(value: Quantity | null): number | null {
  return value === null ? null : (read(value)?.value ?? null);
}

interface Reading {
  readonly value: number;
  /** What it would be where a comma divides decimals. */
  readonly otherwise?: number;
}

function read(given: Quantity): Reading | null {
  if (typeof given === 'boolean') return { value: Number(given) };
  if (typeof given === 'number') return Math.abs(given) <= Number.MAX_SAFE_INTEGER ? { value: given } : null;
  // Folded, "10²" would be 102.
  if (given.length > maxLength || /\p{No}/u.test(given)) return null;
  const text = folded(given);
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  const [, label, sign, digits = '', unit] = quantityForm.exec(text.replace(/(?<=\d)[’_](?=\d)/g, "'")) ?? [];
  if ((label !== undefined && !labels.test(label)) || (unit !== undefined && !nouns.test(unit))) return null;
  const number = readNumber(digits);
  return number !== null && sign === '-' ? { value: -number.value } : number;
}

/** `1.200` is a thousand and more, or one and a fraction: null, as for everything else that cannot be told. */
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

/** Whether no other number of so many digits is the same double. */
function isExact(decimal: string): boolean {
  const [whole = '', fraction = ''] = decimal.split('.').map((part, i) => part.replace(i === 0 ? /^0+/ : /0+$/, ''));
  return fraction === '' ? Number.isSafeInteger(Number(whole)) : whole.length + fraction.length <= 15;
}

/** Which numbers there are, what divides their groups of digits, and what their decimals. */
const numberForms = [
  [/^\d+(?:\.\d+)?$/, ' ', '.'],
  [/^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?$/, ' ', ','],
  [/^[1-9]\d{0,2}(?:'\d{3})+(?:[.,]\d+)?$/, "'", ','],
  [/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/, '.', ','],
  [/^\d+,\d+$/, ' ', ','],
] as const;

/** `10 seats`, `10席`, `Seats: 1,200`: one number, a label before it or a unit behind it. */
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
 * What is counted, and nothing else: any other word may make another number of the number ("10 mil"), count what is used or
 * left ("10 remaining"), or measure something else ("10 user-hours").
 */
const noun =
  '(?:(?:user )?(?:seat|licen[cs]e|account)|user|unit|member|person|host|node|device|endpoint|server|employee|developer)(?:s|\\(s\\))?|people|[席人名個件]|名様|ユーザー?|ライセンス|シート|アカウント|メンバー|ユニット';
const nouns = new RegExp(`^(?:${noun}|(?:active|named|paid|team) users?)$`);
const labels = new RegExp(`^(?:(?:total )?(?:number of )?(?:${noun})|(?:${noun})数|quantity|qty|数量)$`);

/** No quantity is longer. */
const maxLength = 200;

function sameText(one: string, other: string): boolean {
  return one === other || (Math.max(one.length, other.length) <= maxLength && folded(one) === folded(other));
}

/** Full-width letters and digits are their narrow ones, every space is a space, and the case of letters does not count. */
function folded(text: string): string {
  return text.slice(0, maxLength).normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
