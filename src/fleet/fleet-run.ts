import type { Changeable, Entry } from '../checklist/entries.ts';
import { buildFleetReport, type FleetReport } from '../checklist/fleet-report.ts';
import type { Verdict } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/printed-command.ts';
import { redactAll } from '../checklist/redact.ts';
import type { FleetEntry } from '../config/load-fleet.ts';
import { Interrupted, type Outcome } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { OpenRun } from '../ports/storage.ts';
import { fleetSummary } from '../reporters/fleet-summary.ts';
import { givenInputs, withoutSecretValues } from '../run/buyers-and-inputs.ts';
import type { LoadedChecklist } from '../run/checklists.ts';
import { sellerOf, whileAsking } from '../run/connection.ts';
import type { RunOptions } from '../run/options.ts';
import { optionsToSave } from '../run/plan.ts';
import { renderReport } from '../run/render-report.ts';
import { baseOf } from '../run/run-facts.ts';
import { stoppedBy } from '../run/session.ts';
import { showOnGithub } from '../run/show-on-github.ts';
import { saveEntry } from '../run/walk-session.ts';
import { warning } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';
import { clockWarning } from '../walk/screen.ts';
import { checkProduct } from './check-product.ts';
import { type FleetPlan, planFleet, planFleetResume } from './plan-fleet.ts';
import { refuseOtherTargets } from './same-product.ts';
import { openScreen } from './screen.ts';
import { openShared, type Shared } from './shared.ts';
import { sideBySide } from './side-by-side.ts';

/** Checks the products of the configuration file with `checklists`, as one run, and reports the result. */
export async function runFleet(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  return carryOut(await planFleet(checklists, options, host), host, terminal);
}

