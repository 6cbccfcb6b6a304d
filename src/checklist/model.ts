import type { Reason } from './reasons.ts';
import { lookUp } from './references.ts';

/** Who does a manual step: the seller, the person with the test buyer's AWS account, or a user of the SaaS. */
export type Who = 'seller' | 'buyer' | 'saas-user';

/** A use case as data, validated by `parseChecklist`. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  readonly summary: string | null;
  readonly needs: readonly string[];
  readonly steps: readonly Step[];
  /** SHA-256 of the file, in hex. Tells versions of a checklist apart in reports. */
  readonly sha256: string;
}

/** A manual step (`do` is not empty), a check, or both. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly who: Who;
  readonly required: boolean;
  readonly do: readonly string[];
  readonly open: string | null;
  readonly expect: string | null;
  /** Id of an earlier step whose output is shown here. */
  readonly show: string | null;
  readonly ifItFails: string | null;
  /** The action of the sandbox that does this step. */
  readonly sandbox: SandboxAction | null;
  readonly check: Check | null;
}

/** What people do in the use cases, as actions of the sandbox. Used by its pages, curl commands and rehearsal. */
export const sandboxActions = [
  'product-page',
  'purchase',
  'set-up',
  'sign-up',
  'sign-in',
  'change',
  'inspect',
] as const;
export type SandboxAction = (typeof sandboxActions)[number];

/**
 * What the rest of the program must know about a kind of check. Code outside `checks` uses these facts instead of the
 * kind's name.
 */
export interface CheckFacts {
  /** Later checks compare with its result. A run keeps the first one that passed. */
  readonly baseline?: true;
  /** Its output is what AWS currently grants the buyer. */
  readonly findsGrants?: true;
  /** Whose answer it judges. Absent means AWS. */
  readonly observes?: 'SaaS';
  /** It calls the contract API of mp-verify.yaml, with the configured headers. */
  readonly callsContractApi?: true;
}

export interface Check extends CheckFacts {
  /** A name in the registry of checks, such as `entitlements`. */
  readonly kind: string;
  /** The fields beside `check`, parsed by the schema of its kind. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** How long to repeat a failed check, in ms; null to check once. */
  readonly within: number | null;
}

export type Status = 'pass' | 'fail' | 'error' | 'skip' | 'pending' | 'not-applicable';
export type Verdict = 'pass' | 'fail' | 'error' | 'incomplete';

/** Who made a result. `both` combines a person's claim with the program's observation. */
export type By = 'operator' | 'check' | 'both' | 'answers' | 'rehearsal';

/** Named facts, so that expected and actual values can be compared. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What a check found, for `show:` and reports. */
export type Output =
  | { readonly kind: 'product'; readonly product: ProductPage }
  | {
      readonly kind: 'entitlements';
      readonly entitlements: readonly EntitlementRow[];
      /** The buyer's agreements in a baseline; null without permission to read them. */
      readonly agreements?: readonly Agreement[] | null;
    }
  | { readonly kind: 'agreements'; readonly agreements: readonly Agreement[] }
  | { readonly kind: 'offer'; readonly offer: Offer }
  | {
      readonly kind: 'saas-contract';
      readonly contract: SaasContract;
      /** All contracts, if the SaaS shows several. */
      readonly contracts?: readonly SaasContract[];
    };

/** A purchase agreement between the seller (proposer) and a buyer (acceptor). */
export interface Agreement {
  /** `agmt-…` */
  readonly id: string;
  /** ACTIVE, REPLACED, SUPERSEDED, RENEWED, EXPIRED, CANCELLED, TERMINATED, ARCHIVED, ROLLED_BACK. */
  readonly status: string;
  readonly buyerAccountId: string;
  readonly acceptedAt: string | null;
  readonly updatedAt: string | null;
  /** Absent if AWS does not say. */
  readonly startsAt?: string | undefined;
  /** The status is ACTIVE, but the start is later than AWS's answer. AWS grants nothing before the start. */
  readonly startsLater?: true | undefined;
  /** Null for pay-as-you-go. */
  readonly endsAt: string | null;
  /** The first agreement in the chain of renewals and replacements that this one belongs to. */
  readonly initialAgreementId: string | null;
  /**
   * What was bought, according to the accepted terms. Empty for usage-based products and inactive agreements; null
   * without permission to read the terms.
   */
  readonly dimensions: readonly { readonly key: string; readonly quantity: number }[] | null;
  /** Types of accepted terms whose selection `dimensions` does not include; absent if there are none. */
  readonly notCompared?: readonly string[] | undefined;
  /** Keys of dimensions accepted without a quantity; absent if there are none. */
  readonly unlimited?: readonly string[] | undefined;
  readonly licenseArns: readonly string[];
}

