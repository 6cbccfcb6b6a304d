import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import type { Report } from '../checklist/report-document.ts';
import { Interrupted, type Outcome } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import type { OpenRun } from '../ports/storage.ts';
import { reporters } from '../reporters/index.ts';
import { summary } from '../reporters/summary.ts';
import { warning } from '../text/block.ts';
import type { HeaderFacts, WalkContext } from '../walk/context.ts';
import { attachFile, takeNote } from '../walk/notes.ts';
import { clockWarning } from '../walk/screen.ts';
import { backFromSummary } from '../walk/walk.ts';
import type { ReportFile } from './options.ts';
import type { RunPlan } from './plan.ts';
import { prepare, type Session } from './prepare.ts';
import { renderReport } from './render-report.ts';
import { reportOf } from './run-facts.ts';
import { showOnGithub } from './show-on-github.ts';
import { beginWalk } from './walk-session.ts';

/**
 * Carries out a run from its plan to the exit code: prepares it, walks it, prints the result. `run` and `resume` share
 * it.
 */
export async function carryOut(plan: RunPlan, host: Host, terminal: Terminal): Promise<Outcome> {
  const session = await prepare(plan, host, terminal);
  try {
    const { report, interrupted } = await walkSession(session);
    printResult(report, session.output, host, terminal);
    if (session.output.github) await showOnGithub(report, session, session.run);
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
  const { host, run, connection, checklists } = session;
  const { quiet = false } = session.output;
  const terminal = quiet ? silent(session.terminal) : session.terminal;
  const { record } = run;
  const { marketplace, sandbox } = connection;
  const resumed = run.entries.length > 0 ? record.startedAt : null;
  const { context, entries, append, planned, walkOn } = await beginWalk(session, terminal);
  for (const { path, checklist, step } of session.attachments) await attachFile(path, checklist, step, context);

  const skew = quiet ? clockWarning(marketplace.clockSkew()) : null;
  if (skew !== null) session.terminal.write(warning(terminal.styles(), skew));
  let header: HeaderFacts | null = {
    ...connection.known,
    ...{ trouble: session.trouble, resumed },
    sandbox: sandbox.url() !== null,
    endpoint: marketplace.endpoint,
    config: session.config,
    runId: record.id,
    newSandbox: session.isNewSandbox,
    saasBug: sandbox.saasBug,
    clockSkew: marketplace.clockSkew(),
  };
  for (;;) {
    const { end, interrupted, ended } = await walkOn(header);
    const back = backFromSummary(context);
    const hasStopped = end !== null || ended.unreached[checklists.at(-1)?.id ?? '']?.rest;
    const mayGoBack = !hasStopped && back !== null && terminal.interactive;
    let key: SummaryKey;
    do {
      await append({ ...ended, at: host.clock.now().toISOString() });
      const report = reportOf({ record, entries, journalSha256: run.journalSha256 }, planned());
      await showSummary(report, { record, entries }, session.reports, session.output, host, terminal);
      key = mayGoBack ? await askAtSummary(context) : 'q';
      if (key === 'q' || back === null) return { report, interrupted: interrupted ?? stoppedBy(host.signal) };
    } while (key === 'n');
    await append(back);
    header = null;
  }
}

/** Shows nothing of a walk. */
export function silent(terminal: Terminal): Terminal {
  return { ...terminal, write: () => undefined, progress: () => ({ stop: () => undefined }), bell: () => undefined };
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
export function stoppedBy({ reason }: AbortSignal): Interrupted | null {
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

/** Prints the result on stdout, once: the JSON document, or the summary unless the same screen already shows it. */
export function printResult(report: Report, { json, color }: OutputOptions, host: Host, terminal: Terminal): void {
  const wasShown = terminal.interactive && host.stdout.isTerminal;
  if (json) host.stdout.write(reporters.json(report));
  else if (!wasShown) host.stdout.write(summary(report, host.stdout.styles(color)));
}
