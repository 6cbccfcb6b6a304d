import { addMonths } from './add-months.ts';
import type { SandboxAccount, StoredDimension, World } from './world.ts';

const seller = account('111122223333', 'SELLER');
const buyers = {
  'new-signup': account('444455556666', 'BUYER1'),
  'existing-user': account('555566667777', 'BUYER2'),
  'contract-change': account('666677778888', 'BUYER3'),
};
// AWS adds accounts of its own reviewers to allowlists.
const reviewer = '999900001111';

const dimensions: readonly StoredDimension[] = [
  { key: 'pro', name: 'Pro', types: ['Entitled'] },
  { key: 'basic', name: 'Basic', types: ['Entitled'] },
];

/** One seller with a Limited and a Public product, and a test buyer for each use case: the last has a contract. */
export function defaultWorld(now: number): World {
  const notes = {
    id: 'prod-sandboxnotes1',
    code: 'sandboxacmenotes000000001',
    listingId: 'prodview-sandboxnotes1',
    title: 'Acme Notes',
    ownerAccountId: seller.accountId,
    sharedWith: [],
    visibility: 'Limited',
    fulfillmentUrl: 'https://notes.acme.example/aws-marketplace',
    dimensions,
    allowlist: [...Object.values(buyers).map((buyer) => buyer.accountId), reviewer],
    discoverable: true,
    engagementUrl: null,
  } as const;
  const boards = {
    ...notes,
    id: 'prod-sandboxboard1',
    code: 'sandboxacmeboards00000001',
    listingId: 'prodview-sandboxboard1',
    title: 'Acme Boards',
    visibility: 'Public',
    fulfillmentUrl: 'https://boards.acme.example/aws-marketplace',
    allowlist: [],
  } as const;
  const contract = {
    buyerAccountId: buyers['contract-change'].accountId,
    productId: notes.id,
    dimension: 'pro',
    value: 10,
    licenseArn: `arn:aws:license-manager::${seller.accountId}:license:l-5a4db0c0c0ffee00000000000000c0de`,
    customerIdentifier: null,
    endsAt: addMonths(now, 1),
    visibleAt: now,
    goneAt: null,
  };
  return { seller, buyers, products: [notes, boards], entitlements: [contract] };
}

// No AKIA prefix: secret scanners would cry wolf over every copy of the lines we print.
function account(accountId: string, name: string): SandboxAccount {
  return { accountId, accessKeyId: `MPVERIFYSANDBOX${name}`, secretAccessKey: 'not-a-secret-sandbox-only' };
}
