import type { Changeable, Entry, Reopened, RunTarget, SavedOptions } from '../checklist/entries.ts';
import type { Answers } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import { requireDuration } from '../checklist/parse-checklist.ts';
import { redactAll } from '../checklist/redact.ts';
import { type Configured, loadConfig } from '../config/load-config.ts';
import { UserError } from '../errors.ts';
import type { Host, OpenRun, Terminal } from '../ports/host.ts';
import type { Settings } from '../ports/saas.ts';
import { matchesProduct } from '../product/target.ts';
import { warning } from '../text/block.ts';
import type { LoadedChecklist } from './checklists.ts';
import { askTarget, type Connection, openConnection, whileAsking } from './connection.ts';
import {
  type Attachment,
  findStep,
  optionsToSave,
  parseAttachments,
  parseReports,
  type ReportFile,
  type RunOptions,
} from './options.ts';
import { changedBuyers, keptInputs, planBuyers, planInputs, readAnswers } from './plan.ts';
import {
  type ChecklistChanges,
  checklistChanges,
  type Difference,
  refuseDifferences,
  targetDifferences,
} from './resume-changes.ts';
import { isNewSandbox, moveToNewSandbox, refuseRehearsal, refuseRehearsalOnAws, settingsInSandbox } from './sandbox.ts';
import { baseOf, isBound, optionsOf, plannedBy, targetOf } from './saved-runs.ts';

/** A run as the flags and files define it, before AWS is asked. */
export interface RunPlan {
  /** The flags, completed in a resumed run by those of its last walk. */
  readonly options: RunOptions;
  /** Only the flags that were typed. */
  readonly typed: RunOptions;
  readonly config: Configured<RunOptions>;
  readonly checklists: readonly LoadedChecklist[];
  readonly answers: Answers;
  readonly settings: Settings;
  readonly reports: readonly ReportFile[];
  readonly attachments: readonly Attachment[];
  /** Replaces every `within`, in ms. */
  readonly maxWait: number | null;
  /** The run to resume; null for a new one. */
  readonly saved: SavedPlan | null;
}

interface SavedPlan {
  readonly run: OpenRun;
  readonly changes: ChecklistChanges;
  /** Where `--from` starts over. */
  readonly from: Position | null;
}

/** A run that is ready to walk. `walkSession` needs nothing else. */
export interface Session extends Pick<RunPlan, 'answers' | 'attachments' | 'checklists' | 'maxWait' | 'reports'> {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly run: OpenRun;
  readonly connection: Connection;
  readonly inputs: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly operator: string | null;
  /** The flags that the next walk of the run uses again. */
  readonly options: SavedOptions;
  readonly output: Pick<RunOptions, 'json' | 'color' | 'github' | 'quiet'>;
  /** A sentence about why AWS did not identify the caller or the product; null if it identified both. */
  readonly trouble: string | null;
  /** The changes since the last walk that were accepted. */
  readonly accepted: readonly Changeable[];
  /** The entries that this walk adds before its first step. */
  readonly firstEntries: readonly Entry[];
  /** The program does people's parts. */
  readonly rehearse: boolean;
  /** The run is resumed in a new sandbox. */
  readonly isNewSandbox: boolean;
}

/** Plans a run of `checklists`. Rejects with `UserError` for the first wrong flag or file. */
export async function planRun(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
): Promise<RunPlan> {
  const config = await loadConfig(options, host);
  const flags = await readFlags(checklists, options, config, host.files);
  return { options, typed: options, config, ...flags, saved: null };
}

/** Plans to resume a run. Flags that are not given again keep their values from its last walk. */
export async function planResume(run: OpenRun, typed: RunOptions, host: Host, terminal: Terminal): Promise<RunPlan> {
  const options = withSavedOptions(typed, run);
  if (typed.config === undefined && options.config !== undefined && !(await host.files.exists(options.config)))
    throw new UserError(
      'config-gone',
      `The run ${run.record.id} was started with ${options.config}, which no longer exists.`,
      'Restore the file, or use another one: --config FILE',
    );
  const config = await loadConfig(options, host);
  const changes = await checklistChanges(run, options.acceptChanged?.includes('checklist') ?? false, host.files);
  for (const remark of [...run.warnings, ...changes.remarks]) terminal.write(warning(terminal.styles(), remark));
  const { checklists } = changes;
  const flags = await readFlags(checklists, options, config, host.files);
  const planned = checklists.map((checklist) => ({ checklist }));
  const from = options.from === undefined ? null : findStep(options.from, '--from', planned);
  return { options, typed, config, ...flags, saved: { run, changes, from } };
}

async function readFlags(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  config: Configured<RunOptions>,
  files: Host['files'],
) {
  return {
    checklists,
    maxWait: options.maxWait === undefined ? null : requireDuration(options.maxWait, '30s, 10m or 2h'),
    answers: await readAnswers(options.answers, checklists, files),
    reports: await parseReports(options.report, files),
    settings: config.settings(checklists),
    attachments: await parseAttachments(
      options.attach,
      checklists.map((checklist) => ({ checklist })),
      files,
    ),
  };
}

