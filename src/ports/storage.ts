import type { UseCaseFacts } from '../checklist/confirmations.ts';
import type { Changeable, Entry, Evidence, FleetProduct, SavedOptions } from '../checklist/entries.ts';
import type { Verdict } from '../checklist/model.ts';
import type { CouldNotCheck } from '../errors.ts';
import type { CredentialsFrom } from './marketplace.ts';

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

/** Names the runs on this machine where an address could stand. */
export const localStore = 'local';

const addressPattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*?))?\/*$/;

/** What a prefix must not contain: control characters, wildcards of an IAM policy, and parts that a URL resolves. */
const badPrefix = /[\p{C}*?]|(?:^|\/)\.\.?(?:\/|$)/u;

/** Splits `s3://bucket/prefix`; null for anything else. The prefix is empty or ends with a slash. */
export function parseAddress(url: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, prefix = ''] = addressPattern.exec(url) ?? [];
  return bucket === undefined || badPrefix.test(prefix) ? null : { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** Returns the IAM statements that a shared store needs. Nothing is ever deleted. */
export function storeStatements(url: string) {
  const { bucket = '', prefix = '' } = parseAddress(url) ?? {};
  return [
    { Sid: 'SharedStoreList', Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
    {
      Sid: 'SharedStoreObjects',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
    },
  ];
}

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
  /** The products of a fleet run as mp-verify.yaml named them when it started; absent for any other run. Then `checklists` have no buyers. */
  readonly products?: readonly FleetProduct[];
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
  /** How many products a fleet run has; absent for any other run. */
  readonly products?: number | undefined;
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
  /** Adds or replaces these pages of one account by product id, and removes those that are null. */
  remember(place: FoundPlace, changes: ReadonlyMap<string, RememberedPage | null>): Promise<void>;
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
