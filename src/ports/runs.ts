import type { Entry, Evidence, SavedOptions } from '../checklist/entries.ts';

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
  /**
   * The content of an attached file; null if it is missing, was changed or cannot be read: `inspect` tells which. Rejects as
   * `read` does for an unknown run.
   */
  readFile(id: string, file: Pick<Evidence, 'sha256' | 'bytes' | 'mediaType'>): Promise<Uint8Array | null>;
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
