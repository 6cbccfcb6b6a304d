import * as z from 'zod';
import { UserError } from '../errors.ts';

/** One line of text. Lines of a YAML block are joined. */
export const textLine = z.string().regex(/\S/, 'must not be empty').transform(fold);
export const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lowercase letters, digits and hyphens, such as "sign-up"')
  .max(60, 'must not be longer than 60 characters');

function fold(value: string): string {
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,5})(s|m|h|d)$/;

/** Parses `30s`, `10m`, `2h` and `30d` into ms; null for anything else. */
export function parseDuration(value: string): number | null {
  const match = pattern.exec(value);
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : null;
}

/** Parses a duration from a flag. Throws `UserError`, with `examples` and `flag` in the hint, if it is invalid. */
export function requireDuration(value: string, examples: string, flag = ''): number {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  throw new UserError(
    'bad-duration',
    `${flag}"${value}" is not a duration.`,
    `Use a number and a unit, such as ${examples}.`,
  );
}

export const duration = z
  .string()
  .regex(pattern, 'must be a number of at most five digits and a unit, such as 30s, 10m or 2h')
  .transform((value) => parseDuration(value) ?? 0);

/** A maximum age, as text. */
export const age = z.string().regex(pattern, 'must be a number and a unit, such as 12h or 30d');
