import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import type { ReportFormat } from '../reporters/formats.ts';
import { redactedWords, redactReport } from '../reporters/redact-report.ts';
import { renderReport } from '../run/render-report.ts';
import { anyReportOf, plannedOf } from '../run/run-facts.ts';
import { findRun, isInUse, newestRun } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { checkDestination, type Destination, printDocument } from './print-document.ts';

export interface ReportOptions extends Destination {
  readonly format: ReportFormat;
  /** Placeholders instead of what identifies accounts, customers, products and people. */
  readonly redact?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints the report of a run, the newest by default. The outcome is `pass` whatever the run's verdict. */
export async function report(name: string | undefined, options: ReportOptions, host: Host): Promise<Outcome> {
  const { format, output, redact, color } = options;
  await checkDestination(options, host);
  const id = name === undefined ? await newestRun(host.runs) : await findRun(name, host.runs);
  const saved = await host.runs.inspect(id);
  const walkingNow = await isInUse(id, host.runs);
  const terminal = await host.openTerminal({ input: false, color });
  for (const body of saved.warnings) terminal.write(warning(terminal.styles(), body));
  const styles = output === undefined ? host.stdout.styles(color) : undefined;
  const whole = anyReportOf(saved, await plannedOf(saved), walkingNow);
  const redacted = redact ? redactReport(whole) : null;
  const text = await renderReport(format, whole, saved, host, styles, redacted);
  if (redacted) terminal.write(block(terminal.styles(), { body: redactedWords(redacted.counts) }));
  await printDocument(text, `${id}.html`, options, host, terminal);
  return 'pass';
}
