import type { RegistrationToken } from './registration-tokens.ts';
import type { StoredAgreement } from './stored-agreement.ts';
import type { StoredChangeSet } from './stored-change-set.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { StoredUsage } from './stored-usage.ts';

/** An AWS account with the throw-away keys that tell the sandbox who asks. */
export interface SandboxAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A SaaS product as its seller keeps it; null leaves the member out of AWS's answers. */
export interface StoredProduct {
  /** Entity id, `prod-…`. */
  readonly id: string;
  /** 25 lowercase letters and digits. */
  readonly code: string | null;
  /** `prodview-…`. */
  readonly listingId: string | null;
  readonly title: string;
  readonly ownerAccountId: string;
  /** Other accounts that may list (as SHARED) and describe the product; to anyone else it does not exist. */
  readonly sharedWith: readonly string[];
  readonly visibility: 'Draft' | 'Limited' | 'Public' | 'Restricted';
  /** `Active`; AWS's shapes name no other state. */
  readonly state: string | null;
  /** One that begins with `/` is of the sandbox itself. */
  readonly fulfillmentUrl: string | null;
  readonly dimensions: readonly StoredDimension[];
  /** Who may buy, while the product is Limited. */
  readonly allowlist: readonly string[];
  /** False: the Discovery API knows nothing of the product, as it may be with a Limited one. */
  readonly discoverable: boolean;
  /** The value of the product's one entry in Discovery's `sellerEngagements`; null: no entry. */
  readonly engagementUrl: string | null;
  /** False: older than concurrent agreements (2026-06-01), so its buyers have customer identifiers too. */
  readonly concurrentAgreements: boolean;
}

export interface StoredDimension {
  readonly key: string;
  readonly name: string;
  readonly types: readonly ('Entitled' | 'Metered' | 'ExternallyMetered')[];
}

/** One row of GetEntitlements. A changed contract is two rows: `goneAt` of the old is `visibleAt` of the new. */
export interface StoredEntitlement {
  readonly buyerAccountId: string;
  readonly productId: string;
  readonly dimension: string;
  readonly value: number | boolean | string;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Only for products that are older than concurrent agreements (2026-06-01). */
  readonly customerIdentifier: string | null;
  /** Epoch ms; a row whose end is past stays listed, as on AWS. */
  readonly endsAt: number | null;
  /** Epoch ms from which AWS shows the row. */
  readonly visibleAt: number;
  /** Epoch ms from which AWS no longer shows the row. */
  readonly goneAt: number | null;
}

/** From a purchase or a change until AWS shows it, in ms. */
export interface Delays {
  readonly agreementMs: number;
  readonly licenceMs: number;
  /** Until GetEntitlements shows it. */
  readonly entitlementMs: number;
}

/** Everything that the sandbox knows. Read anew for every request, so tests may replace any of it at any time. */
export interface World {
  readonly seller: SandboxAccount;
  /** Test buyers by the id of the checklist they are for. */
  readonly buyers: Readonly<Record<string, SandboxAccount>>;
  /** Accounts that have nothing to do with the seller. */
  readonly strangers: readonly SandboxAccount[];
  /** Null: parts of the sandbox's one delay. */
  delays: Delays | null;
  /** How long a registration token holds, in ms; null: as long as AWS's. */
  tokenLifetimeMs: number | null;
  products: StoredProduct[];
  offers: StoredOffer[];
  /** Oldest first, with every version of each. */
  agreements: StoredAgreement[];
  /** Oldest first. */
  entitlements: StoredEntitlement[];
  usage: StoredUsage[];
  changeSets: StoredChangeSet[];
  /** Those that were given out, also after they have expired. */
  registrationTokens: RegistrationToken[];
}
