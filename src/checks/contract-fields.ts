import { type Quantity, quantityOf, sameGrant, sameQuantity } from '../checklist/contracts.ts';
import type { EntitlementRow, SaasContract } from '../checklist/model.ts';
import { type FullReason, type ReasonTable, reasonsOf, utcMinute } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { ContractApi } from '../ports/saas.ts';
import { clip } from './check-kind.ts';

export const fieldReasons = {
  'plan-unknown': ({ plan }: { readonly plan: string }) =>
    `The SaaS shows the plan "${plan}", which is neither the key nor the name of a dimension. Map it to a dimension in mp-verify.yaml (saas.contract-api.plans).`,
  'plan-ambiguous': ({ plan, dimensions }: { readonly plan: string; readonly dimensions: readonly string[] }) =>
    `The SaaS shows the plan "${plan}", which could be any of ${dimensions.join(', ')}. Set saas.contract-api.plan to an expression that distinguishes them, such as the key of the dimension.`,
  'plan-of-no-dimension': ({ plan, dimension }: Readonly<Record<'plan' | 'dimension', string>>) =>
    `mp-verify.yaml (saas.contract-api.plans) maps "${plan}" to ${dimension}, which is not a dimension of the product. Use the key of a dimension.`,
  /** If `plan` is given, AWS does not grant it. */
  'quantity-unreadable': ({
    shown,
    granted,
    plan,
  }: Readonly<Record<'shown' | 'granted', string>> & { plan?: string }) =>
    `${plan === undefined ? `The SaaS returned the quantity "${shown}", which cannot be reliably compared with AWS's ${granted}` : `The SaaS lists the plan "${plan}" with the quantity "${shown}", which may or may not be 0, and AWS grants none of it`}. Set saas.contract-api.quantity to an expression that returns the granted quantity as a plain number such as 1200.`,
  'end-date-unreadable': ({ shown }: { readonly shown: string }) =>
    `The SaaS returned the end date "${shown}", which is ambiguous or not a date. Set saas.contract-api.end-date to an expression that returns a date such as 2026-12-23, or seconds since 1970.`,
} satisfies ReasonTable;

const because = reasonsOf(fieldReasons);

/** A field of a contract that both the SaaS and AWS have. */
export interface ContractField {
  readonly name: string;
  readonly key: 'plan' | 'quantity' | 'endDate';
  /** The setting in mp-verify.yaml that finds it. */
  readonly setting: string;
  /** Null if the SaaS does not show it. */
  shown(contract: ShownContract): string | number | null;
  granted(row: EntitlementRow): string | number | null;
  /** Returns a reason if neither answer is certain. */
  compare(contract: ShownContract, row: EntitlementRow, names: PlanNames): 'same' | 'different' | FullReason;
  /** Whether a SaaS that shows one row would also be right about the other. */
  alike(one: EntitlementRow, other: EntitlementRow): boolean;
}

