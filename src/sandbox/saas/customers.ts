import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Entitlement } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Purchase } from './aws.ts';

/** Somebody who can sign in. */
export interface Account {
  readonly id: number;
  readonly email: string;
  readonly password: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** A purchase that the SaaS knows. */
export interface Contract extends Purchase {
  /** Null until somebody has signed up or signed in with it. */
  accountId: number | null;
  /** As AWS was last heard. AWS tells of changes by EventBridge, which the sandbox has not: this SaaS asks for each view. */
  entitlements: readonly Entitlement[];
}

export type Customers = ReturnType<typeof customers>;

/** Low, so that a sandbox starts at once; a SaaS takes scrypt's default or more. */
const cost = { N: 1024 };

/** What the sample SaaS keeps, in memory. */
export function customers() {
  const accounts: Account[] = [];
  const contracts = new Map<string, Contract>();
  const add = (made: Omit<Account, 'id'>): Account => {
    const account = { ...made, id: accounts.length + 1 };
    accounts.push(account);
    return account;
  };
  return {
    /** The first account of that address. */
    byEmail: (email: string) => accounts.find((account) => account.email === normal(email)),
    byId: (id: number) => accounts.find((account) => account.id === id),
    create: (email: string, password: string, createdAt: number) =>
      add({ email: normal(email), password: hashed(password), createdAt }),
    /** Another account for the same person, which a SaaS should not make. */
    copy: (account: Omit<Account, 'id'>) => add(account),

    contract: (key: string) => contracts.get(key),
    contractsOf: (account: Account) => [...contracts.values()].filter(({ accountId }) => accountId === account.id),
    /** The contract of a purchase: a second token for the same purchase finds what the first one made. */
    contractFor(purchase: Purchase): Contract {
      const key = keyOf(purchase);
      const contract = contracts.get(key) ?? { ...purchase, accountId: null, entitlements: [] };
      contracts.set(key, contract);
      return contract;
    },
    /** The contract of an AWS account under `l-…`. */
    contractOf: (awsAccountId: string, licence: string) =>
      [...contracts.values()].find((row) => row.awsAccountId === awsAccountId && licenceOf(row) === licence),
    /** How many accounts stand for one customer: more than one is a mistake. */
    accountsWith: ({ accountId }: Contract) => {
      const email = accounts.find(({ id }) => id === accountId)?.email;
      return accounts.filter((account) => account.email === email).length;
    },
  };
}

/** One purchase of one customer: AWS account, and licence or else product. */
export function keyOf(purchase: Purchase): string {
  return `${purchase.awsAccountId} ${licenceOf(purchase) ?? purchase.productCode}`;
}

/** `l-…`: AWS writes the ARN around it in more than one way. */
export function licenceOf({ licenseArn }: Pick<Purchase, 'licenseArn'>): string | undefined {
  return licenseArn?.split(':').at(-1);
}

export function isPassword({ password }: Account, said: string): boolean {
  const [salt = '', hash = ''] = password.split(' ');
  return timingSafeEqual(Buffer.from(hash, 'hex'), scryptSync(said, salt, 32, cost));
}

function hashed(password: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${salt} ${scryptSync(password, salt, 32, cost).toString('hex')}`;
}

function normal(email: string): string {
  return email.trim().toLowerCase();
}
