/** An AWS account with throw-away keys. The access key id identifies the caller. */
export interface SandboxAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A SaaS product. Null omits the member from AWS's answers. */
export interface StoredProduct {
  /** Entity id, `prod-…`. */
  readonly id: string;
  /** 25 lowercase letters and digits. */
  readonly code: string | null;
  /** `prodview-…`. */
  readonly listingId: string | null;
  readonly title: string;
  readonly ownerAccountId: string;
  /** Other accounts that may list (as SHARED) and describe the product. For all others it does not exist. */
  readonly sharedWith: readonly string[];
  readonly visibility: 'Draft' | 'Limited' | 'Public' | 'Restricted';
  /** `Active`; AWS's shapes name no other state. */
  readonly state: string | null;
  /** A path points to the sandbox itself. */
  readonly fulfillmentUrl: string | null;
  readonly dimensions: readonly StoredDimension[];
  /** Accounts that may buy while the product is Limited. */
  readonly allowlist: readonly string[];
  /** If false, the Discovery API does not know the product, as may happen with a Limited one. */
  readonly discoverable: boolean;
  /** The value of the only entry in Discovery's `sellerEngagements`; null for no entry. */
  readonly engagementUrl: string | null;
  /**
   * If false, the product was created before concurrent agreements (2026-06-01), so its buyers also have customer
   * identifiers.
   */
  readonly concurrentAgreements: boolean;
}

export interface StoredDimension {
  readonly key: string;
  readonly name: string;
  readonly types: readonly ('Entitled' | 'Metered' | 'ExternallyMetered')[];
}

/**
 * One row of GetEntitlements. A changed contract has two rows: `goneAt` of the old one is `visibleAt` of the new one.
 */
export interface StoredEntitlement {
  readonly buyerAccountId: string;
  readonly productId: string;
  readonly dimension: string;
  readonly value: number | boolean | string;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Only for products created before concurrent agreements (2026-06-01). */
  readonly customerIdentifier: string | null;
  /** Epoch ms. An expired row stays listed, as on AWS. */
  readonly endsAt: number | null;
  /** Epoch ms when AWS starts to show the row. */
  readonly visibleAt: number;
  /** Epoch ms when AWS stops showing the row. */
  readonly goneAt: number | null;
}

/** Times from a purchase or a change until AWS shows it, in ms. */
export interface Delays {
  readonly agreementMs: number;
  readonly licenceMs: number;
  /** Until GetEntitlements shows it. */
  readonly entitlementMs: number;
}

/** Everything that the sandbox knows. Every request reads it, so tests may change it at any time. */
export interface SandboxWorld {
  readonly seller: SandboxAccount;
  /** Test buyers by the id of their checklist. */
  readonly buyers: Readonly<Record<string, SandboxAccount>>;
  /** Accounts unrelated to the seller. */
  readonly strangers: readonly SandboxAccount[];
  /** Null to derive them from the sandbox's single delay. */
  delays: Delays | null;
  /** Lifetime of a registration token in ms; null for AWS's. */
  tokenLifetimeMs: number | null;
  products: StoredProduct[];
  offers: StoredOffer[];
  /** Oldest first, with every version of each. */
  agreements: StoredAgreement[];
  /** Oldest first. */
  entitlements: StoredEntitlement[];
  usage: StoredUsage[];
  changeSets: StoredChangeSet[];
  /** All issued tokens, including expired ones. */
  registrationTokens: RegistrationToken[];
}

/**
 * One version of an agreement between the product's owner (proposer) and the buyer (acceptor). Rows with the same id
 * are versions of the same agreement, oldest first. AWS shows the last visible one.
 */
