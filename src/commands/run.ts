import { redactAll } from '../checklist/redact.ts';
import { resumeCommand } from '../checklist/report.ts';
import { loadConfig } from '../config/load-config.ts';
import { Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode, Terminal } from '../ports/terminal.ts';
import { parseAttachments } from './attachments.ts';
import { handOver, summaries } from './hand-over.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { planBuyers } from './plan-buyers.ts';
import { planInputs, readAnswers } from './plan-inputs.ts';
import { refuseRehearsal } from './refuse-rehearsal.ts';
import { resumeOrNew } from './resume-or-new.ts';
import { baseOf } from './run-base.ts';
import { parseMaxWait, parseReports } from './run-options.ts';
import { saidOptions } from './said-options.ts';
import { openSession, type SessionOptions } from './session.ts';
import { settingsInSandbox } from './settings-in-sandbox.ts';
import { askTarget, walkRun } from './walk-run.ts';
import { whileAsking } from './while-asking.ts';

export interface RunOptions extends SessionOptions {
  readonly buyer: readonly string[];
  readonly set: readonly string[];
  readonly report: readonly string[];
  readonly attach: readonly string[];
  readonly rehearse?: boolean | undefined;
  readonly answers?: string | undefined;
  readonly maxWait?: string | undefined;
  readonly operator?: string | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Walks checklists with the operator and says what came of it. Everything is kept as a run. */
export async function run(names: readonly string[], options: RunOptions, host: Host): Promise<Outcome> {
  try {
    return await beginRun(names, options, host);
  } catch (error) {
    // A walk that is stopped has a report; this was before it.
    if (error instanceof Interrupted && error.hint === null)
      throw new Interrupted(error.signal, 'Nothing was started, so there is nothing to resume.');
    throw error;
  }
}

async function beginRun(names: readonly string[], options: RunOptions, host: Host): Promise<Outcome> {
  const { rehearse = false } = options;
  // A rehearsal is hands-free: nobody is asked.
  const terminal = await host.openTerminal(rehearse ? { ...options, input: false } : options);
  const config = await loadConfig(options, host);
  const checklists = await loadChecklists(
    names.length > 0 ? names : [await chooseChecklist(terminal, host)],
    host.files,
  );
  const reports = parseReports(options.report);
  const maxWait = options.maxWait === undefined ? null : parseMaxWait(options.maxWait);
  const answers = await readAnswers(options.answers, checklists, host.files);
  for (const { path } of reports) await host.files.checkWritable(path);
  const configured = config.settings(checklists);
  const unfinished = await resumeOrNew(checklists, options, host, terminal);
  if (unfinished !== null) {
    const { resume } = await import('./resume.ts');
    return resume(unfinished, { ...options, acceptChanged: [] }, host, terminal);
  }

  const session = await openSession({ ...config.options, urlSaid: options.url !== undefined }, host, terminal);
  try {
    const sandboxBuyers = () => whileAsking(terminal, session.sandboxBuyers);
    const planned = await planBuyers(checklists, options.buyer, answers, config, sandboxBuyers, terminal);
    const inputs = await planInputs(checklists, options.set, answers, config.inputs, terminal);
    const attachments = await parseAttachments(options.attach, planned, host.files);
    const operator = options.operator ?? config.operator ?? (await host.operator());
    const trouble = await whileAsking(terminal, () => askTarget(session));
    refuseRehearsal(rehearse, session);
    const said = redactAll(saidOptions(options, config.file, host));
    const open = await host.runs.create(baseOf(checklists), {
      tool: { name: 'mp-verify', version: host.version },
      startedAt: host.clock.now().toISOString(),
      checklists: checklists.map(({ id, from, source, sha256 }, i) => ({
        ...{ id, source, sha256 },
        from: 'path' in from ? { path: host.absolute(from.path) } : from,
        buyer: planned[i]?.buyer ?? null,
        buyerFrom: planned[i]?.buyerFrom ?? null,
      })),
      inputs,
      options: said,
    });
    try {
      const walkInputs = {
        session,
        answers,
        inputs,
        maxWait,
        operator,
        settings: settingsInSandbox(configured, session.sandboxSaas(), options),
        attachments,
        trouble,
        accepted: [],
        opening: [],
        options: said,
        rehearse,
      };
      const show = summaries(reports, options, host, terminal);
      return handOver(await walkRun(open, planned, walkInputs, show, host, terminal), options, host, terminal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const { id } = open.record;
      throw new Interrupted(
        error.signal,
        `Run ${id} is saved. To print it: mp-verify report ${id}. To continue: ${resumeCommand(id)}`,
      );
    } finally {
      await open.close();
    }
  } finally {
    await session.close();
  }
}

async function chooseChecklist(terminal: Terminal, host: Host): Promise<string> {
  const builtIns = await loadChecklists(useCases, host.files);
  const chosen = terminal.interactive
    ? await terminal.choose({
        message: 'Which use case?',
        choices: [
          ...builtIns.map(({ id, title }) => ({ value: id, name: `${title}  (${id})` })),
          { value: 'use-cases', name: 'All three, one after the other  (use-cases)' },
        ],
      })
    : null;
  if (chosen === null)
    throw new UserError(
      'missing-checklist',
      'No checklist was named.',
      'Run: mp-verify run new-signup. mp-verify list shows what there is.',
    );
  return chosen;
}
