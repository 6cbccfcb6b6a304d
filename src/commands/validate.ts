import { type Config, isConfig, parseConfig } from '../checklist/config.ts';
import type { Checklist } from '../checklist/model.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import { InvalidFiles, type Problem } from '../checklist/problems.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { checks } from '../steps/index.ts';
import { safe } from '../text/safe.ts';
import { readText } from './read-text.ts';

/** Reads checklists and configurations and says what is wrong with them, all at once. */
export async function validate(paths: readonly string[], host: Host): Promise<Outcome> {
  const read = await Promise.all(paths.map((path) => readEither(path, host.files)));
  for (const [i, answer] of read.entries()) {
    if ('steps' in answer)
      host.stdout.write(
        `${safe(`${paths[i]}: ok, ${answer.id}, ${answer.steps.length} ${answer.steps.length === 1 ? 'step' : 'steps'}`)}\n`,
      );
    if ('buyers' in answer) host.stdout.write(`${safe(`${paths[i]}: ok, configuration`)}\n`);
  }
  const problems = read.flatMap((answer) => ('steps' in answer || 'buyers' in answer ? [] : answer));
  if (problems.length > 0) throw new InvalidFiles(problems);
  return 'pass';
}

async function readEither(path: string, files: Host['files']): Promise<Checklist | Config | readonly Problem[]> {
  const source = await readText(path, files);
  if (typeof source !== 'string') return [source];
  return isConfig(path, source) ? parseConfig(path, source) : parseChecklist(path, source, checks);
}
