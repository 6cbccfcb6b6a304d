import type { Fault } from './api/fault.ts';
import type { StoredChangeSet } from './stored-change-set.ts';
import type { StoredOffer } from './stored-offer.ts';
import type { Delays, StoredDimension, StoredProduct } from './world.ts';

/** What a sandbox begins with, as a file says it; null is as in the sandbox without one. References are known to hold. */
export interface Scenario {
  /** Account id. */
  readonly seller: string | null;
  /** Account ids by names. */
  readonly buyers: Readonly<Record<string, string>> | null;
  readonly products: readonly ScenarioProduct[] | null;
  readonly contracts: readonly ScenarioContract[] | null;
  /** What is undefined takes its part of the sandbox's delay. */
  readonly delays: { readonly [Name in keyof Delays]: number | undefined } | null;
  /** How long a registration token holds. */
  readonly tokenLifetimeMs: number | null;
  readonly faults: readonly ScenarioFault[];
}

export interface ScenarioProduct
  extends Pick<StoredProduct, 'title' | 'visibility' | 'fulfillmentUrl' | 'discoverable' | 'concurrentAgreements'>,
    Pick<StoredOffer, 'currency' | 'quantities'> {
  readonly id: string | null;
  readonly code: string | null;
  readonly dimensions: readonly ScenarioDimension[];
  /** The lengths of a contract. */
  readonly months: readonly number[];
  /** Names of buyers; null: all of them. */
  readonly allowlist: readonly string[] | null;
  /** Null: the product has no change set. */
  readonly changeSet: StoredChangeSet['status'] | null;
}

interface ScenarioDimension extends Pick<StoredDimension, 'key' | 'name'> {
  readonly type: StoredDimension['types'][number];
  readonly price: number;
}

export interface ScenarioContract {
  /** A name. */
  readonly buyer: string;
  /** Title or id; null: the first. */
  readonly product: string | null;
  /** Quantities by dimension key. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly months: number;
  readonly startedMsAgo: number;
  readonly autoRenew: boolean;
  readonly granted: boolean;
}

export interface ScenarioFault {
  readonly action: string;
  readonly fault: Fault;
  /** Which calls of the action, from 1; null: every one. */
  readonly calls: readonly number[] | null;
}