/** What a buyer should know of the public offer before a purchase. */
export interface Offer {
  readonly id: string;
  /** Currency code, such as `USD`; several are separated by commas. */
  readonly currency: string;
  readonly prices: readonly OfferPrice[];
  /** Dimensions whose price is missing or invalid; absent if there are none. */
  readonly unread?: readonly string[] | undefined;
  /** Whether the buyer can choose, and later change, a quantity; null if the offer does not say. */
  readonly quantityCanChange: boolean | null;
}

interface OfferPrice {
  readonly dimension: string;
  /** Price per duration, in units of the currency. */
  readonly price: number;
  /** ISO 8601, such as `P1M`; null for a price without a duration. */
  readonly duration: string | null;
}

/** A buyer's contract as the SaaS shows it. */
export interface SaasContract {
  readonly plan: string | null;
  readonly quantity: number | null;
  readonly endDate: string | null;
}

/** One row of GetEntitlements. A dimension under two licenses has two rows. */
export interface Entitlement {
  readonly dimension: string;
  readonly value: number | boolean | string | null;
  /** RFC 3339 UTC; null if AWS returns none. */
  readonly expirationDate: string | null;
  readonly licenseArn: string | null;
  readonly customerAwsAccountId: string | null;
  /** Absent for products under concurrent agreements (new SaaS products since 2026-06-01). */
  readonly customerIdentifier: string | null;
}

export interface EntitlementRow extends Entitlement {
  /** The dimension's name in the product, if any. */
  readonly plan: string | null;
  /** False after its end date. */
  readonly active: boolean;
}

export type UrlSource = 'operator' | 'discovery';

/** The format of a product page URL. */
export const productPageUrl =
  /^https:\/\/aws\.amazon\.com\/marketplace\/pp\/prodview-[a-z0-9-]+\/?([?#][\w%&=.~:+/?#-]*)?$/i;

export interface ProductPage {
  readonly productId: string;
  readonly productCode: string | null;
  readonly title: string;
  readonly visibility: string | null;
  readonly state: string | null;
  /** `https://aws.amazon.com/marketplace/pp/prodview-…`; null if unknown. */
  readonly url: string | null;
  readonly urlSource: UrlSource | null;
  readonly purchaseUrl: string;
  readonly managementUrl: string;
  readonly fulfillmentUrl: string | null;
  readonly accountId: string;
}

/** The result of one execution of a step. */
export interface Result extends Reason {
  readonly status: Exclude<Status, 'pending'>;
  /** True if the check lacked a permission that it can do without. Such a result does not count. */
  readonly advisory?: boolean;
  readonly expected?: Facts;
  readonly actual?: Facts;
  readonly output?: Output;
}

/** Answers given in advance, so that a run needs no person. */
export interface Answers {
  readonly answers: Readonly<Record<string, Readonly<Record<string, Answer>>>>;
  readonly buyers: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly verdict: 'pass' | 'fail' | 'skip';
  readonly note: string | null;
  /** The name of the person who answers. */
  readonly by: string | null;
}

/** Returns the answer to a step, or null. */
export function answerTo({ answers }: Answers, checklist: string, step: string): Answer | null {
  return lookUp(lookUp(answers, checklist) ?? {}, step) ?? null;
}

export const noAnswers: Answers = { answers: {}, buyers: {}, inputs: {} };
