import type { UseCaseFacts } from '../checklist/confirmations.ts';
import type { Changeable, Entry, Evidence, SavedOptions } from '../checklist/entries.ts';
import type { Verdict } from '../checklist/model.ts';
import type { CouldNotCheck } from '../errors.ts';
import type { Styles } from '../text/styles.ts';
import type { Marketplace } from './marketplace.ts';
import type { Web } from './saas.ts';
import type { SandboxPort } from './sandbox.ts';

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

/** What mp-verify saves for later commands. */
export interface Storage {
  readonly runs: Runs;
  readonly productPages: ProductPages;
  /** What only a shared store can do; null for the local one. */
  readonly shared: SharedStore | null;
}

/** Where a shared store is, and who asks it. */
export interface StoreLocation {
  /** `s3://bucket` or `s3://bucket/prefix`. */
  readonly url: string;
  readonly region: string;
  /** For storage that speaks S3 but is not AWS; null for AWS. */
  readonly endpointUrl: string | null;
  readonly credentials: CredentialsFrom;
  /** Shown to others who find a run in use; null for `Environment.operator`. */
  readonly operator: string | null;
}

/** Other systems. */
interface Services {
  connect(options: ConnectOptions): Promise<Marketplace>;
  readonly sandbox: SandboxPort;
  readonly web: Web;
}

/** Whose credentials a connection uses. */
export interface CredentialsFrom {
  /** An AWS profile; null for the SDK's credential chain. */
  readonly profile: string | null;
  /** The configuration file that names the profile, for messages; absent if a flag does. */
  readonly profileFrom?: string | null;
  /** The role to assume with those credentials; without it, they are used as they are. */
  readonly role?: RoleToAssume | null;
}

export interface RoleToAssume {
  readonly arn: string;
  /** What the trust policy of the role asks for as `sts:ExternalId`; null if it asks for none. */
  readonly externalId: string | null;
}

