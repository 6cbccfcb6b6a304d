import type { Marketplace } from './marketplace.ts';
import type { ProductPages, Runs } from './runs.ts';
import type { Web } from './saas.ts';
import type { SandboxPort } from './sandbox.ts';
import type { ColorMode, StandardOutput, Terminal } from './terminal.ts';

/** Everything outside the program, as the commands use it. `main` builds the real one, tests their own. */
export interface Host extends Environment, Console, Storage, Services {
  readonly clock: Clock;
  /** Aborted with `Interrupted` by a signal or Ctrl+C, with `CouldNotCheck` when stdout cannot be written. */
  readonly signal: AbortSignal;
}

/** This program, and the machine and operator that run it. */
interface Environment {
  readonly version: string;
  /** Of Node, as in `20.19.0`. */
  readonly nodeVersion: string;
  readonly files: Files;
  /** A variable of the environment; null if it is not set, or empty. */
  env(name: string): string | null;
  /** The absolute path for one that the operator typed. */
  absolute(path: string): string;
  /** The names of the AWS profiles on this machine. */
  profiles(): Promise<readonly string[]>;
  /** The operator's name: git's user.name, else the system's user name; null if neither is known. */
  operator(): Promise<string | null>;
  /** Opens a web page in the operator's browser. Rejects with `UserError` if it cannot. */
  openLink(url: string): Promise<void>;
  /** Opens an HTML file in the operator's browser, by its absolute path. Rejects with `UserError` if it cannot. */
  openFile(path: string): Promise<void>;
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
  /** Of a sandbox inside the process; null uses the SDK's credential chain. */
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
  /** Whether anything is at that path, readable or not. */
  exists(path: string): Promise<boolean>;
  /** Creates a file. Rejects with `UserError` if there is one already, else with `CouldNotCheck`. */
  create(path: string, text: string): Promise<void>;
  /** Writes a file whole or not at all. Rejects with `CouldNotCheck`. */
  write(path: string, text: string): Promise<void>;
  /** The path for a file of that name in a new folder for temporary files, which only the operator can read. */
  temporary(name: string): Promise<string>;
  /** Rejects with `UserError` if `write` would fail for a reason that can be found beforehand. */
  checkWritable(path: string): Promise<void>;
  /** The built-in checklists: id and path, in the order in which they are listed. */
  builtIns(): Promise<readonly { readonly id: string; readonly path: string }[]>;
}
