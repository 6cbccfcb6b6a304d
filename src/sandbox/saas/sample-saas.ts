import type { SaasBugName } from '../../ports/sandbox.ts';
import type { SandboxAccount, SandboxWorld } from '../world.ts';
import type { Aws } from './aws.ts';
import { integrationWith } from './bugs.ts';
import { customers, licenseOf } from './customers.ts';
import { saasApp } from './saas-app.ts';

export interface SampleSaasOptions {
  readonly world: SandboxWorld;
  readonly now: () => number;
  /** URL of the sandbox, known once it listens. */
  readonly endpoint: () => string;
  readonly bug: SaasBugName | null;
}

const password = 'sandbox-only';

/**
 * Builds the sample SaaS, connected to this sandbox with the seller's keys, with accounts for the buyers who need one.
 */
export function sampleSaas({ world, now, endpoint, bug }: SampleSaasOptions) {
  const kept = customers();
  const seeded = addAccounts(kept, world, now());
  let aws: Promise<Aws> | null = null;
  const app = saasApp({
    customers: kept,
    integration: integrationWith(bug),
    aws: () => {
      aws ??= import('./aws.ts').then(({ connectAws }) =>
        connectAws({ endpoint: endpoint(), credentials: world.seller }),
      );
      return aws;
    },
    plansOf: (code) => {
      const product = world.products.find((each) => each.code === code);
      return new Map(product?.dimensions.map(({ key, name }) => [key, name]));
    },
    knownAccounts: `This sandbox has these accounts (password ${password}): ${seeded.join(', ')}.`,
    now,
  });
  return { app, close: async () => (await aws)?.close() };
}

/** Whether every buyer is sent to the sample SaaS. Buyers sent elsewhere have no account in it. */
export function usesSampleSaas({ products }: SandboxWorld): boolean {
  return products.every(({ fulfillmentUrl }) => fulfillmentUrl?.startsWith('/') ?? true);
}

/** Creates accounts for existing-user, which needs one, and for each buyer who has a contract from the start. */
function addAccounts(kept: ReturnType<typeof customers>, world: SandboxWorld, now: number): readonly string[] {
  return Object.entries(world.buyers).flatMap(([name, buyer]) => {
    const contracts = contractsOf(buyer, world, now);
    if (name !== 'existing-user' && contracts.length === 0) return [];
    const account = kept.create(`${name}@acme.example`, password, now);
    for (const { purchase, entitlements } of contracts) {
      const contract = kept.contractFor(purchase);
      contract.accountId = account.id;
      contract.entitlements = entitlements;
    }
    return [account.email];
  });
}

function contractsOf({ accountId }: SandboxAccount, { agreements, entitlements, products }: SandboxWorld, now: number) {
  return agreements
    .filter(({ buyerAccountId, status }) => buyerAccountId === accountId && status === 'ACTIVE')
    .flatMap(({ productId, licenseArn }) => {
      const productCode = products.find(({ id }) => id === productId)?.code;
      if (!productCode) return [];
      const rows = entitlements
        .filter((row) => row.buyerAccountId === accountId && licenseOf(row) === licenseOf({ licenseArn }))
        .filter(({ visibleAt, goneAt }) => visibleAt <= now && (goneAt === null || now < goneAt));
      return [
        {
          purchase: { awsAccountId: accountId, productCode, licenseArn },
          entitlements: rows.map(({ dimension, value, endsAt }) => ({
            Dimension: dimension,
            Value: typeof value === 'number' ? { IntegerValue: value } : { StringValue: String(value) },
            ...(endsAt === null ? {} : { ExpirationDate: new Date(endsAt) }),
          })),
        },
      ];
    });
}
