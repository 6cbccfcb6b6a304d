import type { Changeable, Entry, Reopened, RunTarget } from '../checklist/entries.ts';
import type { Answers, Checklist } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import { resumeCommand } from '../checklist/report.ts';
import { loadConfig } from '../config/load-config.ts';
import { Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { OpenRun, SavedRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { matchesProduct } from '../product/target.ts';
import { block } from '../text/block.ts';
import { shellWord } from '../text/safe.ts';
import { attachLater } from './attach-later.ts';
import { parseAttachments } from './attachments.ts';
import { changedBuyers } from './changed-buyers.ts';
import { checklistsNow } from './checklists-now.ts';
import { refuseDifferences, targetDifferences } from './differences.ts';
import { findRun, newestUnfinished } from './find-run.ts';
import { findStep } from './find-step.ts';
import { handOver, summaries } from './hand-over.ts';
import { grantedElsewhere, isNewSandbox } from './new-sandbox.ts';
import { inputsWithoutSecrets, planInputs, readAnswers } from './plan-inputs.ts';
import { refuseRehearsal } from './refuse-rehearsal.ts';
import { repeatPractice } from './repeat-practice.ts';
import type { RunOptions } from './run.ts';
import { parseInputs, parseMaxWait, parseReports } from './run-options.ts';
import { saidOptions } from './said-options.ts';
import { inputsOf, isBound, optionsOf, reportOf, targetOf } from './saved-run.ts';
import { openSession } from './session.ts';
import { settingsInSandbox } from './settings-in-sandbox.ts';
import { askTarget, walkRun } from './walk-run.ts';
import { whileAsking } from './while-asking.ts';

export interface ResumeOptions extends RunOptions {
  /** Id of a step, or `CHECKLIST/STEP`. */
  readonly from?: string | undefined;
  readonly acceptChanged: readonly Changeable[];
}

/** Goes on with a run that has not passed: the newest, or the one that is named. */
export async function resume(
  said: string | undefined,
  options: ResumeOptions,
  host: Host,
  opened?: Terminal,
): Promise<Outcome> {
  const terminal = opened ?? (await host.openTerminal(options.rehearse ? { ...options, input: false } : options));
  const run = await host.runs.open(await whichRun(said, host));
  const { id, checklists } = run.record;
  try {
    if (options.from === undefined && reportOf(run).verdict === 'pass') {
      if (options.attach.length > 0) return await attachLater(run, options, host, terminal);
      throw new UserError(
        'nothing-to-resume',
        `The run ${id} has passed: there is nothing to go on with.`,
        `Walk it anew: mp-verify run ${checklists.map(nameOf).join(' ')}${optionsOf(run).sandbox ? ' --sandbox' : ''}; or from one of its steps: ${resumeCommand(id)} --from STEP`,
      );
    }
    return await goOn(run, asItWasSaid(options, run), options, host, terminal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `Everything is saved. To go on: ${resumeCommand(id)}`);
  } finally {
    await run.close();
  }
}

async function whichRun(said: string | undefined, { runs }: Host): Promise<string> {
  if (said !== undefined) return findRun(said, runs);
  const found = await newestUnfinished(runs);
  if (found) return found.id;
  throw new UserError(
    'nothing-to-resume',
    'There is no run that has not passed.',
    'Begin one with mp-verify run new-signup; mp-verify runs lists the earlier ones.',
  );
}

function nameOf({ id, from }: OpenRun['record']['checklists'][number]): string {
  return 'path' in from ? shellWord(from.path) : id;
}

/** What was said with flags holds on, until a flag says otherwise. */
function asItWasSaid(options: ResumeOptions, run: OpenRun): ResumeOptions {
  const { product, profile, buyerProfile, endpointUrl, sandbox, url, config } = optionsOf(run);
  return {
    ...options,
    // Once AWS has told which one it is, that one is meant.
    product: options.product ?? (targetOf(run)?.product ? undefined : (product ?? undefined)),
    profile: options.profile ?? profile ?? undefined,
    buyerProfile: options.buyerProfile ?? buyerProfile ?? undefined,
    endpointUrl: options.endpointUrl ?? endpointUrl ?? undefined,
    // Who names another place to ask means that one.
    sandbox: options.sandbox ?? (sandbox && options.endpointUrl === undefined && options.profile === undefined),
    url: options.url ?? url ?? undefined,
    config: options.config ?? config ?? undefined,
  };
}

async function goOn(
  run: OpenRun,
  options: ResumeOptions,
  typed: ResumeOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  const { rehearse = false } = options;
  if (typed.config === undefined && options.config !== undefined && !(await host.files.exists(options.config)))
    throw new UserError(
      'config-gone',
      `The run ${run.record.id} was begun with ${options.config}, and that is gone.`,
      'Put it back, or name another one: --config FILE',
    );
  const config = await loadConfig(options, host);
  const now = await checklistsNow(run, options.acceptChanged.includes('checklist'), host.files);
  const { planned } = now;
  const warn = (body: string) => terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));
  for (const remark of [...run.warnings, ...now.remarks]) warn(remark);
  const checklists = planned.map(({ checklist }) => checklist);
  const reports = parseReports(options.report);
  const maxWait = options.maxWait === undefined ? null : parseMaxWait(options.maxWait);
  const answers = await readAnswers(options.answers, checklists, host.files);
  for (const { path } of reports) await host.files.checkWritable(path);
  const configured = config.settings(checklists);
  const from = options.from === undefined ? null : findStep(options.from, '--from', planned);
  const attachments = await parseAttachments(options.attach, planned, host.files);

  const last = isBound(run) ? targetOf(run) : null;
  const session = await openSession(
    { ...aboutTheSame(config.options, options, last), urlSaid: typed.url !== undefined },
    host,
    terminal,
    { accountId: options.acceptChanged.includes('account') ? null : (last?.accountId ?? null) },
  );
  try {
    const inputs = await sameInputs(run, options.set, answers, config.inputs, checklists, terminal);
    const operator = options.operator ?? config.operator ?? (await host.operator());
    const trouble = await whileAsking(terminal, () => askTarget(session));
    refuseRehearsal(rehearse, session);
    const differences = [...targetDifferences(last, session, options.product), ...now.differences];
    refuseDifferences(differences, options.acceptChanged, run.record.id, last, typed);
    const accepted = [...new Set(differences.map(({ what }) => what))];
    const isNew = isNewSandbox(last, session);
    // Where buyers are sent elsewhere nobody here can do again what they did there.
    const sample = session.sandboxSaas() !== null;
    const at = host.clock.now().toISOString();
    const opening: readonly Entry[] = [
      ...now.changes.map((change) => ({ ...change, ...(change.type === 'checklist' ? { inputs } : {}), at })),
      ...changedBuyers(planned, options.buyer, answers).map((changed) => ({ type: 'buyer' as const, ...changed, at })),
      ...(from === null ? [] : [reopenedAt(from, checklists, at)]),
      ...(isNew ? grantedElsewhere(checklists, run.entries, at, sample) : []),
    ];
    if (isNew && sample) await repeatPractice(planned, [...run.entries, ...opening], session, terminal);
    else if (isNew) warn('The sandbox is a new one: what was done in the last one is asked again.');
    const walkInputs = {
      ...{ session, answers, inputs, maxWait, operator, attachments, trouble, accepted, opening },
      settings: settingsInSandbox(configured, session.sandboxSaas(), options),
      options: saidOptions(options, config.file, host),
      rehearse,
      newSandbox: isNew,
    };
    const show = summaries(reports, options, host, terminal);
    return handOver(await walkRun(run, planned, walkInputs, show, host, terminal), options, host, terminal);
  } finally {
    await session.close();
  }
}

