import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { Terminal } from '../ports/terminal.ts';
import { reporters } from '../reporters/index.ts';
import { plainPaint } from '../text/look.ts';
import { askForPage } from './ask-for-page.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { type ConfigOptions, loadConfig } from './load-config.ts';
import { planBuyers } from './plan-buyers.ts';
import { planInputs, readAnswers } from './plan-inputs.ts';
import { parseMaxWait, parseReports, type ReportTarget } from './run-options.ts';
import { openSession } from './session.ts';
import { type Ran, walkRun } from './walk-run.ts';

export interface RunOptions extends ConfigOptions {
  readonly buyer: readonly string[];
  readonly set: readonly string[];
  readonly report: readonly string[];
  readonly answers?: string | undefined;
  readonly maxWait?: string | undefined;
  readonly operator?: string | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Walks checklists with the operator and says what came of it. */
export async function run(names: readonly string[], options: RunOptions, host: Host): Promise<Outcome> {
  const terminal = await host.openTerminal(options);
  const config = await loadConfig(options, host);
  const checklists = await loadChecklists(
    names.length > 0 ? names : [await chooseChecklist(terminal, host)],
    host.files,
  );
  const reports = parseReports(options.report);
  const maxWait = options.maxWait === undefined ? null : parseMaxWait(options.maxWait);
  const answers = await readAnswers(options.answers, checklists, host.files);
  for (const { path } of reports) await host.files.checkWritable(path);
  const settings = config.settings(checklists);

  const session = await openSession(config.options, host, terminal, (found, product) =>
    askForPage(found, product, session.marketplace, host, terminal),
  );
  try {
    const planned = await planBuyers(checklists, options.buyer, answers, config, session.sandboxBuyers, terminal);
    const inputs = await planInputs(checklists, options.set, answers, config.inputs, terminal);
    const operator = options.operator ?? config.operator ?? host.user;
    const ran = await walkRun(planned, { session, answers, inputs, maxWait, operator, settings }, host, terminal);
    return await handOver(ran, reports, options, host, terminal);
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

async function handOver(
  { report: ran, interrupted }: Ran,
  reports: readonly ReportTarget[],
  { json, color }: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  terminal.write(reporters.text(ran, terminal.look()));
  if (json) host.stdout.write(reporters.json(ran, host.stdout.look(color)));
  for (const { format, path } of reports)
    await host.files.write(path, reporters[format](ran, { columns: 80, paint: plainPaint }));
  return interrupted ? interrupted.signal : ran.verdict;
}
