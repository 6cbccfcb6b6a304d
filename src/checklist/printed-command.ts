import { AsyncLocalStorage } from 'node:async_hooks';

/** What one command prints must not depend on another one in the same process, such as in a test. */
const scope = new AsyncLocalStorage<string>();

/**
 * Does something whose printed commands repeat `flags`, which are quoted for a shell: `--store s3://acme-verify/prod`.
 * The operator pastes these commands, and they must reach the same runs: the same id may exist in another store. So
 * `printedCommand` adds the flags that named the store, wherever the text comes from.
 */
export function repeatingFlags<Result>(flags: string, act: () => Result): Result {
  // In Node 20, every promise is slower within a scope.
  return flags === '' && scope.getStore() === undefined ? act() : scope.run(flags, act);
}

/** Returns a command that uses saved runs. `words` are `resume new-signup-7`; add more flags behind it. */
export function printedCommand(words: string): string {
  const flags = scope.getStore() ?? '';
  return `mp-verify ${words}${flags === '' ? '' : ` ${flags}`}`;
}

/** Returns the command that resumes a run. */
export function resumeCommand(run: string): string {
  return printedCommand(`resume ${run}`);
}