/** The product stays the one that the run is about, whatever the configuration says now; so does the URL of its page. */
function aboutTheSame(configured: ResumeOptions, said: ResumeOptions, last: RunTarget | null): ResumeOptions {
  const about = last?.product ?? null;
  if (about === null) return configured;
  const isSame = configured.product === undefined || matchesProduct(configured.product, about);
  return { ...configured, product: said.product ?? about.productId, url: isSame ? configured.url : said.url };
}

/** Inputs are what the run began with: answers to other ones would not fit beside the earlier. */
async function sameInputs(
  run: SavedRun,
  said: readonly string[],
  answers: Answers,
  configured: Readonly<Record<string, string>>,
  checklists: readonly Checklist[],
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const { id, checklists: walked } = run.record;
  const inputs = inputsOf(run);
  for (const [name, value] of Object.entries(inputsWithoutSecrets({ ...answers.inputs, ...parseInputs(said) }))) {
    if (!Object.hasOwn(inputs, name) || inputs[name] === value) continue;
    throw new UserError(
      'input-changed',
      `The run ${id} was begun with ${name}=${inputs[name]}, not ${value}.`,
      `Leave it out, or begin a new run: mp-verify run ${walked.map((each) => each.id).join(' ')} --set ${shellWord(`${name}=${value}`)}`,
    );
  }
  return planInputs(checklists, said, answers, { ...configured, ...inputs }, terminal);
}

function reopenedAt(from: Position, checklists: readonly Checklist[], at: string): Reopened {
  const checklist = checklists[from.checklist];
  const step = checklist?.steps[from.step];
  if (!checklist || !step) throw new Error('the step was found in another list of checklists');
  return { type: 'reopened', checklist: checklist.id, step: step.id, at };
}
