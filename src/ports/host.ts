import type { Styles } from '../text/styles.ts';
import type { ConnectOptions, Marketplace } from './marketplace.ts';
import type { Web } from './saas.ts';
import type { SandboxPort } from './sandbox.ts';
import type { FoundPages, Storage, StoreLocation } from './storage.ts';

/** Everything outside the program that commands use. */
export interface Host extends BaseHost, Storage {}

/** What commands start with. `main` builds the real one, tests build their own. */
export interface Program extends BaseHost {
  /** Opens the store that `chooseStore` has chosen; null for the local one. Loads and asks nothing before it is used. */
  openStore(location: StoreLocation | null): Storage;
}

/** Everything outside the program but saved runs. */
export interface BaseHost extends Environment, Console, Services {
  readonly clock: Clock;
  /** Kept on this machine. */
  readonly foundPages: FoundPages;
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
  /** Copies text to the clipboard. Returns the program that did it; null if there is none, or none could. */
  copyText(text: string): Promise<string | null>;
  /** Opens an HTML file in the operator's browser, by its absolute path. Rejects with `UserError` if it cannot. */
  openFile(path: string): Promise<void>;
}

/** Where the operator reads and answers. */
interface Console {
  readonly stdout: StandardOutput;
  /** The job of GitHub Actions that runs the program; null elsewhere. */
  readonly githubJob: GithubJob | null;
  openTerminal(options: TerminalOptions): Promise<Terminal>;
}

export interface GithubJob {
  /** The folder of the repository; null if it is unknown. */
  readonly workspace: string | null;
  /** Appends to the summary of the job, if it has one. `make` gets the number of bytes that still fit. Rejects with `CouldNotCheck`. */
  appendSummary(make: (maxBytes: number) => string): Promise<void>;
  /** Prints a workflow command on stderr. */
  command(line: string): void;
}

export interface TerminalOptions {
  /** False for --no-input. */
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Other systems. */
interface Services {
  connect(options: ConnectOptions): Promise<Marketplace>;
  readonly sandbox: SandboxPort;
  readonly web: Web;
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
  /**
   * Whose the path is, without following a link: `own` if it belongs to the operator, to root or to the owner of the
   * working directory, and on systems without owners; null if there is no such path, or it cannot be seen.
   */
  ownership(path: string): Promise<'own' | 'foreign' | null>;
  /** Creates a file. Rejects with `UserError` if it exists, with `CouldNotCheck` if it cannot be written. */
  create(path: string, text: string): Promise<void>;
  /** Writes a whole file or nothing. Rejects with `CouldNotCheck`. */
  write(path: string, text: string): Promise<void>;
  /** Creates a temporary folder that only the operator can read, and returns the path for a file of that name in it. */
  temporary(name: string): Promise<string>;
  /** Rejects with `UserError` if it is clear beforehand that `write` would fail. */
  checkWritable(path: string): Promise<void>;
  /** The built-in checklists, in the order in which they are listed. */
  builtIns(): Promise<readonly { readonly id: string; readonly path: string }[]>;
}

/**
 * Prompts and progress on the terminal behind stdin and stderr. Every question rejects with `Interrupted` if the
 * command is stopped. Keys typed before a question are dropped. Only one question is asked at a time.
 */
export interface Terminal {
  /** Whether questions can be asked: stdin and stderr are terminals, and --no-input is not given. */
  readonly interactive: boolean;
  /** Call it for each text: the width may change while the program runs. */
  styles(): Styles;
  /** `text` must already be safe, as `block` and similar functions return it. */
  write(text: string): void;
  /** Asks for one key, without Enter. Ctrl+D answers with the last of the keys, which leaves the question. */
  key<Key extends string>(question: KeyQuestion<Key>): Promise<Key>;
  /** Asks for a non-empty line of text; null if the operator cancels (Escape, Ctrl+D). */
  line(question: LineQuestion): Promise<string | null>;
  /** Asks the operator to choose from a list; null if the operator cancels. */
  choose(question: ChoiceQuestion): Promise<string | null>;
  /**
   * Shows what the program is waiting for, until `stop`. `text` is called at every update, `quit` when q is pressed.
   */
  progress(text: () => string, quit?: () => void): { stop(): void };
  /** Rings the bell of the terminal behind stderr; does nothing if it is none. */
  bell(): void;
}

export interface KeyQuestion<Key extends string> {
  /** The word of each key: `{ p: 'pass' }` is shown as `[p]ass`. */
  readonly keys: Readonly<Partial<Record<Key, string>>>;
  /** The step that the question is about, if any. */
  readonly step?: string;
  /** Lines above the keys, updated while the question is open. */
  readonly status?: (styles: Styles) => string;
}

export interface LineQuestion {
  readonly message: string;
  /** The answer may have several lines, such as pasted text; otherwise they are joined. */
  readonly lines?: boolean;
  /** Text to start from, which can be edited. */
  readonly typed?: string;
  /** An empty line cancels, instead of being asked for again. */
  readonly emptyCancels?: boolean;
  /** Returns what is wrong with the text, or null. */
  readonly check?: (text: string) => string | null;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly name: string }[];
}

/** The standard output. */
interface StandardOutput {
  /** Stdout and stderr are the same terminal. What was shown there is not printed again. */
  readonly isTerminal: boolean;
  write(text: string): void;
  styles(color: ColorMode): Styles;
}

export type ColorMode = 'auto' | 'always' | 'never';
