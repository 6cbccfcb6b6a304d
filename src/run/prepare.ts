import type { Changeable, Entry, Reopened, RunTarget, SavedOptions } from '../checklist/entries.ts';
import type { Position } from '../checklist/next-step.ts';
import { redactAll } from '../checklist/redact.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { Settings } from '../ports/saas.ts';
import type { OpenRun } from '../ports/storage.ts';
import { matchesProduct } from '../product/target.ts';
import { changedBuyers, keptInputs, planBuyers, planInputs } from './buyers-and-inputs.ts';
import type { LoadedChecklist } from './checklists.ts';
import { askTarget, type Connection, openConnection, whileAsking } from './connection.ts';
import { isNewSandbox, moveToNewSandbox, openBrowsersAgain } from './new-sandbox.ts';
import type { RunOptions } from './options.ts';
import { optionsToSave, type RunPlan, type SavedPlan } from './plan.ts';
import { type Difference, refuseDifferences, targetDifferences } from './resume-changes.ts';
import { baseOf, isBound, plannedBy, targetOf } from './run-facts.ts';
import { refuseRehearsal, refuseRehearsalOnAws, settingsInSandbox } from './sandbox.ts';
import { type ReadConfirmations, readConfirmations } from './saved-runs.ts';

/** A run that is ready to walk. `walkSession` needs nothing else. */
export interface Session
  extends Pick<RunPlan, 'answers' | 'attachments' | 'checklists' | 'expiresWithin' | 'maxWait' | 'reports'> {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly run: OpenRun;
  readonly connection: Connection;
  readonly inputs: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** Reads where the use cases stand. `maxAge` is in ms. */
  confirmations(maxAge: number): Promise<ReadConfirmations>;
  readonly operator: string | null;
  /** The configuration file that was read, for the operator; null if there is none. */
  readonly config: string | null;
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

/**
 * Connects, asks the operator for what is missing, and creates the run, or checks that the saved run is still about the
 * same account and product. Close the session's connection and run afterwards.
 */
export async function prepare(plan: RunPlan, host: Host, terminal: Terminal): Promise<Session> {
  const { options, typed, config, answers, checklists, saved } = plan;
  const { acceptChanged = [], rehearse = false } = options;
  const last = saved && isBound(saved.run) ? targetOf(saved.run) : null;
  const connection = await openConnection(
    { ...withSavedProduct(config.options, options, last), urlFromFlag: typed.url !== undefined },
    host,
    terminal,
    config.assertProduct,
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
      config: config.inUse,
      attachments: plan.attachments,
      maxWait: plan.maxWait,
      expiresWithin: plan.expiresWithin,
      reports: plan.reports,
      settings: settingsInSandbox(plan.settings, sandbox.saas(), options),
      options: toSave,
      output: options,
      confirmations: (maxAge) => readConfirmations(host.runs, maxAge, host),
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
  const now = plannedBy({ record: run.record, entries: [...run.entries, ...entries] }, checklists);
  if (!moved) {
    if (options.rehearse) await openBrowsersAgain(now, [...run.entries, ...entries], sandbox.rehearsal());
    return entries;
  }
  return [...entries, ...(await moveToNewSandbox(now, run.entries, entries, sandbox, terminal, at))];
}

function reopenedAt(from: Position, checklists: readonly LoadedChecklist[], at: string): Reopened {
  const checklist = checklists[from.checklist];
  const step = checklist?.steps[from.step];
  if (!checklist || !step) throw new Error('the step was found in another list of checklists');
  return { type: 'reopened', checklist: checklist.id, step: step.id, at };
}
