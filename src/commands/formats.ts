import { parseChecklist } from '../checklist/parse-checklist.ts';
import { InvalidFiles, type Problem } from '../checklist/problems.ts';
import { readYaml } from '../checklist/yaml-file.ts';
import { checks } from '../checks/index.ts';
import { type FileKind, fileKind, parseConfig } from '../config/config-file.ts';
import { readText } from '../config/find-config.ts';
import type { Outcome } from '../errors.ts';
import type { BaseHost } from '../ports/host.ts';
import { countWords } from '../text/counts.ts';
import { safe } from '../text/safe.ts';

/** Reads checklists, configurations and scenarios, and reports all problems at once. */
export async function validate(paths: readonly string[], host: BaseHost): Promise<Outcome> {
  const judged = await Promise.all(paths.map((path) => judge(path, host)));
  for (const [i, answer] of judged.entries())
    if (typeof answer === 'string') host.stdout.write(`${safe(`${paths[i]}: ok, ${answer}`)}\n`);
  const problems = judged.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
  if (problems.length > 0) throw new InvalidFiles(problems);
  return 'pass';
}

/** Describes the file, or returns its problems. */
async function judge(path: string, { files, sandbox }: BaseHost): Promise<string | readonly Problem[]> {
  const source = await readText(path, files);
  if (typeof source !== 'string') return [source];
  const file = readYaml(path, source);
  const kind = fileKind(path, file, await sandbox.scenarioFields());
  if (kind !== 'scenario') return readers[kind](path, source, file);
  const problems = await sandbox.scenarioProblems(path, source);
  return problems.length === 0 ? kind : problems;
}

const readers: Record<
  Exclude<FileKind, 'scenario'>,
  (path: string, source: string, file: ReturnType<typeof readYaml>) => string | readonly Problem[]
> = {
  answers(path) {
    const message = 'an answers file is checked together with its checklists: mp-verify run CHECKLIST --answers FILE';
    return [{ file: path, at: null, message }];
  },
  checklist(path, source, file) {
    const read = parseChecklist(path, source, checks, file);
    if (!('steps' in read)) return read;
    return `${read.id}, ${countWords(read.steps.length, 'step')}`;
  },
  configuration(path, source) {
    const read = parseConfig(path, source);
    if (!('buyers' in read)) return read;
    const count = read.products?.size;
    return `configuration${count === undefined ? '' : `, ${countWords(count, 'product')}`}`;
  },
};

/** Prints one of the published JSON Schemas: of files that operators write, or of documents that the program prints. */
export async function schema(
  name: 'checklist' | 'config' | 'scenario' | 'report' | 'fleet' | 'comparison',
  host: BaseHost,
): Promise<Outcome> {
  const [builtIn] = await host.files.builtIns();
  if (!builtIn) throw new Error('there are no built-in checklists');
  const path = builtIn.path.replace(/[^/\\]+$/, `${name}.schema.json`);
  host.stdout.write(new TextDecoder().decode(await host.files.read(path, 10 * 1024 * 1024)));
  return 'pass';
}
