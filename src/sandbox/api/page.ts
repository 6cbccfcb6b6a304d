import { AwsError } from './aws-error.ts';

/** The rows that a token (none: the first page) stands for, and the token of the next page where there is one. */
export function page<Row>(rows: readonly Row[], size: number, token: string | undefined) {
  const start = token === undefined ? 0 : offsetOf(token);
  const end = start + size;
  return { rows: rows.slice(start, end), NextToken: end < rows.length ? tokenFor(end) : undefined };
}

export function tokenFor(offset: number): string {
  return Buffer.from(`mp-verify-sandbox ${offset}`).toString('base64url');
}

function offsetOf(token: string): number {
  const offset = /^mp-verify-sandbox (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new AwsError('invalid', 'The NextToken is not valid.');
  return Number(offset);
}
