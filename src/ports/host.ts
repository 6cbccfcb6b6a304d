import type { Marketplace } from './marketplace.ts';
import type { ProductPages, Runs } from './runs.ts';
import type { Web } from './saas.ts';
import type { SandboxPort } from './sandbox.ts';
import type { ColorMode, StandardOutput, Terminal } from './terminal.ts';

/** Everything outside the program that commands use. `main` builds the real host, tests build their own. */
export interface Host extends Environment, Console, Storage, Services {
  readonly clock: Clock;
  /** Aborted with `Interrupted` by a signal or Ctrl+C, and with `CouldNotCheck` if stdout cannot be written. */
  readonly signal: AbortSignal;
}

/** The program, and the machine and operator that run it. */
interface Environment {
  readonly version: string;
  /** Version of Node, such as `20.19.0`. */
  readonly nodeVersion: string;
  readonly files: Files;
  /** An environment variable; null if it is missing or empty. */
  env(name: string): string | null;
  /** Makes a path that the operator typed absolute. */
  absolute(path: string): string;
  /** The names of the AWS profiles on this machine. */
  profiles(): Promise<readonly string[]>;
  /** The operator's name: git's user.name, otherwise the system's user name; null if both are unknown. */
  operator(): Promise<string | null>;
  /** Opens a web page in the operator's browser. Rejects with `UserError` if it cannot. */
  openLink(url: string): Promise<void>;
}

/** Where the operator reads and answers. */
interface Console {
  readonly stdout: StandardOutput;
  openTerminal(options: TerminalOptions): Promise<Terminal>;
}

export interface TerminalOptions {
  /** False for --no-input. */
  readonly input: boolean;
  readonly color: ColorMode;
}

/** What mp-verify saves for later commands. */
interface Storage {
  readonly runs: Runs;
  readonly productPages: ProductPages;
}

/** Other systems. */
interface Services {
  connect(options: ConnectOptions): Promise<Marketplace>;
  readonly sandbox: SandboxPort;
  readonly web: Web;
}

export interface ConnectOptions {
  readonly profile: string | null;
  readonly endpointUrl: string | null;
  /** The keys of a sandbox inside the process; null for the SDK's credential chain. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Files {
  /** Rejects with `UserError` saying why a file cannot be read: missing, a folder, too large. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Whether the path exists, readable or not. */
  exists(path: string): Promise<boolean>;
  /** Creates a file. Rejects with `UserError` if it exists, with `CouldNotCheck` if it cannot be written. */
  create(path: string, text: string): Promise<void>;
  /** Writes a whole file or nothing. Rejects with `CouldNotCheck`. */
  write(path: string, text: string): Promise<void>;
  /** Rejects with `UserError` if it is clear beforehand that `write` would fail. */
  checkWritable(path: string): Promise<void>;
  /** The built-in checklists, in the order in which they are listed. */
  builtIns(): Promise<readonly { readonly id: string; readonly path: string }[]>;
}
