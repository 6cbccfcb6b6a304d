import type { Styles } from '../text/styles.ts';

/**
 * Where the walk happens: prompts and progress on the terminal behind stdin and stderr. Every question rejects with
 * `Interrupted` when the run is stopped; keys typed before a question are dropped. Questions are asked one after the other.
 */
export interface Terminal {
  /** Questions can be asked: stdin and stderr are terminals, and nobody said --no-input. */
  readonly interactive: boolean;
  /** The width may change while the program runs. */
  styles(): Styles;
  /** `text` must be safe already: it comes from `block` and its kin. */
  write(text: string): void;
  /** One key, without Enter. Ctrl+D answers with the last of the keys, which is the way out. */
  key<Key extends string>(question: KeyQuestion<Key>): Promise<Key>;
  /** A line of text, not empty; null when the operator thinks better of it (Escape, Ctrl+D). */
  line(question: LineQuestion): Promise<string | null>;
  /** One of a list; null as for `line`. */
  choose(question: ChoiceQuestion): Promise<string | null>;
  /** Shows, until `stop`, what is waited for. `text` is asked again for every redrawing; `quit` is called when q is pressed. */
  progress(text: () => string, quit?: () => void): { stop(): void };
}

export interface KeyQuestion<Key extends string> {
  /** What the line of keys says of each: `{ p: 'pass' }` is drawn as `[p]ass`. */
  readonly keys: Readonly<Partial<Record<Key, string>>>;
  /** The step that the question is about, if it is about one. */
  readonly step?: string;
  /** Lines above the keys, drawn anew while the question is open. */
  readonly status?: (look: Styles) => string;
}

export interface LineQuestion {
  readonly message: string;
  /** The answer may have several lines, as of a pasted text; else they are made one. */
  readonly lines?: boolean;
  /** What stands there already, to be changed. */
  readonly typed?: string;
  /** What is wrong with the text, or null. */
  readonly check?: (text: string) => string | null;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly name: string }[];
}
