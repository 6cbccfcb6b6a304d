import { sameGrant, sameQuantity } from '../checklist/contracts.ts';
import type { EntitlementRow } from '../checklist/model.ts';
import { type ReasonTable, reasonsOf, type Said, utcMinute } from '../checklist/reasons.ts';
import type { ContractApi } from '../ports/settings.ts';
import { parseEndDate, sameEnd, saysNoEnd } from './end-date.ts';
import { dimensionsNamed, dimensionsResembling, hasOwnName, type PlanNames } from './plan-names.ts';
import { clip, type ShownContract } from './read-contract.ts';

export const fieldReasons = {
  'plan-unknown': ({ plan }: { readonly plan: string }) =>
    `The SaaS shows the plan "${plan}", which is neither key nor name of a dimension. Say in mp-verify.yaml (saas.contract-api.plans) what it stands for.`,
  'plan-ambiguous': ({ plan, dimensions }: { readonly plan: string; readonly dimensions: readonly string[] }) =>
    `The SaaS shows the plan "${plan}", which may be any of ${dimensions.join(', ')}. Set saas.contract-api.plan to an expression that returns what tells them apart, such as the key of the dimension.`,
  'plan-of-no-dimension': ({ plan, dimension }: Readonly<Record<'plan' | 'dimension', string>>) =>
    `mp-verify.yaml (saas.contract-api.plans) says that "${plan}" stands for ${dimension}, which is no dimension of the product. Give the key of a dimension.`,
  /** `plan` is one that AWS does not grant. */
  'quantity-unreadable': ({
    shown,
    granted,
    plan,
  }: Readonly<Record<'shown' | 'granted', string>> & { plan?: string }) =>
    `${plan === undefined ? `The SaaS gives the quantity "${shown}", which cannot be compared with ${granted} of AWS for certain` : `The SaaS lists the plan "${plan}" with the quantity "${shown}", which may be 0 or not, and AWS grants nothing of it`}. Set saas.contract-api.quantity to an expression that returns the granted quantity as a plain number like 1200.`,
  'end-date-unreadable': ({ shown }: { readonly shown: string }) =>
    `The SaaS gives the end date "${shown}", which cannot be read as one date. Set saas.contract-api.end-date to an expression that returns one like 2026-12-23, or seconds since 1970.`,
} satisfies ReasonTable;

const because = reasonsOf(fieldReasons);

/** One thing that the SaaS and AWS both say of a contract. */
export interface ContractField {
  readonly name: string;
  readonly key: 'plan' | 'quantity' | 'endDate';
  /** What mp-verify.yaml calls it. */
  readonly setting: string;
  /** Null where it shows none. */
  shown(contract: ShownContract): string | number | null;
  granted(row: EntitlementRow): string | number | null;
  /** A reason: neither yes nor no would be sure. */
  compare(contract: ShownContract, row: EntitlementRow, names: PlanNames): 'same' | 'different' | Said;
  /** Whether a SaaS that shows the one would be right about the other. */
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
      // Where the SaaS has a name of its own for what is granted, another one is not it.
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
      // Alone, it may as well stand where there is no contract.
      const isShown = plan !== null || quantity !== null;
      if (date === null && endDate !== null && isShown && saysNoEnd(endDate) && sameEnd(expirationDate, null))
        return 'same';
      if (date === null && endDate !== null) return because('end-date-unreadable', { shown: clip(String(endDate)) });
      return sameEnd(expirationDate, date) ? 'same' : 'different';
    },
    alike: ({ expirationDate: one }, { expirationDate: other }) =>
      sameEnd(one, other === null ? null : { time: Date.parse(other), day: null }),
  },
];

/** What mp-verify.yaml says where to find. */
export function comparedFields(api: ContractApi): readonly ContractField[] {
  return contractFields.filter(({ key }) => api[key] !== null);
}

/** `Pro (pro_plan)` */
export function planWords({ plan, dimension }: EntitlementRow): string {
  return plan === null || plan === dimension ? dimension : `${plan} (${dimension})`;
}
