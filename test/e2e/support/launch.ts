/** What is started, where. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type Signal = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

/** How long a program may take to do what a test waits for. Generous: it only ends tests that would hang. */
export const patienceMs = 40_000;
