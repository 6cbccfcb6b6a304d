import { z } from 'zod';

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,5})(s|m|h|d)$/;

/** `30s`, `10m`, `2h`, `30d` in ms; null for anything else. */
export function parseDuration(value: string): number | null {
  const match = pattern.exec(value);
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : null;
}

export const duration = z
  .string()
  .regex(pattern, 'must be a number of at most five digits and a unit, as in 30s, 10m or 2h')
  .transform((value) => parseDuration(value) ?? 0);

/** How old something may be, as it is written. */
export const age = z.string().regex(pattern, 'must be a number and a unit, as in 12h or 30d');
