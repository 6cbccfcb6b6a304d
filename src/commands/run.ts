import type { Answers } from '../checklist/answers.ts';
import type { Checklist } from '../checklist/model.ts';
import { type PlannedChecklist, report } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, Interrupted, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { Terminal } from '../ports/terminal.ts';
import { reporters } from '../reporters/index.ts';
import { toPage } from '../target/product-page.ts';
import { plainPaint } from '../text/look.ts';
import type { WalkContext } from '../walk/context.ts';
import type { HeaderFacts } from '../walk/header.ts';
import { type UnreachedSteps, walk } from '../walk/walk.ts';
import { askForPage } from './ask-for-page.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { planBuyers } from './plan-buyers.ts';
import { planInputs, readAnswers } from './plan-inputs.ts';
import { parseMaxWait, parseReports, type ReportTarget } from './run-options.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

export interface RunOptions extends SessionOptions {
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
  const checklists = await loadChecklists(
    names.length > 0 ? names : [await chooseChecklist(terminal, host)],
    host.files,
  );
  const reports = parseReports(options.report);
  const maxWait = options.maxWait === undefined ? null : parseMaxWait(options.maxWait);
  const answers = await readAnswers(options.answers, checklists, host.files);
  for (const { path } of reports) await host.files.checkWritable(path);

  const session = await openSession(options, host, terminal, (found, product) =>
    askForPage(found, product, session.marketplace, host, terminal),
  );
  try {
    const planned = await planBuyers(checklists, options.buyer, answers, session.sandboxBuyers, terminal);
    const inputs = await planInputs(checklists, options.set, answers, terminal);
    const ran = await walkRun(planned, session, { answers, inputs, maxWait }, options, host, terminal);
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

interface Ran {
  readonly report: Report;
  readonly interrupted: Interrupted | null;
}

/** From the header to the report, whatever happens in between. */
async function walkRun(
  planned: readonly PlannedChecklist[],
  session: Session,
  {
    answers,
    inputs,
    maxWait,
  }: { readonly answers: Answers; readonly inputs: Readonly<Record<string, string>>; readonly maxWait: number | null },
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<Ran> {
  const started = host.clock.now();
  const id = runId(
    planned.map(({ checklist }) => checklist),
    started,
  );
  const operator = options.operator ?? host.user;
  const unreached: UnreachedSteps = new Map();
  const entries: WalkContext['entries'] = [];
  let interrupted: Interrupted | null = null;
  try {
    const facts = await headerFacts(session, id);
    const { marketplace, target, page } = session;
    const practice =
      facts.sandbox && marketplace.endpoint !== null ? host.practiceCommand.bind(null, marketplace.endpoint) : null;
    await walk(
      planned,
      { host, terminal, marketplace, target, page, answers, inputs, maxWait, operator, practice, entries },
      facts,
      unreached,
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = error;
    const rest = `The run was stopped (${error.signal}) before this step had a result.`;
    for (const { checklist } of planned)
      if (!unreached.has(checklist.id)) unreached.set(checklist.id, { reasons: new Map(), rest });
  }
  const { caller, product, page } = session.known;
  const facts = {
    tool: { name: 'mp-verify', version: host.version },
    id,
    startedAt: started.toISOString(),
    endedAt: host.clock.now().toISOString(),
    interrupted: interrupted !== null,
    operator,
    sandbox: caller ? caller.sandbox !== null : options.sandbox === true,
    endpoint: session.marketplace.endpoint,
    accountId: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    product: page?.page ?? (caller && product ? toPage(caller, product, null, null) : null),
  } as const;
  return { report: report(facts, planned, entries, unreached), interrupted };
}

async function headerFacts(session: Session, runId: string): Promise<HeaderFacts> {
  const facts = (trouble: string | null): HeaderFacts => ({
    caller: session.known.caller,
    product: session.known.product,
    trouble,
    sandbox: (session.known.caller?.sandbox ?? null) !== null,
    endpoint: session.marketplace.endpoint,
    runId,
  });
  try {
    await session.target();
    return facts(null);
  } catch (error) {
    if (error instanceof CouldNotTell) return facts(error.message);
    throw error;
  }
}

/** Until runs are kept, the moment of the start tells them apart. */
function runId(checklists: readonly Checklist[], started: Date): string {
  const [only, another] = checklists;
  const stamp = started.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${only && !another ? only.id : 'use-cases'}-${stamp}`;
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
