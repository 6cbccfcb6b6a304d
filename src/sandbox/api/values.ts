import * as z from 'zod';

/** A page token of the sandbox, parsed into its offset. */
export const pageToken = z.string().transform((token, { issues }) => {
  const offset = /^mp-verify-sandbox (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  // The decoder ignores invalid characters.
  if (offset !== undefined && token === tokenFor(Number(offset))) return Number(offset);
  issues.push({ code: 'custom', message: 'the token is not valid', input: token });
  return z.NEVER;
});

/** Returns one page of rows, and the token of the next page if there is one. */
export function page<Row>(rows: readonly Row[], size: number, start = 0) {
  const end = start + size;
  return { rows: rows.slice(start, end), NextToken: end < rows.length ? tokenFor(end) : undefined };
}

export function tokenFor(offset: number): string {
  return Buffer.from(`mp-verify-sandbox ${offset}`).toString('base64url');
}

/** Converts epoch ms to AWS's JSON protocols: whole seconds, rounded down, as in all of AWS's samples. */
export function epochSeconds(epochMs: number): number;
export function epochSeconds(epochMs: number | null): number | undefined;
export function epochSeconds(epochMs: number | null): number | undefined {
  return epochMs === null ? undefined : Math.floor(epochMs / 1000);
}

/** Converts epoch ms to the Catalog API's format: `2026-11-23T09:00:00Z`. */
export function isoSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
