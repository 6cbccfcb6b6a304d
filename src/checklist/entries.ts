import type { MediaType } from './media-type.ts';
import type { By, Facts, Result } from './model.ts';
import type { ProductPage } from './outputs.ts';
import type { Reason } from './reasons.ts';

/** An event of a run. The list of entries is the state of the run; entries are only appended. */
export type Entry =
  | Attempt
  | Claimed
  | CheckedAgain
  | Note
  | Evidence
  | Reopened
  | Revisited
  | Kept
  | Decided
  | BuyerChanged
  | ChecklistChanged
  | Began
  | Targeted
  | ProductChecked
  | Ended;

/** What an operator would have to do again if it were lost. The rest repeats itself when the run is resumed. */
export type Answer = Attempt | Claimed | Note | Evidence;

export function isAnswer(entry: Entry): entry is Answer {
  return ['attempt', 'claimed', 'note', 'evidence'].includes(entry.type);
}

/** One finished execution of a step. */
export interface Attempt extends Result {
  readonly type: 'attempt';
  readonly checklist: string;
  readonly step: string;
  readonly by: By;
  readonly operator: string | null;
  readonly note: string | null;
  /** True if the operator's claim and the program's observation differ. */
  readonly disagreed: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
}

/**
 * An operator's answer, saved before its check has finished so that it cannot be lost. The next walk finishes the
 * check.
 */
export interface Claimed {
  readonly type: 'claimed';
  readonly checklist: string;
  readonly step: string;
  readonly status: 'pass' | 'fail';
  /** What is wrong, in the operator's words. */
  readonly reason: string | null;
  readonly by: 'operator' | 'rehearsal';
  readonly operator: string | null;
  readonly at: string;
}

/**
 * A passed check, repeated when the run was resumed. Other results and the operator's answer stay. If the check no
 * longer passes, this is the result of the step.
 */
export interface CheckedAgain extends Reason {
  readonly type: 'looked-again';
  readonly checklist: string;
  readonly step: string;
  readonly status: 'pass' | 'fail' | 'error';
  readonly expected?: Facts;
  readonly actual?: Facts;
  readonly at: string;
}

/** A note that an operator wrote at a step, before or after its result. */
export interface Note {
  readonly type: 'note';
  readonly checklist: string;
  readonly step: string;
  readonly text: string;
  readonly operator: string | null;
  readonly at: string;
}

/** A file that an operator attached to a step, as saved. */
export interface Evidence {
  readonly type: 'evidence';
  readonly checklist: string;
  readonly step: string;
  /** The file name without its folder. */
  readonly name: string;
  /** Hex digest of the saved file. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: MediaType;
  /** Number of secrets redacted before saving. */
  readonly redacted: number;
  readonly operator: string | null;
  readonly at: string;
}

/** The checklist starts over from this step. Results from there on are stale. */
export interface Reopened {
  readonly type: 'reopened';
  readonly checklist: string;
  readonly step: string;
  /**
   * Why the program reopened the step: a changed checklist was accepted, or the sandbox is a new one. Absent if the
   * operator did.
   */
  readonly because?: 'checklist' | 'sandbox';
  readonly at: string;
}

/**
 * The operator went back to a step with a result. This only moves the position; a new answer makes later results stale.
 */
export interface Revisited {
  readonly type: 'revisited';
  readonly checklist: string;
  readonly step: string;
  /** Where the operator came from and returns to; null for the summary. */
  readonly from: { readonly checklist: string; readonly step: string } | null;
  readonly at: string;
}

/** The operator was asked again and kept the earlier answer. */
interface Kept {
  readonly type: 'kept';
  readonly checklist: string;
  readonly step: string;
  readonly at: string;
}

/** The operator's decision about a failed step: continue with the next step, or finish the checklist. */
export interface Decided {
  readonly type: 'decided';
  readonly checklist: string;
  readonly step: string;
  readonly decision: 'continue' | 'finish';
  readonly at: string;
}

/**
 * The operator named another buyer, so the checklist starts over. If the operator returns to an earlier buyer, that
 * buyer's results count again. This matters most for the baseline, which cannot be read again after a purchase.
 */
