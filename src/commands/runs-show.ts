import { type FleetReport, isFleet } from '../checklist/fleet-report.ts';
import { utcMinute } from '../checklist/reasons.ts';
import {
  type AttemptReport,
  type ChecklistReport,
  endedAt,
  type Report,
  type StepReport,
} from '../checklist/report-document.ts';
import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { SavedRun } from '../ports/storage.ts';
import { fleetSummary, productHeading } from '../reporters/fleet-summary.ts';
import { hasResults, sellersOf, sortedProducts } from '../reporters/fleet-words.ts';
import { evidenceWords, sittingWords } from '../reporters/report-words.ts';
import { summary } from '../reporters/summary.ts';
import { anyReportOf, plannedOf } from '../run/run-facts.ts';
import { findRun, isInUse } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { jsonText, safe } from '../text/safe.ts';
import { outputInSandbox } from '../text/sandbox-address.ts';
import { comparison, resultFindings } from '../text/step-lines.ts';
import { bodyIndent, lead, markOf, marks, type Style, type Styles } from '../text/styles.ts';

export interface RunsShowOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints everything saved of a run: its subject, every step with its history, the summary. */
export async function runsShow(name: string, { json, color }: RunsShowOptions, host: Host): Promise<Outcome> {
  const saved = await host.runs.inspect(await findRun(name, host.runs));
  const report = anyReportOf(saved, await plannedOf(saved), await isInUse(saved.record.id, host.runs));
  const terminal = await host.openTerminal({ input: false, color });
  for (const body of saved.warnings) terminal.write(warning(terminal.styles(), body));
  const styles = host.stdout.styles(color);
  if (json) host.stdout.write(jsonText(report));
  else if (isFleet(report)) host.stdout.write(`${fleetText(styles, report, saved)}${fleetSummary(report, styles)}`);
  else host.stdout.write(`${runText(styles, report, saved)}${summary(report, styles)}`);
  return 'pass';
}

/** A run step by step, without its summary. */
function runText(styles: Styles, report: Report, saved: SavedRun): string {
  const { run, target } = report;
  const { product } = target;
  return [
    headText(styles, report, saved, [
      ['product', product ? [product.title, product.id, product.visibility].filter(Boolean).join('  ') : 'unknown'],
      ['seller', target.accountId ?? 'unknown'],
    ]),
    ...report.checklists.map((checklist) =>
      checklistText(styles, checklist, saved.fileLocation, run.sandbox ? run.endpoint : null),
    ),
  ].join('');
}

/** A fleet run product by product, without its summary. */
function fleetText(styles: Styles, report: FleetReport, saved: SavedRun): string {
  const { run } = report;
  return [
    headText(styles, report, saved, [['seller', sellersOf(report).join(', ') || 'unknown']]),
    ...sortedProducts(report.products)
      .filter(hasResults)
      .flatMap((product) => [
        productHeading(product, styles),
        ...product.checklists.map((checklist) =>
          checklistText(styles, checklist, saved.fileLocation, run.sandbox ? run.endpoint : null),
        ),
      ]),
  ].join('');
}

/** What a run is about: `rows` stand before those that every run has. */
function headText(
  styles: Styles,
  { run }: Pick<Report, 'run'>,
  { record, entries, location }: SavedRun,
  rows: readonly (readonly [label: string, body: string])[],
): string {
  const where = run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? 'AWS (not a sandbox)' : 'not AWS';
  const row = (label: string, body: string) => block(styles, { lead: `  ${label.padEnd(8)} `, leadStyle: 'dim', body });
  const began = entries.filter((entry) => entry.type === 'began');
  return [
    block(styles, { body: record.id, style: 'bold', right: where, rightStyle: run.sandbox ? 'warn' : 'dim' }),
    ...rows.map(([label, body]) => row(label, body)),
    run.endpoint === null ? '' : row('endpoint', run.endpoint),
    ...run.sittings.map((sitting, index) => {
      const { version, accepted = [] } = began[index] ?? {};
      const changed = accepted.length === 0 ? '' : `, changed: ${accepted.join(', ')}`;
      return row(index === 0 ? 'started' : 'resumed', `${sittingWords(sitting)}, mp-verify ${version}${changed}`);
    }),
    path(styles, '  folder   ', location),
  ].join('');
}

function checklistText(
  styles: Styles,
  { title, buyer, steps }: ChecklistReport,
  locate: SavedRun['fileLocation'],
  sandbox: string | null,
): string {
  const right = buyer === null ? '' : `buyer ${buyer}`;
  const head = block(styles, { body: title, style: 'bold', right });
  return `\n${head}${steps.map((step, index) => stepText(styles, inSandbox(step, sandbox), index + 1, steps.length, locate)).join('')}`;
}

function inSandbox(step: StepReport, sandbox: string | null): StepReport {
  return step.output ? { ...step, output: outputInSandbox(step.output, sandbox) } : step;
}

function stepText(
  styles: Styles,
  step: StepReport,
  number: number,
  of: number,
  locate: SavedRun['fileLocation'],
): string {
  const { status, reason, expected, actual, note, evidence = [], attempts = [] } = step;
  const mark = markOf(step);
  const margin = bodyIndent(of);
  const more = (body: string, style: Style = 'plain') => block(styles, { lead: margin, body, style });
  const failed = status === 'fail' || status === 'error';
  const title = `${step.title}${step.required ? '' : ' (advisory)'}`;
  const who = byWhom(step);
  return [
    block(styles, { lead: lead(mark, number, of), leadStyle: mark.style, body: title }),
    who === '' ? '' : more(who, 'dim'),
    reason === null ? '' : more(reason),
    failed && expected && actual ? comparison(styles, expected, actual, margin.length) : '',
    resultFindings(styles, step, margin.length),
    ...(note === null ? [] : note.split('\n').map((line) => more(`note: ${line}`))),
    ...evidence.map((each) => more(`file: ${evidenceWords(each)}`) + path(styles, margin, locate(each))),
    ...attempts.map((each) => (each.stale ? more(earlier(each), 'dim') : '')),
  ].join('');
}

function earlier(attempt: AttemptReport): string {
  const text = [attempt.reason, attempt.note].filter(Boolean).join(' ');
  return `earlier: ${marks[attempt.status].word} (${byWhom(attempt)}; no longer counts)${text === '' ? '' : `: ${text}`}`;
}

const words = {
  operator: '',
  check: 'the program',
  both: 'with the program',
  answers: 'answers file',
  rehearsal: 'rehearsal',
} as const;

/** Who gave the result, and when. */
function byWhom({ by, operator, startedAt, durationMs, ...step }: StepReport | AttemptReport): string {
  if (by === null || startedAt === null) return '';
  const ended = endedAt({ startedAt, durationMs });
  const carried = 'carriedOver' in step ? 'carried over' : '';
  const again =
    'checkedAgainAt' in step && step.checkedAgainAt ? `checked again ${utcMinute(step.checkedAgainAt)}` : '';
  return [operator ?? '', words[by], utcMinute(ended), carried, again].filter(Boolean).join(', ');
}

/** Stays on one line, however long, so that it can be copied. */
function path(styles: Styles, before: string, file: string): string {
  return `${styles.paint.dim(before)}${safe(file)}\n`;
}
