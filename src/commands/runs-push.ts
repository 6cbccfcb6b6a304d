import { repeatingFlags, resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { localStore, type Runs, type SharedStore, type Storage, type UnreadableRun } from '../ports/storage.ts';
import { optionsOf } from '../run/run-facts.ts';
import { findRuns, warnUnreadable } from '../run/saved-runs.ts';
import { block } from '../text/block.ts';

export interface RunsPushOptions {
  readonly all?: boolean | undefined;
  readonly color: ColorMode;
}

/** Copies runs of this machine into the shared store. */
export async function runsPush(
  names: readonly string[],
  { all = false, color }: RunsPushOptions,
  host: Host,
  { runs }: Storage,
): Promise<Outcome> {
  const { shared } = host;
  if (shared === null)
    throw new UserError(
      'bad-store',
      'No shared store is configured, so there is nowhere to copy runs to.',
      'Add --store s3://BUCKET/PREFIX, or set store in mp-verify.yaml.',
    );
  if (all === names.length > 0)
    throw new UserError(
      'usage',
      all ? '--all names every run already.' : 'No run was named.',
      'See: mp-verify runs push --help',
    );
  // The oldest first, so that the numbers of the copies are in order.
  const ids = await locally(async () =>
    all ? (await runs.ids()).toReversed() : [...new Set(await findRuns(names, runs))],
  );
  const styles = host.stdout.styles(color);
  const say = (body: string) => host.stdout.write(block(styles, { body }));
  const failed: UnreadableRun[] = [];
  for (const id of ids) {
    try {
      say(await pushOne(id, all, runs, shared));
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      failed.push({ id, error });
      // The next one would fail in the same way.
      if (error.transient) break;
    }
  }
  if (ids.length === 0) say('There are no runs on this machine.');
  warnUnreadable(failed, await host.openTerminal({ input: false, color }));
  return failed.length === 0 ? 'pass' : 'error';
}

/** Asks the local store. The commands that it prints must not reach the shared one, which may have a run of the same id. */
function locally<Result>(ask: () => Result): Result {
  return repeatingFlags(`--store ${localStore}`, ask);
}

/** Returns what became of the run, as a sentence. */
async function pushOne(id: string, all: boolean, runs: Runs, shared: SharedStore): Promise<string> {
  if (await locally(() => runs.inUse(id)))
    throw new CouldNotCheck('run-in-use', `Run ${id} is in use, so it was not copied.`, 'Copy it when it has ended.');
  const saved = await locally(() => runs.read(id));
  if (all && optionsOf(saved).sandbox) return `${id} is in a sandbox, so it was not copied. To copy it, name it.`;
  const pushed = await shared
    .push(saved, (file) => runs.readFile(id, file))
    .catch((error: unknown) => {
      if (error instanceof UserError) {
        if (all) return null;
        throw new CouldNotCheck('cannot-save', `${id} was copied before. In the shared store: ${error.message}`);
      }
      if (error instanceof CouldNotCheck && error.code === 'run-in-use')
        throw new CouldNotCheck(error.code, error.message, 'Copy it when that has ended.', false, error.values);
      throw error;
    });
  // Deleting it was a decision, which `--all` does not undo or complain about each time.
  if (pushed === null) return `${id} was copied before, and its copy was deleted in the shared store.`;
  const { id: copy, added, differs, lostFiles } = pushed;
  if (differs)
    throw new CouldNotCheck(
      'cannot-save',
      `${id} was copied before as ${copy}, and has been continued differently there. Nothing was copied.`,
      `To continue it: ${resumeCommand(copy)}`,
    );
  if (added === 0) return `${id} was copied before: ${copy}.`;
  const lost = lostFiles.length === 0 ? '' : ` Without ${lostFiles.join(', ')}, which cannot be read on this machine.`;
  return `Copied ${id} as ${copy}.${lost}`;
}
