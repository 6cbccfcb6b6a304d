import type { Styles } from '../text/styles.ts';

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
