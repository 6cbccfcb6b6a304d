/** A time (epoch ms) for people: `2026-12-23 09:00 UTC`. */
export function timeText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A time (epoch ms) among others of the same day: `09:44:13 UTC`. */
export function secondText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(11, 19)} UTC`;
}

/** `1 month`, `12 months`. */
export function monthsText(months: number): string {
  return `${months} ${months === 1 ? 'month' : 'months'}`;
}

/** Months of an ISO 8601 duration as offers have it: `P1M`, `P1Y`; null where it is none of months or years. */
export function monthsOf(duration: string): number | null {
  const [, count, unit] = /^P(\d{1,3})([MY])$/.exec(duration) ?? [];
  return count === undefined ? null : Number(count) * (unit === 'Y' ? 12 : 1);
}