/** Checks the products of a fleet run again. `verdicts` are those of its products, in the order of its record. */
export async function resumeFleet(
  run: OpenRun,
  verdicts: readonly Verdict[],
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<Outcome> {
  return carryOut(await planFleetResume(run, verdicts, options, host, terminal), host, terminal);
}

/** Carries out a fleet run from its plan to the exit code: checks the products, saves each one, prints the result. */
async function carryOut(plan: FleetPlan, host: Host, terminal: Terminal): Promise<Outcome> {
  const { options, fleet, entries, saved } = plan;
  const operator = options.operator ?? fleet.operator ?? (await host.operator());
  const shared = openShared(host, terminal, operator);
  // Before the first product, so that what is wrong with an account is said once.
  const connecting = entries.map(({ config }) => shared.host.connect(sellerOf(config.options)));
  const accepted = await whileAsking(terminal, async () => refuseOtherTargets(plan, await Promise.all(connecting)));
  const run = saved?.run ?? (await createRun(plan, host));
  try {
    const { report, interrupted } = await checkAll(plan, run, accepted, shared, host, terminal);
    await printFleet(report, run, plan, host, terminal);
    if (options.github) await showOnGithub(report, { checklists: plan.checklists, host, terminal }, run);
    return interrupted ? interrupted.signal : report.verdict;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(error.signal, `Run ${run.record.id} is saved. To continue: ${resumeCommand(run.record.id)}`);
  } finally {
    if (saved === null) await run.close();
  }
}

async function createRun(plan: FleetPlan, host: Host): Promise<OpenRun> {
  const { checklists, options, buyers, entries, fleet } = plan;
  return host.runs.create(baseOf(checklists), {
    tool: { name: 'mp-verify', version: host.version },
    startedAt: host.clock.now().toISOString(),
    checklists: checklists.map(({ id, from, source, sha256 }) => ({
      ...{ id, source, sha256, buyer: buyers.get(id) ?? null, buyerFrom: null },
      from: 'path' in from ? { path: host.absolute(from.path) } : from,
    })),
    inputs: withoutSecretValues(givenInputs(checklists, options.set)),
    options: redactAll(optionsToSave(options, fleet.file, host)),
    products: redactAll(entries.map(({ product }) => product)),
  });
}

/** Checks the products side by side. Each one is saved when it ends, so only those that have not ended can be lost. */
async function checkAll(
  plan: FleetPlan,
  run: OpenRun,
  accepted: readonly Changeable[],
  shared: Shared,
  host: Host,
  terminal: Terminal,
): Promise<{ readonly report: FleetReport; readonly interrupted: Interrupted | null }> {
  const { checklists, options, entries, maxParallel, saved, fleet } = plan;
  const { record } = run;
  const now = () => host.clock.now().toISOString();
  const { all, append } = appending(run);
  const reportOf = (products = record.products ?? [], about = all) =>
    buildFleetReport({ ...record, journalSha256: run.journalSha256 }, products, checklists, about);

  const toSave = redactAll(optionsToSave(options, fleet.file, host));
  const operator = await shared.host.operator();
  await append({ type: 'began', at: now(), operator, version: host.version, accepted, options: toSave });
  for (const change of saved?.changes.entries ?? []) await append({ ...change, at: now() });

  const warn = (words: string) => terminal.write(warning(terminal.styles(), words));
  const skew = clockWarning(shared.clockSkew());
  for (const words of new Set(shared.troubles.map(({ message, hint }) => [message, hint].filter(Boolean).join(' '))))
    warn(words);
  if (skew !== null) warn(skew);
  const screen = openScreen(plan, record.id, terminal, host.clock);
  let checked = 0;
  const check = async (entry: FleetEntry<RunOptions>) => {
    screen.begins(entry.product);
    const saved = await append(await checkProduct(entry, plan, shared));
    checked++;
    const [product] = saved.type === 'product' ? reportOf([saved.product], [saved]).products : [];
    if (product) screen.ends(product);
  };
  let interrupted: Interrupted | null = null;
  try {
    await sideBySide(entries, maxParallel, check, shared.stop);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = error;
  } finally {
    screen.close();
    await shared.save();
  }
  await append({ type: 'ended', at: now(), interrupted: interrupted !== null, unreached: {} });
  if (interrupted !== null)
    warn(
      `${record.id}: ${checked} of ${entries.length} products are checked and saved. To check the rest: ${resumeCommand(record.id)}`,
    );
  return { report: reportOf(), interrupted: interrupted ?? stoppedBy(host.signal) };
}

/** `all` are the entries of the run, with those that `append` has added: one after the other, each as it was saved. */
function appending(run: OpenRun): { readonly all: readonly Entry[]; append(entry: Entry): Promise<Entry> } {
  const all = [...run.entries];
  let saving: Promise<unknown> = Promise.resolve();
  return {
    all,
    append(entry) {
      const after = saving.then(async () => {
        const saved = await saveEntry(run, entry);
        all.push(saved);
        return saved;
      });
      // An entry that could not be saved does not keep others from it.
      saving = after.catch(() => undefined);
      return after;
    },
  };
}

/**
 * Prints the result on stdout, once: the JSON document or the summary. With --json, a person still reads the summary. It
 * comes before the report files, so that a file that cannot be written does not hide it. The document comes last: stdout
 * takes only one, and such an error is a document too.
 */
async function printFleet(
  report: FleetReport,
  run: OpenRun,
  { options: { json, quiet, color }, reports }: FleetPlan,
  host: Host,
  terminal: Terminal,
): Promise<void> {
  const isElsewhere = json ? !quiet : terminal.interactive && !host.stdout.isTerminal;
  const summary = (styles: Styles) => fleetSummary(report, styles, { brief: true });
  if (isElsewhere) terminal.write(summary(terminal.styles()));
  if (!json) host.stdout.write(summary(host.stdout.styles(color)));
  for (const { format, path } of reports) await host.files.write(path, await renderReport(format, report, run, host));
  if (json) host.stdout.write(await renderReport('json', report, run, host));
}
