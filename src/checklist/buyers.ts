import { UserError } from '../errors.ts';
import type { Checklist } from './model.ts';
import type { CheckSchemas } from './parse-checklist.ts';
import { lookUp, referencesIn } from './references.ts';

/** A test buyer: a 12-digit AWS account id, or a customer identifier from ResolveCustomer. */
export type Buyer = string;

const accountId = /^\d{12}$/;

/**
 * Accepts hyphens: `4444-5555-6666` is the account 444455556666. A number of another length is rejected as a typing
 * error.
 */
export function parseBuyer(value: string): Buyer {
  const text = value.trim();
  const digits = text.replaceAll('-', '');
  if (accountId.test(digits)) return digits;
  if (/^\d*$/.test(digits)) {
    throw new UserError(
      'bad-buyer',
      `"${value}" is not a valid buyer: an AWS account ID has 12 digits, but this has ${digits.length}.`,
      'Enter the 12-digit ID of the test account (hyphens are allowed) or a customer identifier.',
    );
  }
  if (!/^[\w-]{1,255}$/.test(text)) {
    throw new UserError(
      'bad-buyer',
      `"${value}" is not a valid buyer.`,
      'Enter the 12-digit ID of the test account or a customer identifier (letters and digits).',
    );
  }
  return text;
}

/** Returns what is wrong with the text, or null if `parseBuyer` accepts it. */
export function wrongBuyer(value: string): string | null {
  try {
    parseBuyer(value);
    return null;
  } catch (error) {
    return (error as UserError).message;
  }
}

export function isAccountId(buyer: Buyer): boolean {
  return accountId.test(buyer);
}

/**
 * GetEntitlements accepts one of the two filters, not both: https://docs.aws.amazon.com/marketplace/latest/APIReference
 */
export function buyerFilter(buyer: Buyer): 'CUSTOMER_AWS_ACCOUNT_ID' | 'CUSTOMER_IDENTIFIER' {
  return isAccountId(buyer) ? 'CUSTOMER_AWS_ACCOUNT_ID' : 'CUSTOMER_IDENTIFIER';
}

/** Test buyers from the operator, the configuration and the sandbox, in order of precedence. */
export interface GivenBuyers {
  /** Given by the operator for a checklist, by checklist id. */
  readonly byChecklist: Readonly<Record<string, Buyer>>;
  /** Given by the operator for any checklist, in the order given. */
  readonly general: readonly Buyer[];
  /** From the configuration, by checklist id. */
  readonly configured?: Readonly<Record<string, Buyer>>;
  /** From the sandbox, by checklist id. */
  readonly sandbox: Readonly<Record<string, Buyer>>;
}

export interface AssignedBuyers {
  readonly buyers: ReadonlyMap<string, Buyer>;
  /** Checklists that still need a buyer. */
  readonly missing: readonly Checklist[];
}

/**
 * Assigns a buyer to each checklist. Two purchases never share a buyer. A checklist that needs a contract and has no
 * buyer of its own takes the buyer of the checklist before it.
 */
export function assignBuyers(
  checklists: readonly Checklist[],
  given: GivenBuyers,
  checks: CheckSchemas,
): AssignedBuyers {
  const buyers = new Map<string, Buyer>();
  const missing: Checklist[] = [];
  const unassigned = [...given.general];
  // Only the sandbox's buyers can do steps that the sandbox performs.
  const practises = ({ steps }: Checklist) =>
    Object.keys(given.sandbox).length > 0 && steps.some(({ sandbox }) => sandbox);
  for (const checklist of checklists.filter((each) => needsBuyer(each, checks) || practises(each))) {
    const earlier = [...buyers.values()].at(-1);
    const fallback =
      lookUp(given.configured ?? {}, checklist.id) ??
      lookUp(given.sandbox, checklist.id) ??
      sandboxStandIn(checklist, given.sandbox);
    const buyer =
      lookUp(given.byChecklist, checklist.id) ??
      unassigned.shift() ??
      fallback ??
      (makesPurchase(checklist) ? undefined : earlier);
    if (buyer === undefined) {
      missing.push(checklist);
      continue;
    }
    const taken = checklists.find((other) => makesPurchase(other) && buyers.get(other.id) === buyer);
    if (taken && makesPurchase(checklist)) {
      throw new UserError(
        'buyer-used-up',
        `${checklist.id} cannot use the buyer ${buyer}: ${taken.id} already uses that account, and a purchase needs one without a contract.`,
        `Use another test account: --buyer ${checklist.id}=ID`,
      );
    }
    buyers.set(checklist.id, buyer);
  }
  const [surplus] = unassigned;
  if (surplus !== undefined) {
    throw new UserError(
      'too-many-buyers',
      `No checklist in this run needs the buyer ${surplus}.`,
      'Remove it, or assign it to a checklist: --buyer CHECKLIST=ID',
    );
  }
  return { buyers, missing };
}

/** Whether the checklist makes a purchase. Its buyer cannot make another one afterwards. */
export function makesPurchase({ steps }: Checklist): boolean {
  return steps.some(({ check }) => check?.fields.is === 'new');
}

function needsBuyer({ steps }: Checklist, checks: CheckSchemas): boolean {
  return steps.some(({ check, title, do: does, expect, open, ifItFails }) => {
    const texts = [title, ...does, expect ?? '', open ?? '', ifItFails ?? ''];
    const namesBuyer = texts.some((text) => referencesIn(text).includes('buyer'));
    return namesBuyer || (check !== null && checks[check.kind]?.needsBuyer === true);
  });
}

/**
 * A sandbox buyer for an operator's checklist: one without a contract if it makes a purchase, otherwise one with a
 * contract.
 */
function sandboxStandIn(checklist: Checklist, sandbox: GivenBuyers['sandbox']): Buyer | undefined {
  return sandbox[makesPurchase(checklist) ? 'new-signup' : 'contract-change'];
}
