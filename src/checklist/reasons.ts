import type { CouldNotCheck, ReasonValues } from '../errors.ts';

/** Why a result is what it is: a code and its values for programs, a sentence made of them for people. */
export interface Reason {
  /** A code of a table of reasons or of `errorCodes`; null if there is no reason, or the run is older than codes. */
  readonly code: string | null;
  readonly values: ReasonValues;
  /** Whole sentences; null only if there is no reason. */
  readonly reason: string | null;
}

/** A reason with a code and a sentence, as all reasons are made now. */
export type FullReason = Reason & { readonly code: string; readonly reason: string };

/** Makes the sentence of each code from its values. `checklists/README.md` explains the codes. */
export type ReasonTable = Readonly<Record<string, (values: never) => string>>;

export const noReason: Reason = { code: null, values: {}, reason: null };

/** The function that makes the reasons of one table: `because('no-entitlement', { buyer })`. */
export function reasonsOf<const Table extends ReasonTable>(table: Table) {
  return <Code extends keyof Table & string>(code: Code, ...[values]: Parameters<Table[Code]>): FullReason => ({
    code,
    values: values ?? {},
    reason: table[code]?.(values as never) ?? '',
  });
}

/** The same reason with another sentence and more values. */
export function withRemark(given: Reason, remark: string, values: ReasonValues = {}): Reason {
  const reason = [given.reason, remark].filter(Boolean).join(' ') || null;
  return { code: given.code, values: { ...given.values, ...values }, reason };
}

/** The reason of a step that could not be checked. */
export function reasonOfTrouble({ code, values, message, hint }: CouldNotCheck): FullReason {
  return { code, values, reason: hint ? `${message} ${hint}` : message };
}

/** An RFC 3339 time as `2026-12-23 14:44 UTC`; any other text unchanged. */
export function utcMinute(time: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(time) ? `${time.slice(0, 16).replace('T', ' ')} UTC` : time;
}

/** Where the product page URL comes from, or why it is unknown. */
export const pageReasons = {
  'url-given': () => 'The operator gave the product page URL.',
  'url-remembered': () => 'The operator pasted the product page URL in an earlier run.',
  'url-pasted': () => 'The operator pasted the product page URL.',
  'url-found': () => 'The Discovery API returned the product page.',
  'url-unknown': ({ why }: { readonly why: string }) => `${why} The purchase page is used instead of the product page.`,
} satisfies ReasonTable;

export const pageReason = reasonsOf(pageReasons);