export interface BuyerChanged {
  readonly type: 'buyer';
  readonly checklist: string;
  readonly buyer: string;
  /** The previous buyer. Absent in version 1. */
  readonly was?: string | null;
  readonly at: string;
}

/** What can have changed when a run is resumed. */
export const changeable = ['account', 'product', 'endpoint', 'checklist'] as const;
export type Changeable = (typeof changeable)[number];

/** A sitting began: the run started, or was resumed. */
interface Began {
  readonly type: 'began';
  readonly at: string;
  readonly operator: string | null;
  /** The version of mp-verify. */
  readonly version: string;
  /** Changes that the operator accepted. */
  readonly accepted: readonly Changeable[];
  readonly options: SavedOptions;
}

/** Flags that a resumed run uses again; null for a flag that was not given. */
export interface SavedOptions {
  readonly product: string | null;
  readonly profile: string | null;
  readonly buyerProfile: string | null;
  readonly endpointUrl: string | null;
  /** The run used a sandbox inside the process, which ended with it. */
  readonly sandbox: boolean;
  readonly url: string | null;
  /** Absolute path of the configuration file. */
  readonly config: string | null;
}

/** The operator accepted a changed checklist. Results from its first changed step on are stale. */
export interface ChecklistChanged {
  readonly type: 'checklist';
  readonly checklist: string;
  /** The YAML text. */
  readonly source: string;
  /** The first changed step; null if no step changed. */
  readonly changedFrom: string | null;
  /** Inputs that the changed checklist needs and the run lacked. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly at: string;
}

/** The account and product of the run. Written when they are first known and whenever they change. */
interface Targeted {
  readonly type: 'target';
  readonly at: string;
  readonly target: RunTarget;
}

export interface RunTarget {
  readonly sandbox: boolean;
  /** The instance of the sandbox, if known. */
  readonly instance?: string;
  /** Null means AWS itself. */
  readonly endpoint: string | null;
  readonly accountId: string | null;
  readonly arn: string | null;
  readonly product: ProductPage | null;
}

/** A product of a fleet run, as mp-verify.yaml names it. */
export interface FleetProduct {
  /** Entity ID, product code or title. */
  readonly product: string;
  /** Its account's name in mp-verify.yaml; null if it has none. */
  readonly account: string | null;
  readonly owner: string | null;
  /** `until` is the last day on which it counts, `2027-01-15`, UTC. */
  readonly waiver: { readonly until: string; readonly reason: string } | null;
  /** `saas: none`: it is meant that nothing is compared with the SaaS. */
  readonly withoutSaas: boolean;
}

/** A fleet run has checked a product. Replaces earlier entries about it. */
export interface ProductChecked {
  readonly type: 'product';
  /** As mp-verify.yaml named it then. `product` is as in the record of the run. */
  readonly product: FleetProduct;
  /** Test buyers by checklist id. */
  readonly buyers: Readonly<Record<string, string>>;
  /** Its waiver had not ended, by AWS's time. False without a waiver. */
  readonly waived: boolean;
  /** Why it could not be walked, and what that makes of it; null if it was walked. */
  readonly trouble: (Reason & { readonly status: 'error' | 'incomplete' }) | null;
  /** What happened, as in a run of this product alone. */
  readonly entries: readonly Exclude<Entry, ProductChecked>[];
  readonly startedAt: string;
  readonly at: string;
}

/** A walk ended or was stopped. A killed program leaves no such entry. */
interface Ended {
  readonly type: 'ended';
  readonly at: string;
  readonly interrupted: boolean;
  /** Why steps have no result, by checklist id. */
  readonly unreached: Readonly<Record<string, UnreachedReasons>>;
}

/** Why steps of a checklist have no result. */
export interface UnreachedReasons {
  /** Reasons of single steps, by step id. */
  readonly reasons: Readonly<Record<string, Reason>>;
  /** Reason of all other steps; null if the walk reached the end of the checklist. */
  readonly rest: Reason | null;
}
