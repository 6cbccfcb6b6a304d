import { grantsAnything, quantityOf } from '../checklist/contracts.ts';
import { type EntitlementRow, licenseId } from '../checklist/outputs.ts';
import { type FullReason, type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { type ContractField, contractFields } from './contract-fields.ts';

/** What AWS currently grants under one license. The SaaS must show it. */
export interface ComparedContract {
  /** `l-…`; null if AWS does not name it. */
  readonly licence: string | null;
  readonly rows: readonly EntitlementRow[];
  /** What the license granted at the baseline; empty for a new license or without a baseline. */
  readonly before: readonly EntitlementRow[];
}

/** Returns the rows that are active and grant something. */
export function granting(rows: readonly EntitlementRow[]): readonly EntitlementRow[] {
  return rows.filter((row) => row.active && grantsAnything(row));
}

/** Returns what the baseline granted, without rows that have expired since. An expiry is not a change. */
export function grantedBefore(
  baseline: readonly EntitlementRow[],
  granted: readonly EntitlementRow[],
  at: Date | null,
): readonly EntitlementRow[] {
  const isGranted = (row: EntitlementRow) =>
    granted.some((each) => each.dimension === row.dimension && licenseOf(each) === licenseOf(row));
  const hasEnded = ({ expirationDate }: EntitlementRow) =>
    at !== null && expirationDate !== null && Date.parse(expirationDate) <= at.getTime();
  return granting(baseline).filter((row) => isGranted(row) || !hasEnded(row));
}

/** Returns the licenses bought or changed since the baseline; otherwise those renewed; otherwise all. */
export function comparedContracts(
  granted: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
): readonly ComparedContract[] {
  const contracts = contractsOf(granted, baseline);
  const bought = contracts.filter(isBoughtOrChanged);
  if (baseline.length > 0 && bought.length > 0) return bought;
  const renewed = contracts.filter((contract) => changedFields(contract).length > 0);
  return renewed.length > 0 ? renewed : contracts;
}

function contractsOf(
  granted: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
): readonly ComparedContract[] {
  return [...new Set(granted.map(licenseOf))].map((licence) => {
    const isOfIt = (row: EntitlementRow) => licenseOf(row) === licence;
    const before = baseline.filter((row) => isOfIt(row) || licence === null || licenseOf(row) === null);
    return { licence, rows: granted.filter(isOfIt), before };
  });
}

function isBoughtOrChanged(contract: ComparedContract): boolean {
  return contract.before.length === 0 || changedFields(contract).some(({ key }) => key !== 'endDate');
}

/** How to compare the SaaS, from mp-verify.yaml. */
export interface Comparison {
  readonly fields: readonly ContractField[];
  /** The SaaS shows a list (`items`) instead of one contract. */
  readonly list: boolean;
  /** Each license needs its own request to the SaaS. */
  readonly perLicence: boolean;
  /** The number of dimensions of the product that can be bought. */
  readonly plans: number;
}

interface Lacking {
  /** What AWS grants. */
  readonly granted: readonly string[];
  /** The missing settings, such as `saas.contract-api.plan`. */
  readonly settings: readonly string[];
}

export const coverageReasons = {
  'nothing-to-compare': () =>
    'mp-verify.yaml does not say what to compare. Add saas.contract-api.plan, quantity or end-date.',
  'needs-items': ({ granted, before }: Pick<Lacking, 'granted'> & { readonly before: readonly string[] }) => {
    const grants =
      before.length > 0
        ? `Under one license AWS granted ${before.join(', ')} at the baseline and now grants ${granted.join(', ')}`
        : `AWS grants ${granted.join(', ')} under one license`;
    return `${grants}, but mp-verify.yaml reads only one plan from the SaaS. Set saas.contract-api.items to an expression that returns the list of plans.`;
  },
  'several-licences': ({ licences }: { readonly licences: readonly string[] }) =>
    `The response of the SaaS does not distinguish the buyer's licenses (${licences.join(', ')}). Put \${licence} into saas.contract-api.url in mp-verify.yaml, so that mp-verify can request each of them.`,
  'grant-not-compared': ({ granted, settings }: Lacking) =>
    `Too little was compared to confirm that the SaaS shows what AWS grants (${granted.join(', ')}). Add ${settings.join(' and ')} to mp-verify.yaml.`,
  'change-not-compared': ({ granted, settings }: Lacking) =>
    `What has changed was not compared: AWS now grants ${granted.join(', ')}, and a SaaS that missed the change could look the same. Add ${settings.join(' and ')} to mp-verify.yaml.`,
  'change-undone': ({ granted }: Pick<Lacking, 'granted'>) =>
    `The change has been undone: AWS grants ${granted.join(', ')}, as it did at the baseline, so a SaaS that missed the change looks right. Change the contract again (or buy it again), check that AWS grants it, then check the SaaS.`,
  'withdrawal-not-compared': ({ withdrawn }: { readonly withdrawn: readonly string[] }) =>
    `AWS no longer grants ${withdrawn.join(', ')}, and only a list of everything the buyer has can show that. Set saas.contract-api.items to an expression that returns this list, and use a URL without \${licence}.`,
} satisfies ReasonTable;

const because = reasonsOf(coverageReasons);

/** Returns why the SaaS cannot be compared with AWS at all; null if it can. */
export function notComparable(
  contracts: readonly ComparedContract[],
  { fields, list, perLicence }: Comparison,
): FullReason | null {
  if (fields.length === 0) return because('nothing-to-compare');
  if (list) return null;
  const several = contracts.find(({ rows }) => rows.length > 1);
  if (several) return because('needs-items', { granted: listed(several.rows), before: [] });
  return contracts.length > 1 && !perLicence ? severalLicenses(contracts) : null;
}

/**
 * Returns why a match proves nothing, or null if it does prove something. The comparison must include what has changed
 * since the baseline. After a purchase it must include plan and quantity, unless only one value is possible. `all` is
 * everything that AWS grants.
 */
export function notProven(
  contracts: readonly ComparedContract[],
  all: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
  { fields, list, perLicence, plans }: Comparison,
): FullReason | null {
  const missing = (needed: readonly ContractField[]) => needed.filter((field) => !fields.includes(field));
  const settings = (of: readonly ContractField[]) => of.map(({ setting }) => setting);
  const listsAll = list && !perLicence;
  const withdrawn = findWithdrawn(baseline, all);
  if (withdrawn.length > 0 && !listsAll && contracts.every(isUnchanged))
    return because('withdrawal-not-compared', { withdrawn: listed(withdrawn) });
  for (const contract of contracts) {
    const { rows, before } = contract;
    const granted = listed(rows);
    const changed = changedFields(contract);
    const lacking = missing(changed.length > 0 ? changed : identifying(rows, plans));
    if (lacking.length > 0) {
      const code = changed.length > 0 ? 'change-not-compared' : 'grant-not-compared';
      return because(code, { granted, settings: settings(lacking) });
    }
    if (isUnchanged(contract)) continue;
    // What a SaaS that missed the change would show must not pass.
    const [shown, right] = [perLicence ? before : baseline, listsAll ? all : rows];
    const stale = (list ? [shown] : shown.map((row) => [row])).find((some) => hasSameRows(some, right, fields));
    const [first] = stale ?? [];
    if (!stale || !first) continue;
    const telling = missing(contractFields.filter((field) => !hasSameRows(stale, right, [...fields, field])));
    if (telling.length > 0) return because('change-not-compared', { granted, settings: settings(telling) });
    // In a list, only the licenses can have been swapped.
    if (list) return severalLicenses(right);
    return before.includes(first)
      ? because('needs-items', { granted, before: listed(before) })
      : severalLicenses([contract, first]);
  }
  return null;
}

/** Returns why nothing is proven if a change that an earlier step saw has been undone; null otherwise. */
export function findUndoneChange(
  granted: readonly EntitlementRow[],
  seen: readonly EntitlementRow[],
  baseline: readonly EntitlementRow[],
  at: Date | null,
): FullReason | null {
  const hasChanged = (rows: readonly EntitlementRow[]) => isChanged(rows, grantedBefore(baseline, rows, at));
  return hasChanged(seen) && !hasChanged(granted) ? because('change-undone', { granted: listed(granted) }) : null;
}

function isChanged(rows: readonly EntitlementRow[], baseline: readonly EntitlementRow[]): boolean {
  return findWithdrawn(baseline, rows).length > 0 || contractsOf(rows, baseline).some((each) => !isUnchanged(each));
}

function isUnchanged(contract: ComparedContract): boolean {
  return contract.before.length > 0 && changedFields(contract).length === 0;
}

/** Returns the baseline rows whose license grants nothing now. */
function findWithdrawn(
  baseline: readonly EntitlementRow[],
  rows: readonly EntitlementRow[],
): readonly EntitlementRow[] {
  return baseline.filter((row) => !rows.some((each) => licenseOf(each) === licenseOf(row)));
}

/** Returns the fields in which the grant differs from the baseline; none for a new license. */
function changedFields({ rows, before }: ComparedContract): readonly ContractField[] {
  if (before.length === 0) return [];
  const isOf = (some: readonly EntitlementRow[]) => (row: EntitlementRow) =>
    some.some(({ dimension }) => dimension === row.dimension);
  const [come, gone] = [rows.filter((row) => !isOf(before)(row)), before.filter((row) => !isOf(rows)(row))];
  return contractFields.filter(({ key, alike }) => {
    if (key === 'plan') return come.length + gone.length > 0;
    return rows.some((row) => {
      const then = come.includes(row) ? gone : before.filter(({ dimension }) => dimension === row.dimension);
      // For an added dimension, a quantity of 1 needs no comparison.
      if (then.length === 0) return key === 'quantity' && countMatters(row);
      return !then.some((each) => alike(each, row));
    });
  });
}

/** Returns the fields that distinguish a contract from other contracts for the product. */
function identifying(rows: readonly EntitlementRow[], plans: number): readonly ContractField[] {
  return contractFields.filter(({ key }) =>
    key === 'plan' ? plans > 1 : key === 'quantity' && rows.some(countMatters),
  );
}

/** Whether the quantity says more than the plan. A quantity of 1 does not. */
function countMatters({ value }: EntitlementRow): boolean {
  return value !== null && quantityOf(value) !== 1;
}

/** Whether both have the same rows by these fields, in any order. */
function hasSameRows(
  some: readonly EntitlementRow[],
  others: readonly EntitlementRow[],
  fields: readonly ContractField[],
): boolean {
  const left = [...others];
  return (
    some.length === others.length &&
    some.every((row) => {
      const found = left.findIndex((other) => fields.every(({ alike }) => alike(row, other)));
      if (found >= 0) left.splice(found, 1);
      return found >= 0;
    })
  );
}

/**
 * Totals the rows by dimension, once with the earliest end date and once with the latest. Empty if no dimension has
 * several rows.
 */
export function sumByDimension(rows: readonly EntitlementRow[]): readonly (readonly EntitlementRow[])[] {
  const groups = [...new Set(rows.map(({ dimension }) => dimension))].map((key) =>
    rows.filter(({ dimension }) => dimension === key),
  );
  const counts = (of: readonly EntitlementRow[]) => of.map(({ value }) => quantityOf(value));
  if (groups.length === rows.length || groups.some((of) => of.length > 1 && counts(of).includes(null))) return [];
  const endOf = ({ expirationDate }: EntitlementRow) =>
    expirationDate === null ? Infinity : Date.parse(expirationDate);
  return [0, -1].map((which) =>
    groups.flatMap((of) => {
      const row = [...of].sort((one, other) => (endOf(one) < endOf(other) ? -1 : 1)).at(which);
      const sum = counts(of).reduce((all: number, count) => all + (count ?? 0), 0);
      return row ? [of.length > 1 ? { ...row, value: sum } : row] : [];
    }),
  );
}

/** Returns the reason for an answer that does not tell several licenses apart. */
export function severalLicenses(of: readonly (ComparedContract | EntitlementRow)[]): FullReason {
  const licences = of.map((each) => ('rows' in each ? each.licence : licenseOf(each)) ?? '-');
  return because('several-licences', { licences: [...new Set(licences)] });
}

/** `pro_plan 10` */
export function listed(rows: readonly EntitlementRow[]): readonly string[] {
  return rows.map(({ dimension, value }) => (value === null ? dimension : `${dimension} ${value}`));
}

function licenseOf({ licenseArn }: EntitlementRow): string | null {
  return licenseId(licenseArn);
}