export const contractFields: readonly ContractField[] = [
  {
    name: 'plan',
    key: 'plan',
    setting: 'saas.contract-api.plan',
    shown: ({ plan }) => (plan === undefined || plan === null ? null : clip(plan)),
    granted: planWords,
    compare({ plan }, row, names) {
      if (plan === undefined || plan === null) return 'different';
      const { dimensions, unknown } = dimensionsNamed(plan, names);
      if (unknown !== null) return because('plan-of-no-dimension', { plan: clip(plan), dimension: unknown });
      // If mp-verify.yaml has a name for what is granted, an unknown name means something else.
      if (dimensions.length === 0)
        return hasOwnName(row.dimension, names) && !dimensionsResembling(plan, names).includes(row.dimension)
          ? 'different'
          : because('plan-unknown', { plan: clip(plan) });
      if (!dimensions.includes(row.dimension)) return 'different';
      return dimensions.length === 1 ? 'same' : because('plan-ambiguous', { plan: clip(plan), dimensions });
    },
    alike: (one, other) => one.dimension === other.dimension,
  },
  {
    name: 'quantity',
    key: 'quantity',
    setting: 'saas.contract-api.quantity',
    shown: ({ quantity = null }) =>
      quantity === null || typeof quantity === 'number' ? quantity : clip(String(quantity)),
    granted: ({ value }) => (typeof value === 'boolean' ? String(value) : value),
    compare({ quantity = null }, { value }) {
      const same = sameQuantity(value, quantity);
      if (same !== 'unreadable') return same;
      return because('quantity-unreadable', { shown: clip(String(quantity)), granted: String(value ?? 'no quantity') });
    },
    alike: (one, other) => sameGrant(one.value, other.value),
  },
  {
    name: 'end date',
    key: 'endDate',
    setting: 'saas.contract-api.end-date',
    shown: ({ endDate = null }) => (endDate === null ? null : clip(String(endDate))),
    granted: ({ expirationDate }) => expirationDate && utcMinute(expirationDate),
    compare({ plan = null, quantity = null, endDate = null }, { expirationDate }) {
      const date = endDate === null ? null : parseEndDate(endDate);
      // An end date alone may also appear where there is no contract.
      const isShown = plan !== null || quantity !== null;
      if (date === null && endDate !== null && isShown && isNoEnd(endDate) && sameEnd(expirationDate, null))
        return 'same';
      if (date === null && endDate !== null) return because('end-date-unreadable', { shown: clip(String(endDate)) });
      return sameEnd(expirationDate, date) ? 'same' : 'different';
    },
    alike: ({ expirationDate: one }, { expirationDate: other }) =>
      sameEnd(one, other === null ? null : { time: Date.parse(other), day: null }),
  },
];

/** Returns the fields for which mp-verify.yaml has an expression. */
export function comparedFields(api: ContractApi): readonly ContractField[] {
  return contractFields.filter(({ key }) => api[key] !== null);
}

/** `Pro (pro_plan)` */
export function planWords({ plan, dimension }: EntitlementRow): string {
  return plan === null || plan === dimension ? dimension : `${plan} (${dimension})`;
}

/**
 * One contract as the SaaS shows it. A field is null if the SaaS does not show it, and absent if no expression is
 * configured.
 */
export interface ShownContract {
  readonly plan?: string | null;
  readonly quantity?: Quantity | null;
  readonly endDate?: string | number | null;
}

/** What was read from the answer of the SaaS. */
export interface ReadContract {
  /** The contracts that have any value; at most one without `items`. */
  readonly shown: readonly ShownContract[];
  /** The number of accounts of this buyer; absent if no expression is configured. */
  readonly accounts?: number | null;
}

type FoundValue = string | number | boolean | null;

/**
 * Reads plan, quantity and end date from the answer. Rejects with `CouldNotCheck` if an expression does not match the
 * answer.
 */
export async function readContract(api: ContractApi, data: unknown): Promise<ReadContract> {
  const { search } = await import('@jmespath-community/jmespath');
  const find = (field: string, expression: string, within: unknown): unknown => {
    try {
      return search(within as Parameters<typeof search>[0], expression) ?? null;
    } catch (error) {
      // The expression may match once the SaaS knows the contract.
      throw misfit(field, expression, `failed: ${(error as Error).message}`, true);
    }
  };
  const value = (field: string, expression: string, within: unknown): FoundValue => {
    const found = find(field, expression, within);
    if (typeof found === 'string') return found.trim() === '' ? null : found;
    if (found === null || typeof found === 'number' || typeof found === 'boolean') return found;
    throw misfit(field, expression, `returned ${Array.isArray(found) ? 'a list' : 'an object'}, not one value.`);
  };
  const read = (within: unknown): ShownContract => {
    const plan = api.plan === null ? undefined : value('plan', api.plan, within);
    const quantity = api.quantity === null ? undefined : value('quantity', api.quantity, within);
    const endDate = api.endDate === null ? undefined : value('end-date', api.endDate, within);
    return {
      ...(plan === undefined ? {} : { plan: plan === null ? null : String(plan).trim() }),
      ...(quantity === undefined ? {} : { quantity }),
      ...(endDate === undefined ? {} : { endDate: typeof endDate === 'boolean' ? String(endDate) : endDate }),
    };
  };
  const list = api.items === null ? [data] : listOf(find('items', api.items, data), api.items);
  const shown = list.map(read).filter((each) => Object.values(each).some((found) => found !== null));
  if (api.items !== null && list.length > 0 && shown.length === 0)
    throw misfit(
      'items',
      api.items,
      `returned ${list.length} items, in which the other expressions find nothing.`,
      true,
    );
  if (api.accounts === null) return { shown };
  return { shown, accounts: countOf(value('accounts', api.accounts, data)) };
}

