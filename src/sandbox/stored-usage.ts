/** A usage record that BatchMeterUsage has taken. */
export interface StoredUsage {
  /** UUID; what AWS calls `MeteringRecordId`. */
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
