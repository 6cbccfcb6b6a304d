import { UserError } from '../errors.ts';

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
