import { isAbsolute, relative } from 'node:path';
import type { Entry, RunTarget } from '../checklist/entries.ts';
import { unreachedReasons } from '../checklist/next-step.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { redactAll } from '../checklist/redact.ts';
import type { Report } from '../checklist/report-document.ts';
import { newSitting, runState } from '../checklist/run-state.ts';
import { CouldNotCheck, Interrupted, type Outcome } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import type { OpenRun } from '../ports/storage.ts';
import { toPage } from '../product/product-page.ts';
import { annotations, type ChecklistFile, jobSummary } from '../reporters/github.ts';
import { reporters } from '../reporters/index.ts';
import { summary } from '../reporters/summary.ts';
import { warning } from '../text/block.ts';
import type { HeaderFacts, WalkContext } from '../walk/context.ts';
import { attachFile, takeNote } from '../walk/notes.ts';
import { clockWarning } from '../walk/screen.ts';
import { backFromSummary, walk } from '../walk/walk.ts';
import type { Connection } from './connection.ts';
import type { ReportFile } from './options.ts';
import type { RunPlan } from './plan.ts';
import { prepare, type Session } from './prepare.ts';
import { renderReport } from './render-report.ts';
import { isBound, plannedBy, reportOf, targetOf } from './run-facts.ts';
import { confirmedUseCases } from './saved-runs.ts';

/**
 * Carries out a run from its plan to the exit code: prepares it, walks it, prints the result. `run` and `resume` share
 * it.
 */
export async function carryOut(plan: RunPlan, host: Host, terminal: Terminal): Promise<Outcome> {
  const session = await prepare(plan, host, terminal);
  try {
    const { report, interrupted } = await walkSession(session);
    printResult(report, session.output, host, terminal);
    if (session.output.github) await showOnGithub(report, session);
    return interrupted ? interrupted.signal : report.verdict;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const { id } = session.run.record;
    throw new Interrupted(
      error.signal,
      `Run ${id} is saved. To print it: ${printedCommand(`report ${id}`)}. To continue: ${resumeCommand(id)}`,
    );
  } finally {
    if (plan.saved === null) await session.run.close();
    await session.connection.close();
  }
}

/** Walks a session from the header to the last summary. The operator may go back from a summary. */
async function walkSession(
  session: Session,
): Promise<{ readonly report: Report; readonly interrupted: Interrupted | null }> {
  const { host, run, connection, checklists, rehearse } = session;
  const { quiet = false } = session.output;
  const terminal = quiet ? silent(session.terminal) : session.terminal;
  const { record } = run;
  const { answers, inputs, maxWait, expiresWithin, operator, settings, trouble } = session;
  const { marketplace, buyerMarketplace, target, page, namePage, sandbox } = connection;
  const now = () => host.clock.now().toISOString();
  const resumed = run.entries.length > 0 ? record.startedAt : null;
  const state = runState(checklists, newSitting(terminal.interactive), run.entries);
  const { entries } = state;
  let planned = plannedBy({ record, entries }, checklists);
  let kept = targetOf({ entries });
  // Each sitting records the caller, even if it has not changed.
  let isTargetKept = false;
  const append = async (entry: Entry) => {
    const saved = await saveEntry(run, entry);
    state.add(saved);
    if (saved.type === 'buyer') planned = plannedBy({ record, entries }, checklists);
    if (saved.type === 'target') kept = saved.target;
    if (saved.type === 'target') isTargetKept = true;
  };
  const keepTarget = async () => {
    const seen = knownTarget(connection);
    // A failed question does not change what is known. What another account sees is not about this run.
    if (kept !== null && seen.accountId === null) return;
    const isOther = kept !== null && kept.accountId !== null && seen.accountId !== kept.accountId;
    if (isOther && isBound({ entries }) && !session.accepted.includes('account')) return;
    const target = { ...seen, product: withPage(seen.product, kept?.product ?? null) };
    if (!isTargetKept || JSON.stringify(target) !== JSON.stringify(kept))
      await append({ type: 'target', at: now(), target });
  };
  const context: WalkContext = {
    ...{ run: state, host, terminal, marketplace, buyerMarketplace, target, page, namePage },
    ...{ answers, inputs, maxWait, expiresWithin, operator, settings },
    planned: () => planned,
    header: null,
    web: host.web,
    practice: sandbox.url() === null ? null : sandbox.practice,
    rehearsal: rehearse ? sandbox.rehearsal() : null,
    confirmations: async (maxAge) => confirmedUseCases(await target(), maxAge, host),
    saveFile: run.saveFile,
    async record(entry) {
      await append(entry);
      await keepTarget();
    },
  };

  const { accepted, options } = session;
  await append({ type: 'began', at: now(), operator, version: host.version, accepted, options });
  for (const entry of session.firstEntries) await append(entry);
  await keepTarget();
  for (const { path, checklist, step } of session.attachments) await attachFile(path, checklist, step, context);

  const skew = quiet ? clockWarning(marketplace.clockSkew()) : null;
  if (skew !== null) session.terminal.write(warning(terminal.styles(), skew));
  let header: HeaderFacts | null = {
    ...connection.known,
    ...{ trouble, resumed },
    sandbox: sandbox.url() !== null,
    endpoint: marketplace.endpoint,
    config: session.config,
    runId: record.id,
    newSandbox: session.isNewSandbox,
    saasBug: sandbox.saasBug,
    clockSkew: marketplace.clockSkew(),
  };
  for (;;) {
    const end = await walk({ ...context, header }).catch((error: unknown) => {
      if (error instanceof Interrupted) return error;
      throw error;
    });
    const interrupted = end instanceof Interrupted ? end : null;
    await keepTarget();
    const unreached = unreachedReasons(planned, state, end);
    const back = backFromSummary(context);
    const hasStopped = end !== null || unreached[checklists.at(-1)?.id ?? '']?.rest;
    const mayGoBack = !hasStopped && back !== null && terminal.interactive;
    let key: SummaryKey;
    do {
      await append({ type: 'ended', at: now(), interrupted: interrupted !== null, unreached });
      const report = reportOf({ record, entries, journalSha256: run.journalSha256 }, planned);
      await showSummary(report, { record, entries }, session.reports, session.output, host, terminal);
      key = mayGoBack ? await askAtSummary(context) : 'q';
      if (key === 'q' || back === null) return { report, interrupted: interrupted ?? stoppedBy(host.signal) };
    } while (key === 'n');
    await append(back);
    header = null;
  }
}

