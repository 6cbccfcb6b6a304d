import { type Answers, type Checklist, noAnswers } from '../checklist/model.ts';
import { didYouMean, InvalidFiles } from '../checklist/problems.ts';
import { redact } from '../checklist/redact.ts';
import { inputsIn } from '../checklist/references.ts';
import { parseAnswers } from '../config/answers.ts';
import { readText } from '../config/load-config.ts';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import type { Terminal } from '../ports/terminal.ts';
import { parseInputs } from './run-options.ts';

export async function readAnswers(
  path: string | undefined,
  walked: readonly Checklist[],
  files: Files,
): Promise<Answers> {
  if (path === undefined) return noAnswers;
  const source = await readText(path, files);
  if (typeof source !== 'string') throw new InvalidFiles([source]);
  const answers = parseAnswers(path, source, walked);
  if (!('answers' in answers)) throw new InvalidFiles(answers);
  return answers;
}

/** A value for every `${inputs.…}` of the checklists. */
export async function planInputs(
  checklists: readonly Checklist[],
  said: readonly string[],
  answers: Answers,
  configured: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const inputs: Record<string, string> = { ...configured, ...answers.inputs, ...parseInputs(said) };
  const needed = new Set(checklists.flatMap(({ steps }) => inputsIn(JSON.stringify(steps))));
  const unknown = Object.keys(parseInputs(said)).find((name) => !needed.has(name));
  if (unknown !== undefined)
    throw new UserError(
      'bad-set',
      `--set ${unknown}: no checklist of this run asks for it${didYouMean(unknown, [...needed])}`,
      `A checklist asks for it with \${inputs.${unknown}}.`,
    );
  for (const name of needed) {
    if (Object.hasOwn(inputs, name)) continue;
    const value = terminal.interactive ? await terminal.line({ message: `Value for "${name}":` }) : null;
    if (value === null)
      throw new UserError('missing-input', `The input "${name}" has no value.`, `Give it with --set ${name}=VALUE.`);
    inputs[name] = value;
  }
  return inputsWithoutSecrets(inputs);
}

/** Inputs stand in reports. The name of one may be what makes its value a secret. */
export function inputsWithoutSecrets(inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const redacted = Object.entries(inputs).map(([name, value]) => {
    const { text } = redact(`${name}=${value}`);
    return [name, text.startsWith(`${name}=`) ? text.slice(name.length + 1) : text] as const;
  });
  return Object.fromEntries(redacted);
}
