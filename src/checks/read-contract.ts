import { type Quantity, quantityOf } from '../checklist/contracts.ts';
import type { SaasContract } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { ContractApi } from '../ports/settings.ts';

/** One contract as the SaaS shows it: null where it shows none of that. A field without an expression is absent. */
export interface ShownContract {
  readonly plan?: string | null;
  readonly quantity?: Quantity | null;
  readonly endDate?: string | number | null;
}

/** What the SaaS says. */
export interface ReadContract {
  /** Those of which it shows anything: of an API without `items` at most one. */
  readonly shown: readonly ShownContract[];
  /** How many accounts this buyer has; absent without an expression. */
  readonly accounts?: number | null;
}

type Found = string | number | boolean | null;

/** Takes plan, quantity and end date out of the answer. Rejects with `CouldNotTell` where an expression does not fit it. */
export async function readContract(api: ContractApi, data: unknown): Promise<ReadContract> {
  const { search } = await import('@jmespath-community/jmespath');
  const find = (field: string, expression: string, within: unknown): unknown => {
    try {
      return search(within as Parameters<typeof search>[0], expression) ?? null;
    } catch (error) {
      // It may fit as soon as the SaaS knows the contract.
      throw misfit(field, expression, `fails: ${(error as Error).message}`, true);
    }
  };
  const value = (field: string, expression: string, within: unknown): Found => {
    const found = find(field, expression, within);
    if (typeof found === 'string') return found.trim() === '' ? null : found;
    if (found === null || typeof found === 'number' || typeof found === 'boolean') return found;
    throw misfit(field, expression, `finds ${Array.isArray(found) ? 'a list' : 'an object'}, not one value.`);
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
    throw misfit('items', api.items, `finds ${list.length} items, in which the other expressions find nothing.`, true);
  if (api.accounts === null) return { shown };
  return { shown, accounts: countOf(value('accounts', api.accounts, data)) };
}

/** A plain whole number: a yes does not say how many, and "1 account left" is not one account. */
function countOf(found: Found): number | null {
  const count = typeof found === 'string' && /^\d{1,15}$/.test(found.trim()) ? Number(found) : found;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function listOf(found: unknown, expression: string): readonly unknown[] {
  if (found === null) return [];
  if (Array.isArray(found)) return found.filter((item) => item !== null);
  throw misfit('items', expression, 'finds something that is not a list.');
}

/** For the report: a text too long for it is cut. */
export function asReported({ plan, quantity, endDate }: ShownContract): SaasContract {
  return {
    plan: plan === undefined || plan === null ? null : clip(plan),
    quantity: quantityOf(quantity ?? null),
    endDate: endDate === undefined || endDate === null ? null : clip(String(endDate)),
  };
}

export function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function misfit(field: string, expression: string, what: string, transient = false): CouldNotTell {
  return new CouldNotTell(
    'misfit-expression',
    `The expression "${expression}" (saas.contract-api.${field} in mp-verify.yaml) ${what}`,
    field === 'items'
      ? "Set it to an expression that returns a list from the SaaS's answer, in which each item is one plan."
      : "Set it to an expression that returns one text or number from the SaaS's answer.",
    transient,
    { field, expression },
  );
}
