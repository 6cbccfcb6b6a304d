/** An RFC 3339 time for people: `2026-12-23 14:44 UTC`; other texts as they are. */
export function utcMinute(time: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(time) ? `${time.slice(0, 16).replace('T', ' ')} UTC` : time;
}
