import type { Entry, SaidOptions } from '../checklist/model.ts';

/** What a run is about: written once, when it is made, and never changed. */
export interface RunRecord {
  /** `new-signup-7`, `use-cases-2`. */
  readonly id: string;
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** As they were when the run began, in the order in which they are walked. */
  readonly checklists: readonly RecordedChecklist[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly options: SaidOptions;
}

export interface RecordedChecklist {
  readonly id: string;
  /** A built-in id, or the absolute path of a file. */
  readonly from: { readonly builtIn: string } | { readonly path: string };
  /** The YAML text. */
  readonly source: string;
  readonly sha256: string;
  readonly buyer: string | null;
  /** The configuration that names this buyer. */
  readonly buyerFrom: string | null;
}

/** A run as it is kept. */
export interface SavedRun {
  readonly record: RunRecord;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** What is wrong with it, though it can be read: what had to be dropped, in whole sentences; empty where nothing was. */
  readonly warnings: readonly string[];
  /** Where it is kept. */
  readonly location: string;
}

/** A run that this process alone may add to. */
export interface OpenRun extends SavedRun {
  /** Resolves when the entry is on disk. Rejects with `CouldNotTell`; what was kept before stays as it was. */
  append(entry: Entry): Promise<void>;
  /** Keeps a file under its sha256; where it is there already it is left alone, unless it was damaged. Rejects as `append` does. */
  saveFile(file: { readonly sha256: string; readonly extension: string; readonly content: Uint8Array }): Promise<void>;
  /** Lets other processes have it. */
  close(): Promise<void>;
}

/** Where runs are kept. Another kind of store, a shared one, can stand behind this. */
export interface Runs {
  /** Ids, the newest run first. Damaged ones are among them. Empty where nothing was ever kept. */
  ids(): Promise<readonly string[]>;
  /** Rejects with `UserError` where there is no such run, with `CouldNotTell` where it is damaged or can't be read. */
  read(id: string): Promise<SavedRun>;
  /** As `read`, but reads the attached files too: one that is missing or was changed is among the remarks. */
  inspect(id: string): Promise<SavedRun>;
  /** A new run: `base` gets the next free number. */
  create(base: string, record: Omit<RunRecord, 'id'>): Promise<OpenRun>;
  /** Has the remarks of `inspect`. Rejects as `read` does, and with `CouldNotTell` where another process has it. */
  open(id: string): Promise<OpenRun>;
  /** Whether a living process is walking it now. */
  inUse(id: string): Promise<boolean>;
  /** Rejects as `open` does, but takes damaged runs too. */
  remove(id: string): Promise<void>;
}