export interface ConnectOptions extends CredentialsFrom {
  readonly endpointUrl: string | null;
  /** The keys of a sandbox inside the process, instead of all others; null otherwise. */
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

/** How a run was started. Written once and never changed. */
export interface RunRecord {
  /** `new-signup-7`, `use-cases-2`. */
  readonly id: string;
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** The checklists when the run started, in order. */
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

/** A saved run. */
export interface SavedRun {
  readonly record: RunRecord;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Problems of a run that can still be read, in whole sentences. */
  readonly warnings: readonly string[];
  /** Where the run is saved: a folder, or the address in another store. */
  readonly location: string;
  /** Returns where an attached file is saved. */
  fileLocation(file: Pick<Evidence, 'sha256' | 'mediaType'>): string;
  /**
   * SHA-256 of the journal that the entries come from, in hex; null if the store keeps none. In an open run, it
   * includes every entry that was appended.
   */
  readonly journalSha256: string | null;
}

/** A saved run that cannot be read, and why. */
export interface UnreadableRun {
  readonly id: string;
  readonly error: CouldNotCheck;
}

/** A run that only this process may add to, until `close`. */
export interface OpenRun extends SavedRun {
  /**
   * Resolves when the entry is durable. Rejects with `CouldNotCheck`: `cannot-save` if it could not be saved (earlier
   * entries stay, and the next `append` may succeed), or `lock-lost` if another process has taken over.
   */
  append(entry: Entry): Promise<void>;
  /** Saves an attached file under its sha256, unless an undamaged copy exists. Rejects like `append`. */
  saveFile(file: { readonly sha256: string; readonly extension: string; readonly content: Uint8Array }): Promise<void>;
  /** Waits until everything is saved, then lets other processes add to the run. Never rejects. */
  close(): Promise<void>;
}

/** What lists show of a run, without reading it. */
export interface ListedRun {
  readonly id: string;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** A process has the run open, or was stopped while it had. */
  readonly inUse: boolean;
  /** What the run contains; null if it has to be read to know, such as a run that this version cannot read. */
  readonly facts: RunFacts | null;
}

export interface RunFacts {
  readonly endedAt: string;
  readonly verdict: Verdict;
  readonly operator: string | null;
  readonly checklists: readonly { readonly id: string; readonly verdict: Verdict }[];
  readonly product: { readonly id: string; readonly code: string | null; readonly title: string } | null;
  readonly accountId: string | null;
  readonly sandbox: boolean;
  /** Null means AWS itself. */
  readonly endpoint: string | null;
}

/** What a run tells about where its use cases stand. */
export interface RunSummary extends ListedRun {
  readonly facts: SummaryFacts | null;
}

export interface SummaryFacts extends RunFacts {
  readonly acceptedChanges: readonly Changeable[];
  readonly checklists: readonly UseCaseFacts[];
}

/** Answers lists from a few requests, however many runs there are. Rejects like `Runs`. */
export interface RunIndex {
  /** Every run, newest first, read page by page: who stops early reads no more. */
  list(): AsyncIterable<ListedRun>;
  /**
   * The runs that decide where use cases stand: for each product, account and checklist at least the newest pass, the
   * newest failure and the newest unfinished run, and every run that is in use. Older runs that could not change the
   * answer are left out. Newest first.
   */
  deciding(): Promise<readonly RunSummary[]>;
}

/**
 * Where runs are saved. A store is append-only, creates a whole run or nothing, and lets one process at a time add to a
 * run. Ids are `<base>-<number>`, and a number is never used twice. Every method rejects with `CouldNotCheck`,
 * `cannot-read` or `cannot-save`, if the store itself fails.
 */
export interface Runs {
  /** Null if the store keeps none: then each run is read instead. */
  readonly index: RunIndex | null;
  /** Lists run ids, newest first, including damaged runs. Empty if nothing was ever saved. */
  ids(): Promise<readonly string[]>;
  /**
   * Rejects with `UserError` (`unknown-run`), or with `CouldNotCheck`: `damaged-run`, or `newer-run` if a newer
   * mp-verify wrote it.
   */
  read(id: string): Promise<SavedRun>;
  /** Reads every run, newest first. An unreadable run does not hide the others. Omits a run that is deleted meanwhile. */
  readAll(): Promise<readonly (SavedRun | UnreadableRun)[]>;
  /** Like `read`, but also checks the attached files. `warnings` names those that are missing or changed. */
  inspect(id: string): Promise<SavedRun>;
  /**
   * Returns the content of an attached file; null if it is missing, changed or unreadable (`inspect` says which).
   * Rejects like `read` for an unknown run.
   */
  readFile(id: string, file: Pick<Evidence, 'sha256' | 'bytes' | 'mediaType'>): Promise<Uint8Array | null>;
  /** Creates and opens a run with the next free number of `base`. */
  create(base: string, record: Omit<RunRecord, 'id'>): Promise<OpenRun>;
  /**
   * Opens a run, with the warnings of `inspect`. Rejects like `read`, and with `run-in-use` while another process has
   * it open.
   */
  open(id: string): Promise<OpenRun>;
  /** Whether this or another process has the run open. Rejects like `read` for an unknown run. */
  inUse(id: string): Promise<boolean>;
  /** Deletes a run, even a damaged one. Otherwise rejects like `open`, and with `cannot-delete`. */
  remove(id: string): Promise<void>;
}

/** What only a shared store can do. */
export interface SharedStore {
  readonly url: string;
  /**
   * Takes a run over from the holder whom a person has seen: `holder` is that value of the error `run-in-use`. Rejects
   * with `run-in-use` if another process was faster, otherwise like `Runs.open`.
   */
  takeOver(id: string, holder: number): Promise<OpenRun>;
  /** The answers to a run, as it was just read, that could only be saved on this machine. */
  unsaved(saved: SavedRun): Promise<readonly UnsavedEntry[]>;
  /**
   * Copies a local run into the store, with its attached files, or what was added to it since it was last copied.
   * Rejects with `CouldNotCheck`.
   */
  push(saved: SavedRun, readFile: (file: Evidence) => Promise<Uint8Array | null>): Promise<Pushed>;
  /** Tries what runs need, without changing any run. Rejects with `CouldNotCheck`. */
  probe(request: StoreProbe): Promise<void>;
  /** What the bucket does with objects; null for what these credentials may not see. */
  bucketFacts(): Promise<BucketFacts>;
}

/** What `SharedStore.probe` tries: to list runs, to create an object only if there is none, to read it. */
export type StoreProbe = 's3:ListBucket' | 's3:PutObject' | 's3:GetObject';

export interface BucketFacts {
  readonly versioning: boolean | null;
  readonly encryption: string | null;
  readonly objectLock: boolean | null;
}

/** What became of a local run that was copied into a shared store. */
export interface Pushed {
  readonly id: string;
  /** Entries that the shared store did not have. */
  readonly added: number;
  /** The run was continued in the shared store, differently from here, so nothing was added. */
  readonly differs: boolean;
  /** Names of attached files that are missing or changed here, and so are missing there. */
  readonly lostFiles: readonly string[];
}

/** An answer that could not be saved in the shared store, and was kept on this machine. */
export interface UnsavedEntry {
  readonly entry: Entry;
  /** Nothing was added to the run since, so it can be added as if nothing had happened. */
  readonly fits: boolean;
  /** Removes it from this machine, after it was saved or a person gave it up. */
  forget(): Promise<void>;
}

/** The product page URLs that operators have entered, by endpoint (null for AWS) and product. */
export interface ProductPages {
  /** Returns the URLs by product id; empty if the file cannot be read. */
  recall(endpoint: string | null): Promise<ReadonlyMap<string, string>>;
  /** Rejects with `CouldNotCheck` if the URL cannot be saved. */
  remember(endpoint: string | null, productId: string, url: string): Promise<void>;
}

/** The product pages that the Discovery API returned to earlier commands. Neither method rejects. */
export interface FoundPages {
  /** Returns the pages of one account by product id. */
  recall(place: FoundPlace): Promise<ReadonlyMap<string, RememberedPage>>;
  /** Replaces the pages of one account. */
  remember(place: FoundPlace, pages: ReadonlyMap<string, RememberedPage>): Promise<void>;
}

/** Who was asked, and by whom. */
export interface FoundPlace {
  /** Null for AWS. */
  readonly endpoint: string | null;
  /** Identifies a sandbox, whatever its endpoint; null for anything else. */
  readonly instance: string | null;
  /** The seller. */
  readonly accountId: string;
}

/** The page of a product, and the product as it was when AWS returned it. */
export interface RememberedPage {
  readonly url: string;
  readonly visibility: string;
  readonly state: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
}
