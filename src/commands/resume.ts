import type { Changeable, Checklist, Entry, Reopened } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/report.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { OpenRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Position } from '../walk/context.ts';
import type { Start } from '../walk/walk.ts';
import { askForPage } from './ask-for-page.ts';
import { parseAttachments } from './attachments.ts';
import { changedBuyers } from './changed-buyers.ts';
import { checklistsNow } from './checklists-now.ts';
import { type Difference, refuseDifferences, targetDifferences } from './differences.ts';
import { findRun, newestUnfinished } from './find-run.ts';
import { findStep } from './find-step.ts';
import { handOver, summaries } from './hand-over.ts';
import { loadConfig } from './load-config.ts';
import { planInputs, readAnswers } from './plan-inputs.ts';
import { repeatPractice } from './repeat-practice.ts';
import type { RunOptions } from './run.ts';
import { parseMaxWait, parseReports } from './run-options.ts';
import { reportOf } from './saved-run.ts';
import { openSession } from './session.ts';
import { settingsInSandbox } from './settings-in-sandbox.ts';
import { askTarget, walkRun } from './walk-run.ts';

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
  const terminal = opened ?? (await host.openTerminal(options));
  const run = await host.runs.open(await whichRun(said, host));
  try {
    for (const body of run.remarks) terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body }));
    if (options.from === undefined && reportOf(run).verdict === 'pass') {
      const { id, checklists } = run.record;
      throw new UserError(
        'nothing-to-resume',
        `The run ${id} has passed: there is nothing to go on with.`,
        `Walk it anew: mp-verify run ${checklists.map((each) => each.id).join(' ')}; or from one of its steps: ${resumeCommand(id)} --from STEP`,
      );
    }
    return await goOn(run, asItWasSaid(options, run), host, terminal);
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

/** What was said with flags when the run began holds on, until a flag says otherwise. */
function asItWasSaid(options: ResumeOptions, { record }: OpenRun): ResumeOptions {
  const { profile, buyerProfile, endpointUrl, sandbox, url, config } = record.options;
  return {
    ...options,
    profile: options.profile ?? profile ?? undefined,
    buyerProfile: options.buyerProfile ?? buyerProfile ?? undefined,
    endpointUrl: options.endpointUrl ?? endpointUrl ?? undefined,
    sandbox: options.sandbox ?? sandbox,
    url: options.url ?? url ?? undefined,
    config: options.config ?? config ?? undefined,
  };
}

async function goOn(run: OpenRun, options: ResumeOptions, host: Host, terminal: Terminal): Promise<Outcome> {
  const config = await loadConfig(options, host);
  const { planned, differences } = await checklistsNow(run, options.acceptChanged.includes('checklist'), host.files);
  const checklists = planned.map(({ checklist }) => checklist);
  const reports = parseReports(options.report);
  const maxWait = options.maxWait === undefined ? null : parseMaxWait(options.maxWait);
  const answers = await readAnswers(options.answers, checklists, host.files);
  for (const { path } of reports) await host.files.checkWritable(path);
  const configured = config.settings(checklists);
  const from = options.from === undefined ? null : findStep(options.from, '--from', planned);
  const start: Start = from ?? 'resumed';
  const attachments = await parseAttachments(options.attach, planned, host.files);

  const last = run.entries.findLast((entry) => entry.type === 'target')?.target ?? null;
  const pinned = {
    accountId: options.acceptChanged.includes('account') ? null : (last?.accountId ?? null),
    productId: last?.product?.productId ?? null,
  };
  const session = await openSession(
    config.options,
    host,
    terminal,
    (found, product) => askForPage(found, product, session.marketplace, host, terminal),
    pinned,
  );
  try {
    const inputs = await planInputs(
      checklists,
      options.set,
      answers,
      { ...config.inputs, ...run.record.inputs },
      terminal,
    );
    const operator = options.operator ?? config.operator ?? (await host.operator());
    const trouble = await askTarget(session);
    const all: readonly Difference[] = [...targetDifferences(last, session), ...differences];
    refuseDifferences(all, options.acceptChanged, run.record.id);
    const at = host.clock.now().toISOString();
    const opening: readonly Entry[] = [
      ...changedBuyers(planned, options.buyer).map((changed) => ({ type: 'buyer' as const, ...changed, at })),
      ...(from === null ? [] : [reopenedAt(from, checklists, at)]),
    ];
    await repeatPractice(planned, [...run.entries, ...opening], session, terminal);
    const accepted = [...new Set(all.map(({ what }) => what))];
    const walkInputs = {
      session,
      answers,
      inputs,
      maxWait,
      operator,
      settings: settingsInSandbox(configured, session.sandboxSaas),
      attachments,
      trouble,
      accepted,
      opening,
    };
    const show = summaries(reports, host, terminal);
    return handOver(await walkRun(run, planned, start, walkInputs, show, host, terminal), options, host);
  } finally {
    await session.close();
  }
}

function reopenedAt(from: Position, checklists: readonly Checklist[], at: string): Reopened {
  const checklist = checklists[from.checklist];
  const step = checklist?.steps[from.step];
  if (!checklist || !step) throw new Error('the step was found in another list of checklists');
  return { type: 'reopened', checklist: checklist.id, step: step.id, at };
}
