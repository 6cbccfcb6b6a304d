import type { Entry } from '../checklist/entries.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { OpenRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { attachFile } from '../walk/notes.ts';
import { parseAttachments } from './attachments.ts';
import { handOver, summaries } from './hand-over.ts';
import type { RunOptions } from './run.ts';
import { parseReports } from './run-options.ts';
import { plannedOf, reportOf } from './saved-run.ts';
import { withoutSecrets } from './walk-run.ts';

/** Keeps files with a run that has passed, such as one that was lost: nothing is asked or looked at again. */
export async function attachLater(run: OpenRun, options: RunOptions, host: Host, terminal: Terminal): Promise<Outcome> {
  const attachments = await parseAttachments(options.attach, plannedOf(run), host.files);
  const reports = parseReports(options.report);
  for (const { path } of reports) await host.files.checkWritable(path);
  const operator = options.operator ?? (await host.operator());
  const entries = [...run.entries];
  const ended = entries.findLast((entry) => entry.type === 'ended');
  const record = async (entry: Entry) => {
    const kept = withoutSecrets(entry);
    await run.append(kept);
    entries.push(kept);
  };
  const say = (lead: string, body: string) =>
    terminal.write(block(terminal.styles(), { lead, leadStyle: 'dim', body }));
  for (const body of run.warnings) say('! ', body);
  for (const { path, checklist, step } of attachments) {
    const { name } = await attachFile(path, checklist, step, { host, operator, entries, record, keep: run.saveFile });
    say('file    ', `${name} is kept with the step ${step} of ${checklist}.`);
  }
  // The walk came to its end before: a file that came later has not stopped it.
  if (ended && entries.length > run.entries.length) await record({ ...ended, at: host.clock.now().toISOString() });
  const report = reportOf({ record: run.record, entries });
  await summaries(reports, options, host, terminal)(report);
  return handOver({ report, interrupted: null }, options, host, terminal);
}
