import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { ReportFormat } from '../reporters/formats.ts';
import { renderReport } from '../run/render-report.ts';
import { findRun, isInUse, newestRun, plannedOf, reportOf } from '../run/saved-runs.ts';
import { warning } from '../text/block.ts';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** File to write instead of stdout. */
  readonly output?: string | undefined;
  readonly color: ColorMode;
}

/** Prints the report of a run, the newest by default. The outcome is `pass` whatever the run's verdict. */
export async function report(name: string | undefined, options: ReportOptions, host: Host): Promise<Outcome> {
  const { format, output, color } = options;
  if (output !== undefined) await host.files.checkWritable(output);
  const id = name === undefined ? await newestRun(host.runs) : await findRun(name, host.runs);
  const saved = await host.runs.inspect(id);
  const walkingNow = await isInUse(id, host.runs);
  const terminal = await host.openTerminal({ input: false, color });
  for (const body of saved.warnings) terminal.write(warning(terminal.styles(), body));
  const styles = output === undefined ? host.stdout.styles(color) : undefined;
  const text = await renderReport(format, reportOf(saved, plannedOf(saved), walkingNow), saved, host, styles);
  if (output === undefined) host.stdout.write(text);
  else await host.files.write(output, text);
  return 'pass';
}
