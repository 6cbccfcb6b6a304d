import { type Quantity, quantityOf, sameGrant, sameQuantity } from '../checklist/contracts.ts';
import type { EntitlementRow, SaasContract } from '../checklist/outputs.ts';
import { type FullReason, type ReasonTable, reasonsOf, utcMinute } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { ContractApi } from '../ports/saas.ts';
import { clip, folded } from './check-kind.ts';
import { isNoEnd, parseEndDate, sameEnd } from './end-date.ts';

export const fieldReasons = {
  'plan-unknown': ({ plan }: { readonly plan: string }) =>
    `The SaaS shows the plan "${plan}", which is neither the key nor the name of a dimension. Map it to a dimension in mp-verify.yaml (saas.contract-api.plans).`,
  'plan-ambiguous': ({ plan, dimensions }: { readonly plan: string; readonly dimensions: readonly string[] }) =>
    `The SaaS shows the plan "${plan}", which could be any of ${dimensions.join(', ')}. Set saas.contract-api.plan to an expression that distinguishes them, such as the key of the dimension.`,
  'plan-of-no-dimension': ({ plan, dimension }: Readonly<Record<'plan' | 'dimension', string>>) =>
    `mp-verify.yaml (saas.contract-api.plans) maps "${plan}" to ${dimension}, which is not a dimension of the product. Use the key of a dimension.`,
  /** If `plan` is given, AWS does not grant it. */
  'quantity-unreadable': ({
    shown,
    granted,
    plan,
  }: Readonly<Record<'shown' | 'granted', string>> & { plan?: string }) =>
    `${plan === undefined ? `The SaaS returned the quantity "${shown}", which cannot be reliably compared with AWS's ${granted}` : `The SaaS lists the plan "${plan}" with the quantity "${shown}", which may or may not be 0, and AWS grants none of it`}. Set saas.contract-api.quantity to an expression that returns the granted quantity as a plain number such as 1200.`,
  'end-date-unreadable': ({ shown }: { readonly shown: string }) =>
    `The SaaS returned the end date "${shown}", which is ambiguous or not a date. Set saas.contract-api.end-date to an expression that returns a date such as 2026-12-23, or seconds since 1970.`,
} satisfies ReasonTable;

const because = reasonsOf(fieldReasons);

/** A field of a contract that both the SaaS and AWS have. */
export interface ContractField {
  readonly name: string;
  readonly key: 'plan' | 'quantity' | 'endDate';
  /** The setting in mp-verify.yaml that finds it. */
  readonly setting: string;
  /** Null if the SaaS does not show it. */
  shown(contract: ShownContract): string | number | null;
  granted(row: EntitlementRow): string | number | null;
  /** Returns a reason if neither answer is certain. */
  compare(contract: ShownContract, row: EntitlementRow, names: PlanNames): 'same' | 'different' | FullReason;
  /** Whether a SaaS that shows one row would also be right about the other. */
  alike(one: EntitlementRow, other: EntitlementRow): boolean;
}

export const contractFields: readonly ContractField[] = [
  {
    name: 'plan',
    key: 'plan',
    setting: 'saas.contract-api.plan',
    shown: ({ plan }) => (plan === undefined || plan === null ? null : clip(plan)),
    granted: planWords,
    compare({ plan }, row, names) {
      if (plan === undefined || plan === null) return 'different';
      const { dimensions, unknown } = dimensionsNamed(plan, names);
      if (unknown !== null) return because('plan-of-no-dimension', { plan: clip(plan), dimension: unknown });
      // If mp-verify.yaml has a name for what is granted, an unknown name means something else.
      if (dimensions.length === 0)
        return hasOwnName(row.dimension, names) && !dimensionsResembling(plan, names).includes(row.dimension)
          ? 'different'
          : because('plan-unknown', { plan: clip(plan) });
      if (!dimensions.includes(row.dimension)) return 'different';
      return dimensions.length === 1 ? 'same' : because('plan-ambiguous', { plan: clip(plan), dimensions });
    },
    alike: (one, other) => one.dimension === other.dimension,
  },
  {
    name: 'quantity',
    key: 'quantity',
    setting: 'saas.contract-api.quantity',
    shown: ({ quantity = null }) =>
      quantity === null || typeof quantity === 'number' ? quantity : clip(String(quantity)),
    granted: ({ value }) => (typeof value === 'boolean' ? String(value) : value),
    compare({ quantity = null }, { value }) {
      const same = sameQuantity(value, quantity);
      if (same !== 'unreadable') return same;
      return because('quantity-unreadable', { shown: clip(String(quantity)), granted: String(value ?? 'no quantity') });
    },
    alike: (one, other) => sameGrant(one.value, other.value),
  },
  {
    name: 'end date',
    key: 'endDate',
    setting: 'saas.contract-api.end-date',
    shown: ({ endDate = null }) => (endDate === null ? null : clip(String(endDate))),
    granted: ({ expirationDate }) => expirationDate && utcMinute(expirationDate),
    compare({ plan = null, quantity = null, endDate = null }, { expirationDate }) {
      const date = endDate === null ? null : parseEndDate(endDate);
      // An end date alone may also appear where there is no contract.
      const isShown = plan !== null || quantity !== null;
      if (date === null && endDate !== null && isShown && isNoEnd(endDate) && sameEnd(expirationDate, null))
        return 'same';
      if (date === null && endDate !== null) return because('end-date-unreadable', { shown: clip(String(endDate)) });
      return sameEnd(expirationDate, date) ? 'same' : 'different';
    },
    alike: ({ expirationDate: one }, { expirationDate: other }) =>
      sameEnd(one, other === null ? null : { time: Date.parse(other), day: null }),
  },
];

