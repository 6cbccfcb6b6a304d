import { UserError } from '../errors.ts';
import type { Checklist } from './model.ts';
import type { CheckSchemas } from './parse-checklist.ts';
import { lookUp, referencesIn } from './references.ts';

/** A test buyer: an AWS account id of twelve digits, or the customer identifier that ResolveCustomer gave. */
export type Buyer = string;

const accountId = /^\d{12}$/;

/** `4444-5555-6666` is the account 444455556666. Digits that are no account id are a typing error, not an identifier. */
export function parseBuyer(value: string): Buyer {
  const text = value.trim();
  const digits = text.replaceAll('-', '');
  if (accountId.test(digits)) return digits;
  if (/^\d*$/.test(digits)) {
    throw new UserError(
      'bad-buyer',
      `"${value}" is not a buyer: an AWS account id has 12 digits, this has ${digits.length}.`,
      'Give the 12 digits of the test account (hyphens do no harm), or a customer identifier.',
    );
  }
  if (!/^[\w-]{1,255}$/.test(text)) {
    throw new UserError(
      'bad-buyer',
      `"${value}" is not a buyer.`,
      'Give the 12 digits of the test account, or a customer identifier (letters and digits).',
    );
  }
  return text;
}

/** Null if `parseBuyer` takes the text, otherwise what is wrong with it. */
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

/** The two filters exclude each other: https://docs.aws.amazon.com/marketplace/latest/APIReference — GetEntitlements. */
export function buyerFilter(buyer: Buyer): 'CUSTOMER_AWS_ACCOUNT_ID' | 'CUSTOMER_IDENTIFIER' {
  return isAccountId(buyer) ? 'CUSTOMER_AWS_ACCOUNT_ID' : 'CUSTOMER_IDENTIFIER';
}

/** What was said of buyers: by checklist id, and in general, in the order in which it was said. */
export interface GivenBuyers {
  readonly byChecklist: Readonly<Record<string, Buyer>>;
  readonly general: readonly Buyer[];
  /** Of the configuration, by checklist id: where nothing else was said. */
  readonly configured?: Readonly<Record<string, Buyer>>;
  /** The test buyers of a sandbox, by checklist id: used where not even a configuration says one. */
  readonly sandbox: Readonly<Record<string, Buyer>>;
}

export interface AssignedBuyers {
  readonly buyers: ReadonlyMap<string, Buyer>;
  /** Checklists that need a buyer and have none. */
  readonly missing: readonly Checklist[];
}

/**
 * Each use case has its own buyer. One that is used up by a purchase is never taken for another purchase; what needs a
 * contract takes the buyer of the use case before it, if none is given.
 */
export function assignBuyers(
  checklists: readonly Checklist[],
  given: GivenBuyers,
  checks: CheckSchemas,
): AssignedBuyers {
  const buyers = new Map<string, Buyer>();
  const missing: Checklist[] = [];
  const left = [...given.general];
  // In a sandbox somebody practises the steps that it has a part in.
  const practises = ({ steps }: Checklist) =>
    Object.keys(given.sandbox).length > 0 && steps.some(({ sandbox }) => sandbox);
  for (const checklist of checklists.filter((each) => needsBuyer(each, checks) || practises(each))) {
    const earlier = [...buyers.values()].at(-1);
    const fallback =
      lookUp(given.configured ?? {}, checklist.id) ??
      lookUp(given.sandbox, checklist.id) ??
      sandboxStandIn(checklist, given.sandbox);
    const buyer =
      lookUp(given.byChecklist, checklist.id) ?? left.shift() ?? fallback ?? (usesUp(checklist) ? undefined : earlier);
    if (buyer === undefined) {
      missing.push(checklist);
      continue;
    }
    const taken = checklists.find((other) => usesUp(other) && buyers.get(other.id) === buyer);
    if (taken && usesUp(checklist)) {
      throw new UserError(
        'buyer-used-up',
        `${checklist.id} can't have the buyer ${buyer}: ${taken.id} uses it up, and a purchase needs a test account without a contract.`,
        `Name another test account: --buyer ${checklist.id}=ID`,
      );
    }
    buyers.set(checklist.id, buyer);
  }
  const [surplus] = left;
  if (surplus !== undefined) {
    throw new UserError(
      'too-many-buyers',
      `No checklist of this run needs the buyer ${surplus}.`,
      'Leave it out, or say whose it is: --buyer CHECKLIST=ID',
    );
  }
  return { buyers, missing };
}

/** A purchase: the buyer has a contract afterwards, and is not fit for another one. */
export function usesUp({ steps }: Checklist): boolean {
  return steps.some(({ check }) => check?.fields.is === 'new');
}

function needsBuyer({ steps }: Checklist, checks: CheckSchemas): boolean {
  return steps.some(({ check, title, do: does, expect, open, ifItFails }) => {
    const texts = [title, ...does, expect ?? '', open ?? '', ifItFails ?? ''];
    const speaksOfBuyer = texts.some((text) => referencesIn(text).includes('buyer'));
    return speaksOfBuyer || (check !== null && checks[check.kind]?.needsBuyer === true);
  });
}

/** A checklist of the operator's own practises with a buyer that is fit for it. */
function sandboxStandIn(checklist: Checklist, sandbox: GivenBuyers['sandbox']): Buyer | undefined {
  return sandbox[usesUp(checklist) ? 'new-signup' : 'contract-change'];
}