/** Accepts only a whole number. `true` and "1 account left" are not counts. */
function countOf(found: FoundValue): number | null {
  const count = typeof found === 'string' && /^\d{1,15}$/.test(found.trim()) ? Number(found) : found;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function listOf(found: unknown, expression: string): readonly unknown[] {
  if (found === null) return [];
  if (Array.isArray(found)) return found.filter((item) => item !== null);
  throw misfit('items', expression, 'returned something that is not a list.');
}

/** Returns the contract for the report, with long texts truncated. */
export function asReported({ plan, quantity, endDate }: ShownContract): SaasContract {
  return {
    plan: plan === undefined || plan === null ? null : clip(plan),
    quantity: quantityOf(quantity ?? null),
    endDate: endDate === undefined || endDate === null ? null : clip(String(endDate)),
  };
}

function misfit(field: string, expression: string, what: string, transient = false): CouldNotCheck {
  return new CouldNotCheck(
    'misfit-expression',
    `The expression "${expression}" (saas.contract-api.${field} in mp-verify.yaml) ${what}`,
    field === 'items'
      ? "Set it to an expression that returns a list from the SaaS's response, in which each item is one plan."
      : "Set it to an expression that returns one text or number from the SaaS's response.",
    transient,
    { field, expression },
  );
}

/** How to interpret the plan names of the SaaS. */
export interface PlanNames {
  /** From mp-verify.yaml: the plan names of the SaaS, and the dimensions they mean. */
  readonly plans: Readonly<Record<string, string>>;
  /** The dimensions of the product, and any others that AWS grants. */
  readonly dimensions: readonly { readonly key: string; readonly name: string }[];
}

/**
 * Returns the keys of the dimensions that a plan name may mean. AWS's keys are case-sensitive, but people are not: an
 * exact match takes precedence over one that differs in case, width or spaces. `unknown` is the target in
 * mp-verify.yaml if it is not a dimension of the product.
 */
function dimensionsNamed(
  plan: string,
  { plans, dimensions }: PlanNames,
): { readonly dimensions: readonly string[]; readonly unknown: string | null } {
  const mapped = Object.entries(plans);
  for (const same of [exactly, loosely]) {
    const targets = mapped.filter(([name]) => same(name, plan)).map(([, target]) => target);
    if (targets.length > 0) {
      const keys = targets.map((target) => keysOf(target, dimensions));
      const unknown = targets.find((_, i) => keys[i]?.length === 0) ?? null;
      return { dimensions: [...new Set(keys.flat())], unknown };
    }
    const keys = dimensions.filter(({ key, name }) => same(key, plan) || same(name, plan)).map(({ key }) => key);
    if (keys.length > 0) return { dimensions: [...new Set(keys)], unknown: null };
  }
  return { dimensions: [], unknown: null };
}

/** Whether mp-verify.yaml has a name for this dimension. */
function hasOwnName(dimension: string, { plans, dimensions }: PlanNames): boolean {
  return Object.values(plans).some((target) => keysOf(target, dimensions).includes(dimension));
}

/**
 * Returns the dimensions whose name starts this unknown plan name, ignoring separators: `Acme-Pro`, `Acme Pro
 * (annual)`. Only the longest names count.
 */
function dimensionsResembling(plan: string, { plans, dimensions }: PlanNames): readonly string[] {
  const text = lettersOf(plan);
  const known = [
    ...Object.entries(plans).map(([name, target]) => ({ name: lettersOf(name), keys: keysOf(target, dimensions) })),
    ...dimensions.flatMap(({ key, name }) => [key, name].map((each) => ({ name: lettersOf(each), keys: [key] }))),
  ].filter(({ name }) => name !== '' && text.startsWith(name));
  const longest = Math.max(...known.map(({ name }) => name.length));
  return known.filter(({ name }) => name.length === longest).flatMap(({ keys }) => keys);
}

function keysOf(target: string, dimensions: PlanNames['dimensions']): readonly string[] {
  const keys = dimensions.filter(({ key }) => key === target);
  return (keys.length > 0 ? keys : dimensions.filter(({ name }) => name === target)).map(({ key }) => key);
}

function exactly(one: string, other: string): boolean {
  return one === other;
}

function loosely(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function lettersOf(text: string): string {
  return folded(text).replace(/[-_ /]/g, '');
}

function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}

const dayMs = 86_400_000;

/** A moment, or a whole day. Times are in ms since 1970. */
interface EndDate {
  /** For a day, its start in UTC. */
  readonly time: number;
  /** The start of the day in UTC, if the text names only a day, or midnight in some time zone; otherwise null. */
  readonly day: number | null;
}

/**
 * Parses an unambiguous date: `2026-12-23`, `Dec 23, 2026`, `23 Dec 2026`, `2026年12月23日`, `12/23/2026` (but not
 * `12/11/2026`), optionally with a time in the formats of ISO 8601, RFC 2822 and JavaScript (UTC if there is no time
 * zone), or seconds or milliseconds since 1970. Null for anything else. Date.parse would even make a date of `10`.
 */
export function parseEndDate(value: string | number): EndDate | null {
  const text = folded(String(value).slice(0, 100));
  if (/^\d{9,15}(\.\d+)?$/.test(text)) {
    const count = Number(text);
    const unit = epochForms.find(([from, to]) => count >= from && count < to)?.[2];
    if (unit !== undefined) return { time: count * unit, day: null };
  }
  for (const form of forms) {
    const parts = form.exec(text)?.groups;
    if (parts) return momentOf(parts);
  }
  return null;
}

/**
 * Whether both end dates are the same. A difference of up to one day is due to time zones, and a date without a time
 * means the whole day. AWS writes "no end" as the year 9999.
 */
export function sameEnd(ofAws: string | null, ofSaas: EndDate | null): boolean {
  const time = ofAws === null ? Number.POSITIVE_INFINITY : Date.parse(ofAws);
  const other = ofSaas === null ? Number.POSITIVE_INFINITY : ofSaas.time;
  if (time >= forever || other >= forever) return time >= forever && other >= forever;
  if (Math.abs(time - other) <= dayMs) return true;
  const day = ofSaas?.day ?? null;
  return day !== null && Math.abs(Math.floor(time / dayMs) - Math.floor(day / dayMs)) <= 1;
}

/** Whether the text means "no end date": `Never`, `N/A`, `-`. */
export function isNoEnd(value: string | number): boolean {
  const text = folded(String(value).slice(0, 100));
  return noEnd.test(text);
}

const noEnd =
  /^(?:never(?: expires)?|n\/?a|none|no (?:end(?: date)?|expiry|expiration)|does not expire|[-–—]{1,3}|なし|無期限)$/;

/** AWS writes 9999-01-01 for some agreements that do not end. */
const forever = Date.UTC(9999, 0, 1) - dayMs;

/**
 * From, to, and ms per unit. Seconds up to the year 5138 are smaller than milliseconds since 2001. The year 9999 means
 * "no end". Other numbers of 12 or 14 digits are dates in digits: 20261223144400.
 */
const epochForms = [
  [1e8, 1e11, 1000],
  [253_370_000_000, 253_402_300_800, 1000],
  [1e12, 1e13, 1],
  [253_370_000_000_000, 253_402_300_800_000, 1],
] as const;

type Parts = Readonly<Record<string, string | undefined>>;

function momentOf(parts: Parts): EndDate | null {
  const day = dayOf(parts);
  if (day === null || parts.hour === undefined) return day === null ? null : { time: day, day };
  const [hour, minute, second] = ['hour', 'minute', 'second'].map((name) => Number(parts[name] ?? 0));
  const half = parts.half;
  if (hour === undefined || minute === undefined || second === undefined) return null;
  if (minute > 59 || second > 60 || (half ? hour < 1 || hour > 12 : hour > 24)) return null;
  const zone = zoneMs(parts.zone ?? 'z');
  if (zone === null) return null;
  const hours = half ? (hour % 12) + (half === 'p' ? 12 : 0) : hour;
  const ofDay = ((hours * 60 + minute) * 60 + second) * 1000 + Number(`0.${parts.fraction ?? 0}`) * 1000;
  return { time: day + ofDay - zone, day: ofDay === 0 ? day : null };
}

/** Null for a day that does not exist or is ambiguous. */
function dayOf({ year, month, day, name, one, other }: Parts): number | null {
  const days =
    one !== undefined && other !== undefined
      ? [utcDay(year, Number(one), other), utcDay(year, Number(other), one)]
      : [utcDay(year, name === undefined ? Number(month) : months.indexOf(name.slice(0, 3)) + 1, day)];
  const [first, ...rest] = new Set(days.filter((found) => found !== null));
  return first === undefined || rest.length > 0 ? null : first;
}

function utcDay(year: string | undefined, month: number, day: string | undefined): number | null {
  const time = Date.UTC(Number(year), month - 1, Number(day));
  const found = new Date(time);
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === Number(day) ? time : null;
}

/** Offset east of UTC, in ms; null for an unknown zone. */
function zoneMs(text: string): number | null {
  const [, sign, hours, minutes = '0'] = /^(?:gmt|utc)?([+-])(\d\d?):?(\d\d)?$/.exec(text) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const named = zones.get(text);
  return named === undefined ? null : named * 3_600_000;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The American zones are from https://www.rfc-editor.org/rfc/rfc5322#section-4.3; the others are unambiguous. */
const zones: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ z: 0, utc: 0, gmt: 0, ut: 0, jst: 9, cet: 1, cest: 2 },
    ...{ est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 },
  }),
);

