import type { Output } from './outputs.ts';
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

/** A checklist of a run, and its buyer. */
export interface PlannedChecklist {
  readonly checklist: Checklist;
  readonly buyer: string | null;
  /** The configuration file that names this buyer; null if none does. */
  readonly buyerFrom?: string | null;
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

/** The format of a product page URL. */
export const productPageUrl =
  /^https:\/\/aws\.amazon\.com\/marketplace\/pp\/prodview-[a-z0-9-]+\/?([?#][\w%&=.~:+/?#-]*)?$/i;

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
