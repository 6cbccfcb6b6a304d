type Value = string | number | boolean | null;

/** What a reason speaks of, for programs: by name, values or lists of values. */
export type ReasonValues = Readonly<Record<string, Value | readonly Value[]>>;

/** Why a result is what it is: for programs a code and its values, for people the sentence made of them. */
export interface Reason {
  /** A code of a table of reasons, or of `errorCodes`; null where there is nothing to say, and in runs older than codes. */
  readonly code: string | null;
  readonly values: ReasonValues;
  /** A whole sentence; null only where there is nothing to say. */
  readonly reason: string | null;
}

/** A reason as it is made today: it always has a code and a sentence. */
export type Said = Reason & { readonly code: string; readonly reason: string };

/** Code → the sentence of its values. `checklists/README.md` lists the codes. */
export type ReasonTable = Readonly<Record<string, (values: never) => string>>;

export const noReason: Reason = { code: null, values: {}, reason: null };

/** Makes reasons of one table, and no others: `because('no-entitlement', { buyer })`. */
export function reasonsOf<const Table extends ReasonTable>(table: Table) {
  return <Code extends keyof Table & string>(code: Code, ...[values]: Parameters<Table[Code]>): Said => ({
    code,
    values: values ?? {},
    reason: table[code]?.(values as never) ?? '',
  });
}

/** The same reason with more said behind it, and more values. */
export function withRemark(said: Reason, remark: string, values: ReasonValues = {}): Reason {
  const reason = [said.reason, remark].filter(Boolean).join(' ') || null;
  return { code: said.code, values: { ...said.values, ...values }, reason };
}

/** An RFC 3339 time for people: `2026-12-23 14:44 UTC`; other texts as they are. */
export function utcMinute(time: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(time) ? `${time.slice(0, 16).replace('T', ' ')} UTC` : time;
}

/** Who named a product page, or why it is not known. */
export const pageReasons = {
  'url-given': () => 'The product page URL is the one that the operator gave.',
  'url-remembered': () => 'The product page URL is the one that was pasted in an earlier run.',
  'url-pasted': () => 'The product page URL is the one that the operator pasted.',
  'url-found': () => 'The product page is found (Discovery API).',
  'url-unknown': ({ why }: { readonly why: string }) => `${why} The purchase page stands in for the product page.`,
} satisfies ReasonTable;

export const pageReason = reasonsOf(pageReasons);
