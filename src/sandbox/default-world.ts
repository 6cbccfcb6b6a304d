import { addMonths } from './contracts.ts';
import type {
  SandboxAccount,
  SandboxWorld,
  StoredAgreement,
  StoredDimension,
  StoredEntitlement,
  StoredOffer,
} from './world.ts';

export const defaultSeller = sandboxAccount('111122223333', 'SELLER');
const stranger = sandboxAccount('777788889999', 'STRANGER');
export const defaultBuyers = {
  'new-signup': sandboxAccount('444455556666', 'BUYER1'),
  'existing-user': sandboxAccount('555566667777', 'BUYER2'),
  'contract-change': sandboxAccount('666677778888', 'BUYER3'),
};
// AWS adds its reviewers' accounts to allowlists.
const reviewer = '999900001111';

const dimensions: readonly StoredDimension[] = [
  { key: 'pro', name: 'Pro', types: ['Entitled'] },
  { key: 'basic', name: 'Basic', types: ['Entitled'] },
];

/**
 * Returns one seller with a Limited and a Public product, each with a public offer, and a test buyer for each use case.
 * The buyer of contract-change has a contract.
 */
export function defaultWorld(now: number): SandboxWorld {
  const notes = {
    id: 'prod-sandboxnotes1',
    code: 'sandboxacmenotes000000001',
    listingId: 'prodview-sandboxnotes1',
    title: 'Acme Notes',
    ownerAccountId: defaultSeller.accountId,
    sharedWith: [],
    visibility: 'Limited',
    state: 'Active',
    fulfillmentUrl: '/saas/registration',
    dimensions,
    allowlist: [...Object.values(defaultBuyers).map((buyer) => buyer.accountId), reviewer],
    discoverable: true,
    engagementUrl: null,
    concurrentAgreements: true,
  } as const;
  const boards = {
    ...notes,
    id: 'prod-sandboxboard1',
    code: 'sandboxacmeboards00000001',
    listingId: 'prodview-sandboxboard1',
    title: 'Acme Boards',
    visibility: 'Public',
    fulfillmentUrl: '/saas/registration',
    allowlist: [],
  } as const;
  const notesOffer = {
    id: 'offer-sandboxnotes1',
    productId: notes.id,
    name: 'Acme Notes, public offer',
    state: 'Released',
    buyerAccounts: null,
    availableUntil: null,
    durations: ['P1M', 'P12M'],
    price: '0.01',
    prices: {},
    currency: 'USD',
    quantities: 'Allowed',
  } as const;
  const boardsOffer = {
    ...notesOffer,
    id: 'offer-sandboxboard1',
    productId: boards.id,
    name: 'Acme Boards, public offer',
  };
  const { agreement, entitlement } = defaultContract(defaultSeller, defaultBuyers['contract-change'], notesOffer, now);
  return {
    seller: defaultSeller,
    buyers: defaultBuyers,
    strangers: [stranger],
    delays: null,
    tokenLifetimeMs: null,
    products: [notes, boards],
    offers: [notesOffer, boardsOffer],
    agreements: [agreement],
    entitlements: [entitlement],
    usage: [],
    changeSets: [],
    registrationTokens: [],
  };
}

const licence = 'l-5a4db0c0c0ffee00000000000000c0de';

/** A contract that is agreed, licensed and granted: Pro, quantity 10, for one month from now. */
function defaultContract(
  { accountId }: SandboxAccount,
  { accountId: buyerAccountId }: SandboxAccount,
  { id: offerId, productId }: StoredOffer,
  now: number,
) {
  const agreement: StoredAgreement = {
    id: 'agmt-sandboxcontractchange0001',
    initialAgreementId: 'agmt-sandboxcontractchange0001',
    productId,
    buyerAccountId,
    offerId,
    status: 'ACTIVE',
    selector: 'P1M',
    dimensions: [{ key: 'pro', quantity: 10 }],
    price: '0.1',
    acceptedAt: now,
    startsAt: now,
    endsAt: addMonths(now, 1),
    updatedAt: now,
    autoRenew: false,
    licenseArn: `arn:aws:license-manager::${accountId}:license:${licence}`,
    licensedAt: now,
    failure: null,
    visibleAt: now,
  };
  const { licenseArn, endsAt } = agreement;
  const granted = { buyerAccountId, productId, dimension: 'pro', value: 10, licenseArn, endsAt };
  const entitlement: StoredEntitlement = { ...granted, customerIdentifier: null, visibleAt: now, goneAt: null };
  return { agreement, entitlement };
}

/**
 * Returns an account with throw-away keys. They have no AKIA prefix, because secret scanners would report every copy of
 * the printed lines.
 */
export function sandboxAccount(accountId: string, name: string): SandboxAccount {
  return { accountId, accessKeyId: `MPVERIFYSANDBOX${name}`, secretAccessKey: 'not-a-secret-sandbox-only' };
}