const name =
  '(?<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const nth = '(?<day>\\d\\d?)(?:st|nd|rd|th)?';
const year = '(?<year>\\d{4})';
const clock =
  '(?<hour>\\d\\d?):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?)?(?: ?(?<half>[ap])\\.?m\\.?)?';
/** A zone name after the offset, in brackets or in Go's format, adds nothing. */
const zone =
  '(?: ?(?<zone>[a-z]{1,4}|(?:gmt|utc)?[+-]\\d\\d?:?(?:\\d\\d)?))?(?:(?<=[+-]\\d\\d:?\\d\\d) (?:[a-z]{3,5}|[+-]\\d\\d(?:\\d\\d)?)| ?\\([^)]*\\)|\\[[^\\]]*\\])?';
const time = `(?:(?:t|,? (?:at )?)${clock}${zone})?`;

const weekday = '(?: ?\\((?:mon|tue|wed|thu|fri|sat|sun|[月火水木金土日](?:曜日?)?)\\)| ?[月火水木金土日]曜日?)?';

const forms = [
  `${year}(?<line>[-/.])(?<month>\\d\\d?)\\k<line>(?<day>\\d\\d?)${weekday}${time}`,
  `${year}(?<month>\\d\\d)(?<day>\\d\\d)(?:t?(?<hour>\\d\\d)(?<minute>\\d\\d)(?<second>\\d\\d)?${zone})?`,
  `${year}年 ?(?<month>\\d\\d?)月 ?(?<day>\\d\\d?)日${weekday}${time}`,
  `(?<one>\\d\\d?)(?<line>[-/.])(?<other>\\d\\d?)\\k<line>${year}${time}`,
  `${nth}[- ](?:of )?${name},?[- ]${year}${time}`,
  `${name}[- ]${nth},?[- ]${year}${time}`,
  `${name} ${nth} ${clock}${zone} ${year}`,
].map((form) => new RegExp(`^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\\.?,? )?${form}$`));
