import type { Report } from '../checklist/report-document.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode, Terminal } from '../ports/terminal.ts';
import { reporters } from '../reporters/index.ts';
import { summary } from '../reporters/summary.ts';
import { plainPaint } from '../text/styles.ts';
import type { ReportTarget } from './run-options.ts';
import type { Ran } from './walk-run.ts';

interface PrintOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/**
 * Shows a summary to the operator, who may go back from it, and writes the report files: each time, so that what is on disk is
 * what was seen. Where there is no operator, the last word alone is said.
 */
export function summaries(reports: readonly ReportTarget[], { json }: PrintOptions, host: Host, terminal: Terminal) {
  return async (report: Report): Promise<void> => {
    if (terminal.interactive || json) terminal.write(summary(report, terminal.styles()));
    for (const { format, path } of reports)
      await host.files.write(path, reporters[format](report, { columns: 80, paint: plainPaint }));
  };
}

/** The last word of a walk: the result on stdout, as a summary or as the document, and the outcome. */
export function handOver(
  { report, interrupted }: Ran,
  { json, color }: PrintOptions,
  host: Host,
  terminal: Terminal,
): Outcome {
  const wasShown = terminal.interactive && host.stdout.isTerminal;
  if (json || !wasShown) host.stdout.write((json ? reporters.json : summary)(report, host.stdout.styles(color)));
  return interrupted ? interrupted.signal : report.verdict;
}
