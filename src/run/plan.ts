import type { SavedOptions } from '../checklist/entries.ts';
import { requireDuration } from '../checklist/fields.ts';
import type { Answers } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import { type Configured, loadConfig } from '../config/load-config.ts';
import { UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { Settings } from '../ports/saas.ts';
import type { OpenRun } from '../ports/storage.ts';
import { warning } from '../text/block.ts';
import { readAnswers } from './buyers-and-inputs.ts';
import type { LoadedChecklist } from './checklists.ts';
import type { ConnectionOptions } from './connection.ts';
import {
  type Attachment,
  findStep,
  parseAttachments,
  parseReports,
  type ReportFile,
  type RunOptions,
} from './options.ts';
import { type ChecklistChanges, checklistChanges } from './resume-changes.ts';
import { optionsOf, targetOf } from './run-facts.ts';

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
  /** Replaces every `warn-within`, in ms. */
  readonly expiresWithin: number | null;
  /** The run to resume; null for a new one. */
  readonly saved: SavedPlan | null;
}

export interface SavedPlan {
  readonly run: OpenRun;
  readonly changes: ChecklistChanges;
  /** Where `--from` starts over. */
  readonly from: Position | null;
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
  const saved = optionsOf(run);
  const options = withSavedOptions(typed, host.shared ? await usableHere(saved, host) : saved, run);
  if (typed.config === undefined && options.config !== undefined && !(await host.files.exists(options.config)))
    throw new UserError(
      'config-gone',
      `The run ${run.record.id} was started with ${options.config}, which no longer exists.`,
      'Restore the file, or use another one: --config FILE',
    );
  const product = targetOf(run)?.product ?? null;
  const found = product && { id: product.productId, code: product.productCode, title: product.title };
  const config = await loadConfig(options, host, found);
  const changes = await checklistChanges(run, options.acceptChanged?.includes('checklist') ?? false, host);
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
    expiresWithin:
      options.expiresWithin === undefined ? null : requireDuration(options.expiresWithin, '30d', '--expires-within '),
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

/** The flags with a value that a resumed run uses again. */
const savedFlags = ['product', 'profile', 'buyerProfile', 'endpointUrl', 'url'] as const;
type SavedFlag = (typeof savedFlags)[number];

function eachFlag<Value>(value: (flag: SavedFlag) => Value): Readonly<Record<SavedFlag, Value>> {
  return Object.fromEntries(savedFlags.map((flag) => [flag, value(flag)])) as Record<SavedFlag, Value>;
}

/** Returns the options that a resumed run uses again. `config` is the file that was read. */
export function optionsToSave(
  options: ConnectionOptions,
  config: string | null,
  { absolute }: Pick<Host, 'absolute'>,
): SavedOptions {
  return {
    ...eachFlag((flag) => options[flag] ?? null),
    sandbox: options.sandbox ?? false,
    config: config === null ? null : absolute(config),
  };
}

/** Another person's configuration file is not read, and a profile is used only if this machine has one of that name. */
async function usableHere(saved: SavedOptions, { profiles }: Pick<Host, 'profiles'>): Promise<SavedOptions> {
  const names = saved.profile === null && saved.buyerProfile === null ? [] : await profiles();
  const here = (name: string | null) => (name !== null && names.includes(name) ? name : null);
  return { ...saved, config: null, profile: here(saved.profile), buyerProfile: here(saved.buyerProfile) };
}

function withSavedOptions(typed: RunOptions, { sandbox, config, ...saved }: SavedOptions, run: OpenRun): RunOptions {
  // Once AWS has identified the product, the run keeps it.
  const product = targetOf(run)?.product ? null : saved.product;
  return {
    ...typed,
    ...eachFlag((flag) => typed[flag] ?? { ...saved, product }[flag] ?? undefined),
    // A flag that selects another endpoint takes precedence.
    sandbox: typed.sandbox ?? (sandbox && typed.endpointUrl === undefined && typed.profile === undefined),
    config: typed.config ?? config ?? undefined,
  };
}
