import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import { findRunAmong, reportOf, type UnreadableRun, warnUnreadable } from '../run/saved-runs.ts';
import { block, shorten } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';

export interface RunsDeleteOptions {
  readonly yes?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Deletes runs and everything saved with them, after the operator confirms. */
export async function runsDelete(names: readonly string[], options: RunsDeleteOptions, host: Host): Promise<Outcome> {
  const known = await host.runs.ids();
  const found = names.map((each) => findRunAmong(each, known));
  const ids = [...new Set(found)];
  const terminal = await host.openTerminal(options);
  const styles = host.stdout.styles(options.color);
  const say = (body: string) => host.stdout.write(block(styles, { body }));
  if (options.yes) refuseShortIds(names, found);
  else if (!(await agreed(ids, host, terminal))) {
    say('Nothing was deleted.');
    return 'pass';
  }
  const kept: UnreadableRun[] = [];
  for (const id of ids) {
    try {
      await host.runs.remove(id);
      say(`Deleted ${id}.`);
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      kept.push({ id, error });
    }
  }
  warnUnreadable(kept, terminal);
  return kept.length === 0 ? 'pass' : 'error';
}

/** Rejects short ids without a terminal: `new-signup` must not silently delete the newest run of that checklist. */
function refuseShortIds(names: readonly string[], found: readonly string[]): void {
  const vague = names.findIndex((each, index) => each !== found[index]);
  if (vague < 0) return;
  throw new UserError(
    'ambiguous-run',
    `--yes needs the full run ID: use ${found[vague]}, not "${names[vague]}". Nothing was deleted.`,
    'List the runs: mp-verify runs',
  );
}

async function agreed(ids: readonly string[], host: Host, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive)
    throw new UserError(
      'not-confirmed',
      `Cannot confirm the deletion of ${ids.join(', ')} without a terminal. Nothing was deleted.`,
      'To delete without confirmation, add --yes',
    );
  const styles = terminal.styles();
  const lead = { lead: '! ', leadStyle: 'warn' } as const;
  terminal.write(block(styles, { ...lead, body: 'To be deleted, with notes and attached files:' }));
  for (const id of ids)
    terminal.write(block(styles, { lead: `  ${id}  `, leadStyle: 'accent', body: await described(id, host) }));
  return (await terminal.key({ keys: { d: 'delete', k: 'keep' } })) === 'd';
}

async function described(id: string, { runs, clock }: Host): Promise<string> {
  try {
    const { verdict, run, target } = reportOf(await runs.read(id));
    const product = target.product === null ? '' : shorten(target.product.title, 40);
    const parts = [verdictMarks[verdict].word, product, ago(clock.now(), run.endedAt), run.sandbox ? 'SANDBOX' : ''];
    return parts.filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof CouldNotCheck) return 'damaged';
    throw error;
  }
}
