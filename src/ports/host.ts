import type { Entry, SavedOptions } from '../checklist/entries.ts';
import type { Styles } from '../text/styles.ts';
import type { Marketplace } from './marketplace.ts';
import type { Web } from './saas.ts';
import type { SandboxPort } from './sandbox.ts';

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
  /** Rejects with `UserError` if `write` would fail for a reason that can be found beforehand. */
  checkWritable(path: string): Promise<void>;
  /** The built-in checklists: id and path, in the order in which they are listed. */
  builtIns(): Promise<readonly { readonly id: string; readonly path: string }[]>;
}

/**
 * Prompts and progress on the terminal behind stdin and stderr. Every question rejects with `Interrupted` when the command is
 * stopped. Keys typed before a question are dropped, and only one question is asked at a time.
 */
export interface Terminal {
  /** Questions can be asked: stdin and stderr are terminals, and --no-input is not given. */
  readonly interactive: boolean;
  /** The width may change while the program runs. */
  styles(): Styles;
  /** `text` must be safe already: it comes from `block` and similar functions. */
  write(text: string): void;
  /** One key, without Enter. Ctrl+D answers with the last of the keys, which leaves the question. */
  key<Key extends string>(question: KeyQuestion<Key>): Promise<Key>;
  /** A line of text, not empty; null if the operator cancels it (Escape, Ctrl+D). */
  line(question: LineQuestion): Promise<string | null>;
  /** One of a list; null as for `line`. */
  choose(question: ChoiceQuestion): Promise<string | null>;
  /** Shows what is waited for, until `stop`. `text` is called for every update; `quit` is called when q is pressed. */
  progress(text: () => string, quit?: () => void): { stop(): void };
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
  /** What is wrong with the text, or null. */
  readonly check?: (text: string) => string | null;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly name: string }[];
}

/** Stdout. */
export interface StandardOutput {
  /** Stdout and stderr are the same terminal: what was shown there is not printed again. */
  readonly isTerminal: boolean;
  write(text: string): void;
  styles(color: ColorMode): Styles;
}

export type ColorMode = 'auto' | 'always' | 'never';

/** What a run was started with. Written once and never changed. */
export interface RunRecord {
  /** `new-signup-7`, `use-cases-2`. */
  readonly id: string;
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** As they were when the run started, in order. */
  readonly checklists: readonly RecordedChecklist[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly options: SavedOptions;
}

export interface RecordedChecklist {
  readonly id: string;
  /** A built-in id, or the absolute path of a file. */
  readonly from: { readonly builtIn: string } | { readonly path: string };
  /** The YAML text. */
  readonly source: string;
  readonly sha256: string;
  readonly buyer: string | null;
  /** The configuration file that names this buyer. */
  readonly buyerFrom: string | null;
}

/** A run as it was saved. */
export interface SavedRun {
  readonly record: RunRecord;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** What is wrong with the run although it can be read: whole sentences. */
  readonly warnings: readonly string[];
  /** Where it is saved: a folder, or the address in another store. */
  readonly location: string;
}

/** A run that only this process may add to, until `close`. */
export interface OpenRun extends SavedRun {
  /**
   * Resolves when the entry is saved for good. Rejects with `CouldNotCheck`: `cannot-save` if it could not be saved (earlier entries
   * stay, and the next `append` may succeed), `lock-lost` if another process has taken over.
   */
  append(entry: Entry): Promise<void>;
  /** Saves an attached file under its sha256, unless it is there undamaged. Rejects as `append` does. */
  saveFile(file: { readonly sha256: string; readonly extension: string; readonly content: Uint8Array }): Promise<void>;
  /** Waits for everything to be saved, then lets other processes add to the run. Never rejects. */
  close(): Promise<void>;
}

/**
 * Where runs are saved. A store is append-only, creates a run whole or not at all, and lets one process at a time add to a run; how
 * it does so is its own affair. Ids are `<base>-<number>`, and no number is given twice. Every method rejects with `CouldNotCheck`,
 * `cannot-read` or `cannot-save`, where the store itself fails.
 */
export interface Runs {
  /** Ids, the newest run first, damaged runs included. Empty if nothing was ever saved. */
  ids(): Promise<readonly string[]>;
  /** Rejects with `UserError` (`unknown-run`), or with `CouldNotCheck`: `damaged-run`, or `newer-run` if a newer mp-verify wrote it. */
  read(id: string): Promise<SavedRun>;
  /** As `read`, but checks the attached files too: `warnings` names those that are missing or were changed. */
  inspect(id: string): Promise<SavedRun>;
  /** Creates a run, open, with the next free number of `base`. */
  create(base: string, record: Omit<RunRecord, 'id'>): Promise<OpenRun>;
  /** Opens a run, with the warnings of `inspect`. Rejects as `read` does, and with `run-in-use` while another process has it open. */
  open(id: string): Promise<OpenRun>;
  /** Whether another process, or this one, has it open. Rejects as `read` does for an unknown run. */
  inUse(id: string): Promise<boolean>;
  /** Deletes a run, also a damaged one. Rejects as `open` does otherwise, and with `cannot-delete`. */
  remove(id: string): Promise<void>;
}

/** The URLs of product pages that operators have entered, by endpoint (null: AWS) and product. */
export interface ProductPages {
  /** Null if none is known, or the file cannot be read. */
  recall(endpoint: string | null, productId: string): Promise<string | null>;
  /** Rejects with `CouldNotCheck` if it cannot be saved. */
  remember(endpoint: string | null, productId: string, url: string): Promise<void>;
}
