import { folded } from './check-kind.ts';

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
