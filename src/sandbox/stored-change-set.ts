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
  /** Epoch ms; null while it goes on. */
  readonly endedAt: number | null;
}