export interface StoredAgreement {
  /** `agmt-` and 25 lowercase letters and digits. */
  readonly id: string;
  /** The id of the first agreement in a chain of replacements and renewals; otherwise equal to `id`. */
  readonly initialAgreementId: string;
  readonly productId: string;
  readonly buyerAccountId: string;
  readonly offerId: string;
  readonly status:
    | 'ACTIVE'
    | 'ARCHIVED'
    | 'CANCELLED'
    | 'EXPIRED'
    | 'RENEWED'
    | 'REPLACED'
    | 'ROLLED_BACK'
    | 'SUPERSEDED'
    | 'TERMINATED';
  /** The length of the contract as an ISO 8601 duration, `P1M`; null for pay-as-you-go. */
  readonly selector: string | null;
  /** What the buyer chose in the terms. Stored separately from the entitlements, so that the two can differ. */
  readonly dimensions: readonly AgreedDimension[];
  /** Total, in the currency of the offer; null omits the charges. */
  readonly price: string | null;
  /** Epoch ms. */
  readonly acceptedAt: number;
  /** Epoch ms. */
  readonly startsAt: number;
  /** Epoch ms. Pay-as-you-go ends on 9999-01-01, as observed on AWS. Null, which the model allows, omits the end. */
  readonly endsAt: number | null;
  /** Epoch ms. Changes with every amendment, renewal and change of `autoRenew`. */
  readonly updatedAt: number;
  readonly autoRenew: boolean;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Epoch ms when AWS starts to show the license and the agreement's entitlement as provisioned. */
  readonly licensedAt: number;
  /** Why the agreement's entitlement cannot be provisioned; null if it can. */
  readonly failure:
    | 'INVALID_PAYMENT_INSTRUMENT'
    | 'INCOMPATIBLE_CURRENCY'
    | 'ACCOUNT_SUSPENDED'
    | 'UNSUPPORTED_OPERATION'
    | 'PRODUCT_RESTRICTED'
    | null;
  /** Epoch ms when AWS starts to show this version. */
  readonly visibleAt: number;
}

export interface AgreedDimension {
  readonly key: string;
  readonly quantity: number;
}

/** What a product is sold for. A product may have several offers, or none. */
export interface StoredOffer {
  /** Entity id, `offer-…`. */
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly state: 'Draft' | 'Released';
  /** The accounts that may accept a private offer; null for a public offer. */
  readonly buyerAccounts: readonly string[] | null;
  /** Epoch ms until which a private offer can be accepted; null for no limit. */
  readonly availableUntil: number | null;
  /** ISO 8601 durations to choose from, `P1M`, `P12M`; empty if the offer has no contract terms. */
  readonly durations: readonly string[];
  /** Price of a unit of any dimension, for any duration; null omits it from the terms. */
  readonly price: string | null;
  /** Prices that differ from `price`, by dimension key. */
  readonly prices: Readonly<Record<string, string>>;
  /** Currency code, such as `USD`. */
  readonly currency: string;
  /** Whether the buyer may choose and change the quantity. */
  readonly quantities: 'Allowed' | 'Disallowed';
}

/** A usage record that BatchMeterUsage accepted. */
interface StoredUsage {
  /** UUID: AWS's `MeteringRecordId`. */
  readonly id: string;
  readonly productId: string;
  readonly buyerAccountId: string;
  /** Null if the record did not name one. */
  readonly licenseArn: string | null;
  readonly dimension: string;
  /** Epoch seconds, from the record. */
  readonly timestamp: number;
  readonly quantity: number;
}

/** A change set of the Catalog API: a request to change products or offers. */
export interface StoredChangeSet {
  /** 25 lowercase letters and digits. */
  readonly id: string;
  readonly name: string | null;
  readonly ownerAccountId: string;
  /** The products and offers that it changes. */
  readonly entityIds: readonly string[];
  readonly status: 'PREPARING' | 'APPLYING' | 'SUCCEEDED' | 'CANCELLED' | 'FAILED';
  readonly failureCode: 'CLIENT_ERROR' | 'SERVER_FAULT' | null;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms; null while it is in progress. */
  readonly endedAt: number | null;
}

/** What a registration token resolves to. */
export interface RegistrationOrder {
  readonly buyerAccountId: string;
  readonly productId: string;
  /** Null for a contract without a license. */
  readonly licenseArn: string | null;
}

interface RegistrationToken extends RegistrationOrder {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}
