/** A registration token, as "Set up your account" posts it to the product's fulfillment URL. */
export interface StoredRegistration {
  /** What ResolveCustomer takes: decoded once from the form, and still with percent signs in it. */
  readonly token: string;
  readonly productId: string;
  readonly buyerAccountId: string;
  /** `arn:aws:license-manager::<account>:license:l-<32 hex>`. */
  readonly licenseArn: string | null;
  /** Epoch ms from which AWS takes the token for expired. */
  readonly expiresAt: number;
}
