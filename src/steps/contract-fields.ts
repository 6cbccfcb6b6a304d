import type { EntitlementRow } from '../checklist/model.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { sameEnd } from './end-date.ts';
import type { ReadContract } from './read-contract.ts';

/** How the names of plans are to be understood. */
export interface PlanNames {
  /** The SaaS's names, and the dimension keys that they stand for. */
  readonly plans: Readonly<Record<string, string>>;
  readonly dimensions: readonly { readonly key: string; readonly name: string }[];
}

/** One thing that the SaaS and AWS both say of a contract. */
export interface ContractField {
  readonly name: string;
  /** Undefined where the SaaS is not asked for it. */
  shown(read: ReadContract): string | number | null | undefined;
  granted(row: EntitlementRow): string | number | null;
  same(read: ReadContract, row: EntitlementRow, names: PlanNames): boolean;
}

export const contractFields: readonly ContractField[] = [
  {
    name: 'plan',
    shown: ({ plan, contract }) => (plan === undefined ? undefined : contract.plan),
    granted: ({ plan, dimension }) => (plan === null || plan === dimension ? dimension : `${plan} (${dimension})`),
    same({ plan }, row, { plans }) {
      if (plan === undefined || plan === null) return plan === undefined;
      return Object.hasOwn(plans, plan) ? plans[plan] === row.dimension : [row.dimension, row.plan].includes(plan);
    },
  },
  {
    name: 'quantity',
    shown: ({ quantity }) => (typeof quantity === 'string' ? quantity.slice(0, 100) : quantity),
    granted: ({ value }) => (typeof value === 'boolean' ? String(value) : value),
    same: ({ quantity }, row) => quantity === undefined || (quantity !== null && quantity === asNumber(row.value)),
  },
  {
    name: 'end date',
    shown: ({ endDate, contract }) => (endDate === undefined ? undefined : contract.endDate),
    granted: ({ expirationDate }) => expirationDate && utcMinute(expirationDate),
    same: ({ endDate }, row) =>
      endDate === undefined || (typeof endDate !== 'string' && sameEnd(row.expirationDate, endDate)),
  },
];

function asNumber(value: EntitlementRow['value']): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return value !== null && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}
