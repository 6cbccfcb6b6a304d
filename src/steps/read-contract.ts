import type { SaasContract } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { ContractApi } from '../ports/settings.ts';
import { type EndDate, parseEndDate } from './end-date.ts';

/** What the SaaS says, as it says it, and as it can be compared. A field without an expression is absent. */
export interface ReadContract {
  readonly contract: SaasContract;
  readonly plan?: string | null;
  /** The text where it is no number. */
  readonly quantity?: number | string | null;
  /** The text where it is no date. */
  readonly endDate?: EndDate | string | null;
  /** Of this buyer. */
  readonly accounts?: number | null;
}

/** Takes plan, quantity and end date out of the answer. Rejects with `CouldNotTell` where an expression does not fit it. */
export async function readContract(api: ContractApi, data: unknown): Promise<ReadContract> {
  const { search } = await import('@jmespath-community/jmespath');
  const find = (field: string, expression: string | null): string | number | null | undefined => {
    if (expression === null) return undefined;
    let found: unknown;
    try {
      found = search(data as Parameters<typeof search>[0], expression);
    } catch (error) {
      // It may fit as soon as the SaaS knows the contract.
      throw misfit(field, expression, `fails: ${(error as Error).message}`, true);
    }
    if (found === null || found === undefined || found === '') return null;
    if (typeof found === 'string' || typeof found === 'number') return found;
    if (typeof found === 'boolean') return String(found);
    throw misfit(field, expression, `finds ${Array.isArray(found) ? 'a list' : 'an object'}, not one value.`);
  };
  const plan = find('plan', api.plan);
  const quantity = find('quantity', api.quantity);
  const endDate = find('end-date', api.endDate);
  const accounts = asNumber(find('accounts', api.accounts));
  const count = typeof quantity === 'string' && isNumber(quantity) ? Number(quantity) : quantity;
  const end = endDate === null || endDate === undefined ? endDate : (parseEndDate(endDate) ?? String(endDate));
  return {
    contract: {
      plan: plan === undefined || plan === null ? null : clip(String(plan)),
      quantity: typeof count === 'number' ? count : null,
      endDate: endDate === undefined || endDate === null ? null : clip(String(endDate)),
    },
    ...(plan === undefined ? {} : { plan: plan === null ? null : String(plan).trim() }),
    ...(count === undefined ? {} : { quantity: count }),
    ...(end === undefined ? {} : { endDate: end }),
    ...(accounts === undefined ? {} : { accounts }),
  };
}

function isNumber(text: string): boolean {
  return /^\s*\d+(\.\d+)?\s*$/.test(text);
}

function asNumber(found: string | number | null | undefined): number | null | undefined {
  if (typeof found !== 'string') return found;
  return isNumber(found) ? Number(found) : null;
}

function misfit(field: string, expression: string, what: string, transient = false): CouldNotTell {
  return new CouldNotTell(
    'misfit-expression',
    `The expression "${expression}" (saas.contract-api.${field} in mp-verify.yaml) ${what}`,
    "Let it name one text or number of the SaaS's answer.",
    transient,
    { field, expression },
  );
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
