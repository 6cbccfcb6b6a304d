import type { Agreement, Entitlement, Offer } from '../checklist/outputs.ts';
import type { CouldNotCheck } from '../errors.ts';

/**
 * An agreement, and whether AWS renews or replaces it at its end: `endTimeBehaviorType` of SearchAgreements. Absent if not, or
 * if AWS does not say.
 */
export interface FoundAgreement extends Agreement {
  readonly renews?: true;
}

/**
 * Requests to AWS Marketplace. Every method rejects with `CouldNotCheck` if the request failed, and with `Interrupted`
 * if the command was stopped.
 */
export interface Marketplace {
  /** The custom endpoint's URL; null for AWS. */
  readonly endpoint: string | null;
  caller(): Promise<Caller>;
  /** Returns whose credentials assume the role in use; null if none is assumed. */
  assumedBy(): Promise<Pick<Caller, 'arn' | 'credentials'> | null>;
  /** Lists every SaaS product of the account. */
  listProducts(): Promise<readonly ProductSummary[]>;
  /** Returns a product by entity id; null if AWS has none. */
  describeProduct(id: string): Promise<Product | null>;
  /** Returns many products by entity id. Some may fail while others do not. */
  describeProducts(ids: readonly string[]): Promise<DescribedProducts>;
  /**
   * Finds the listing id (`prodview-…`) of the product's page. Resolves if AWS refuses it. Rejects for errors that may
   * be temporary (throttling, network, AWS), missing credentials, and answers that are not from AWS (`not-aws`,
   * `bad-answer`).
   */
  findListing(productId: string): Promise<ListingAnswer>;
  /** Returns the buyer's entitlements, and the time of the answer. */
  entitlements(productCode: string, buyer: string): Promise<Granted>;
  /** Returns the agreements that the account has accepted for the product, newest first. */
  agreements(productId: string, buyerAccountId: string): Promise<readonly FoundAgreement[]>;
  /** Returns the released public offer; null if there is none. */
  publicOffer(productId: string): Promise<Offer | null>;
  /**
   * Counts the purchase options of the product that these credentials can see. A buyer's credentials show whether the
   * buyer can purchase it.
   */
  purchaseOptions(productId: string): Promise<number>;
  /** How far this machine's clock is ahead of AWS's, in ms. Negative if behind; null before AWS's first answer. */
  clockSkew(): number | null;
  /** Drops the credentials. The next request takes new ones from the credential chain. */
  refreshCredentials(): Promise<void>;
  /** Checks, without credentials, that AWS or the custom endpoint answers. */
  ping(): Promise<PingAnswer>;
  /** Checks with a harmless request whether the action is permitted. Without a product, uses made-up ids. */
  probe(action: IamAction, product: Pick<Product, 'id' | 'code'> | null): Promise<ProbeAnswer>;
}

export interface Granted {
  /** All rows, including expired ones. */
  readonly rows: readonly Entitlement[];
  /** From the `Date` header of AWS's answer, to the second; null if it has none. */
  readonly at: Date | null;
}

export interface DescribedProducts {
  /** In the order requested, without ids that AWS does not know. */
  readonly products: readonly Product[];
  /** The products that could not be read, and why. */
  readonly failed: readonly { readonly id: string; readonly error: CouldNotCheck }[];
}

export interface PingAnswer {
  /** The host name of AWS, or the custom endpoint's URL. */
  readonly host: string;
  /** From the `Date` header of the answer, to the second; null if it has none. */
  readonly awsTime: Date | null;
}

export type ProbeAnswer =
  | { readonly allowed: true }
  /** `missing` is the action that AWS names, which may not be the one asked about. `why` is AWS's message. */
  | { readonly allowed: false; readonly missing: string; readonly why: string };

export interface Caller {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
  /** Where the credentials come from, for messages: `profile mp-seller`. */
  readonly credentials: string;
  /** When they expire; null if they do not. */
  readonly credentialsExpire: Date | null;
  /** Test buyers by checklist id, if the endpoint identifies itself as mp-verify's sandbox; otherwise null. */
  readonly sandbox: Readonly<Record<string, string>> | null;
  /** True if the sandbox sends buyers to its sample SaaS. */
  readonly sampleSaas?: boolean;
  /** Identifies the sandbox until it stops. A sandbox loses its data when it stops. */
  readonly instance?: string;
}

export interface ProductSummary {
  /** Entity id, `prod-…`. */
  readonly id: string;
  readonly title: string;
  readonly visibility: string | null;
  readonly ownerAccountId: string | null;
}

/**
 * Returns the entity id in a product argument: `prod-…`, or a GUID for older products, also with a revision
 * (`prod-…@7`) or in an ARN. Null for a product code or a title.
 */
export function entityIdIn(wanted: string): string | null {
  const inArn = /^arn:[\w-]+:aws-marketplace:[\w-]*:\d*:[\w-]+\/\w+\/([^/\s]+)$/.exec(wanted.trim())?.[1];
  const id = (inArn ?? wanted.trim()).replace(/@\d+$/, '');
  const isId = /^prod-[\w-]+$/.test(id) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  return isId || inArn !== undefined ? id : null;
}

