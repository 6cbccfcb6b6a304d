import type { Agreement, Entitlement, Offer } from '../checklist/model.ts';
import type { CouldNotTell } from '../errors.ts';
import type { Action } from './permissions.ts';

/**
 * The questions that are put to AWS Marketplace. Every method rejects with `CouldNotTell` when AWS could not be asked or
 * did not answer, and with `Interrupted` when the run was stopped.
 */
export interface Marketplace {
  /** Where the questions go: null is AWS itself, otherwise the custom endpoint's URL. */
  readonly endpoint: string | null;
  caller(): Promise<Caller>;
  /** Every SaaS product of the account, all pages read. */
  listProducts(): Promise<readonly ProductSummary[]>;
  /** One product by entity id; null where AWS knows none. */
  describeProduct(id: string): Promise<Product | null>;
  /** Many products by entity id. What goes wrong with some of them takes nothing away from the others. */
  describeProducts(ids: readonly string[]): Promise<DescribedProducts>;
  /**
   * The listing id (`prodview-…`) of the product's page. A refusal is an answer; trouble that may pass (throttling, network,
   * AWS's own), lost credentials and answers that are not AWS's (`not-aws`, `bad-answer`) are not, and reject.
   */
  findListing(productId: string): Promise<ListingAnswer>;
  /** What AWS holds for the buyer, and when it said so. */
  entitlements(productCode: string, buyer: string): Promise<Granted>;
  /** The agreements that the account has accepted for the product, newest first. */
  agreements(productId: string, buyerAccountId: string): Promise<readonly Agreement[]>;
  /** The released public offer; null where there is none. */
  publicOffer(productId: string): Promise<Offer | null>;
  /** How many purchase options these credentials can see of the product: a buyer's, to tell whether it may be bought. */
  purchaseOptions(productId: string): Promise<number>;
  /** By how many ms this machine's clock is ahead of AWS's; negative where it is behind, null where AWS has not answered yet. */
  clockSkew(): number | null;
  /** Forgets the credentials, so that the next question takes fresh ones from the chain. */
  refreshCredentials(): Promise<void>;
  /** Without any credentials: does AWS, or the custom endpoint, answer at all? */
  ping(): Promise<PingAnswer>;
  /** Asks a harmless question to learn whether the action is permitted; with made-up ids where there is no product. */
  probe(action: Action, product: Pick<Product, 'id' | 'code'> | null): Promise<ProbeAnswer>;
}

export interface Granted {
  /** Every row, all pages read, ended ones included. */
  readonly rows: readonly Entitlement[];
  /** AWS's time of the answer, from its `Date` header, to the second; null where there was none. */
  readonly at: Date | null;
}

export interface DescribedProducts {
  /** In the order asked for. Ids that AWS does not know are left out. */
  readonly products: readonly Product[];
  /** Those of which AWS has not told, and why. */
  readonly failed: readonly { readonly id: string; readonly error: CouldNotTell }[];
}

export interface PingAnswer {
  /** The host name of AWS, or the custom endpoint's URL. */
  readonly host: string;
  /** From the `Date` header of the answer, to the second; null where there was none. */
  readonly awsTime: Date | null;
}

export type ProbeAnswer =
  | { readonly allowed: true }
  /** `missing` is the action as AWS names it, which need not be the one asked; `why` is what AWS says. */
  | { readonly allowed: false; readonly missing: string; readonly why: string };

export interface Caller {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
  /** Where the credentials come from, in words for the operator: `profile mp-seller`. */
  readonly credentials: string;
  /** When they end; null for those that do not. */
  readonly credentialsExpire: Date | null;
  /** Where the endpoint says of itself that it is mp-verify's sandbox: its test buyers by checklist id. Else null. */
  readonly sandbox: Readonly<Record<string, string>> | null;
  /** Buyers of that sandbox are sent to its sample SaaS. */
  readonly sampleSaas?: boolean;
  /** Tells that sandbox from every other one: each forgets everything when it stops. */
  readonly instance?: string;
}

export interface ProductSummary {
  /** Entity id, `prod-…`. */
  readonly id: string;
  readonly title: string;
  readonly visibility: string | null;
  readonly ownerAccountId: string | null;
}

/** Where buyers of one delivery option are sent to set up their account. */
export interface FulfillmentUrl {
  readonly url: string;
  /** `Public`, `Limited`; null where AWS does not say. */
  readonly visibility: string | null;
  /** Of the delivery option, `do-…`; null where AWS does not say. */
  readonly id: string | null;
}

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference — `SaaSProduct@1.0`; every member may be missing. */
export interface Product extends ProductSummary {
  /** `SaaSProduct`, `AmiProduct`, …: of anything but a SaaS product the rest is not known. Null or absent: AWS does not say. */
  readonly entityType?: string | null;
  /** 25 lowercase letters and digits; what GetEntitlements asks for. */
  readonly code: string | null;
  readonly state: string | null;
  /** The first that buyers are sent to: of a public delivery option, else of a limited one. */
  readonly fulfillmentUrl: string | null;
  /** Of every delivery option of every version, in AWS's order; those that are Restricted are left out, as no buyer is sent there. */
  readonly fulfillmentUrls: readonly FulfillmentUrl[];
  readonly dimensions: readonly Dimension[];
  /** Accounts that may buy while the product is Limited; AWS adds accounts of its own reviewers. Null: not named. */
  readonly allowlist: readonly string[] | null;
}

export interface Dimension {
  /** What an entitlement names. */
  readonly key: string;
  readonly name: string;
  /** `Entitled`, `Metered`, `ExternallyMetered`. */
  readonly types: readonly string[];
}

export type ListingAnswer =
  | { readonly listingId: string }
  /** `why` is a whole sentence: the Discovery API may refuse a Limited product, which is not an error. */
  | { readonly listingId: null; readonly why: string };
