import { noAnswers } from '../checklist/model.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotCheck, Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { RunFacts, SavedRun } from '../ports/storage.ts';
import { matchesProduct } from '../product/target.ts';
import { changedBuyers } from '../run/buyers-and-inputs.ts';
import { type LoadedChecklist, loadChecklists, useCaseIds } from '../run/checklists.ts';
import { asksNothing, type RunOptions } from '../run/options.ts';
import { planRun } from '../run/plan.ts';
import { baseOf, optionsOf, plannedOf, reportOf, targetOf } from '../run/run-facts.ts';
import { candidates } from '../run/saved-runs.ts';
import { carryOut } from '../run/session.ts';
import { warning } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';

/** The flags of `run` as commander parses them. */
interface RunFlags extends Omit<RunOptions, 'product' | 'products'> {
  readonly product?: readonly string[] | undefined;
}

/** Without --all, a run is about one product. Throws `UserError` for flags that need --all. */
export function runOptions({ product = [], ...flags }: RunFlags): RunOptions {
  if (flags.all) return { ...flags, products: product };
  if (flags.maxParallel !== undefined)
    throw new UserError('usage', '--max-parallel needs --all, which checks many products.', 'Add --all, or omit it.');
  const [first, another] = [...new Set(product)];
  if (another !== undefined)
    throw new UserError(
      'usage',
      `Several products are given (${product.join(', ')}), but a run is about one.`,
      'To check several products that mp-verify.yaml lists, add --all.',
    );
  return { ...flags, product: first };
}

/** Walks checklists with the operator, saves everything as a run, and reports the result. */
export async function run(names: readonly string[], options: RunOptions, host: Host): Promise<Outcome> {
  try {
    const terminal = await host.openTerminal({ ...options, input: !asksNothing(options) });
    if (options.all && names.length === 0)
      throw new UserError(
        'missing-checklist',
        'No checklist was given.',
        `Run: ${printedCommand('run regression --all')}`,
      );
    const chosen = names.length > 0 ? names : [await chooseChecklist(terminal, host)];
    if (options.all) {
      const { runFleet } = await import('../fleet/fleet-run.ts');
      return await runFleet(await loadChecklists(chosen, host.files), options, host, terminal);
    }
    const plan = await planRun(await loadChecklists(chosen, host.files), options, host);
    const unfinished = await resumeOrNew(plan.checklists, plan.options, host, terminal);
    if (unfinished === null) return await carryOut(plan, host, terminal);
    return await (await import('./resume.ts')).resume(unfinished, options, host, terminal);
  } catch (error) {
    if (error instanceof Interrupted && error.hint === null)
      throw new Interrupted(error.signal, 'Nothing was started, so there is nothing to resume.');
    throw error;
  }
}

async function chooseChecklist(terminal: Terminal, host: Host): Promise<string> {
  const builtIns = await loadChecklists(useCaseIds, host.files);
  const chosen = terminal.interactive
    ? await terminal.choose({
        message: 'Which use case?',
        choices: [
          ...builtIns.map(({ id, title }) => ({ value: id, name: `${title}  (${id})` })),
          { value: 'use-cases', name: 'All three, in order  (use-cases)' },
        ],
      })
    : null;
  if (chosen === null)
    throw new UserError(
      'missing-checklist',
      terminal.interactive ? 'Nothing was chosen.' : 'No checklist was given.',
      `Run: ${printedCommand('run new-signup')}. List the checklists: mp-verify list`,
    );
  return chosen;
}

/**
 * If the newest run of the same checklists has not passed, lets the operator resume it on a terminal. Returns its id,
 * or null for a new run. Also reports a run that is unreadable or in use, because an older one must not be resumed in
 * its place.
 */
async function resumeOrNew(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<string | null> {
  if (!terminal.interactive) return null;
  const found = await unfinishedRun(checklists, options, host);
  if (found === null) return null;
  const { id, words, mayResume } = found;
  terminal.write(warning(terminal.styles(), words));
  const resume: { readonly r?: string } = mayResume ? { r: 'resume it' } : {};
  const key = await terminal.key({ keys: { ...resume, n: 'new run', q: 'quit' } });
  if (key === 'q')
    throw new UserError(
      'nothing-chosen',
      'No run was started.',
      mayResume ? `Resume the earlier run: ${resumeCommand(id)}` : null,
    );
  return key === 'r' ? id : null;
}

interface UnfinishedRun {
  readonly id: string;
  readonly words: string;
  readonly mayResume: boolean;
}

async function unfinishedRun(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
): Promise<UnfinishedRun | null> {
  // Compares files, not ids: a copy keeps the id of the original.
  const files = JSON.stringify(
    checklists.map(({ from }) => ('path' in from ? { path: host.absolute(from.path) } : from)),
  );
  const ids = checklists.map(({ id }) => id).join();
  const sandbox = options.sandbox ?? false;
  const mayMatch = (facts: RunFacts) =>
    facts.sandbox === sandbox && facts.checklists.map(({ id }) => id).join() === ids;
  for await (const id of candidates(host.runs, mayMatch)) {
    try {
      const saved = await host.runs.read(id);
      if (saved.record.products || JSON.stringify(saved.record.checklists.map(({ from }) => from)) !== files) continue;
      if (optionsOf(saved).sandbox !== sandbox || !isAbout(saved, options.product)) continue;
      const report = reportOf(saved, await plannedOf(saved));
      if (report.verdict === 'pass') return null;
      if (await host.runs.inUse(id)) return { id, words: `${id} is in use by another process.`, mayResume: false };
      return { id, words: `${stateWords(report, host)}${await otherBuyerWords(saved, options)}`, mayResume: true };
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      if (id.replace(/-\d+$/, '') !== baseOf(checklists)) continue;
      return { id, words: [error.message, error.hint].filter(Boolean).join(' '), mayResume: false };
    }
  }
  return null;
}

function stateWords({ verdict, run }: Report, { clock }: Host): string {
  const who = run.operator === null ? '' : `, ${run.operator}`;
  return `${run.id} has not passed: ${verdictMarks[verdict].word}${who}, ${ago(clock.now(), run.endedAt)}.`;
}

/** Says what happens to the answers if the flags name another buyer. */
async function otherBuyerWords(saved: SavedRun, { buyer }: RunOptions): Promise<string> {
  const changed = changedBuyers(await plannedOf(saved), buyer, noAnswers);
  const words = changed.map(({ checklist, buyer, was }) =>
    was === null
      ? ''
      : ` Its buyer for ${checklist} is ${was}: if you resume with ${buyer}, that checklist starts over.`,
  );
  return words.join('');
}

function isAbout(saved: SavedRun, product: string | undefined): boolean {
  const about = targetOf(saved)?.product;
  return !about || product === undefined || matchesProduct(product, about);
}
