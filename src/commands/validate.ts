import { InvalidFiles } from '../checklist/problems.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { safe } from '../text/safe.ts';
import { readChecklist } from './load-checklists.ts';

/** Reads checklist files and says what is wrong with them, all at once. */
export async function validate(paths: readonly string[], host: Host): Promise<Outcome> {
  const read = await Promise.all(paths.map((path) => readChecklist(path, host.files)));
  for (const [i, answer] of read.entries()) {
    if ('steps' in answer)
      host.stdout.write(`${safe(`${paths[i]}: ok, ${answer.id}, ${answer.steps.length} steps`)}\n`);
  }
  const problems = read.flatMap((answer) => ('steps' in answer ? [] : answer));
  if (problems.length > 0) throw new InvalidFiles(problems);
  return 'pass';
}
