import type { Styles } from '../text/styles.ts';

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
  /** Returns what is wrong with the text, or null. */
  readonly check?: (text: string) => string | null;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly name: string }[];
}

/** The standard output. */
export interface StandardOutput {
  /** Stdout and stderr are the same terminal. What was shown there is not printed again. */
  readonly isTerminal: boolean;
  write(text: string): void;
  styles(color: ColorMode): Styles;
}

export type ColorMode = 'auto' | 'always' | 'never';