function withSavedOptions(typed: RunOptions, run: OpenRun): RunOptions {
  const { product, profile, buyerProfile, endpointUrl, sandbox, url, config } = optionsOf(run);
  return {
    ...typed,
    // Once AWS has identified the product, the run keeps it.
    product: typed.product ?? (targetOf(run)?.product ? undefined : (product ?? undefined)),
    profile: typed.profile ?? profile ?? undefined,
    buyerProfile: typed.buyerProfile ?? buyerProfile ?? undefined,
    endpointUrl: typed.endpointUrl ?? endpointUrl ?? undefined,
    // A flag that selects another endpoint takes precedence.
    sandbox: typed.sandbox ?? (sandbox && typed.endpointUrl === undefined && typed.profile === undefined),
    url: typed.url ?? url ?? undefined,
    config: typed.config ?? config ?? undefined,
  };
}

/**
 * Connects, asks the operator for what is missing, and creates the run, or checks that the saved run is still about the
 * same account and product. Close the session's connection and run afterwards.
 */
export async function prepare(plan: RunPlan, host: Host, terminal: Terminal): Promise<Session> {
  const { options, typed, config, answers, checklists, saved } = plan;
  const { acceptChanged = [], rehearse = false } = options;
  const last = saved && isBound(saved.run) ? targetOf(saved.run) : null;
  const connection = await openConnection(
    { ...withSavedProduct(config.options, options, last), urlSaid: typed.url !== undefined },
    host,
    terminal,
    acceptChanged.includes('account') ? null : (last?.accountId ?? null),
  );
  try {
    const { sandbox } = connection;
    // Before anyone looks for a buyer that this command cannot use.
    refuseRehearsalOnAws(rehearse, connection.marketplace);
    const planned = saved
      ? []
      : await planBuyers(
          checklists,
          options.buyer,
          answers,
          config,
          () => whileAsking(terminal, sandbox.buyers),
          terminal,
        );
    const kept = saved ? keptInputs(saved.run, options.set, answers) : {};
    const inputs = await planInputs(checklists, options.set, answers, { ...config.inputs, ...kept }, terminal);
    const operator = options.operator ?? config.operator ?? (await host.operator());
    const trouble = await askTarget(connection, terminal);
    refuseRehearsal(rehearse, sandbox);
    const toSave = redactAll(optionsToSave(options, config.file, host));
    const differences = saved
      ? [...targetDifferences(last, connection, options.product), ...saved.changes.differences]
      : [];
    if (saved) refuseDifferences(differences, acceptChanged, saved.run.record.id, last, typed);
    const moved = saved !== null && isNewSandbox(last, sandbox, connection.known.caller);
    const firstEntries = saved ? await entriesToResume(saved, plan, inputs, moved, connection, host, terminal) : [];
    const run =
      saved?.run ??
      (await host.runs.create(baseOf(checklists), {
        tool: { name: 'mp-verify', version: host.version },
        startedAt: host.clock.now().toISOString(),
        checklists: checklists.map(({ id, from, source, sha256 }, i) => ({
          ...{ id, source, sha256 },
          from: 'path' in from ? { path: host.absolute(from.path) } : from,
          buyer: planned[i]?.buyer ?? null,
          buyerFrom: planned[i]?.buyerFrom ?? null,
        })),
        inputs,
        options: toSave,
      }));
    return {
      ...{ host, terminal, run, connection, checklists, answers, inputs, operator, trouble, firstEntries, rehearse },
      attachments: plan.attachments,
      maxWait: plan.maxWait,
      reports: plan.reports,
      settings: settingsInSandbox(plan.settings, sandbox.saas(), options),
      options: toSave,
      output: options,
      accepted: [...new Set(differences.map(({ what }: Difference) => what))],
      isNewSandbox: moved,
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** A resumed run keeps its product and page URL, whatever the configuration names now. */
function withSavedProduct(configured: RunOptions, options: RunOptions, last: RunTarget | null): RunOptions {
  const product = last?.product ?? null;
  if (product === null) return configured;
  const isSame = configured.product === undefined || matchesProduct(configured.product, product);
  return {
    ...configured,
    product: options.product ?? product.productId,
    url: isSame ? configured.url : options.url,
  };
}

/** Returns the entries for what flags and files change in a saved run. */
async function entriesToResume(
  { run, changes, from }: SavedPlan,
  { options, answers, checklists }: RunPlan,
  inputs: Readonly<Record<string, string>>,
  moved: boolean,
  { sandbox }: Connection,
  host: Host,
  terminal: Terminal,
): Promise<readonly Entry[]> {
  const at = host.clock.now().toISOString();
  const entries: readonly Entry[] = [
    ...changes.entries.map((change) => ({ ...change, ...(change.type === 'checklist' ? { inputs } : {}), at })),
    ...changedBuyers(plannedBy(run, checklists), options.buyer, answers).map((changed) => ({
      type: 'buyer' as const,
      ...changed,
      at,
    })),
    ...(from === null ? [] : [reopenedAt(from, checklists, at)]),
  ];
  if (!moved) return entries;
  const now = plannedBy({ record: run.record, entries: [...run.entries, ...entries] }, checklists);
  return [...entries, ...(await moveToNewSandbox(now, run.entries, entries, sandbox, terminal, at))];
}

function reopenedAt(from: Position, checklists: readonly LoadedChecklist[], at: string): Reopened {
  const checklist = checklists[from.checklist];
  const step = checklist?.steps[from.step];
  if (!checklist || !step) throw new Error('the step was found in another list of checklists');
  return { type: 'reopened', checklist: checklist.id, step: step.id, at };
}
