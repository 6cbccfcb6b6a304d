import { quantityOf } from '../checklist/contracts.ts';
import type { Facts } from '../checklist/model.ts';
import type { EntitlementRow } from '../checklist/outputs.ts';
import { type FullReason, type ReasonTable, reasonsOf, utcMinute } from '../checklist/reasons.ts';
import { clip, type Observation } from './check-kind.ts';
import {
  type ContractField,
  contractFields,
  fieldReasons,
  type PlanNames,
  planWords,
  type ReadContract,
  type ShownContract,
} from './contract-fields.ts';
import { type Comparison, listed } from './contract-proof.ts';

interface Differences {
  /**
   * The fields that differ (`quantity` for one contract, `Pro (pro_plan): quantity` for several), and both values of
   * each.
   */
  readonly fields: readonly string[];
  readonly expected: readonly (string | number | null)[];
  readonly actual: readonly (string | number | null)[];
  /** `missing`: AWS grants it but the SaaS does not show it. `extra`: the SaaS shows it but AWS does not grant it. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

export const compareReasons = {
  'saas-agrees': ({ shown, left }: { readonly shown: readonly string[]; readonly left: readonly string[] }) =>
    `The SaaS shows ${shown.join('; ')}, which matches what AWS grants.${left.length > 0 ? ` Not compared: ${left.join(', ')}.` : ''}`,
  'saas-differs': ({ fields, expected, actual, missing, extra }: Differences) => {
    const differing = fields.map(
      (field, i) => `${field}: expected ${expected[i] ?? 'none'}, the SaaS shows ${actual[i] ?? 'none'}`,
    );
    const lacking = missing.map((contract) => `AWS grants ${contract}, which the SaaS does not show`);
    const more = extra.map((contract) => `the SaaS shows ${contract}, which AWS does not grant`);
    const advice =
      extra.length > 0 ? ' Use saas.contract-api.items to exclude what is not sold on AWS Marketplace.' : '';
    return `${[...differing, ...lacking, ...more].join('; ')}.${advice}`;
  },
  'saas-shows-nothing': ({ granted }: { readonly granted: readonly string[] }) =>
    `The SaaS returned no contract, but AWS grants ${granted.join(', ')}.`,
  'accounts-unknown': () =>
    'The SaaS does not say how many accounts it has for this buyer. Set saas.contract-api.accounts in mp-verify.yaml to an expression that returns a whole number.',
  'other-accounts': ({ accounts }: { readonly accounts: number }) =>
    `The SaaS has ${accounts} accounts for this buyer; expected 1.`,
} satisfies ReasonTable;

const because = reasonsOf({ ...compareReasons, ...fieldReasons });

/**
 * Compares the contracts that the SaaS shows with these rows, which must appear once each. Pure. The result is `error`
 * if neither pass nor fail is certain. In a list, a quantity of 0 means no contract, and an unreadable quantity may be
 * 0.
 */
export function compareContract(
  read: ReadContract,
  rows: readonly EntitlementRow[],
  { fields, list }: Pick<Comparison, 'fields' | 'list'>,
  names: PlanNames,
): Observation {
  const shown = read.shown.filter(({ quantity = null }) => !list || quantityOf(quantity) !== 0);
  // An answer without a contract must not pass as a contract without an end date.
  if (shown.length === 0)
    return {
      ...compareUnpaired(rows, rows.length === 1 ? [{}] : [], fields, names),
      ...because('saas-shows-nothing', { granted: listed(rows) }),
    };
  if (read.accounts === null) return { status: 'error', ...because('accounts-unknown') };
  if (read.accounts !== undefined && read.accounts !== 1)
    return {
      status: 'fail',
      // Waiting does not remove a duplicate account, but a missing one may still be created.
      final: read.accounts > 1,
      ...because('other-accounts', { accounts: read.accounts }),
      expected: { accounts: 1 },
      actual: { accounts: read.accounts },
    };
  const pairs = rows.map((row) => shown.map((contract) => compared(contract, row, fields, names)));
  const isWhole = (of: readonly (number | null)[]) => rows.length === shown.length && !of.includes(null);
  const sure = pairRows(pairs, (same) => same === 'same');
  if (isWhole(sure)) {
    const left = contractFields.filter((field) => !fields.includes(field)).map(({ name }) => name);
    return {
      status: 'pass',
      ...because('saas-agrees', { shown: clipList(shown.map((each) => asShown(each, fields))), left }),
    };
  }
  const possible = pairRows(pairs, (same) => same !== 'different');
  const doubts = possible.map((at, i) => (at === null ? undefined : pairs[i]?.[at]));
  const doubt = doubts.find((same): same is FullReason => typeof same === 'object');
  if (isWhole(possible) && doubt) return { status: 'error', ...doubt };
  // If every row can be paired with a contract, and every certain contract with a row, one pairing does both.
  const mayBeNone = (contract: ShownContract) => list && isUnreadable(contract);
  const present = pairs.map((row) => row.filter((_, at) => !mayBeNone(shown[at] ?? {})));
  const rowsOf = shown.flatMap((each, at) => (mayBeNone(each) ? [] : [pairs.map((row) => row[at] ?? 'different')]));
  const surplus = shown.find((each, at) => mayBeNone(each) && !sure.includes(at));
  if (surplus && !possible.includes(null) && !pairRows(rowsOf, (same) => same !== 'different').includes(null)) {
    const isAllThere = !pairRows(present, (same) => same === 'same').includes(null);
    return { status: 'error', ...((isAllThere ? undefined : doubt) ?? surplusUnread(surplus)) };
  }
  const isLeft = (of: readonly (number | null)[]) => (_: unknown, at: number) => !of.includes(at);
  return compareUnpaired(
    rows.filter((_, i) => sure[i] === null),
    shown.filter(isLeft(sure)),
    fields,
    names,
  );
}

type Compared = 'same' | 'different' | FullReason;

/** Returns `different` if any field differs; otherwise the first doubt, if any. */
function compared(
  contract: ShownContract,
  row: EntitlementRow,
  fields: readonly ContractField[],
  names: PlanNames,
): Compared {
  const each = fields.map((field) => field.compare(contract, row, names));
  if (each.includes('different')) return 'different';
  return each.find((same) => same !== 'same') ?? 'same';
}

/** The quantity is missing or cannot be read. */
function isUnreadable({ quantity }: ShownContract): boolean {
  return quantity !== undefined && quantityOf(quantity) === null;
}

function surplusUnread({ plan, quantity }: ShownContract): FullReason {
  return because('quantity-unreadable', {
    plan: clip(plan ?? 'none'),
    shown: clip(String(quantity ?? 'none')),
    granted: 'nothing',
  });
}

/**
 * Pairs as many rows as possible with one contract each (Kuhn's algorithm). Returns the index of each row's contract,
 * or null.
 */
function pairRows(
  pairs: readonly (readonly Compared[])[],
  fits: (same: Compared) => boolean,
): readonly (number | null)[] {
  const rowOf = new Map<number, number>();
  const pair = (row: number, tried: Set<number>): boolean =>
    (pairs[row] ?? []).some((same, at) => {
      if (!fits(same) || tried.has(at)) return false;
      tried.add(at);
      const holder = rowOf.get(at);
      if (holder !== undefined && !pair(holder, tried)) return false;
      rowOf.set(at, row);
      return true;
    });
  for (const row of pairs.keys()) pair(row, new Set());
  const placeOf = new Map([...rowOf].map(([at, row]) => [row, at]));
  return pairs.map((_, row) => placeOf.get(row) ?? null);
}

/** Compares the rows and contracts that remain: by plan, or directly if there is one of each. */
function compareUnpaired(
  rows: readonly EntitlementRow[],
  shown: readonly ShownContract[],
  fields: readonly ContractField[],
  names: PlanNames,
): Observation {
  const left = [...shown];
  const missing: string[] = [];
  const planField = fields.find(({ key }) => key === 'plan');
  const isOnly = rows.length === 1 && shown.length === 1;
  const beside = rows.flatMap((row) => {
    const at = isOnly ? 0 : left.findIndex((each) => planField?.compare(each, row, names) === 'same');
    const [contract] = at < 0 ? [] : left.splice(at, 1);
    if (!contract) missing.push(asGranted(row));
    return (contract ? fields : []).map((field) => ({
      name: isOnly ? field.name : `${planWords(row)}: ${field.name}`,
      granted: field.granted(row),
      shown: field.shown(contract ?? {}),
      isSame: field.compare(contract ?? {}, row, names) === 'same',
    }));
  });
  const extra = left.map((contract) => asShown(contract, fields));
  const differences = beside.filter(({ isSame }) => !isSame);
  const [lacks, adds] = [clipList(missing), clipList(extra)];
  const facts = (aws: boolean): Facts => ({
    // If both values mean the same, show the one that AWS writes.
    ...Object.fromEntries(beside.map((each) => [each.name, aws || each.isSame ? each.granted : each.shown])),
    ...(lacks.length > 0 ? { missing: aws ? lacks.join('; ') : null } : {}),
    ...(adds.length > 0 ? { 'not granted': aws ? null : adds.join('; ') } : {}),
  });
  return {
    status: 'fail',
    ...because('saas-differs', {
      fields: differences.map(({ name }) => name),
      expected: differences.map(({ granted }) => granted),
      actual: differences.map((each) => each.shown),
      missing: lacks,
      extra: adds,
    }),
    expected: facts(true),
    actual: facts(false),
  };
}

/** `plan Pro, quantity 10` */
function asShown(contract: ShownContract, fields: readonly ContractField[]): string {
  return fields.map((field) => `${field.name} ${utcMinute(String(field.shown(contract) ?? 'none'))}`).join(', ');
}

function asGranted(row: EntitlementRow): string {
  return contractFields.map((field) => `${field.name} ${field.granted(row) ?? 'none'}`).join(', ');
}

/** The SaaS may show thousands of contracts. Four are enough for a report. */
function clipList(texts: readonly string[]): readonly string[] {
  return texts.length > 5 ? [...texts.slice(0, 4), `${texts.length - 4} more`] : texts;
}
