const dayMs = 86_400_000;

/** A moment, or only a day (its start in UTC). */
export interface EndDate {
  /** Epoch ms. */
  readonly time: number;
  readonly dayOnly: boolean;
}

/**
 * `2026-12-23`, `2026/12/23`, an ISO 8601 time (in UTC where it names no zone), or seconds or milliseconds since 1970.
 * Null for anything else: what Date.parse makes of `10` is no date.
 */
export function parseEndDate(value: string | number): EndDate | null {
  const text = String(value).trim();
  if (/^\d{9,14}(\.\d+)?$/.test(text)) {
    const count = Number(text);
    // Seconds reach the year 5138 before they could be taken for milliseconds of 1973.
    return { time: count < 1e11 ? count * 1000 : count, dayOnly: false };
  }
  const [, year, month, day] = /^(\d{4})[-/](\d\d?)[-/](\d\d?)$/.exec(text) ?? [];
  if (year && month && day) {
    const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
    return Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day) ? null : { time, dayOnly: true };
  }
  const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!iso) return null;
  const moment = text.slice(0, text.length - (iso[3]?.length ?? 0)).trim();
  const zone = (iso[3] ?? 'Z')
    .toUpperCase()
    .replace('UTC', 'Z')
    .replace(/(\d\d)(\d\d)$/, '$1:$2');
  const time = Date.parse(`${moment.replace(' ', 'T')}${zone}`);
  return Number.isNaN(time) ? null : { time, dayOnly: false };
}

/** Up to one day off is a matter of time zones; a day without a time counts as that day. No end is an end of AWS's 9999. */
export function sameEnd(ofAws: string | null, ofSaas: EndDate | null): boolean {
  const time = ofAws === null ? Number.POSITIVE_INFINITY : Date.parse(ofAws);
  const other = ofSaas === null ? Number.POSITIVE_INFINITY : ofSaas.time;
  if (time >= forever || other >= forever) return time >= forever && other >= forever;
  if (!ofSaas?.dayOnly) return Math.abs(time - other) <= dayMs;
  return Math.abs(Math.floor(time / dayMs) - Math.floor(other / dayMs)) <= 1;
}

/** Some agreements without an end carry this one: 9999-01-01. */
const forever = Date.UTC(9999, 0, 1) - dayMs;
