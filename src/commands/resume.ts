import type { Entry } from '../checklist/entries.ts';
import { isFleet } from '../checklist/fleet-report.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { newSitting, runState } from '../checklist/run-state.ts';
import { Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { OpenRun, RecordedChecklist, Runs } from '../ports/storage.ts';
import { openSaved } from '../run/open-saved.ts';
import { asksNothing, parseAttachments, parseReports, type RunOptions } from '../run/options.ts';
import { planResume } from '../run/plan.ts';
import { anyReportOf, optionsOf, plannedOf, reportOf } from '../run/run-facts.ts';
import { candidates, findRun } from '../run/saved-runs.ts';
import { carryOut, printResult, showSummary } from '../run/session.ts';
import { saveEntry } from '../run/walk-session.ts';
import { block } from '../text/block.ts';
import { shellWord } from '../text/safe.ts';
import { attachFile } from '../walk/notes.ts';

/** Continues the named run, or the newest run that has not passed. */
export async function resume(
  name: string | undefined,
  options: RunOptions,
  host: Host,
  opened?: Terminal,
): Promise<Outcome> {
  const terminal = opened ?? (await host.openTerminal({ ...options, input: !asksNothing(options) }));
  const named = name === undefined ? await newestUnfinished(host.runs) : await findRun(name, host.runs);
  const run = await openSaved(named, options.takeOver ?? false, host, terminal);
  const { id, checklists } = run.record;
  try {
    const report = anyReportOf(run, await plannedOf(run));
    if (isFleet(report)) refuseFlags(options, id);
    else if (options.maxParallel !== undefined)
      throw new UserError(
        'usage',
        `${id} is a run of one product, so --max-parallel has no use.`,
        'Omit --max-parallel.',
      );
    if (options.from === undefined && report.verdict === 'pass') {
      if (options.attach.length > 0) return await attachLater(run, options, host, terminal);
      const flags = isFleet(report) ? ' --all' : optionsOf(run).sandbox ? ' --sandbox' : '';
      const again = `${printedCommand(`run ${checklists.map(wordOf).join(' ')}`)}${flags}`;
      throw new UserError(
        'nothing-to-resume',
        `Run ${id} has passed, so there is nothing to resume.`,
        `Start a new run: ${again}${isFleet(report) ? '' : `. Or start over from a step: ${resumeCommand(id)} --from STEP`}`,
      );
    }
    if (isFleet(report)) {
      const { resumeFleet } = await import('../fleet/fleet-run.ts');
      const verdicts = report.products.map(({ verdict }) => verdict);
      return await resumeFleet(run, verdicts, options, host, terminal);
    }
    return await carryOut(await planResume(run, options, host, terminal), host, terminal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `Everything is saved. To continue: ${resumeCommand(id)}`);
  } finally {
    await run.close();
  }
}

/**
 * Finds the newest run that has not passed. Rejects at an unreadable run, because an older run must not be resumed in
 * its place.
 */
async function newestUnfinished(runs: Runs): Promise<string> {
  for await (const id of candidates(runs, ({ verdict }) => verdict !== 'pass')) {
    const saved = await runs.read(id);
    if (anyReportOf(saved, await plannedOf(saved)).verdict !== 'pass') return id;
  }
  throw new UserError(
    'nothing-to-resume',
    'There is no unfinished run.',
    `Start one: ${printedCommand('run new-signup')}. List earlier runs: ${printedCommand('runs')}`,
  );
}

function wordOf({ id, from }: RecordedChecklist): string {
  return 'path' in from ? shellWord(from.path) : id;
}

/** The flags that are about one product. */
const forOneProduct = {
  ...{ product: '--product', from: '--from', answers: '--answers', attach: '--attach', url: '--url' },
  ...{ rehearse: '--rehearse', saasBug: '--saas-bug', sandbox: '--sandbox' },
} as const satisfies Partial<Record<keyof RunOptions, string>>;

function refuseFlags(options: RunOptions, run: string): void {
  for (const [name, flag] of Object.entries(forOneProduct)) {
    const value = options[name as keyof typeof forOneProduct];
    if (Array.isArray(value) ? value.length === 0 : !value) continue;
    throw new UserError(
      'usage',
      `${run} is a run of many products, so it cannot be resumed with ${flag}.`,
      `Omit ${flag}. To check only some of its products: ${printedCommand('run CHECKLIST --all')} --product ID`,
    );
  }
}

/** Attaches files to a run that has passed, to replace a lost one for example. Asks and checks nothing. */
async function attachLater(run: OpenRun, options: RunOptions, host: Host, terminal: Terminal): Promise<Outcome> {
  const planned = await plannedOf(run);
  const attachments = await parseAttachments(options.attach, planned, host.files);
  const reports = await parseReports(options.report, host.files);
  const operator = options.operator ?? (await host.operator());
  const state = runState(
    planned.map(({ checklist }) => checklist),
    newSitting(false),
    run.entries,
  );
  const { entries } = state;
  const append = async (entry: Entry) => state.add(await saveEntry(run, entry));
  const say = (lead: string, body: string) =>
    terminal.write(block(terminal.styles(), { lead, leadStyle: 'dim', body }));
  for (const body of run.warnings) say('! ', body);
  for (const { path, checklist, step } of attachments) {
    const { name } = await attachFile(path, checklist, step, {
      host,
      operator,
      run: state,
      record: append,
      saveFile: run.saveFile,
    });
    if (!options.quiet) say('file    ', `${name} is attached to the step ${step} of ${checklist}.`);
  }
  // The walk had already ended. A file that is added later does not interrupt it.
  const ended = run.entries.findLast((entry) => entry.type === 'ended');
  if (ended && entries.length > run.entries.length) await append({ ...ended, at: host.clock.now().toISOString() });
  const now = { record: run.record, entries, journalSha256: run.journalSha256 };
  const report = reportOf(now, await plannedOf(now));
  await showSummary(report, { record: run.record, entries }, reports, options, host, terminal);
  printResult(report, options, host, terminal);
  return report.verdict;
}
