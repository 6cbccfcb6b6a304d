import { didYouMean } from '../checklist/problems.ts';
import type { Report } from '../checklist/report-document.ts';
import { UserError } from '../errors.ts';
import type { Runs } from '../ports/runs.ts';
import { reportOf } from './saved-run.ts';

/** The run that is meant by its id, by a checklist's id (its newest), or by the beginning of one id only. */
export async function findRun(said: string, runs: Runs): Promise<string> {
  return findAmong(said, await runs.ids());
}

/** The same, of ids that are known, the newest first. */
export function findAmong(said: string, ids: readonly string[]): string {
  if (ids.includes(said)) return said;
  const newest = ids.find((id) => id.replace(/-\d+$/, '') === said);
  if (newest !== undefined) return newest;
  // A whole id is none that only begins another: new-signup-1 is not new-signup-10.
  const begun = /-\d+$/.test(said) ? [] : ids.filter((id) => id.startsWith(said));
  const [only, another] = begun;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined)
    throw new UserError(
      'ambiguous-run',
      `"${said}" can mean ${begun.length} runs: ${begun.slice(0, 10).join(', ')}.`,
      'Name one of them.',
    );
  throw new UserError(
    'unknown-run',
    `There is no run "${said}"${didYouMean(said, ids)}`,
    ids.length === 0 ? 'No run was kept yet: mp-verify run new-signup' : 'mp-verify runs lists them.',
  );
}

/** The newest run; throws `UserError` where there is none. */
export async function newestRun(runs: Runs): Promise<string> {
  const [newest] = await runs.ids();
  if (newest !== undefined) return newest;
  throw new UserError('unknown-run', 'No run was kept yet.', 'Begin with: mp-verify run new-signup');
}

/**
 * The newest run that has not passed, and its report; null where all have. A damaged one on the way there rejects: an older
 * run must not be taken for it.
 */
export async function newestUnfinished(runs: Runs): Promise<{ readonly id: string; readonly report: Report } | null> {
  for (const id of await runs.ids()) {
    const report = reportOf(await runs.read(id));
    if (report.verdict !== 'pass') return { id, report };
  }
  return null;
}
