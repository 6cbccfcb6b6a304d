import { noAnswers } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { SavedRun } from '../ports/runs.ts';
import type { Terminal } from '../ports/terminal.ts';
import { matchesProduct } from '../product/target.ts';
import { block } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { changedBuyers } from './changed-buyers.ts';
import type { LoadedChecklist } from './load-checklists.ts';
import type { RunOptions } from './run.ts';
import { baseOf } from './run-base.ts';
import { optionsOf, plannedOf, reportOf, targetOf } from './saved-run.ts';

/**
 * On a terminal: where the newest run of the same list has not passed, it may be gone on with. Null begins a new run. One that
 * can't be read, or that somebody walks now, is said to be there: an older one must not be taken for it.
 */
export async function resumeOrNew(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
  terminal: Terminal,
): Promise<string | null> {
  if (!terminal.interactive) return null;
  const found = await unfinished(checklists, options, host);
  if (found === null) return null;
  const { id, words, mayResume } = found;
  terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body: words }));
  const resume: { readonly r?: string } = mayResume ? { r: 'resume it' } : {};
  const key = await terminal.key({ keys: { ...resume, n: 'new run', q: 'quit' } });
  if (key === 'q')
    throw new UserError(
      'nothing-chosen',
      'Nothing was begun.',
      mayResume ? `${resumeCommand(id)} goes on with the earlier run.` : null,
    );
  return key === 'r' ? id : null;
}

interface Unfinished {
  readonly id: string;
  readonly words: string;
  readonly mayResume: boolean;
}

async function unfinished(
  checklists: readonly LoadedChecklist[],
  options: RunOptions,
  host: Host,
): Promise<Unfinished | null> {
  // A copy keeps the id of what it was copied from.
  const walked = JSON.stringify(
    checklists.map(({ from }) => ('path' in from ? { path: host.absolute(from.path) } : from)),
  );
  for (const id of await host.runs.ids()) {
    try {
      const saved = await host.runs.read(id);
      if (JSON.stringify(saved.record.checklists.map(({ from }) => from)) !== walked) continue;
      if (optionsOf(saved).sandbox !== (options.sandbox ?? false) || !isAbout(saved, options.product)) continue;
      const report = reportOf(saved);
      if (report.verdict === 'pass') return null;
      if (await host.runs.inUse(id))
        return { id, words: `${id} is walked now, in another terminal.`, mayResume: false };
      return { id, words: `${stateWords(report, host)}${otherBuyerWords(saved, options)}`, mayResume: true };
    } catch (error) {
      if (!(error instanceof CouldNotTell)) throw error;
      if (id.replace(/-\d+$/, '') !== baseOf(checklists)) continue;
      return { id, words: [error.message, error.hint].filter(Boolean).join(' '), mayResume: false };
    }
  }
  return null;
}

function stateWords({ verdict, run }: Report, { clock }: Host): string {
  const who = run.operator === null ? '' : `, ${run.operator}`;
  return `${run.id} has not passed: ${verdictMarks[verdict].word}${who}, ${ago(clock.now(), run.endedAt)}.`;
}

/** Whoever names another buyer hears what becomes of the answers. */
function otherBuyerWords(saved: SavedRun, { buyer }: RunOptions): string {
  const changed = changedBuyers(plannedOf(saved), buyer, noAnswers);
  const words = changed.map(({ checklist, buyer, was }) =>
    was === null
      ? ''
      : ` Its buyer of ${checklist} is ${was}: resumed with ${buyer}, everything is asked again of that one.`,
  );
  return words.join('');
}

function isAbout(saved: SavedRun, product: string | undefined): boolean {
  const about = targetOf(saved)?.product;
  return !about || product === undefined || matchesProduct(product, about);
}
