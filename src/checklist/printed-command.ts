import { AsyncLocalStorage } from 'node:async_hooks';

/** The flags that printed commands repeat. */
interface Repeated {
  flags: string;
}

/** What one command prints must not depend on another one in the same process, such as in a test. */
const scope = new AsyncLocalStorage<Repeated>();

/**
 * Commands that mp-verify prints for the operator to paste. They must reach the same runs: the same id may exist in
 * another store. So `printedCommand` adds the flags that named the store, wherever the text comes from.
 */
export const printedCommands = {
  /** Does something whose printed commands repeat `flags`. Unless it calls `repeat`, they repeat no others. */
  during<Result>(act: () => Result, flags = ''): Result {
    return scope.run({ flags }, act);
  },

  /** From here on, printed commands repeat these flags, quoted for a shell: `--store s3://acme-verify/prod`. */
  repeat(flags: string): void {
    const repeated = scope.getStore();
    if (repeated) repeated.flags = flags;
  },
} as const;

/** Returns a command that uses saved runs. `words` are `resume new-signup-7`; add more flags behind it. */
export function printedCommand(words: string): string {
  const flags = scope.getStore()?.flags ?? '';
  return `mp-verify ${words}${flags === '' ? '' : ` ${flags}`}`;
}

/** Returns the command that resumes a run. */
export function resumeCommand(run: string): string {
  return printedCommand(`resume ${run}`);
}
