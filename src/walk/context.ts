import type { Answers, Check, Entry, SandboxAction, Step } from '../checklist/model.ts';
import type { Position, Sitting } from '../checklist/next-step.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import type { CheckKind, ConfirmedUseCases } from '../checks/check-kind.ts';
import { checks } from '../checks/index.ts';
import type { Host } from '../ports/host.ts';
import type { Marketplace } from '../ports/marketplace.ts';
import type { OpenRun } from '../ports/runs.ts';
import type { Settings, Web } from '../ports/saas.ts';
import type { Rehearsal } from '../ports/sandbox.ts';
import type { Terminal } from '../ports/terminal.ts';
import type { FoundPage } from '../product/product-page.ts';
import type { Target } from '../product/target.ts';
import type { Practice } from '../text/step-lines.ts';
import type { HeaderFacts } from './screen.ts';

/** All that a walk needs and makes. `entries` is its state: it only grows. */
export interface WalkContext {
  /** The checklists of the run, in order. */
  readonly planned: readonly PlannedChecklist[];
  readonly entries: readonly Entry[];
  readonly sitting: Sitting;
  /** Shown above the first checklist; null where it was shown before. */
  readonly header: HeaderFacts | null;
  readonly host: Pick<Host, 'clock' | 'signal' | 'openLink' | 'files' | 'absolute' | 'sandbox'>;
  readonly terminal: Terminal;
  readonly marketplace: Marketplace;
  /** With the test buyer's own credentials. */
  readonly buyerMarketplace: Marketplace | null;
  readonly web: Web;
  readonly settings: Settings;
  target(): Promise<Target>;
  page(): Promise<FoundPage>;
  /** Keeps the URL that the operator has pasted: it is the page's from now on. */
  namePage(url: string): Promise<FoundPage>;
  /** State of this product's use cases, by the runs that are kept; `maxAge` in ms. */
  confirmations(maxAge: number): Promise<ConfirmedUseCases>;
  readonly answers: Answers;
  readonly inputs: Readonly<Record<string, string>>;
  /** Instead of every `within`, in ms. */
  readonly maxWait: number | null;
  readonly operator: string | null;
  /** How a person's part is done in a sandbox; null where AWS is real. */
  readonly practice: ((action: SandboxAction, buyer: string) => Practice) | null;
  /** Does people's parts by itself; null where people do. */
  readonly rehearsal: Rehearsal | null;
  /** Adds an entry, and resolves when it is on disk: only then may the next question be asked. */
  record(entry: Entry): Promise<void>;
  /** Keeps the content of an attached file. */
  readonly keep: OpenRun['saveFile'];
}

/** A step of the run, and where it is. */
export interface Place {
  readonly planned: PlannedChecklist;
  readonly step: Step;
  /** Counts from 1. */
  readonly number: number;
  /** The checklists of the run that come after this one. */
  readonly later: readonly PlannedChecklist[];
  /** The nearest step before this one that a person has answered; null where there is none to go back to. */
  readonly before: Position | null;
}

/** What came of a step, or of a question at it: entries to keep; `stop` where the operator ends the walk. */
export interface Made {
  readonly entries: readonly Entry[];
  readonly stop: boolean;
}

export function made(...entries: readonly Entry[]): Made {
  return { entries, stop: false };
}

export const quit: Made = { entries: [], stop: true };

/** Whether the operator left a question without an answer: went back, let the earlier answer stand, or quit. */
export function isMade<Answer extends object>(answer: Answer | Made | null): answer is Made {
  return answer !== null && 'entries' in answer && 'stop' in answer;
}

export function kindOf({ kind }: Pick<Check, 'kind'>): CheckKind {
  const found = Object.entries(checks).find(([name]) => name === kind)?.[1];
  if (!found) throw new Error(`the checklist was read with a check that does not exist: ${kind}`);
  return found;
}
