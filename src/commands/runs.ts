import stringWidth from 'fast-string-width';
import type { Verdict } from '../checklist/model.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal, UnreadableRun } from '../ports/host.ts';
import { matchProduct } from '../product/target.ts';
import { useCaseIds } from '../run/checklists.ts';
import { plannedOf, reportOf } from '../run/run-facts.ts';
import { findRunAmong, isInUse, type KnownRun, readRuns, unreadableList, warnUnreadable } from '../run/saved-runs.ts';
import { block, shorten, table } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { type Styles, verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';

export interface RunsOptions {
  readonly checklist?: string | undefined;
  /** Id, product code or title. */
  readonly product?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Lists the saved runs, newest first. */
export async function runs(options: RunsOptions, host: Host): Promise<Outcome> {
  const { known, unreadable } = await readRuns(host.runs);
  const shown = filtered(known, options);
  const ids = shown.map(({ report }) => report.run.id);
  const uses = await Promise.all(ids.map((id) => isInUse(id, host.runs)));
  const inUse = new Set(ids.filter((_, index) => uses[index]));
  if (options.json) {
    host.stdout.write(
      jsonText({ runs: shown.map((each) => summary(each, inUse)), unreadable: unreadableList(unreadable) }),
    );
  } else {
    const styles = host.stdout.styles(options.color);
    const nothing =
      known.length > 0
        ? 'No matching runs. List all runs: mp-verify runs'
        : 'There are no saved runs yet. To practice: mp-verify run new-signup --sandbox';
    if (shown.length > 0)
      host.stdout.write(
        runsTable(
          styles,
          shown.map(({ report }) => report),
          inUse,
          host.clock.now(),
        ),
      );
    else if (unreadable.length === 0 || known.length > 0) host.stdout.write(block(styles, { body: nothing }));
  }
  if (unreadable.length === 0) return 'pass';
  warnUnreadable(unreadable, await host.openTerminal({ input: false, color: options.color }));
  return 'error';
}

function filtered(known: readonly KnownRun[], { checklist, product, verdict }: RunsOptions): readonly KnownRun[] {
  const products = known.flatMap(({ report }) => report.target.product ?? []);
  const matching = product === undefined ? null : new Set(matchProduct(product, products).map(({ id }) => id));
  return known.filter(
    ({ report }) =>
      (checklist === undefined || report.checklists.some(({ id }) => id === checklist)) &&
      (matching === null || (report.target.product !== null && matching.has(report.target.product.id))) &&
      (verdict === undefined || report.verdict === verdict),
  );
}

function summary({ report }: KnownRun, inUse: ReadonlySet<string>) {
  const { run, target, verdict, checklists } = report;
  return {
    id: run.id,
    checklists: checklists.map(({ id }) => id),
    product: target.product?.id ?? null,
    productTitle: target.product?.title ?? null,
    verdict,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    sandbox: run.sandbox,
    walkingNow: inUse.has(run.id),
  };
}

/** Prints one row per run; two lines per run on a screen that is too narrow. */
export function runsTable(styles: Styles, reports: readonly Report[], inUse: ReadonlySet<string>, now: Date): string {
  const rows = reports.map((report) => ({
    id: report.run.id,
    useCases: useCasesOf(report),
    product: report.target.product === null ? '' : shorten(report.target.product.title, 20),
    verdict: verdictMarks[report.verdict],
    started: ago(now, report.run.startedAt),
    marks: marksOf(report, inUse),
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

function useCasesOf({ checklists }: Report): string {
  const ids = checklists.map(({ id }) => id);
  return ids.join() === useCaseIds.join() ? 'use-cases' : ids.join(', ');
}

function marksOf({ run }: Report, inUse: ReadonlySet<string>): string {
  const place = run.sandbox ? 'SANDBOX' : run.endpoint === null ? '' : 'not AWS';
  return [place, inUse.has(run.id) ? 'in use' : ''].filter(Boolean).join(', ');
}

export interface RunsDeleteOptions {
  readonly yes?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Deletes runs and everything saved with them, after the operator confirms. */
export async function runsDelete(names: readonly string[], options: RunsDeleteOptions, host: Host): Promise<Outcome> {
  const known = await host.runs.ids();
  const found = names.map((each) => findRunAmong(each, known));
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
  warnUnreadable(kept, terminal);
  return kept.length === 0 ? 'pass' : 'error';
}

/** Rejects short ids without a terminal: `new-signup` must not silently delete the newest run of that checklist. */
function refuseShortIds(names: readonly string[], found: readonly string[]): void {
  const vague = names.findIndex((each, index) => each !== found[index]);
  if (vague < 0) return;
  throw new UserError(
    'ambiguous-run',
    `--yes needs the full run ID: use ${found[vague]}, not "${names[vague]}". Nothing was deleted.`,
    'List the runs: mp-verify runs',
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
    const { verdict, run, target } = reportOf(saved, await plannedOf(saved));
    const product = target.product === null ? '' : shorten(target.product.title, 40);
    const parts = [verdictMarks[verdict].word, product, ago(clock.now(), run.endedAt), run.sandbox ? 'SANDBOX' : ''];
    return parts.filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof CouldNotCheck) return 'damaged';
    throw error;
  }
}
