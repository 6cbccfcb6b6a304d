import type { Agreement, Entitlement, Offer } from '../checklist/model.ts';
import type { CouldNotCheck } from '../errors.ts';

/**
 * Requests to AWS Marketplace. Every method rejects with `CouldNotCheck` if the request failed, and with `Interrupted` if the
 * command was stopped.
 */
export interface Marketplace {
  /** The custom endpoint's URL; null: AWS itself. */
  readonly endpoint: string | null;
  caller(): Promise<Caller>;
  /** Every SaaS product of the account. */
  listProducts(): Promise<readonly ProductSummary[]>;
  /** One product by entity id; null if AWS has none. */
  describeProduct(id: string): Promise<Product | null>;
  /** Many products by entity id. Some may fail and others not. */
  describeProducts(ids: readonly string[]): Promise<DescribedProducts>;
  /**
   * The listing id (`prodview-…`) of the product's page. Resolves where AWS refuses it; rejects for errors that may pass
   * (throttling, network, AWS's own), missing credentials and answers that do not come from AWS (`not-aws`, `bad-answer`).
   */
  findListing(productId: string): Promise<ListingAnswer>;
  /** The buyer's entitlements, and the time of the answer. */
  entitlements(productCode: string, buyer: string): Promise<Granted>;
  /** The agreements that the account has accepted for the product, newest first. */
  agreements(productId: string, buyerAccountId: string): Promise<readonly Agreement[]>;
  /** The released public offer; null if there is none. */
  publicOffer(productId: string): Promise<Offer | null>;
  /** How many purchase options of the product these credentials can see: with a buyer's, whether the buyer can purchase it. */
  purchaseOptions(productId: string): Promise<number>;
  /** By how many ms this machine's clock is ahead of AWS's (negative: behind); null before AWS's first answer. */
  clockSkew(): number | null;
  /** Drops the credentials, so that the next request takes new ones from the credential chain. */
  refreshCredentials(): Promise<void>;
  /** Checks, without credentials, that AWS or the custom endpoint answers. */
  ping(): Promise<PingAnswer>;
  /** Checks with a harmless request whether the action is permitted; uses made-up ids if there is no product. */
  probe(action: IamAction, product: Pick<Product, 'id' | 'code'> | null): Promise<ProbeAnswer>;
}

export interface Granted {
  /** All of them, including ended ones. */
  readonly rows: readonly Entitlement[];
  /** From the `Date` header of AWS's answer, to the second; null if it had none. */
  readonly at: Date | null;
}

export interface DescribedProducts {
  /** In the order requested, without ids that AWS does not know. */
  readonly products: readonly Product[];
  /** Those that could not be read, and why. */
  readonly failed: readonly { readonly id: string; readonly error: CouldNotCheck }[];
}

export interface PingAnswer {
  /** The host name of AWS, or the custom endpoint's URL. */
  readonly host: string;
  /** From the `Date` header of the answer, to the second; null if it had none. */
  readonly awsTime: Date | null;
}

export type ProbeAnswer =
  | { readonly allowed: true }
  /** `missing` is the action that AWS names, which may be another one; `why` is AWS's message. */
  | { readonly allowed: false; readonly missing: string; readonly why: string };

export interface Caller {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
  /** Where the credentials come from, for the operator to read: `profile mp-seller`. */
  readonly credentials: string;
  /** When they expire; null if they do not. */
  readonly credentialsExpire: Date | null;
  /** For an endpoint that identifies itself as mp-verify's sandbox: its test buyers by checklist id. Else null. */
  readonly sandbox: Readonly<Record<string, string>> | null;
  /** That sandbox sends buyers to its sample SaaS. */
  readonly sampleSaas?: boolean;
  /** Identifies that sandbox until it stops; a sandbox loses its data when it stops. */
  readonly instance?: string;
}

export interface ProductSummary {
  /** Entity id, `prod-…`. */
  readonly id: string;
  readonly title: string;
  readonly visibility: string | null;
  readonly ownerAccountId: string | null;
}

/** Where AWS sends buyers of one delivery option to set up their account. */
export interface FulfillmentUrl {
  readonly url: string;
  /** `Public`, `Limited`; null if AWS does not say. */
  readonly visibility: string | null;
  /** Of the delivery option, `do-…`; null if AWS does not say. */
  readonly id: string | null;
}

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference — `SaaSProduct@1.0`; every member may be missing. */
export interface Product extends ProductSummary {
  /** `SaaSProduct`, `AmiProduct`, …: for anything but a SaaS product the rest is unknown. Null or absent: AWS does not say. */
  readonly entityType?: string | null;
  /** 25 lowercase letters and digits, as GetEntitlements needs it. */
  readonly code: string | null;
  readonly state: string | null;
  /** That of the first public delivery option, else of the first limited one. */
  readonly fulfillmentUrl: string | null;
  /** Of every delivery option of every version, in AWS's order, without Restricted ones: AWS sends no buyer there. */
  readonly fulfillmentUrls: readonly FulfillmentUrl[];
  readonly dimensions: readonly Dimension[];
  /** Accounts that can purchase while the product is Limited; AWS adds its own reviewers. Null: not given. */
  readonly allowlist: readonly string[] | null;
}

export interface Dimension {
  /** As in an entitlement. */
  readonly key: string;
  readonly name: string;
  /** `Entitled`, `Metered`, `ExternallyMetered`. */
  readonly types: readonly string[];
}

export type ListingAnswer =
  | { readonly listingId: string }
  /** `why` is a whole sentence. The Discovery API may refuse a Limited product, which is not an error. */
  | { readonly listingId: null; readonly why: string };

/** What mp-verify uses an IAM action for. */
interface Permission {
  /** What cannot be done without it. */
  readonly neededFor: string;
  /** The requests to AWS that need it; the permissions of a group are needed together. */
  readonly group: 'product' | 'entitlements' | 'agreements' | 'discovery';
  /** For an optional one: the end of the sentence "without it …". Null: it is required. */
  readonly without: string | null;
}

const byEntitlements = 'purchases and changes are seen only in the entitlements, which appear later';

/**
 * Every IAM action that mp-verify uses, in the order in which it needs them. The printed policy, the probes and the policy in the
 * documentation are made from it. sts:GetCallerIdentity needs no permission; BatchDescribeEntities has none of its own.
 */
export const permissions = {
  'aws-marketplace:ListEntities': { neededFor: 'finding the product and its offer', group: 'product', without: null },
  'aws-marketplace:DescribeEntity': { neededFor: 'reading the product and its offer', group: 'product', without: null },
  'aws-marketplace:GetEntitlements': {
    neededFor: 'seeing what a buyer is entitled to',
    group: 'entitlements',
    without: 'nothing is lost, because a usage-based product has no entitlements',
  },
  'aws-marketplace:SearchAgreements': {
    neededFor: 'seeing purchases and changes',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetAgreementTerms': {
    neededFor: 'comparing plan and quantity',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetAgreementEntitlements': {
    neededFor: 'comparing licenses',
    group: 'agreements',
    without: byEntitlements,
  },
  'aws-marketplace:GetProduct': {
    neededFor: 'finding the product page',
    group: 'discovery',
    without: 'you are asked for the URL of the product page',
  },
  'aws-marketplace:ListPurchaseOptions': {
    neededFor: 'seeing what the test buyer sees',
    group: 'discovery',
    without: 'mp-verify cannot check whether the test buyer sees the product',
  },
} as const satisfies Readonly<Record<`aws-marketplace:${string}`, Permission>>;

export type IamAction = keyof typeof permissions;

export const actions = Object.keys(permissions) as readonly IamAction[];