/** Returns the fields for which mp-verify.yaml has an expression. */
export function comparedFields(api: ContractApi): readonly ContractField[] {
  return contractFields.filter(({ key }) => api[key] !== null);
}

/** `Pro (pro_plan)` */
export function planWords({ plan, dimension }: EntitlementRow): string {
  return plan === null || plan === dimension ? dimension : `${plan} (${dimension})`;
}

/**
 * One contract as the SaaS shows it. A field is null if the SaaS does not show it, and absent if no expression is
 * configured.
 */
export interface ShownContract {
  readonly plan?: string | null;
  readonly quantity?: Quantity | null;
  readonly endDate?: string | number | null;
}

/** What was read from the answer of the SaaS. */
export interface ReadContract {
  /** The contracts that have any value; at most one without `items`. */
  readonly shown: readonly ShownContract[];
  /** The number of accounts of this buyer; absent if no expression is configured. */
  readonly accounts?: number | null;
}

type FoundValue = string | number | boolean | null;

/**
 * Reads plan, quantity and end date from the answer. Rejects with `CouldNotCheck` if an expression does not match the
 * answer.
 */
export async function readContract(api: ContractApi, data: unknown): Promise<ReadContract> {
  const { search } = await import('@jmespath-community/jmespath');
  const find = (field: string, expression: string, within: unknown): unknown => {
    try {
      return search(within as Parameters<typeof search>[0], expression) ?? null;
    } catch (error) {
      // The expression may match once the SaaS knows the contract.
      throw misfit(field, expression, `failed: ${(error as Error).message}`, true);
    }
  };
  const value = (field: string, expression: string, within: unknown): FoundValue => {
    const found = find(field, expression, within);
    if (typeof found === 'string') return found.trim() === '' ? null : found;
    if (found === null || typeof found === 'number' || typeof found === 'boolean') return found;
    throw misfit(field, expression, `returned ${Array.isArray(found) ? 'a list' : 'an object'}, not one value.`);
  };
  const read = (within: unknown): ShownContract => {
    const plan = api.plan === null ? undefined : value('plan', api.plan, within);
    const quantity = api.quantity === null ? undefined : value('quantity', api.quantity, within);
    const endDate = api.endDate === null ? undefined : value('end-date', api.endDate, within);
    return {
      ...(plan === undefined ? {} : { plan: plan === null ? null : String(plan).trim() }),
      ...(quantity === undefined ? {} : { quantity }),
      ...(endDate === undefined ? {} : { endDate: typeof endDate === 'boolean' ? String(endDate) : endDate }),
    };
  };
  const list = api.items === null ? [data] : listOf(find('items', api.items, data), api.items);
  const shown = list.map(read).filter((each) => Object.values(each).some((found) => found !== null));
  if (api.items !== null && list.length > 0 && shown.length === 0)
    throw misfit(
      'items',
      api.items,
      `returned ${list.length} items, in which the other expressions find nothing.`,
      true,
    );
  if (api.accounts === null) return { shown };
  return { shown, accounts: countOf(value('accounts', api.accounts, data)) };
}

