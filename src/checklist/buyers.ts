import { UserError } from '../errors.ts';
import type { Checklist } from './model.ts';
import type { CheckSchemas } from './parse-checklist.ts';
import { lookUp, referencesIn } from './references.ts';

/** A test buyer: an AWS account id of twelve digits, or the customer identifier that ResolveCustomer gave. */
export type Buyer = string;

const accountId = /^\d{12}$/;

/** `4444-5555-6666` is the account 444455556666. Any other number is a typing error, never a customer identifier. */
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

/** Null if `parseBuyer` accepts the text, otherwise what is wrong with it. */
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

/** GetEntitlements takes one of the two filters, never both: https://docs.aws.amazon.com/marketplace/latest/APIReference */
export function buyerFilter(buyer: Buyer): 'CUSTOMER_AWS_ACCOUNT_ID' | 'CUSTOMER_IDENTIFIER' {
  return isAccountId(buyer) ? 'CUSTOMER_AWS_ACCOUNT_ID' : 'CUSTOMER_IDENTIFIER';
}

/** The test buyers that the operator, the configuration and the sandbox name, the first of them taking precedence. */
export interface GivenBuyers {
  /** By the operator, by checklist id. */
  readonly byChecklist: Readonly<Record<string, Buyer>>;
  /** Without a checklist, in the order given. */
  readonly general: readonly Buyer[];
  /** In the configuration, by checklist id. */
  readonly configured?: Readonly<Record<string, Buyer>>;
  /** Of the sandbox, by checklist id. */
  readonly sandbox: Readonly<Record<string, Buyer>>;
}

export interface AssignedBuyers {
  readonly buyers: ReadonlyMap<string, Buyer>;
  /** Checklists that need a buyer but have none. */
  readonly missing: readonly Checklist[];
}

/**
 * Each use case has its own buyer. No two purchases share a buyer. A checklist that needs a contract and names no buyer
 * takes that of the checklist before it.
 */
export function assignBuyers(
  checklists: readonly Checklist[],
  given: GivenBuyers,
  checks: CheckSchemas,
): AssignedBuyers {
  const buyers = new Map<string, Buyer>();
  const missing: Checklist[] = [];
  const unassigned = [...given.general];
  // Steps that the sandbox can do need one of its buyers.
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
      (usesUp(checklist) ? undefined : earlier);
    if (buyer === undefined) {
      missing.push(checklist);
      continue;
    }
    const taken = checklists.find((other) => usesUp(other) && buyers.get(other.id) === buyer);
    if (taken && usesUp(checklist)) {
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

/** Whether the checklist makes a purchase, after which its buyer cannot make another one. */
export function usesUp({ steps }: Checklist): boolean {
  return steps.some(({ check }) => check?.fields.is === 'new');
}

function needsBuyer({ steps }: Checklist, checks: CheckSchemas): boolean {
  return steps.some(({ check, title, do: does, expect, open, ifItFails }) => {
    const texts = [title, ...does, expect ?? '', open ?? '', ifItFails ?? ''];
    const namesBuyer = texts.some((text) => referencesIn(text).includes('buyer'));
    return namesBuyer || (check !== null && checks[check.kind]?.needsBuyer === true);
  });
}

/** For an operator's own checklist: a buyer of the sandbox without a contract for a purchase, else one with a contract. */
function sandboxStandIn(checklist: Checklist, sandbox: GivenBuyers['sandbox']): Buyer | undefined {
  return sandbox[usesUp(checklist) ? 'new-signup' : 'contract-change'];
}
