import type { Entry, SavedOptions } from '../checklist/entries.ts';

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

/**
 * Where runs are saved. A store is append-only, creates a whole run or nothing, and lets one process at a time add to a
 * run. Ids are `<base>-<number>`, and a number is never used twice. Every method rejects with `CouldNotCheck`,
 * `cannot-read` or `cannot-save`, if the store itself fails.
 */
export interface Runs {
  /** Lists run ids, newest first, including damaged runs. Empty if nothing was ever saved. */
  ids(): Promise<readonly string[]>;
  /**
   * Rejects with `UserError` (`unknown-run`), or with `CouldNotCheck`: `damaged-run`, or `newer-run` if a newer
   * mp-verify wrote it.
   */
  read(id: string): Promise<SavedRun>;
  /** Like `read`, but also checks the attached files. `warnings` names those that are missing or changed. */
  inspect(id: string): Promise<SavedRun>;
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

/** The product page URLs that operators have entered, by endpoint (null for AWS) and product. */
export interface ProductPages {
  /** Null if none is known or the file cannot be read. */
  recall(endpoint: string | null, productId: string): Promise<string | null>;
  /** Rejects with `CouldNotCheck` if the URL cannot be saved. */
  remember(endpoint: string | null, productId: string, url: string): Promise<void>;
}
