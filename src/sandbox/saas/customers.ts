import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Entitlement } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Purchase } from './aws.ts';

/** A user who can sign in. */
export interface Account {
  readonly id: number;
  readonly email: string;
  readonly password: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** A purchase that the SaaS knows. */
export interface KnownPurchase extends Purchase {
  /** Null until a user signs up or signs in with it. */
  accountId: number | null;
  /**
   * From AWS's last answer. AWS announces changes on EventBridge, which the sandbox lacks, so this SaaS asks at each
   * view.
   */
  entitlements: readonly Entitlement[];
}

export type Customers = ReturnType<typeof customers>;

/** Low, so that a sandbox starts quickly. In production use scrypt's default or more. */
const cost = { N: 1024 };

/** The sample SaaS's database, in memory. */
export function customers() {
  const accounts: Account[] = [];
  const contracts = new Map<string, KnownPurchase>();
  const add = (made: Omit<Account, 'id'>): Account => {
    const account = { ...made, id: accounts.length + 1 };
    accounts.push(account);
    return account;
  };
  return {
    /** Finds the first account with that address. */
    byEmail: (email: string) => accounts.find((account) => account.email === normal(email)),
    byId: (id: number) => accounts.find((account) => account.id === id),
    create: (email: string, password: string, createdAt: number) =>
      add({ email: normal(email), password: hashed(password), createdAt }),
    /** Adds a second account for the same user. A SaaS should not do this. */
    copy: (account: Omit<Account, 'id'>) => add(account),

    contract: (key: string) => contracts.get(key),
    contractsOf: (account: Account) => [...contracts.values()].filter(({ accountId }) => accountId === account.id),
    /** Finds the contract of a purchase. The first token for the purchase creates it. */
    contractFor(purchase: Purchase): KnownPurchase {
      const key = keyOf(purchase);
      const contract = contracts.get(key) ?? { ...purchase, accountId: null, entitlements: [] };
      contracts.set(key, contract);
      return contract;
    },
    /** Finds the contract of an AWS account under a license, `l-…`. */
    contractOf: (awsAccountId: string, licence: string) =>
      [...contracts.values()].find((row) => row.awsAccountId === awsAccountId && licenseOf(row) === licence),
    /** Counts the accounts of a customer. More than one is a bug. */
    accountsWith: ({ accountId }: KnownPurchase) => {
      const email = accounts.find(({ id }) => id === accountId)?.email;
      return accounts.filter((account) => account.email === email).length;
    },
  };
}

/** Returns the key of a purchase: AWS account and license or, without a license, product. */
export function keyOf(purchase: Purchase): string {
  return `${purchase.awsAccountId} ${licenseOf(purchase) ?? purchase.productCode}`;
}

/** Returns `l-…`. AWS writes the rest of the ARN in more than one way. */
export function licenseOf({ licenseArn }: Pick<Purchase, 'licenseArn'>): string | undefined {
  return licenseArn?.split(':').at(-1);
}

export function isPassword({ password }: Account, entered: string): boolean {
  const [salt = '', hash = ''] = password.split(' ');
  return timingSafeEqual(Buffer.from(hash, 'hex'), scryptSync(entered, salt, 32, cost));
}

function hashed(password: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${salt} ${scryptSync(password, salt, 32, cost).toString('hex')}`;
}

function normal(email: string): string {
  return email.trim().toLowerCase();
}