/** For --quiet: shows nothing of a walk. */
function silent(terminal: Terminal): Terminal {
  return { ...terminal, write: () => undefined, progress: () => ({ stop: () => undefined }), bell: () => undefined };
}

/** Returns the entry as saved: without secrets. It is on disk before the promise resolves. */
export async function saveEntry(run: OpenRun, entry: Entry): Promise<Entry> {
  // The text of a checklist must not change, because its hash is known.
  const kept = entry.type === 'checklist' ? { ...redactAll(entry), source: entry.source } : redactAll(entry);
  await run.append(kept);
  return kept;
}

/** Keeps a page found earlier if this walk did not look for it. */
function withPage(seen: RunTarget['product'], kept: RunTarget['product']): RunTarget['product'] {
  if (!seen || !kept || seen.url !== null || seen.productId !== kept.productId) return seen ?? kept;
  return { ...seen, url: kept.url, urlSource: kept.urlSource };
}

function knownTarget({ known: { caller, product, page }, marketplace: { endpoint } }: Connection): RunTarget {
  return {
    sandbox: (caller?.sandbox ?? null) !== null,
    ...(caller?.instance ? { instance: caller.instance } : {}),
    endpoint,
    accountId: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    product: page?.page ?? (caller && product ? toPage(caller, product, null, null) : null),
  };
}

type SummaryKey = 'n' | 'b' | 'q';

/** Asks below the summary: a note to any step, or back to the last answer. Ctrl+C quits; everything is saved. */
async function askAtSummary(context: WalkContext): Promise<SummaryKey> {
  const { terminal } = context;
  try {
    const key = await terminal.key({ keys: { n: 'note', b: 'back', q: 'quit, everything is saved' } });
    if (key !== 'n') return key;
    const steps = context
      .planned()
      .flatMap(({ checklist: { id, steps } }) =>
        steps.map((step, index) => ({ value: `${id}/${step.id}`, name: `${index + 1} ${step.title}` })),
      );
    const chosen = await terminal.choose({ message: 'Add a note to which step?', choices: steps });
    const [checklist, step] = chosen?.split('/') ?? [];
    if (checklist !== undefined && step !== undefined) await takeNote(step, checklist, context);
    return key;
  } catch (error) {
    if (error instanceof Interrupted) return 'q';
    throw error;
  }
}

/** Returns a signal that arrived after the walk, while its report was being written. */
function stoppedBy({ reason }: AbortSignal): Interrupted | null {
  return reason instanceof Interrupted ? reason : null;
}

interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly color: ColorMode;
}

/**
 * Shows the summary on the terminal and writes the report files, each time, so that they match what the operator has
 * seen.
 */
export async function showSummary(
  report: Report,
  run: Pick<OpenRun, 'record' | 'entries'>,
  reports: readonly ReportFile[],
  { json, quiet }: OutputOptions,
  host: Host,
  terminal: Terminal,
): Promise<void> {
  if (terminal.interactive || (json && !quiet)) terminal.write(summary(report, terminal.styles()));
  for (const { format, path } of reports) await host.files.write(path, await renderReport(format, report, run, host));
}

/** In a job of GitHub Actions: its summary, and annotations. They are a courtesy: what cannot be written is only a warning. */
async function showOnGithub(report: Report, { checklists, host, terminal, run }: Session): Promise<void> {
  const job = host.githubJob;
  if (job === null) return;
  const files = checklists.flatMap(({ id, from, source }): readonly (readonly [string, ChecklistFile])[] => {
    if (job.workspace === null || 'builtIn' in from) return [];
    const path = relative(job.workspace, host.absolute(from.path));
    // GitHub knows no files outside of the repository.
    return path.startsWith('..') || isAbsolute(path) ? [] : [[id, { path: path.replaceAll('\\', '/'), source }]];
  });
  for (const line of annotations(report, new Map(files))) job.command(line);
  const markdown = await renderReport('markdown', report, run, host);
  await job
    .appendSummary((maxBytes) => jobSummary(report, markdown, maxBytes))
    .catch((error: unknown) => {
      if (!(error instanceof CouldNotCheck)) throw error;
      terminal.write(warning(terminal.styles(), [error.message, error.hint].filter(Boolean).join(' ')));
    });
}

/** Prints the result on stdout, once: the JSON document, or the summary unless the same screen already shows it. */
export function printResult(report: Report, { json, color }: OutputOptions, host: Host, terminal: Terminal): void {
  const wasShown = terminal.interactive && host.stdout.isTerminal;
  if (json) host.stdout.write(reporters.json(report));
  else if (!wasShown) host.stdout.write(summary(report, host.stdout.styles(color)));
}
