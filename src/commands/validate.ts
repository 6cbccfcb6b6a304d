import { parseChecklist } from '../checklist/parse-checklist.ts';
import { InvalidFiles, type Problem } from '../checklist/problems.ts';
import { parseScenario } from '../checklist/scenario.ts';
import { checks } from '../checks/index.ts';
import { type FileKind, fileKind, parseConfig } from '../config/config-file.ts';
import { readText } from '../config/load-config.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { safe } from '../text/safe.ts';

/** Reads checklists, configurations and scenarios, and reports all mistakes at once. */
export async function validate(paths: readonly string[], host: Host): Promise<Outcome> {
  const judged = await Promise.all(paths.map((path) => judge(path, host.files)));
  for (const [i, answer] of judged.entries())
    if (typeof answer === 'string') host.stdout.write(`${safe(`${paths[i]}: ok, ${answer}`)}\n`);
  const problems = judged.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
  if (problems.length > 0) throw new InvalidFiles(problems);
  return 'pass';
}

/** What the file is, in words, or its mistakes. */
async function judge(path: string, files: Host['files']): Promise<string | readonly Problem[]> {
  const source = await readText(path, files);
  return typeof source === 'string' ? readers[fileKind(path, source)](path, source) : [source];
}

const readers: Record<FileKind, (path: string, source: string) => string | readonly Problem[]> = {
  answers(path) {
    const message = 'answers are checked with the checklists that they are for: mp-verify run CHECKLIST --answers FILE';
    return [{ file: path, at: null, message }];
  },
  checklist(path, source) {
    const read = parseChecklist(path, source, checks);
    if (!('steps' in read)) return read;
    return `${read.id}, ${read.steps.length} ${read.steps.length === 1 ? 'step' : 'steps'}`;
  },
  configuration(path, source) {
    const read = parseConfig(path, source);
    return 'buyers' in read ? 'configuration' : read;
  },
  scenario(path, source) {
    const read = parseScenario(path, source);
    return 'faults' in read ? 'scenario' : read;
  },
};
