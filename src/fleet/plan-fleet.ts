import { assignBuyers } from '../checklist/buyers.ts';
import type { RunTarget } from '../checklist/entries.ts';
import type { Verdict } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { checks } from '../checks/index.ts';
import { type FleetEntry, type LoadedFleet, loadFleet, selectProducts } from '../config/load-fleet.ts';
import { UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import { productKey } from '../ports/marketplace.ts';
import type { OpenRun } from '../ports/storage.ts';
import { givenInputs } from '../run/buyers-and-inputs.ts';
import type { LoadedChecklist } from '../run/checklists.ts';
import { parseBuyers, type RunOptions } from '../run/options.ts';
import { type RunPlan, readFlags, resumeOptions } from '../run/plan.ts';
import { type ChecklistChanges, checklistChanges } from '../run/resume-changes.ts';
import { warning } from '../text/block.ts';
import { someOf } from '../text/counts.ts';
import { kindOf } from '../walk/context.ts';
import { aboutTheSame, lastTargets, ofKnownAccount } from './same-product.ts';

/** A fleet run as the flags and files define it, before AWS is asked. */
export interface FleetPlan
  extends Pick<RunPlan, 'checklists' | 'maxWait' | 'expiresWithin' | 'reports' | 'options' | 'typed'> {
  readonly fleet: LoadedFleet<RunOptions>;
  /** The products to check, in this order. */
  readonly entries: readonly FleetEntry<RunOptions>[];
  /** Test buyers of `--buyer` by checklist id, for all products. */
  readonly buyers: ReadonlyMap<string, string>;
  /** How many products are checked at a time. */
  readonly maxParallel: number;
  /** The run to resume; null for a new one. */
  readonly saved: { readonly run: OpenRun; readonly changes: ChecklistChanges } | null;
}

/**
 * Enough to keep AWS's smallest quota (5 requests a second) in use, also while some products wait for AWS or the SaaS.
 */
const defaultParallel = 50;

/** Plans a fleet run of `checklists`. Rejects with `UserError` for the first wrong flag or file. */
export async function planFleet(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
): Promise<FleetPlan> {
  refuseManual(checklists);
  const fleet = await loadFleet(options, host);
  const { products = [] } = options;
  const entries = ofKnownAccount(products.length === 0 ? fleet.entries : selectProducts(fleet, products));
  return { ...(await checkedFlags(checklists, options, host)), typed: options, fleet, entries, saved: null };
}

/**
 * Plans to check the products of a fleet run again, first those that have not passed. `verdicts` are those of its
 * products, in the order of its record.
 */
export async function planFleetResume(
  run: OpenRun,
  verdicts: readonly Verdict[],
  typed: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<FleetPlan> {
  const { record } = run;
  const given = record.checklists.flatMap(({ id, buyer }) => (buyer === null ? [] : [`${id}=${buyer}`]));
  const inputs = Object.entries(record.inputs).map(([name, value]) => `${name}=${value}`);
  const options = {
    ...(await resumeOptions(run, typed, host)),
    buyer: typed.buyer.length > 0 ? typed.buyer : given,
    set: [...inputs, ...typed.set],
  };
  const fleet = await loadFleet(options, host);
  const changes = await checklistChanges(run, options.acceptChanged?.includes('checklist') ?? false, host);
  const { checklists, remarks } = changes;
  refuseManual(checklists);
  const before = lastTargets(run);
  const listed = new Map(fleet.entries.map((entry) => [productKey(entry.product.product), entry]));
  const names = new Set((record.products ?? []).map(({ product }) => productKey(product)));
  /** Finds a product that the file names otherwise now, such as by its ID instead of its title. */
  const renamed = (known: RunTarget['product'] | undefined) =>
    [known?.productId, known?.productCode, known?.title]
      .flatMap((name) => (name ? productKey(name) : []))
      .flatMap((key) => (names.has(key) ? [] : (listed.get(key) ?? [])))[0];
  const products = (record.products ?? []).map(({ product }, index) => {
    const entry = listed.get(productKey(product)) ?? renamed(before.get(product)?.product);
    // In the run, it keeps its name.
    const named = entry && {
      ...{ ...entry, product: { ...entry.product, product } },
      config: aboutTheSame(entry.config, before.get(product), options),
    };
    return { product, hasPassed: verdicts[index] === 'pass', entry: named };
  });
  const gone = products.flatMap(({ product, entry }) => (entry ? [] : [product]));
  const lost = gone.length === 0 ? [] : [goneWords(gone, fleet.file)];
  for (const remark of [...run.warnings, ...remarks, ...lost]) terminal.write(warning(terminal.styles(), remark));
  const sorted = [...products].sort((a, b) => Number(a.hasPassed) - Number(b.hasPassed));
  const entries = ofKnownAccount(sorted.flatMap(({ entry }) => entry ?? []));
  const flags = await checkedFlags(checklists, options, host);
  return { ...flags, typed, fleet, entries, saved: { run, changes } };
}

function goneWords(gone: readonly string[], file: string): string {
  return `${file} no longer lists ${someOf(gone, 3)}, so this run cannot check ${gone.length === 1 ? 'it' : 'them'} again. Start a new run to check all that it lists now.`;
}

/** Reads the flags that are the same for all products, so that a wrong one is not reported for each of them. */
async function checkedFlags(checklists: readonly LoadedChecklist[], options: RunOptions, host: Host) {
  const { byChecklist, general } = parseBuyers(
    options.buyer,
    checklists.map(({ id }) => id),
  );
  const { buyers } = assignBuyers(checklists, { byChecklist, general, sandbox: {} }, checks);
  givenInputs(checklists, options.set);
  const { maxWait, expiresWithin, reports } = await readFlags(checklists, options, host.files);
  const { maxParallel = defaultParallel } = options;
  return { checklists, options, buyers, maxParallel, maxWait, expiresWithin, reports };
}

/** Nobody can act at each of many products. */
function refuseManual(checklists: readonly LoadedChecklist[]): void {
  for (const { id, steps } of checklists) {
    const index = steps.findIndex(
      ({ do: does, check, required }) =>
        does.length > 0 || (required && check !== null && kindOf(check).asksFirst?.(check.fields)),
    );
    const step = steps[index];
    if (step)
      throw new UserError(
        'manual-step',
        `${id} cannot run for all products: its step ${index + 1} (${step.id}) needs a person.`,
        `Use a checklist without such steps, such as regression; or run it for one product: ${printedCommand(`run ${id}`)} --product ID`,
      );
  }
}
