import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import type { ReportFormat } from '../reporters/formats.ts';
import { redactedWords, redactReport } from '../reporters/redact-report.ts';
import { renderReport } from '../run/render-report.ts';
import { anyReportOf, plannedOf } from '../run/run-facts.ts';
import { findRun, isInUse, newestRun } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { safe } from '../text/safe.ts';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** File to write instead of stdout. */
  readonly output?: string | undefined;
  /** In the browser; only for `html`. */
  readonly open?: boolean | undefined;
  /** Placeholders instead of what identifies accounts, customers, products and people. */
  readonly redact?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints the report of a run, the newest by default. The outcome is `pass` whatever the run's verdict. */
export async function report(name: string | undefined, options: ReportOptions, host: Host): Promise<Outcome> {
  const { format, output, open, redact, color } = options;
  if (open && format !== 'html')
    throw new UserError(
      'bad-report',
      `--open shows a report in the browser, and ${format} is not for browsers.`,
      'Add --format html, or leave out --open.',
    );
  if (output !== undefined) await host.files.checkWritable(output);
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
  const path = output ?? (open ? await host.files.temporary(`${id}.html`) : null);
  if (path === null) {
    host.stdout.write(text);
    return 'pass';
  }
  await host.files.write(path, text);
  // Stays on one line, so that the path can be copied.
  terminal.write(`Wrote ${safe(path)}.\n`);
  if (open) await show(host.absolute(path), host, terminal);
  return 'pass';
}

async function show(path: string, host: Host, terminal: Terminal): Promise<void> {
  await host.openFile(path).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.code !== 'browser-not-seen') throw error;
    terminal.write(warning(terminal.styles(), error.message));
  });
}
