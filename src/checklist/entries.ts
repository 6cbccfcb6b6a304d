import type { MediaType } from './media-type.ts';
import type { By, Facts, ProductPage, Result } from './model.ts';
import type { Reason } from './reasons.ts';

/** What happened in a run, in order. The list of them is its state: it only grows. */
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
  | Ended;

/** One finished execution of a step. The list of them is the state of a run. */
export interface Attempt extends Result {
  readonly type: 'attempt';
  readonly checklist: string;
  readonly step: string;
  readonly by: By;
  readonly operator: string | null;
  readonly note: string | null;
  /** A person's claim and the program's observation differ. */
  readonly disagreed: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A person's answer, kept before its check has finished, so that nothing loses it. The next walk finishes the check. */
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
 * A check that had passed, made again when the run was resumed. It makes no other result stale, and a person's answer stays; but
 * if the check no longer passes, this is the result of the step.
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

/** What an operator wrote down at a step, before or after its result. */
export interface Note {
  readonly type: 'note';
  readonly checklist: string;
  readonly step: string;
  readonly text: string;
  readonly operator: string | null;
  readonly at: string;
}

/** A file that an operator attached to a step, as it is kept. */
export interface Evidence {
  readonly type: 'evidence';
  readonly checklist: string;
  readonly step: string;
  /** The file's own name, without its folder. */
  readonly name: string;
  /** Of what is kept, hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: MediaType;
  /** Number of secrets that were redacted before it was saved. */
  readonly redacted: number;
  readonly operator: string | null;
  readonly at: string;
}

/** The checklist starts over from this step: earlier results from there on are stale. */
export interface Reopened {
  readonly type: 'reopened';
  readonly checklist: string;
  readonly step: string;
  /** Why, if it was not the operator: a changed checklist was accepted, or the sandbox is a new one. */
  readonly because?: 'checklist' | 'sandbox';
  readonly at: string;
}

/** The operator went back to a step that has a result. This moves the position; only a new answer makes results stale. */
export interface Revisited {
  readonly type: 'revisited';
  readonly checklist: string;
  readonly step: string;
  /** Where the operator was, to return to; null for the summary. */
  readonly from: { readonly checklist: string; readonly step: string } | null;
  readonly at: string;
}

/** The operator was asked again, and kept the earlier answer. */
interface Kept {
  readonly type: 'kept';
  readonly checklist: string;
  readonly step: string;
  readonly at: string;
}

/** What the operator decided about a failed step: continue with the next step, or finish the checklist. */
export interface Decided {
  readonly type: 'decided';
  readonly checklist: string;
  readonly step: string;
  readonly decision: 'continue' | 'finish';
  readonly at: string;
}

/**
 * The operator named another buyer: the checklist starts over. The results of an earlier buyer count again when the operator
 * comes back to that one, above all the baseline, which cannot be read again after a purchase.
 */
interface BuyerChanged {
  readonly type: 'buyer';
  readonly checklist: string;
  readonly buyer: string;
  /** The buyer before it; version 1 did not keep it. */
  readonly was?: string | null;
  readonly at: string;
}

/** What can have changed when a run is resumed. */
export const changeable = ['account', 'product', 'endpoint', 'checklist'] as const;
export type Changeable = (typeof changeable)[number];

/** A sitting begins: at the start of a run, and each time that it is resumed. */
interface Began {
  readonly type: 'began';
  readonly at: string;
  readonly operator: string | null;
  /** Of mp-verify. */
  readonly version: string;
  /** Changes that the operator accepted. */
  readonly accepted: readonly Changeable[];
  readonly options: SavedOptions;
}

/** Flags of a run, which are used again when it is resumed; null where a flag was not given. */
export interface SavedOptions {
  readonly product: string | null;
  readonly profile: string | null;
  readonly buyerProfile: string | null;
  readonly endpointUrl: string | null;
  /** A sandbox inside the process, which ends with it. */
  readonly sandbox: boolean;
  readonly url: string | null;
  /** The configuration that was read, by its absolute path. */
  readonly config: string | null;
}

/** The operator accepted a changed checklist. Results from its first change on are stale. */
export interface ChecklistChanged {
  readonly type: 'checklist';
  readonly checklist: string;
  /** The YAML text. */
  readonly source: string;
  /** The first step that changed; null if no step did. */
  readonly changedFrom: string | null;
  /** Inputs that the changed checklist needs and the run did not have. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly at: string;
}

/** The account and the product of the run: written when they are first known, and when they change. */
interface Targeted {
  readonly type: 'target';
  readonly at: string;
  readonly target: RunTarget;
}

export interface RunTarget {
  readonly sandbox: boolean;
  /** Which sandbox, where it says so. */
  readonly instance?: string;
  /** Null is AWS itself. */
  readonly endpoint: string | null;
  readonly accountId: string | null;
  readonly arn: string | null;
  readonly product: ProductPage | null;
}

/** A walk ended, or was stopped. A killed program leaves no such entry. */
interface Ended {
  readonly type: 'ended';
  readonly at: string;
  readonly interrupted: boolean;
  /** Why steps have no result, by checklist id. */
  readonly unreached: Readonly<Record<string, UnreachedReasons>>;
}

/** Why steps of a checklist have no result. */
export interface UnreachedReasons {
  /** Of single steps, by id. */
  readonly reasons: Readonly<Record<string, Reason>>;
  /** Of all other steps; null if the walk came to the end of the checklist. */
  readonly rest: Reason | null;
}
