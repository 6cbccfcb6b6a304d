import { assignBuyers, type GivenBuyers, parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { type Answers, type Checklist, noAnswers, type PlannedChecklist } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { didYouMean, InvalidFiles } from '../checklist/problems.ts';
import { redact } from '../checklist/redact.ts';
import { inputsIn, lookUp } from '../checklist/references.ts';
import { checks } from '../checks/index.ts';
import { parseAnswers } from '../config/answers.ts';
import { requireText } from '../config/find-config.ts';
import type { Configured } from '../config/load-config.ts';
import { UserError } from '../errors.ts';
import type { Files, Terminal } from '../ports/host.ts';
import type { SavedRun } from '../ports/storage.ts';
import { shellWord } from '../text/safe.ts';
import { parseBuyers, parseInputs } from './options.ts';
import { inputsOf } from './run-facts.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Assigns a buyer to every checklist that needs one. Asks for all missing buyers before the first step. */
export async function planBuyers(
  checklists: readonly Checklist[],
  flags: readonly string[],
  answers: Answers,
  config: Pick<Configured<unknown>, 'buyers' | 'file'>,
  sandboxBuyers: () => Promise<Readonly<Record<string, string>>>,
  terminal: Terminal,
): Promise<readonly PlannedChecklist[]> {
  const { byChecklist, general } = parseBuyers(
    flags,
    checklists.map(({ id }) => id),
  );
  const given: Writable<GivenBuyers> = {
    byChecklist,
    general,
    configured: { ...config.buyers, ...answers.buyers },
    sandbox: {},
  };
  const { missing: unnamed } = assignBuyers(checklists, given, checks);
  if (unnamed.length > 0) given.sandbox = await sandboxBuyers();
  for (;;) {
    const { buyers, missing } = assignBuyers(checklists, given, checks);
    const [first] = missing;
    if (!first) {
      return checklists.map((checklist) => {
        const buyer = buyers.get(checklist.id) ?? null;
        return { checklist, buyer, buyerFrom: buyer === lookUp(config.buyers, checklist.id) ? config.file : null };
      });
    }
    given.byChecklist = { ...given.byChecklist, [first.id]: await askBuyer(first, terminal) };
  }
}

async function askBuyer({ id, title }: Checklist, terminal: Terminal): Promise<string> {
  const answer = terminal.interactive
    ? await terminal.line({ message: `Test buyer for "${title}" (AWS account ID, 12 digits):`, check: wrongBuyer })
    : null;
  if (answer === null) {
    throw new UserError(
      'missing-buyer',
      `The checklist ${id} needs a test buyer.`,
      `Specify one with --buyer ${id}=ID, where ID is the 12-digit AWS account ID, or in mp-verify.yaml.`,
    );
  }
  return parseBuyer(answer);
}

/** Returns the buyers of a saved run that `--buyer` or an answers file replaces. */
export function changedBuyers(
  planned: readonly PlannedChecklist[],
  flags: readonly string[],
  answers: Answers,
): readonly { readonly checklist: string; readonly buyer: string; readonly was: string | null }[] {
  const checklists = planned.map(({ checklist }) => checklist);
  const { byChecklist, general } = parseBuyers(
    flags,
    checklists.map(({ id }) => id),
  );
  const configured = Object.fromEntries(
    planned.flatMap(({ checklist: { id }, buyer }) =>
      buyer === null ? [] : [[id, lookUp(answers.buyers, id) ?? buyer]],
    ),
  );
  const { buyers } = assignBuyers(checklists, { byChecklist, general, configured, sandbox: {} }, checks);
  return planned.flatMap(({ checklist: { id }, buyer: was }) => {
    const buyer = buyers.get(id);
    return buyer === undefined || buyer === was ? [] : [{ checklist: id, buyer, was }];
  });
}

export async function readAnswers(
  path: string | undefined,
  checklists: readonly Checklist[],
  files: Files,
): Promise<Answers> {
  if (path === undefined) return noAnswers;
  const answers = parseAnswers(path, await requireText(path, files), checklists);
  if (!('answers' in answers)) throw new InvalidFiles(answers);
  return answers;
}

/** Returns a value for every `${inputs.…}` of the checklists. */
export async function planInputs(
  checklists: readonly Checklist[],
  flags: readonly string[],
  answers: Answers,
  configured: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const inputs: Record<string, string> = { ...configured, ...answers.inputs, ...parseInputs(flags) };
  const needed = new Set(checklists.flatMap(({ steps }) => inputsIn(JSON.stringify(steps))));
  const unknown = Object.keys(parseInputs(flags)).find((name) => !needed.has(name));
  if (unknown !== undefined)
    throw new UserError(
      'bad-set',
      `--set ${unknown}: no checklist in this run uses it${didYouMean(unknown, [...needed])}`,
      `A checklist uses an input as \${inputs.${unknown}}.`,
    );
  for (const name of needed) {
    if (Object.hasOwn(inputs, name)) continue;
    const value = terminal.interactive ? await terminal.line({ message: `Value for "${name}":` }) : null;
    if (value === null)
      throw new UserError('missing-input', `The input "${name}" has no value.`, `Specify it with --set ${name}=VALUE.`);
    inputs[name] = value;
  }
  return withoutSecretValues(inputs);
}

/** Returns the inputs of a saved run. Throws `UserError` if a flag or an answers file gives another value. */
export function keptInputs(
  saved: SavedRun,
  flags: readonly string[],
  answers: Answers,
): Readonly<Record<string, string>> {
  const { id, checklists } = saved.record;
  const inputs = inputsOf(saved);
  for (const [name, value] of Object.entries(withoutSecretValues({ ...answers.inputs, ...parseInputs(flags) }))) {
    if (!Object.hasOwn(inputs, name) || inputs[name] === value) continue;
    throw new UserError(
      'input-changed',
      `The run ${id} was started with ${name}=${inputs[name]}, not ${value}.`,
      `Omit it, or start a new run: ${printedCommand(`run ${checklists.map((each) => each.id).join(' ')}`)} --set ${shellWord(`${name}=${value}`)}`,
    );
  }
  return inputs;
}

/** Inputs appear in reports, so secrets are replaced. The name alone can show that a value is secret. */
function withoutSecretValues(inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const redacted = Object.entries(inputs).map(([name, value]) => {
    const { text } = redact(`${name}=${value}`);
    return [name, text.startsWith(`${name}=`) ? text.slice(name.length + 1) : text] as const;
  });
  return Object.fromEntries(redacted);
}
