import type { Styles } from '../text/styles.ts';
import type { Marketplace } from './marketplace.ts';
import type { Runs } from './runs.ts';
import type { SandboxPort } from './sandbox.ts';
import type { Terminal } from './terminal.ts';
import type { Web } from './web.ts';

/** The world as the commands see it. `main` builds the real one. */
export interface Host {
  readonly version: string;
  /** Of Node, as in `20.19.0`. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** Aborted with `Interrupted` by a signal or Ctrl+C; with `CouldNotTell` when stdout can't be written. */
  readonly signal: AbortSignal;
  readonly stdout: Output;
  readonly files: Files;
  readonly productPages: ProductPages;
  readonly runs: Runs;
  readonly web: Web;
  /** The AWS profiles of this machine, by name. */
  profiles(): Promise<readonly string[]>;
  /** A variable of the environment; null where it is not set, or empty. */
  env(name: string): string | null;
  /** Who sits here: by git's user.name, else by the system. */
  operator(): Promise<string | null>;
  /** An absolute path, whatever the working directory will be. */
  absolute(path: string): string;
  openTerminal(options: TerminalOptions): Promise<Terminal>;
  connect(options: ConnectOptions): Promise<Marketplace>;
  readonly sandbox: SandboxPort;
  /** Shows a web page in the operator's browser. Rejects with `UserError` where that can't be done. */
  openLink(url: string): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

interface Output {
  /** It is the terminal that stderr is: what was shown there need not be printed again. */
  readonly isTerminal: boolean;
  write(text: string): void;
  styles(color: ColorMode): Styles;
}

export type ColorMode = 'auto' | 'always' | 'never';

export interface TerminalOptions {
  /** False for --no-input. */
  readonly input: boolean;
  readonly color: ColorMode;
}

export interface Files {
  /** Rejects with `UserError` saying why a file can't be read: missing, a folder, too large. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Whether anything stands at that path, readable or not. */
  exists(path: string): Promise<boolean>;
  /** A file where nothing was before. Rejects with `UserError` where something is, else with `CouldNotTell`. */
  create(path: string, text: string): Promise<void>;
  /** Whole or not at all. Rejects with `CouldNotTell`. */
  write(path: string, text: string): Promise<void>;
  /** Rejects with `UserError` where `write` would fail for a reason that can be seen beforehand. */
  checkWritable(path: string): Promise<void>;
  /** The built-in checklists: id and path, in the order in which they are listed. */
  builtIns(): Promise<readonly { readonly id: string; readonly path: string }[]>;
}

/** The product page URLs that operators have pasted, per endpoint and product. */
export interface ProductPages {
  recall(endpoint: string | null, productId: string): Promise<string | null>;
  remember(endpoint: string | null, productId: string, url: string): Promise<void>;
}

export interface ConnectOptions {
  readonly profile: string | null;
  readonly endpointUrl: string | null;
  /** Of a sandbox inside the process; null asks the SDK's credential chain. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}
