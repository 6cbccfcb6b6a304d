import type { Checklist } from '../checklist/model.ts';
import { didYouMean, InvalidFiles, type Problem } from '../checklist/problems.ts';
import { readText } from '../config/find-config.ts';
import { UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { RecordedChecklist } from '../ports/storage.ts';
import { builtInChecklist } from './built-in-checklists.ts';

/** The checklists that `use-cases` includes. */
export const useCaseIds = ['new-signup', 'existing-user', 'contract-change'] as const;

/** A checklist, and the file it was read from. */
export interface LoadedChecklist extends Checklist {
  readonly source: string;
  /** A built-in id, or a path as given. */
  readonly from: RecordedChecklist['from'];
}

/** Loads checklists by built-in id or path, or the three use cases. Rejects with all their problems at once. */
export async function loadChecklists(
  names: readonly string[],
  files: Host['files'],
): Promise<readonly LoadedChecklist[]> {
  const builtIns = await files.builtIns();
  const paths = names
    .flatMap((name) => (name === 'use-cases' ? useCaseIds : [name]))
    .map((name) => {
      const builtIn = builtIns.find(({ id }) => id === name);
      if (builtIn) return { path: builtIn.path, from: { builtIn: name } };
      if (/[./\\]/.test(name)) return { path: name, from: { path: name } };
      const ids = [...builtIns.map(({ id }) => id), 'use-cases'];
      throw new UserError(
        'unknown-checklist',
        `There is no checklist "${name}"${didYouMean(name, ids)}`,
        'List the built-in checklists: mp-verify list. For your own file, use its path, such as ./my.yaml',
      );
    });

  const read = await Promise.all(paths.map(({ path, from }) => loadChecklist(path, from, files)));
  const problems = read.flatMap((answer) => ('steps' in answer ? [] : answer));
  if (problems.length > 0) throw new InvalidFiles(problems);
  const checklists = read.filter((answer): answer is LoadedChecklist => 'steps' in answer);

  const twice = checklists.find(({ id }, i) => checklists.findIndex((other) => other.id === id) !== i);
  if (twice)
    throw new UserError(
      'same-checklist-twice',
      `The checklist ${twice.id} is specified twice.`,
      'A run can include a checklist only once. To repeat it, start another run.',
    );
  return checklists;
}

/** By source: many runs share few different checklists, and a resumed run usually has that of its file. */
const known = new Map<string, Checklist>();

/** Returns a checklist, or the problems of its text. Loads the parser only for a checklist that is not built in. */
export async function readChecklist(name: string, source: string): Promise<Checklist | readonly Problem[]> {
  const checklist = known.get(source) ?? builtInChecklist(source) ?? (await parse(name, source));
  if ('steps' in checklist) known.set(source, checklist);
  return checklist;
}

async function parse(name: string, source: string): Promise<Checklist | readonly Problem[]> {
  const [{ parseChecklist }, { checks }] = await Promise.all([
    import('../checklist/parse-checklist.ts'),
    import('../checks/index.ts'),
  ]);
  return parseChecklist(name, source, checks);
}

/** Reads a checklist, or returns the problems of its file. */
async function loadChecklist(
  path: string,
  from: LoadedChecklist['from'],
  files: Host['files'],
): Promise<LoadedChecklist | readonly Problem[]> {
  const source = await readText(path, files);
  if (typeof source !== 'string') return [source];
  const checklist = await readChecklist(path, source);
  return 'steps' in checklist ? { ...checklist, source, from } : checklist;
}