/** Accepts only a whole number. `true` and "1 account left" are not counts. */
function countOf(found: FoundValue): number | null {
  const count = typeof found === 'string' && /^\d{1,15}$/.test(found.trim()) ? Number(found) : found;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function listOf(found: unknown, expression: string): readonly unknown[] {
  if (found === null) return [];
  if (Array.isArray(found)) return found.filter((item) => item !== null);
  throw misfit('items', expression, 'returned something that is not a list.');
}

/** Returns the contract for the report, with long texts truncated. */
export function asReported({ plan, quantity, endDate }: ShownContract): SaasContract {
  return {
    plan: plan === undefined || plan === null ? null : clip(plan),
    quantity: quantityOf(quantity ?? null),
    endDate: endDate === undefined || endDate === null ? null : clip(String(endDate)),
  };
}

function misfit(field: string, expression: string, what: string, transient = false): CouldNotCheck {
  return new CouldNotCheck(
    'misfit-expression',
    `The expression "${expression}" (saas.contract-api.${field} in mp-verify.yaml) ${what}`,
    field === 'items'
      ? "Set it to an expression that returns a list from the SaaS's response, in which each item is one plan."
      : "Set it to an expression that returns one text or number from the SaaS's response.",
    transient,
    { field, expression },
  );
}

/** How to interpret the plan names of the SaaS. */
export interface PlanNames {
  /** From mp-verify.yaml: the plan names of the SaaS, and the dimensions they mean. */
  readonly plans: Readonly<Record<string, string>>;
  /** The dimensions of the product, and any others that AWS grants. */
  readonly dimensions: readonly { readonly key: string; readonly name: string }[];
}

/**
 * Returns the keys of the dimensions that a plan name may mean. AWS's keys are case-sensitive, but people are not: an
 * exact match takes precedence over one that differs in case, width or spaces. `unknown` is the target in
 * mp-verify.yaml if it is not a dimension of the product.
 */
function dimensionsNamed(
  plan: string,
  { plans, dimensions }: PlanNames,
): { readonly dimensions: readonly string[]; readonly unknown: string | null } {
  const mapped = Object.entries(plans);
  for (const same of [exactly, loosely]) {
    const targets = mapped.filter(([name]) => same(name, plan)).map(([, target]) => target);
    if (targets.length > 0) {
      const keys = targets.map((target) => keysOf(target, dimensions));
      const unknown = targets.find((_, i) => keys[i]?.length === 0) ?? null;
      return { dimensions: [...new Set(keys.flat())], unknown };
    }
    const keys = dimensions.filter(({ key, name }) => same(key, plan) || same(name, plan)).map(({ key }) => key);
    if (keys.length > 0) return { dimensions: [...new Set(keys)], unknown: null };
  }
  return { dimensions: [], unknown: null };
}

/** Whether mp-verify.yaml has a name for this dimension. */
function hasOwnName(dimension: string, { plans, dimensions }: PlanNames): boolean {
  return Object.values(plans).some((target) => keysOf(target, dimensions).includes(dimension));
}

/**
 * Returns the dimensions whose name starts this unknown plan name, ignoring separators: `Acme-Pro`, `Acme Pro
 * (annual)`. Only the longest names count.
 */
function dimensionsResembling(plan: string, { plans, dimensions }: PlanNames): readonly string[] {
  const text = lettersOf(plan);
  const known = [
    ...Object.entries(plans).map(([name, target]) => ({ name: lettersOf(name), keys: keysOf(target, dimensions) })),
    ...dimensions.flatMap(({ key, name }) => [key, name].map((each) => ({ name: lettersOf(each), keys: [key] }))),
  ].filter(({ name }) => name !== '' && text.startsWith(name));
  const longest = Math.max(...known.map(({ name }) => name.length));
  return known.filter(({ name }) => name.length === longest).flatMap(({ keys }) => keys);
}

function keysOf(target: string, dimensions: PlanNames['dimensions']): readonly string[] {
  const keys = dimensions.filter(({ key }) => key === target);
  return (keys.length > 0 ? keys : dimensions.filter(({ name }) => name === target)).map(({ key }) => key);
}

function exactly(one: string, other: string): boolean {
  return one === other;
}

function loosely(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function lettersOf(text: string): string {
  return folded(text).replace(/[-_ /]/g, '');
}
