import { z } from 'zod';

const units = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const pattern = /^(\d{1,5})(s|m|h)$/;

/** `30s`, `10m`, `2h` in ms; null for anything else. */
export function parseDuration(value: string): number | null {
  const match = pattern.exec(value);
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : null;
}

export const duration = z
  .string()
  .regex(pattern, 'must be a number and a unit, as in 30s, 10m or 2h')
  .transform((value) => parseDuration(value) ?? 0);