/** The same for all ways to write one entity ID. Product codes and titles are only equal to themselves. */
export function productKey(text: string): string {
  return entityIdIn(text) ?? text.trim();
}

/** Where AWS sends the buyers of one delivery option to set up their account. */
export interface FulfillmentUrl {
  readonly url: string;
  /** `Public`, `Limited`; null if AWS does not say. */
  readonly visibility: string | null;
  /** Id of the delivery option, `do-…`; null if AWS does not say. */
  readonly id: string | null;
}

/**
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference — `SaaSProduct@1.0`. Every member may be
 * missing.
 */
export interface Product extends ProductSummary {
  /**
   * `SaaSProduct`, `AmiProduct`, …; null or absent if AWS does not say. The other members are known only for a SaaS
   * product.
   */
  readonly entityType?: string | null;
  /** 25 lowercase letters and digits. GetEntitlements needs it. */
  readonly code: string | null;
  readonly state: string | null;
  /** The URL of the first public delivery option, otherwise of the first limited one. */
  readonly fulfillmentUrl: string | null;
  /**
   * The URLs of all delivery options of all versions, in AWS's order. Restricted ones are omitted, because AWS sends no
   * buyer there.
   */
  readonly fulfillmentUrls: readonly FulfillmentUrl[];
  readonly dimensions: readonly Dimension[];
  /** Accounts that can purchase while the product is Limited. AWS adds its own reviewers. Null if AWS does not say. */
  readonly allowlist: readonly string[] | null;
}

export interface Dimension {
  /** The dimension's key, as in an entitlement. */
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
  /** What fails without it. */
  readonly neededFor: string;
  /** The requests to AWS that need it. The permissions of a group are needed together. */
  readonly group: 'product' | 'entitlements' | 'agreements' | 'discovery';
  /** The end of the sentence "without it …" for an optional permission; null for a required one. */
  readonly without: string | null;
  /** Whose credentials use it, if there are those of a test buyer. Default: the seller's. */
  readonly usedBy?: 'seller' | 'buyer' | 'both';
}

const byEntitlements = 'purchases and changes are seen only in the entitlements, which appear later';

/**
 * Every IAM action that mp-verify uses, in the order in which it needs them. The printed policy, the probes and the
 * documented policy come from this table. sts:GetCallerIdentity needs no permission, and BatchDescribeEntities has none
 * of its own.
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
    usedBy: 'both',
  },
  'aws-marketplace:ListPurchaseOptions': {
    neededFor: 'seeing what the test buyer sees',
    group: 'discovery',
    without: 'mp-verify cannot check whether the test buyer sees the product',
    usedBy: 'buyer',
  },
} as const satisfies Readonly<Record<`aws-marketplace:${string}`, Permission>>;

export type IamAction = keyof typeof permissions;

export const actions = Object.keys(permissions) as readonly IamAction[];

/** Returns the actions of the seller's or of the test buyer's credentials, if mp-verify has both. */
export function actionsOf(who: 'seller' | 'buyer'): readonly IamAction[] {
  return actions.filter((action) => {
    const { usedBy = 'seller' }: Permission = permissions[action];
    return usedBy === who || usedBy === 'both';
  });
}

/** Returns the IAM statement that lets credentials assume these roles. */
export function assumeStatement(roles: string | readonly string[]) {
  return { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roles };
}

/** Returns an IAM statement to paste into a policy. The Marketplace actions used here only read. */
export function iamStatement(actions: readonly string[]) {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

/**
 * Describes whose policy must change. The ARN of a session contains its role. Roles that start with AWSReservedSSO_
 * come from permission sets, so the permission set must change.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function policyHolder(arn: string): string {
  const [, permissionSet] = /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]+\//.exec(arn) ?? [];
  if (permissionSet) return `the permission set ${permissionSet} of IAM Identity Center`;
  const [, role] = /:assumed-role\/([^/]+)/.exec(arn) ?? [];
  if (role) return `the role ${role}`;
  const [, user] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return user ? `the user ${user}` : arn;
}

/** Whose credentials a connection uses. */
export interface CredentialsFrom {
  /** An AWS profile; null for the SDK's credential chain. */
  readonly profile: string | null;
  /** The configuration file that names the profile, for messages; absent if a flag does. */
  readonly profileFrom?: string | null;
  /** The role to assume with those credentials; without it, they are used as they are. */
  readonly role?: RoleToAssume | null;
}

export interface RoleToAssume {
  readonly arn: string;
  /** What the trust policy of the role asks for as `sts:ExternalId`; null if it asks for none. */
  readonly externalId: string | null;
}

export interface ConnectOptions extends CredentialsFrom {
  readonly endpointUrl: string | null;
  /** The keys of a sandbox inside the process, instead of all others; null otherwise. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}
