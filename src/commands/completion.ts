import type { Argument, Command, Option } from 'commander';
import type { Outcome } from '../errors.ts';
import type { BaseHost, Host } from '../ports/host.ts';
import { candidates } from '../run/saved-runs.ts';

/**
 * What a shell runs to ask the program at each Tab. The answer has one line per word, with its description after a tab.
 * If it is empty, the shell completes file names.
 */
const scripts = {
  // Works in bash 3.2, the version of macOS.
  bash: `_mp_verify() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(mp-verify complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _mp_verify mp-verify
`,
  // In $fpath, zsh runs the file at the first Tab; otherwise it is sourced.
  zsh: `#compdef mp-verify
_mp_verify() {
  local -a found
  local line
  while IFS= read -r line; do
    line=\${line//:/\\\\:}
    found+=("\${line/$'\\t'/:}")
  done < <(mp-verify complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe mp-verify found; else _files; fi
}
if [ "$funcstack[1]" = _mp_verify ]; then _mp_verify "$@"; else compdef _mp_verify mp-verify; fi
`,
  fish: `function __mp_verify
  set -l found (mp-verify complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c mp-verify -f -a '(__mp_verify)'
`,
} as const;

/** Prints the completion script of a shell. */
export async function completion(shell: keyof typeof scripts, host: BaseHost): Promise<Outcome> {
  host.stdout.write(scripts[shell]);
  return 'pass';
}

/** Answers the completion script at each Tab: one line per word, with its description after a tab. */
export async function complete(words: readonly string[], program: Command, host: Host): Promise<Outcome> {
  const builtIns = async () => (await host.files.builtIns()).map(({ id }) => id);
  // Completion stays silent when runs cannot be read.
  const runs = async () => {
    const ids: string[] = [];
    try {
      for await (const id of candidates(host.runs, () => true)) if (ids.push(id) === mostRuns && host.shared) break;
    } catch {
      return [];
    }
    return ids;
  };
  const values = {
    id: builtIns,
    checklist: async () => [...(await builtIns()), 'use-cases'],
    run: runs,
    a: runs,
    b: runs,
  };
  for (const { word, description } of await completions(program, words, values))
    host.stdout.write(description === '' ? `${word}\n` : `${word}\t${description}\n`);
  return 'pass';
}

/** How many runs of a shared store are offered. */
const mostRuns = 50;

/** Values of a command's arguments, by the argument's name in the declaration. */
export type CompletionValues = Readonly<Record<string, () => Promise<readonly string[]>>>;

/** A word to complete with; the description may be empty. */
export interface Completion {
  readonly word: string;
  readonly description: string;
}

/**
 * Completes the last of `words`, which may be empty or partial. `words` start after the program's name. Empty where a
 * file or free text is expected, so that the shell completes file names.
 */
export async function completions(
  program: Command,
  words: readonly string[],
  values: CompletionValues,
): Promise<readonly Completion[]> {
  // bash splits --format=json into three words.
  const typed = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = typed.at(-1) ?? '';
  const half = last === '=' ? '' : last;
  const { command, rest, open } = readSoFar(program, typed.slice(0, -1));
  const fitting = async (): Promise<readonly Completion[]> => {
    if (open) return (open.argChoices ?? []).map(bare);
    const [, name, value] = /^(--[^=]+)=(.*)$/.exec(half) ?? [];
    if (name !== undefined && value !== undefined) {
      const choices = optionNamed(command, name)?.argChoices ?? [];
      return choices.map((choice) => bare(`${name}=${choice}`));
    }
    if (half.startsWith('-')) return optionsOf(command);
    const argument = command.registeredArguments[rest.length] ?? variadic(command);
    return [...(rest.length === 0 ? subcommandsOf(command) : []), ...(await valuesOf(argument, values))];
  };
  return (await fitting()).filter(({ word }) => word.startsWith(half) && !rest.includes(word));
}

/** Finds the command so far, its arguments, and an option that still needs its value. */
function readSoFar(program: Command, words: readonly string[]) {
  let command = program;
  let rest: readonly string[] = [];
  let open: Option | undefined;
  for (const word of words) {
    if (open) {
      open = undefined;
    } else if (word.startsWith('-')) {
      const option = optionNamed(command, word);
      open = option?.required ? option : undefined;
    } else {
      const below = rest.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (below) command = below;
      else rest = [...rest, word];
    }
  }
  return { command, rest, open };
}

function optionNamed(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word === long || word === short);
}

function optionsOf(command: Command): readonly Completion[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) => (long ? [{ word: long, description }] : []));
}

function subcommandsOf(command: Command): readonly Completion[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((each) => ({ word: each.name(), description: each.description() }));
}

function variadic(command: Command): Argument | undefined {
  return command.registeredArguments.find((argument) => argument.variadic);
}

async function valuesOf(argument: Argument | undefined, values: CompletionValues): Promise<readonly Completion[]> {
  if (!argument) return [];
  return (argument.argChoices ?? (await values[argument.name()]?.()) ?? []).map(bare);
}

function bare(word: string): Completion {
  return { word, description: '' };
}
