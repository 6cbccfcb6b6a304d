/** What is started, where. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type Signal = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

/** Ends what hangs: a program that is only slow, because the machine has other things to do, is waited for. */
export const patienceMs = 4 * 60_000;
