import stringWidth from 'fast-string-width';
import type { Verdict } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import type { RunFacts, RunIndex, Runs, UnreadableRun } from '../ports/storage.ts';
import { matchProduct } from '../product/target.ts';
import { useCaseIds } from '../run/checklists.ts';
import { anyReportOf, plannedOf } from '../run/run-facts.ts';
import { runFacts } from '../run/run-summary.ts';
import {
  findRuns,
  isInUse,
  type ListedReport,
  listedReport,
  newestListed,
  readRuns,
  searchedRuns,
  unreadableList,
  warnUnreadable,
} from '../run/saved-runs.ts';
import { block, shorten, table, warning } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { jsonText } from '../text/safe.ts';
import { type Styles, verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';

export interface RunsOptions {
  readonly checklist?: string | undefined;
  /** Id, product code or title. */
  readonly product?: string | undefined;
  readonly verdict?: Verdict | undefined;
  /** Default: all local runs, or the newest of a shared store. */
  readonly limit?: number | undefined;
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Lists the saved runs, newest first. */
export async function runs(options: RunsOptions, host: Host): Promise<Outcome> {
  const { shown, unreadable, isEmpty, more } = await (host.runs.index === null
    ? readList(options, host.runs)
    : pagedList(options, host.runs, host.runs.index));
  if (options.json) {
    host.stdout.write(jsonText({ runs: shown.map(summary), unreadable: unreadableList(unreadable) }));
  } else {
    const styles = host.stdout.styles(options.color);
    const nothing = isEmpty
      ? `There are no saved runs yet. To practice: ${printedCommand('run new-signup --sandbox')}`
      : `No matching runs. List all runs: ${printedCommand('runs')}`;
    if (shown.length > 0) host.stdout.write(runsTable(styles, shown, host.clock.now()));
    else if (unreadable.length === 0 || !isEmpty) host.stdout.write(block(styles, { body: nothing }));
  }
  const terminal = await host.openTerminal({ input: false, color: options.color });
  if (more !== null) terminal.write(warning(terminal.styles(), more));
  if (unreadable.length === 0) return 'pass';
  warnUnreadable(unreadable, terminal);
  return 'error';
}

interface RunList {
  readonly shown: readonly ListedReport[];
  readonly unreadable: readonly UnreadableRun[];
  /** There are no runs that can be read. */
  readonly isEmpty: boolean;
  /** What is not shown, as a sentence; null for nothing. */
  readonly more: string | null;
}

/** Reads all runs. */
async function readList(options: RunsOptions, runs: Runs): Promise<RunList> {
  const { known, unreadable } = await readRuns(runs);
  const listed = known.map(listedReport);
  const matching = listed.filter(filterOf(options, listed));
  const shown: ListedReport[] = [];
  for (const each of matching.slice(0, options.limit ?? matching.length))
    shown.push({ ...each, inUse: await isInUse(each.id, runs) });
  const more =
    shown.length < matching.length ? `These are the newest ${shown.length} of ${matching.length} runs.` : null;
  return { shown, unreadable, isEmpty: known.length === 0, more };
}

/** The help of --limit names it. */
const sharedLimit = 50;

/** Reads the list of a shared store as far as needed. */
async function pagedList(options: RunsOptions, runs: Runs, index: RunIndex): Promise<RunList> {
  const limit = options.limit ?? sharedLimit;
  const listed: ListedReport[] = [];
  const unreadable: UnreadableRun[] = [];
  // A product can only be named among all of them.
  const isWhole = options.product !== undefined;
  const matches = filterOf({ ...options, product: undefined }, []);
  let count = 0;
  let isCut = false;
  for await (const run of newestListed(index)) {
    if (listed.length + unreadable.length > limit && !isWhole) break;
    count += 1;
    const { facts } = run;
    if (facts === null) unreadable.push(...(await whyUnreadable(run.id, runs)));
    else if (matches({ ...run, facts })) listed.push({ ...run, facts });
    isCut = count === searchedRuns;
  }
  const matching = listed.filter(filterOf(options, listed));
  const shown = matching.slice(0, limit);
  const more =
    shown.length < matching.length
      ? `These are the newest ${shown.length} runs. To show more, add --limit NUMBER`
      : isCut
        ? `Only the newest ${searchedRuns} runs of the shared store were searched.`
        : null;
  return { shown, unreadable, isEmpty: count === unreadable.length, more };
}

async function whyUnreadable(id: string, runs: Runs): Promise<readonly UnreadableRun[]> {
  try {
    await plannedOf(await runs.read(id));
    return [];
  } catch (error) {
    if (error instanceof CouldNotCheck) return [{ id, error }];
    if (error instanceof UserError) return [];
    throw error;
  }
}

function filterOf(
  { checklist, product, verdict }: RunsOptions,
  known: readonly ListedReport[],
): (run: ListedReport) => boolean {
  const products = known.flatMap(({ facts }) => facts.product ?? []);
  const matching = product === undefined ? null : new Set(matchProduct(product, products).map(({ id }) => id));
  return ({ facts }) =>
    (checklist === undefined || facts.checklists.some(({ id }) => id === checklist)) &&
    (matching === null || (facts.product !== null && matching.has(facts.product.id))) &&
    (verdict === undefined || facts.verdict === verdict);
}

function summary({ id, startedAt, inUse, facts }: ListedReport) {
  const { product, products, verdict, checklists, endedAt, sandbox } = facts;
  return {
    id,
    checklists: checklists.map((each) => each.id),
    product: product?.id ?? null,
    productTitle: product?.title ?? null,
    ...(products === undefined ? {} : { products }),
    verdict,
    startedAt,
    endedAt,
    sandbox,
    walkingNow: inUse,
  };
}

/** Prints one row per run; two lines per run on a screen that is too narrow. */
function runsTable(styles: Styles, runs: readonly ListedReport[], now: Date): string {
  const rows = runs.map(({ id, startedAt, inUse, facts }) => ({
    id,
    useCases: useCasesOf(facts),
    product: productWords(facts),
    verdict: verdictMarks[facts.verdict],
    started: ago(now, startedAt),
    marks: marksOf(facts, inUse),
  }));
  // Omit the column of use cases if the run ids already contain it.
  const idsTell = rows.every((row) => row.useCases === row.id.replace(/-\d+$/, ''));
  const titles = ['run', ...(idsTell ? [] : ['use cases']), 'product', 'verdict', 'started', ''];
  const wide = table(
    { ...styles, columns: Number.POSITIVE_INFINITY },
    titles.map((title) => ({ title })),
    rows.map(({ id, useCases, product, verdict: { symbol, word }, started, marks }) => [
      ...(idsTell ? [id] : [id, useCases]),
      ...[product, `${symbol} ${word}`, started, marks],
    ]),
  );
  if (wide.split('\n').every((line) => stringWidth(line) <= styles.columns)) return wide;
  return rows
    .map(({ id, useCases, product, verdict: { symbol, word, style }, started, marks }) => {
      const more = [idsTell ? '' : useCases, product, marks].filter(Boolean).join(', ');
      const head = block(styles, { lead: `${symbol} `, leadStyle: style, body: `${id}  ${word}`, right: started });
      return head + (more === '' ? '' : block(styles, { lead: '  ', body: more, style: 'dim' }));
    })
    .join('');
}

function productWords({ product, products }: RunFacts): string {
  if (products !== undefined) return countWords(products, 'product');
  return product === null ? '' : shorten(product.title, 20);
}

function useCasesOf({ checklists }: RunFacts): string {
  const ids = checklists.map(({ id }) => id);
  return ids.join() === useCaseIds.join() ? 'use-cases' : ids.join(', ');
}

function marksOf({ sandbox, endpoint }: RunFacts, inUse: boolean): string {
  const place = sandbox ? 'SANDBOX' : endpoint === null ? '' : 'not AWS';
  return [place, inUse ? 'in use' : ''].filter(Boolean).join(', ');
}

export interface RunsDeleteOptions {
  readonly yes?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Deletes runs and everything saved with them, after the operator confirms. */
export async function runsDelete(names: readonly string[], options: RunsDeleteOptions, host: Host): Promise<Outcome> {
  const found = await findRuns(names, host.runs);
  const ids = [...new Set(found)];
  const terminal = await host.openTerminal(options);
  const styles = host.stdout.styles(options.color);
  const say = (body: string) => host.stdout.write(block(styles, { body }));
  if (options.yes) refuseShortIds(names, found);
  else if (!(await agreed(ids, host, terminal))) {
    say('Nothing was deleted.');
    return 'pass';
  }
  const kept: UnreadableRun[] = [];
  for (const id of ids) {
    try {
      await host.runs.remove(id);
      say(`Deleted ${id}.`);
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      kept.push({ id, error });
    }
  }
  if (host.shared !== null && kept.length < ids.length) say(keptWords(ids, host.shared.url));
  warnUnreadable(kept, terminal);
  return kept.length === 0 ? 'pass' : 'error';
}

/** mp-verify needs no permission to delete objects, so that no run can be lost by mistake. */
function keptWords(ids: readonly string[], url: string): string {
  const folders = ids.map((id) => `${url.replace(/\/+$/, '')}/runs/${id}/`).join(', ');
  return `Deleted runs are gone from every list of the shared store, but its bucket keeps what was saved (${folders}). To remove that too, delete it with the AWS CLI or a lifecycle rule. A bucket with versions keeps the earlier versions, and Object Lock keeps them until its time is over.`;
}

/** Rejects short ids without a terminal: `new-signup` must not silently delete the newest run of that checklist. */
function refuseShortIds(names: readonly string[], found: readonly string[]): void {
  const vague = names.findIndex((each, index) => each !== found[index]);
  if (vague < 0) return;
  throw new UserError(
    'ambiguous-run',
    `--yes needs the full run ID: use ${found[vague]}, not "${names[vague]}". Nothing was deleted.`,
    `List the runs: ${printedCommand('runs')}`,
  );
}

async function agreed(ids: readonly string[], host: Host, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive)
    throw new UserError(
      'not-confirmed',
      `Cannot confirm the deletion of ${ids.join(', ')} without a terminal. Nothing was deleted.`,
      'To delete without confirmation, add --yes',
    );
  const styles = terminal.styles();
  const lead = { lead: '! ', leadStyle: 'warn' } as const;
  terminal.write(block(styles, { ...lead, body: 'To be deleted, with notes and attached files:' }));
  for (const id of ids)
    terminal.write(block(styles, { lead: `  ${id}  `, leadStyle: 'accent', body: await described(id, host) }));
  return (await terminal.key({ keys: { d: 'delete', k: 'keep' } })) === 'd';
}

async function described(id: string, { runs, clock }: Host): Promise<string> {
  try {
    const saved = await runs.read(id);
    const facts = runFacts(anyReportOf(saved, await plannedOf(saved)));
    const { verdict, endedAt, sandbox } = facts;
    const words = [verdictMarks[verdict].word, productWords(facts), ago(clock.now(), endedAt)];
    const parts = [...words, sandbox ? 'SANDBOX' : ''];
    return parts.filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof CouldNotCheck) return 'damaged';
    throw error;
  }
}
