import type { Report } from '../checklist/report-document.ts';
import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { Terminal } from '../ports/terminal.ts';
import { reporters } from '../reporters/index.ts';
import { summary } from '../reporters/summary.ts';
import { plainPaint } from '../text/look.ts';
import type { ReportTarget } from './run-options.ts';
import type { Ran } from './walk-run.ts';

/** Shows a summary, and writes the report files: each time, so that what is on disk is what was seen. */
export function summaries(reports: readonly ReportTarget[], host: Host, terminal: Terminal) {
  return async (report: Report): Promise<void> => {
    terminal.write(summary(report, terminal.look()));
    for (const { format, path } of reports)
      await host.files.write(path, reporters[format](report, { columns: 80, paint: plainPaint }));
  };
}

/** The last word of a walk: the document on stdout, where it was asked for, and the outcome. */
export function handOver(
  { report, interrupted }: Ran,
  { json, color }: { readonly json?: boolean | undefined; readonly color: ColorMode },
  host: Host,
): Outcome {
  if (json) host.stdout.write(reporters.json(report, host.stdout.look(color)));
  return interrupted ? interrupted.signal : report.verdict;
}
