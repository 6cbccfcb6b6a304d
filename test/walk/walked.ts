import type { Entry } from '../../src/checklist/entries.ts';
import { type Answers, type Checklist, noAnswers, type PlannedChecklist } from '../../src/checklist/model.ts';
import { type EarlyEnd, unreachedReasons } from '../../src/checklist/next-step.ts';
import { type Report, reportDocument, type StepReport } from '../../src/checklist/report-document.ts';
import { newSitting, runState } from '../../src/checklist/run-state.ts';
import { noSettings, type Settings, type Web } from '../../src/ports/saas.ts';
import type { Rehearsal } from '../../src/ports/sandbox.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { files } from '../../src/system/files.ts';
import type { Styles } from '../../src/text/styles.ts';
import type { WalkContext } from '../../src/walk/context.ts';
import { walk } from '../../src/walk/walk.ts';
import { acmeMarketplace, acmeNotes, buyer, productQuestions } from '../support/acme.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import type { FakeMarketplace } from '../support/fake-marketplace.ts';
import { noWeb } from '../support/no-web.ts';
import { reportOfRun } from '../support/report-of-run.ts';
import { type Move, type ScriptTerminal, scriptTerminal } from '../support/script-terminal.ts';

export interface Situation {
  /** The seller's systems. Default: every request rejects. */
  readonly web?: Web;
  /** What the operator does. Without moves, there is no operator. */
  readonly moves?: readonly Move[];
  readonly marketplace?: FakeMarketplace;
  readonly look?: Styles;
  readonly answers?: Answers['answers'];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly maxWait?: number;
  readonly buyer?: string | null;
  readonly openLink?: (url: string) => Promise<void>;
  readonly copyText?: (text: string) => Promise<string | null>;
  readonly signal?: AbortSignal;
  readonly sandbox?: boolean;
  readonly settings?: Settings;
  readonly rehearsal?: Rehearsal;
  /** What has already happened. */
  readonly before?: readonly Entry[];
  /** Replaces an entry as it is saved. */
  readonly saved?: (entry: Entry) => Entry;
}

export interface Prepared {
  readonly terminal: ScriptTerminal;
  readonly clock: FakeClock;
  readonly entries: readonly Entry[];
  /** Walks to the end. */
  start(): Promise<EarlyEnd | null>;
  /** Returns the current report, validated against the published schema. */
  report(): Report;
}

/** Prepares a walk. Steps are YAML. One text becomes the checklist `trial`; several become `trial-1`, `trial-2`, … */
export function prepare(checklists: string | Checklist | readonly string[], situation: Situation = {}): Prepared {
  const list =
    typeof checklists === 'string'
      ? [checklistOf(checklists)]
      : 'steps' in checklists
        ? [checklists]
        : checklists.map((steps, i) => checklistOf(steps, `trial-${i + 1}`));
  const named = situation.buyer === undefined ? buyer : situation.buyer;
  const planned = list.map((checklist): PlannedChecklist => ({ checklist, buyer: named }));
  const terminal = scriptTerminal(situation.moves ?? null, situation.look);
  const clock = fakeClock();
  const marketplace = situation.marketplace ?? acmeMarketplace();
  const { target, page } = productQuestions(marketplace);
  let end: EarlyEnd | null = null;
  const sandbox = situation.sandbox ?? false;
  const run = runState(list, newSitting(terminal.interactive), situation.before ?? []);
  const { entries } = run;
  // Do not ask for the product page.
  run.sitting.askedForPage.add(acmeNotes.id);
  const context: WalkContext = {
    planned: () => planned,
    run,
    header: { caller: null, product: null, trouble: null, sandbox, endpoint: null, runId: 'trial-1', resumed: null },
    host: {
      clock,
      signal: situation.signal ?? new AbortController().signal,
      files,
      absolute: (path) => path,
      sandbox: sandboxPort(new AbortController().signal),
      copyText: situation.copyText ?? (async () => null),
      openLink: situation.openLink ?? (async (url) => Promise.reject(new Error(`unexpected link: ${url}`))),
    },
    terminal,
    marketplace,
    buyerMarketplace: null,
    web: situation.web ?? noWeb,
    settings: situation.settings ?? noSettings,
    target,
    page,
    namePage: async () => Promise.reject(new Error('no page is named here')),
    answers: { ...noAnswers, answers: situation.answers ?? {} },
    inputs: situation.inputs ?? {},
    maxWait: situation.maxWait ?? null,
    expiresWithin: null,
    operator: 'kim',
    practice: sandbox
      ? (action, who) => ({ paste: `curl -d buyer=${who} http://127.0.0.1:9/sandbox/${action}` })
      : null,
    rehearsal: situation.rehearsal ?? null,
    record: async (entry) => run.add(situation.saved?.(entry) ?? entry),
    confirmations: async () => Promise.reject(new Error('no runs are kept here')),
    saveFile: async () => Promise.reject(new Error('no file is attached here')),
  };
  const startedAt = clock.now().toISOString();
  return {
    terminal,
    clock,
    entries,
    async start() {
      end = await walk(context);
      return end;
    },
    report: () => {
      const document = reportOfRun(
        {
          tool: { name: 'mp-verify', version: '0.0.0' },
          id: 'trial-1',
          startedAt,
          endedAt: clock.now().toISOString(),
          interrupted: false,
          operator: 'kim',
          sandbox,
          endpoint: null,
          accountId: null,
          arn: null,
          product: null,
        },
        planned,
        entries,
        unreachedReasons(planned, run, end),
      );
      reportDocument.parse(JSON.parse(JSON.stringify(document)));
      return document;
    },
  };
}

/** Walks from beginning to end. */
export async function walked(checklists: Parameters<typeof prepare>[0], situation: Situation = {}) {
  const prepared = prepare(checklists, situation);
  await prepared.start();
  const { terminal, clock } = prepared;
  const report = prepared.report();
  return {
    report,
    verdict: report.verdict,
    /** The steps of all checklists, in order. */
    steps: report.checklists.flatMap(({ steps }): readonly StepReport[] => steps),
    written: terminal.written(),
    questions: terminal.questions,
    naps: clock.naps,
  };
}

/** `pass fail pending` */
export function statuses(steps: readonly Pick<StepReport, 'status'>[]): string {
  return steps.map(({ status }) => status).join(' ');
}
