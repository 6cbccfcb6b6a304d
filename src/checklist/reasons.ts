import type { CouldNotCheck, ReasonValues } from '../errors.ts';

/** Why a step has its result: a code with values for programs, and a sentence for people. */
export interface Reason {
  /** A code from a table of reasons, or of a `CouldNotCheck`; null if there is no reason, or if the run predates codes. */
  readonly code: string | null;
  readonly values: ReasonValues;
  /** Whole sentences; null if there is no reason. */
  readonly reason: string | null;
}

/** A reason with a code and a sentence, as every new reason has. */
export type FullReason = Reason & { readonly code: string; readonly reason: string };

/** Builds the sentence of each code from its values. `checklists/README.md` explains the codes. */
export type ReasonTable = Readonly<Record<string, (values: never) => string>>;

export const noReason: Reason = { code: null, values: {}, reason: null };

/** Returns the function that makes the reasons of a table: `because('no-entitlement', { buyer })`. */
export function reasonsOf<const Table extends ReasonTable>(table: Table) {
  return <Code extends keyof Table & string>(code: Code, ...[values]: Parameters<Table[Code]>): FullReason => ({
    code,
    values: values ?? {},
    reason: table[code]?.(values as never) ?? '',
  });
}

/** Adds a sentence and values to a reason. */
export function withRemark(given: Reason, remark: string, values: ReasonValues = {}): Reason {
  const reason = [given.reason, remark].filter(Boolean).join(' ') || null;
  return { code: given.code, values: { ...given.values, ...values }, reason };
}

/** Returns the reason of a step that could not be checked. */
export function reasonOfTrouble({ code, values, message, hint }: CouldNotCheck): FullReason {
  return { code, values, reason: hint ? `${message} ${hint}` : message };
}

/** Returns the text with a full stop, unless it is empty or ends like a sentence. */
export function sentence(text: string): string {
  const words = text.trim();
  return words === '' || /[.!?。！？]$/.test(words) ? words : `${words}.`;
}

/** Formats an RFC 3339 time in UTC as `2026-12-23 14:44 UTC`. Other text stays unchanged. */
export function utcMinute(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*Z$/.test(time) ? `${time.slice(0, 16).replace('T', ' ')} UTC` : time;
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
