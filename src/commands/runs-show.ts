import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { reporters } from '../reporters/index.ts';
import { summary } from '../reporters/summary.ts';
import { block } from '../text/block.ts';
import { findRun } from './find-run.ts';
import { runText } from './run-text.ts';
import { isWalkedNow, plannedOf, reportOf } from './saved-run.ts';

export interface RunsShowOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints all that is kept of a run: what it was about, every step with its history, the summary. */
export async function runsShow(said: string, { json, color }: RunsShowOptions, host: Host): Promise<Outcome> {
  const saved = await host.runs.inspect(await findRun(said, host.runs));
  const report = reportOf(saved, plannedOf(saved), await isWalkedNow(saved.record.id, host.runs));
  const terminal = await host.openTerminal({ input: false, color });
  for (const body of saved.warnings) terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));
  const look = host.stdout.styles(color);
  host.stdout.write(json ? reporters.json(report, look) : `${runText(look, report, saved)}${summary(report, look)}`);
  return 'pass';
}
