import { CouldNotTell, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode, Terminal } from '../ports/terminal.ts';
import { block, shorten } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { findAmong } from './find-run.ts';
import { type DamagedRun, sayDamaged } from './known-runs.ts';
import { reportOf } from './saved-run.ts';

export interface RunsDeleteOptions {
  readonly yes?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Deletes runs with all that is kept of them, once somebody has said yes. */
export async function runsDelete(said: readonly string[], options: RunsDeleteOptions, host: Host): Promise<Outcome> {
  const known = await host.runs.ids();
  const found = said.map((each) => findAmong(each, known));
  const ids = [...new Set(found)];
  const terminal = await host.openTerminal(options);
  const look = host.stdout.styles(options.color);
  const say = (body: string) => host.stdout.write(block(look, { body }));
  if (options.yes) refuseVague(said, found);
  else if (!(await agreed(ids, host, terminal))) {
    say('Nothing was deleted.');
    return 'pass';
  }
  const kept: DamagedRun[] = [];
  for (const id of ids) {
    try {
      await host.runs.remove(id);
      say(`${id} is deleted.`);
    } catch (error) {
      if (!(error instanceof CouldNotTell)) throw error;
      kept.push({ id, error });
    }
  }
  sayDamaged(kept, terminal);
  return kept.length === 0 ? 'pass' : 'error';
}

/** With nobody to ask, `new-signup` must not be taken for its newest run. */
function refuseVague(said: readonly string[], found: readonly string[]): void {
  const vague = said.findIndex((each, index) => each !== found[index]);
  if (vague < 0) return;
  throw new UserError(
    'ambiguous-run',
    `With --yes a run is named in full: "${said[vague]}" is not ${found[vague]}. Nothing was deleted.`,
    'mp-verify runs lists the ids.',
  );
}

async function agreed(ids: readonly string[], host: Host, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive)
    throw new UserError(
      'not-confirmed',
      `Nobody can be asked whether to delete ${ids.join(', ')}. Nothing was deleted.`,
      'If they may go: the same command with --yes',
    );
  const look = terminal.styles();
  const lead = { lead: '! ', leadStyle: 'warn' } as const;
  terminal.write(block(look, { ...lead, body: 'To be deleted, with notes and attached files:' }));
  for (const id of ids)
    terminal.write(block(look, { lead: `  ${id}  `, leadStyle: 'accent', body: await described(id, host) }));
  return (await terminal.key({ keys: { d: 'delete', k: 'keep' } })) === 'd';
}

async function described(id: string, { runs, clock }: Host): Promise<string> {
  try {
    const { verdict, run, target } = reportOf(await runs.read(id));
    const product = target.product === null ? '' : shorten(target.product.title, 40);
    const parts = [verdictMarks[verdict].word, product, ago(clock.now(), run.endedAt), run.sandbox ? 'SANDBOX' : ''];
    return parts.filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof CouldNotTell) return 'it is damaged';
    throw error;
  }
}
