/**
 * One version of an agreement: the product's owner proposed it, the buyer accepted it. Rows with the same id are versions of
 * the same agreement, oldest first, and AWS shows the last of them that is visible.
 */
export interface StoredAgreement {
  /** `agmt-` and 25 lowercase letters and digits. */
  readonly id: string;
  /** The id of the first agreement in a chain of replacements and renewals; its own where there is no chain. */
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
  /** What the buyer chose in the terms. Not derived from the entitlements, so that the two can differ. */
  readonly dimensions: readonly AgreedDimension[];
  /** For the whole of it, in the currency of the offer; null leaves the charges out. */
  readonly price: string | null;
  /** Epoch ms. */
  readonly acceptedAt: number;
  /** Epoch ms. */
  readonly startsAt: number;
  /** Epoch ms. Pay as you go ends on 9999-01-01, as was seen on AWS; null, which the model allows, leaves the end out. */
  readonly endsAt: number | null;
  /** Epoch ms; moves with every amendment, renewal and change of `autoRenew`. */
  readonly updatedAt: number;
  readonly autoRenew: boolean;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Epoch ms from which AWS shows the licence and takes the agreement's entitlement for provisioned. */
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
