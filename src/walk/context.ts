import type { Entry } from '../checklist/entries.ts';
import type { Answers, Check, PlannedChecklist, SandboxAction, Step } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import type { RunState } from '../checklist/run-state.ts';
import type { CheckContext, CheckKind } from '../checks/check-kind.ts';
import { checks } from '../checks/index.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { Caller, Product } from '../ports/marketplace.ts';
import type { Rehearsal } from '../ports/sandbox.ts';
import type { OpenRun } from '../ports/storage.ts';
import type { FoundPage } from '../product/product-page.ts';
import type { Practice } from '../text/step-lines.ts';

/** Everything that a walk needs. */
export interface WalkContext
  extends Pick<
    CheckContext,
    'marketplace' | 'buyerMarketplace' | 'web' | 'settings' | 'target' | 'page' | 'confirmations' | 'expiresWithin'
  > {
  /** The checklists of the run, in order, with their current buyers. */
  planned(): readonly PlannedChecklist[];
  /** `record` adds to it. */
  readonly run: RunState;
  /** Shown above the first checklist; null if it has been shown. */
  readonly header: HeaderFacts | null;
  readonly host: Pick<Host, 'clock' | 'signal' | 'openLink' | 'copyText' | 'files' | 'absolute' | 'sandbox'>;
  readonly terminal: Terminal;
  /** Keeps the page URL that the operator pasted, for this run and later ones. */
  namePage(url: string): Promise<FoundPage>;
  readonly answers: Answers;
  readonly inputs: Readonly<Record<string, string>>;
  /** Replaces every `within`, in ms. */
  readonly maxWait: number | null;
  readonly operator: string | null;
  /** Returns how a person does their part in a sandbox; null on AWS. */
  readonly practice: ((action: SandboxAction, buyer: string) => Practice) | null;
  /** Does people's parts; null if people do them. */
  readonly rehearsal: Rehearsal | null;
  /** Adds an entry. Resolves when it is on disk; the next question must wait for that. */
  record(entry: Entry): Promise<void>;
  /** Saves the content of an attached file. */
  readonly saveFile: OpenRun['saveFile'];
}

/** What a run is about, shown before the first step. */
export interface HeaderFacts {
  readonly caller: Caller | null;
  readonly product: Product | null;
  /**
   * A sentence about why the caller or product is unknown; the first check repeats it as its result. Null if both are
   * known.
   */
  readonly trouble: string | null;
  /** How far this machine's clock is ahead of AWS's, in ms; null if AWS has not answered yet. */
  readonly clockSkew?: number | null;
  readonly sandbox: boolean;
  /** Null for AWS. */
  readonly endpoint: string | null;
  /** The configuration file that was read; null if there is none. */
  readonly config?: string | null;
  readonly runId: string;
  /** When the resumed run started, RFC 3339 UTC; null for a new run. */
  readonly resumed: string | null;
  /** The bug of the sample SaaS in the sandbox, if it has one. */
  readonly saasBug?: string | null;
  /** The earlier results are from another sandbox, which has ended. */
  readonly newSandbox?: boolean;
  /** The facts have already been shown above another checklist of the run. */
  readonly follows?: boolean;
}

/** A step of the run, and its position. */
export interface Place {
  readonly planned: PlannedChecklist;
  readonly step: Step;
  /** Starts at 1. */
  readonly number: number;
  /** The checklists of the run after this one. */
  readonly later: readonly PlannedChecklist[];
  /** Finds the nearest earlier step that a person answered; null if there is none. */
  before(): Position | null;
}

/** The result of a step, or of a question about it: entries to add, and whether the operator ends the walk. */
export interface StepOutcome {
  readonly entries: readonly Entry[];
  readonly stop: boolean;
}

export function outcome(...entries: readonly Entry[]): StepOutcome {
  return { entries, stop: false };
}

export const quit: StepOutcome = { entries: [], stop: true };

/** Whether the operator left a question without an answer: went back, kept the earlier answer, or quit. */
export function isOutcome<Answer extends object>(answer: Answer | StepOutcome | null): answer is StepOutcome {
  return answer !== null && 'entries' in answer && 'stop' in answer;
}

/** Returns the URL of the sandbox; null on AWS. */
export function sandboxOf({ practice, marketplace }: Pick<WalkContext, 'practice' | 'marketplace'>): string | null {
  return practice === null ? null : marketplace.endpoint;
}

export function kindOf({ kind }: Pick<Check, 'kind'>): CheckKind {
  const found = Object.entries(checks).find(([name]) => name === kind)?.[1];
  if (!found) throw new Error(`the checklist was read with a check that does not exist: ${kind}`);
  return found;
}
