import type { Answers } from '../checklist/answers.ts';
import type { Entry, SandboxAction } from '../checklist/model.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import type { Host } from '../ports/host.ts';
import type { Marketplace } from '../ports/marketplace.ts';
import type { Settings } from '../ports/settings.ts';
import type { Terminal } from '../ports/terminal.ts';
import type { Web } from '../ports/web.ts';
import type { FoundPage } from '../product/product-page.ts';
import type { Target } from '../product/resolve-target.ts';

/** All that a walk needs and makes. `entries` is its state: it only grows. */
export interface WalkContext {
  readonly host: Pick<Host, 'clock' | 'signal' | 'openLink'>;
  readonly terminal: Terminal;
  readonly marketplace: Marketplace;
  /** With the test buyer's own credentials. */
  readonly buyerMarketplace: Marketplace | null;
  readonly web: Web;
  readonly settings: Settings;
  target(): Promise<Target>;
  page(): Promise<FoundPage>;
  readonly answers: Answers;
  readonly inputs: Readonly<Record<string, string>>;
  /** Instead of every `within`, in ms. */
  readonly maxWait: number | null;
  readonly operator: string | null;
  /** The command that does the buyer's part in a sandbox; null where AWS is real. */
  readonly practice: ((action: SandboxAction, buyer: string) => string) | null;
  readonly entries: Entry[];
}

/** Where in the run a step stands. */
export interface Place {
  readonly planned: PlannedChecklist;
  /** Counts from 1. */
  readonly number: number;
}
