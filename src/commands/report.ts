import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { type ReportFormat, reporters } from '../reporters/index.ts';
import { block } from '../text/block.ts';
import { plainPaint } from '../text/styles.ts';
import { findRun, newestRun } from './find-run.ts';
import { isWalkedNow, plannedOf, reportOf } from './saved-run.ts';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** A file, instead of stdout. */
  readonly output?: string | undefined;
  readonly color: ColorMode;
}

/** Prints a run again, the newest where none is named. It is no verdict: printed is printed. */
export async function report(said: string | undefined, options: ReportOptions, host: Host): Promise<Outcome> {
  const { format, output, color } = options;
  if (output !== undefined) await host.files.checkWritable(output);
  const id = said === undefined ? await newestRun(host.runs) : await findRun(said, host.runs);
  const saved = await host.runs.inspect(id);
  const walkingNow = await isWalkedNow(id, host.runs);
  const terminal = await host.openTerminal({ input: false, color });
  for (const body of saved.warnings) terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));
  const look = output === undefined ? host.stdout.styles(color) : { columns: 80, paint: plainPaint };
  const text = reporters[format](reportOf(saved, plannedOf(saved), walkingNow), look);
  if (output === undefined) host.stdout.write(text);
  else await host.files.write(output, text);
  return 'pass';
}
