import type { Checklist } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { SavedRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { verdictMarks } from '../text/marks.ts';
import { ago } from '../text/times.ts';
import type { RunOptions } from './run.ts';
import { optionsOf, reportOf, targetOf } from './saved-run.ts';

/** On a terminal: where the newest run of the same list has not passed, it may be gone on with. Null begins a new run. */
export async function resumeOrNew(
  checklists: readonly Checklist[],
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<string | null> {
  if (!terminal.interactive) return null;
  const found = await unfinished(checklists, options, host);
  if (found === null) return null;
  const { verdict, run } = found;
  const last = ago(host.clock.now(), run.endedAt);
  const look = terminal.look();
  const state = verdictMarks[verdict].word;
  const who = run.operator === null ? '' : `, ${run.operator}`;
  terminal.write(
    block(look, { lead: '! ', leadStyle: 'warn', body: `${run.id} has not passed: ${state}${who}, ${last}.` }),
  );
  const key = await terminal.key({ keys: { r: 'resume it', n: 'new run', q: 'quit' } });
  if (key === 'q')
    throw new UserError(
      'nothing-chosen',
      'Nothing was begun.',
      `${resumeCommand(run.id)} goes on with the earlier run.`,
    );
  return key === 'r' ? run.id : null;
}

async function unfinished(checklists: readonly Checklist[], options: RunOptions, host: Host): Promise<Report | null> {
  const walked = checklists.map(({ id }) => id).join();
  for (const id of await host.runs.ids()) {
    try {
      const saved = await host.runs.read(id);
      if (saved.record.checklists.map((each) => each.id).join() !== walked) continue;
      if (optionsOf(saved).sandbox !== (options.sandbox ?? false) || !isAbout(saved, options.product)) continue;
      const report = reportOf(saved);
      return report.verdict === 'pass' || (await host.runs.inUse(id)) ? null : report;
    } catch (error) {
      // A new run can begin beside a damaged one; resume says what is wrong with it.
      if (!(error instanceof CouldNotTell)) throw error;
    }
  }
  return null;
}

function isAbout(saved: SavedRun, product: string | undefined): boolean {
  const about = targetOf(saved)?.product;
  return !about || product === undefined || [about.productId, about.productCode, about.title].includes(product);
}
