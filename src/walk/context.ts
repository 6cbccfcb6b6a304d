import type { Answers, Entry, SandboxAction } from '../checklist/model.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import type { ConfirmedUseCases } from '../checks/check-kind.ts';
import type { Host, Rehearsal } from '../ports/host.ts';
import type { Marketplace } from '../ports/marketplace.ts';
import type { OpenRun } from '../ports/runs.ts';
import type { Settings } from '../ports/settings.ts';
import type { Terminal } from '../ports/terminal.ts';
import type { Web } from '../ports/web.ts';
import type { FoundPage } from '../product/product-page.ts';
import type { Target } from '../product/resolve-target.ts';
import type { Practice } from '../text/step-lines.ts';

/** All that a walk needs and makes. `entries` is its state: it only grows. */
export interface WalkContext {
  readonly host: Pick<Host, 'clock' | 'signal' | 'openLink' | 'files' | 'absolute'>;
  readonly terminal: Terminal;
  readonly marketplace: Marketplace;
  /** With the test buyer's own credentials. */
  readonly buyerMarketplace: Marketplace | null;
  readonly web: Web;
  readonly settings: Settings;
  target(): Promise<Target>;
  /** `asks: false`: where its URL is not known, the operator is not asked for it. */
  page(asks?: boolean): Promise<FoundPage>;
  /** Where the use cases of this product stand, by the runs that are kept; `maxAge` in ms. */
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
  readonly entries: readonly Entry[];
  /** Adds an entry, and resolves when nothing can lose it any more: only then the next question may be asked. */
  record(entry: Entry): Promise<void>;
  /** Keeps the content of an attached file. */
  readonly keep: OpenRun['keep'];
}

/** Where in the run a step stands. */
export interface Place {
  readonly planned: PlannedChecklist;
  /** Counts from 1. */
  readonly number: number;
  /** The checklists of the run that come after this one. */
  readonly later: readonly PlannedChecklist[];
  /** The nearest step before this one that a person has answered; null where there is none to go back to. */
  readonly before: Position | null;
}

/** A step of a run: places from 0 of its checklist, and of the step in it. */
export interface Position {
  readonly checklist: number;
  readonly step: number;
}

/** How the operator leaves a question without answering it. */
export type Leave = 'back' | 'quit';
