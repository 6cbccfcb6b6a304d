import type { Reason } from './reasons.ts';
import { lookUp } from './references.ts';

/** Who does a manual step: the seller, the person with the test buyer's AWS account, or a user of the SaaS. */
export type Who = 'seller' | 'buyer' | 'saas-user';

/** A use case as data. `parseChecklist` has checked it, so nothing else does. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  readonly summary: string | null;
  readonly needs: readonly string[];
  readonly steps: readonly Step[];
  /** SHA-256 of the file, in hex: tells two versions of a checklist apart in a report. */
  readonly sha256: string;
}

/** Manual (`do` is not empty), a check, or both. */
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

/** What people do in the use cases, as actions of the sandbox: its pages, curl commands and rehearsal. */
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

/** What the rest of the program must know about a kind of check. Nothing outside `checks` compares the name of a kind. */
export interface CheckFacts {
  /** Its result is what later checks compare with: a run keeps the first one that passed. */
  readonly baseline?: true;
  /** Its output is what AWS grants the buyer at that moment. */
  readonly findsGrants?: true;
  /** Whose answer it judges; AWS's where absent. */
  readonly observes?: 'SaaS';
  /** It calls the contract API that mp-verify.yaml configures, with the headers from there. */
  readonly callsContractApi?: true;
}

export interface Check extends CheckFacts {
  /** A name of the registry of checks: `entitlements`. */
  readonly kind: string;
  /** The fields beside `check`, parsed by the schema of its kind. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** How long to repeat a failed check, in ms; null: check once. */
  readonly within: number | null;
}

export type Status = 'pass' | 'fail' | 'error' | 'skip' | 'pending' | 'not-applicable';
export type Verdict = 'pass' | 'fail' | 'error' | 'incomplete';

/** Who made a result: `both` is a person's claim and the program's observation. */
export type By = 'operator' | 'check' | 'both' | 'answers' | 'rehearsal';

/** Facts by name, so that expected and actual values can be compared. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What a check found, for `show:` and for the report. */
export type Output =
  | { readonly kind: 'product'; readonly product: ProductPage }
  | {
      readonly kind: 'entitlements';
      readonly entitlements: readonly EntitlementRow[];
      /** In a baseline, the buyer's agreements; null without permission to read them. */
      readonly agreements?: readonly Agreement[] | null;
    }
  | { readonly kind: 'agreements'; readonly agreements: readonly Agreement[] }
  | { readonly kind: 'offer'; readonly offer: Offer }
  | {
      readonly kind: 'saas-contract';
      readonly contract: SaasContract;
      /** All of them, if the SaaS shows several. */
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
  /** It is ACTIVE but had not started when AWS answered. AWS grants nothing before the start. */
  readonly startsLater?: true | undefined;
  /** Null for pay-as-you-go. */
  readonly endsAt: string | null;
  /** The first agreement of the chain of renewals and replacements that this one belongs to. */
  readonly initialAgreementId: string | null;
  /**
   * What was bought, from the accepted terms; empty for usage-based products and for agreements that are not active, null
   * without permission to read the terms.
   */
  readonly dimensions: readonly { readonly key: string; readonly quantity: number }[] | null;
  /** Types of accepted terms that buy something `dimensions` does not show; absent if there are none. */
  readonly notCompared?: readonly string[] | undefined;
  /** Keys of the dimensions that were accepted without a quantity; absent if there are none. */
  readonly unlimited?: readonly string[] | undefined;
  readonly licenseArns: readonly string[];
}

/** The public offer: what matters before a purchase. */
export interface Offer {
  readonly id: string;
  /** `USD`; several are separated by commas. */
  readonly currency: string;
  readonly prices: readonly OfferPrice[];
  /** Dimensions whose price is missing or not an amount; absent if there are none. */
  readonly unread?: readonly string[] | undefined;
  /** Whether the buyer can choose, and so change, a quantity; null if the offer does not say. */
  readonly quantityCanChange: boolean | null;
}

interface OfferPrice {
  readonly dimension: string;
  /** In units of the currency, per duration. */
  readonly price: number;
  /** ISO 8601, `P1M`; null for prices without a duration. */
  readonly duration: string | null;
}

/** A buyer's contract as the SaaS shows it. */
export interface SaasContract {
  readonly plan: string | null;
  readonly quantity: number | null;
  readonly endDate: string | null;
}

/** One row of GetEntitlements. Rows of one dimension under two licences stay two rows. */
export interface Entitlement {
  readonly dimension: string;
  readonly value: number | boolean | string | null;
  /** RFC 3339 UTC; null if AWS gives none. */
  readonly expirationDate: string | null;
  readonly licenseArn: string | null;
  readonly customerAwsAccountId: string | null;
  /** Absent for products under concurrent agreements (new SaaS products since 2026-06-01). */
  readonly customerIdentifier: string | null;
}

export interface EntitlementRow extends Entitlement {
  /** The dimension's name in the product, if it has one. */
  readonly plan: string | null;
  /** False after its end date. */
  readonly active: boolean;
}

export type UrlSource = 'operator' | 'discovery';

/** The form of a product page URL. */
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

/** What one execution of a step ended in. */
export interface Result extends Reason {
  readonly status: Exclude<Status, 'pending'>;
  /** True: this observation could not be made for want of a permission that only makes it better, so it does not count. */
  readonly advisory?: boolean;
  readonly expected?: Facts;
  readonly actual?: Facts;
  readonly output?: Output;
}

/** What operators give a run beforehand, so that it can run without them. */
export interface Answers {
  readonly answers: Readonly<Record<string, Readonly<Record<string, Answer>>>>;
  readonly buyers: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly verdict: 'pass' | 'fail' | 'skip';
  readonly note: string | null;
  /** Who answers. */
  readonly by: string | null;
}

/** The answer to a step; null if there is none. */
export function answerTo({ answers }: Answers, checklist: string, step: string): Answer | null {
  return lookUp(lookUp(answers, checklist) ?? {}, step) ?? null;
}

export const noAnswers: Answers = { answers: {}, buyers: {}, inputs: {} };
