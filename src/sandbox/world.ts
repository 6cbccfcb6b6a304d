/** An AWS account, with throw-away keys. The access key id tells the sandbox who calls. */
export interface SandboxAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A SaaS product. Null leaves the member out of AWS's answers. */
export interface StoredProduct {
  /** Entity id, `prod-…`. */
  readonly id: string;
  /** 25 lowercase letters and digits. */
  readonly code: string | null;
  /** `prodview-…`. */
  readonly listingId: string | null;
  readonly title: string;
  readonly ownerAccountId: string;
  /** Other accounts that may list (as SHARED) and describe the product; for all others it does not exist. */
  readonly sharedWith: readonly string[];
  readonly visibility: 'Draft' | 'Limited' | 'Public' | 'Restricted';
  /** `Active`; AWS's shapes name no other state. */
  readonly state: string | null;
  /** A path is in the sandbox itself. */
  readonly fulfillmentUrl: string | null;
  readonly dimensions: readonly StoredDimension[];
  /** Accounts that may buy while the product is Limited. */
  readonly allowlist: readonly string[];
  /** False: the Discovery API does not know the product, as may happen with a Limited one. */
  readonly discoverable: boolean;
  /** The value of the product's one entry in Discovery's `sellerEngagements`; null: no entry. */
  readonly engagementUrl: string | null;
  /** False: created before concurrent agreements (2026-06-01), so its buyers have customer identifiers too. */
  readonly concurrentAgreements: boolean;
}

export interface StoredDimension {
  readonly key: string;
  readonly name: string;
  readonly types: readonly ('Entitled' | 'Metered' | 'ExternallyMetered')[];
}

/** One row of GetEntitlements. A changed contract has two rows: `goneAt` of the old one is `visibleAt` of the new one. */
export interface StoredEntitlement {
  readonly buyerAccountId: string;
  readonly productId: string;
  readonly dimension: string;
  readonly value: number | boolean | string;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Only for products created before concurrent agreements (2026-06-01). */
  readonly customerIdentifier: string | null;
  /** Epoch ms. An ended row stays listed, as on AWS. */
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

/** Everything that the sandbox knows. It is read for every request, so tests may change any of it at any time. */
export interface SandboxWorld {
  readonly seller: SandboxAccount;
  /** Test buyers by the id of the checklist they are for. */
  readonly buyers: Readonly<Record<string, SandboxAccount>>;
  /** Accounts that have nothing to do with the seller. */
  readonly strangers: readonly SandboxAccount[];
  /** Null: derived from the sandbox's one delay. */
  delays: Delays | null;
  /** Lifetime of a registration token in ms; null: AWS's. */
  tokenLifetimeMs: number | null;
  products: StoredProduct[];
  offers: StoredOffer[];
  /** Oldest first, with every version of each. */
  agreements: StoredAgreement[];
  /** Oldest first. */
  entitlements: StoredEntitlement[];
  usage: StoredUsage[];
  changeSets: StoredChangeSet[];
  /** All that were issued, expired ones included. */
  registrationTokens: RegistrationToken[];
}

/**
 * One version of an agreement: the product's owner proposed it, the buyer accepted it. Rows with the same id are versions of
 * the same agreement, oldest first; AWS shows the last visible one.
 */
export interface StoredAgreement {
  /** `agmt-` and 25 lowercase letters and digits. */
  readonly id: string;
  /** The id of the first agreement in a chain of replacements and renewals; else the same as `id`. */
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
  /** The length of the contract as an ISO 8601 duration, `P1M`; null: pay as you go, there is no contract. */
  readonly selector: string | null;
  /** What the buyer chose in the terms. Stored apart from the entitlements, so that the two can differ. */
  readonly dimensions: readonly AgreedDimension[];
  /** Total, in the currency of the offer; null leaves the charges out. */
  readonly price: string | null;
  /** Epoch ms. */
  readonly acceptedAt: number;
  /** Epoch ms. */
  readonly startsAt: number;
  /** Epoch ms. Pay as you go ends on 9999-01-01, as observed on AWS; null, which the model allows, leaves the end out. */
  readonly endsAt: number | null;
  /** Epoch ms; moves with every amendment, renewal and change of `autoRenew`. */
  readonly updatedAt: number;
  readonly autoRenew: boolean;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Epoch ms from which AWS shows the licence and calls the agreement's entitlement provisioned. */
  readonly licensedAt: number;
  /** Why the agreement's entitlement cannot be provisioned; null: it can. */
  readonly failure:
    | 'INVALID_PAYMENT_INSTRUMENT'
    | 'INCOMPATIBLE_CURRENCY'
    | 'ACCOUNT_SUSPENDED'
    | 'UNSUPPORTED_OPERATION'
    | 'PRODUCT_RESTRICTED'
    | null;
  /** Epoch ms from which AWS shows this version. */
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
  /** The accounts that may accept a private offer; null: the offer is public. */
  readonly buyerAccounts: readonly string[] | null;
  /** Epoch ms until which it can be accepted (private offers); null: without end. */
  readonly availableUntil: number | null;
  /** ISO 8601 durations to choose from, `P1M`, `P12M`; none: the offer has no contract terms. */
  readonly durations: readonly string[];
  /** Price of a unit of any dimension, for any duration; null leaves the price out of the terms. */
  readonly price: string | null;
  /** Prices by dimension key, where they differ from `price`. */
  readonly prices: Readonly<Record<string, string>>;
  /** Three letters, `USD`. */
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
  /** Null where the record named none. */
  readonly licenseArn: string | null;
  readonly dimension: string;
  /** Epoch seconds, as the record gave it. */
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
  /** Null for a contract without a licence. */
  readonly licenseArn: string | null;
}

interface RegistrationToken extends RegistrationOrder {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}
