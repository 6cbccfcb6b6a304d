import { InvalidArgumentError, Option } from 'commander';
import { type Changeable, changeable } from './checklist/entries.ts';
import { saasBugs } from './ports/sandbox.ts';

/** Options that several commands have, and the values that options take. */
export function saasBug(): Option {
  return new Option('--saas-bug <name>', 'break the sample SaaS of the sandbox as real integrations break').choices(
    saasBugs,
  );
}

/** Those that `completion` knows. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export function color(): Option {
  return new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto');
}

export function json(): Option {
  return new Option('--json', 'one JSON document on stdout');
}

export function noInput(): Option {
  return new Option('--no-input', 'never ask anything');
}

export function changes(value: string, before: readonly Changeable[]): readonly Changeable[] {
  const named = value.split(',').map((each) => {
    const known = changeable.find((name) => name === each.trim());
    if (known === undefined) throw new InvalidArgumentError(`It can be ${changeable.join(', ')}, with commas between.`);
    return known;
  });
  return [...before, ...named];
}

export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function name(value: string): string {
  if (value.trim() !== '') return value.trim();
  throw new InvalidArgumentError('It is empty: give a name, or leave it out.');
}

export function port(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65_535) return number;
  throw new InvalidArgumentError('It is not a port: give a whole number from 0 to 65535.');
}

export function webAddress(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new InvalidArgumentError('It is not a web address: it begins with https:// or http://.');
}

/** What stands below the help of `sandbox`. */
export const aboutSandbox = `
It prints variables that lead AWS SDKs to it for Marketplace and STS only. The JavaScript SDK v2, the Go SDK v1 and the
AWS CLI before 2.13 ignore them, and call AWS: give them the endpoint in code, or with --endpoint-url.
It sends no events (EventBridge, SNS). Its calls are on stderr, and on its page /sandbox/calls.`;

/** What stands below the help of `completion`, and of the program. */
export const howToComplete = `
bash: add to ~/.bashrc                       source <(mp-verify completion bash)
zsh:  add to ~/.zshrc, behind compinit       source <(mp-verify completion zsh)
fish: mp-verify completion fish > ~/.config/fish/completions/mp-verify.fish`;

export const help = `
Start here: mp-verify run new-signup --sandbox
Exit codes: 0 pass, 1 fail, 2 wrong command, 3 incomplete, 4 could not check`;
