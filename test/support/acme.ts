import type { Entitlement } from '../../src/checklist/outputs.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import type { Caller, Product } from '../../src/ports/marketplace.ts';
import { findPage } from '../../src/product/product-page.ts';
import { remember, resolveTarget } from '../../src/product/target.ts';
import { type FakeMarketplace, fakeMarketplace, type MarketplaceScript } from './fake-marketplace.ts';

export const buyer = '444455556666';

export const seller: Caller = {
  accountId: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/mp-seller',
  credentials: 'profile mp-seller',
  credentialsExpire: null,
  sandbox: null,
};

export const acmeNotes: Product = {
  id: 'prod-lp5dq7gziiuyi',
  code: '4ml54db8vrmjuykaw1psroool',
  title: 'Acme Notes',
  visibility: 'Limited',
  state: 'Active',
  ownerAccountId: '111122223333',
  fulfillmentUrl: 'https://acme.example/aws',
  fulfillmentUrls: [{ url: 'https://acme.example/aws', visibility: 'Public', id: 'do-1' }],
  dimensions: [
    { key: 'pro_plan', name: 'Pro', types: ['Entitled'] },
    { key: 'team_plan', name: 'Team', types: ['Entitled'] },
  ],
  allowlist: ['444455556666'],
};

/** What AWS grants by default: ten of the Pro plan for a month, under the license l-1. */
export function granted(changes: Partial<Entitlement> = {}): Entitlement {
  return {
    dimension: 'pro_plan',
    value: 10,
    expirationDate: '2026-12-23T09:00:00.000Z',
    licenseArn: 'arn:aws:license-manager::111122223333:license:l-1',
    customerAwsAccountId: buyer,
    customerIdentifier: null,
    ...changes,
  };
}

/** By default, Acme's credentials may not read agreements. */
const noAgreements = new CouldNotCheck('access-denied', 'The credentials lack the permission.', 'Add it.');

/** AWS as it answers Acme, the seller. Calls beyond the defaults must be scripted. */
export function acmeMarketplace(script: MarketplaceScript = {}): FakeMarketplace {
  return fakeMarketplace({
    caller: () => seller,
    describeProduct: () => acmeNotes,
    findListing: () => ({ listingId: 'prodview-3xw4sjqv2pb22' }),
    agreements: () => {
      throw noAgreements;
    },
    refreshCredentials: () => undefined,
    ...script,
  });
}

/** Asks that marketplace the questions about the product that a run asks once. */
export function productQuestions(marketplace: FakeMarketplace, pasted: string | null = null) {
  const target = remember(() => resolveTarget(marketplace, acmeNotes.id, null));
  const pages = {
    recall: async () => new Map(pasted === null ? [] : [[acmeNotes.id, pasted]]),
    remember: async () => undefined,
  };
  const page = remember(async () => {
    const { caller, product } = await target();
    return findPage(marketplace, pages, caller, product, null);
  });
  return { target, page };
}
